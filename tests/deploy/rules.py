"""What has to hold within the manifests, and between them and the service: each rule gives what breaks it."""

import re
from collections.abc import Callable, Iterator

from docs.examples import ROOT
from service.app import create_app
from service.settings import Settings
from service.several_processes import GRACE_OF_THE_END
from tests.deploy.manifests import (
    PREFIX,
    Document,
    container,
    only,
    pod,
    probes,
    quantity,
    settings,
    variables,
)
from tests.deploy.restricted import breaches_of_pod
from tests.test_repository import PROJECT

OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
FORMULA = re.compile(r" {4}GRIDWARP_PICTURE_MEMORY \+ (\d+) x GRIDWARP_UPLOAD_BUDGET \+ processes x (\d+) MB\n")
MOST_AIR = 1.15
"""How many times what is needed a limit may be: more would be paid for by every replica."""

RECOMMENDED = {f"app.kubernetes.io/{name}" for name in ("name", "version", "component", "part-of")}

Rule = Callable[[list[Document]], Iterator[str]]
RULES: dict[str, Rule] = {}


def rule(check: Rule) -> Rule:
    RULES[check.__name__] = check
    return check


def needed_memory(its: Settings) -> float:
    """Work out the formula of docs/operations.md, with the numbers that stand there."""
    ((uploads, process),) = FORMULA.findall(OPERATIONS)
    processes = its.serving_processes
    shares = sum(its.share(index).upload_budget for index in range(processes))
    return its.picture_memory + int(uploads) * shares + processes * int(process) * 10**6


@rule
def all_kinds_are_there(documents):
    expected = {
        ("apps/v1", "Deployment"),
        ("v1", "Service"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("policy/v1", "PodDisruptionBudget"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("v1", "ServiceAccount"),
        ("v1", "ConfigMap"),
    }
    found = [(document["apiVersion"], document["kind"]) for document in documents]
    missing = expected - set(found)
    further = set(found) - expected - {("v1", "Namespace"), ("networking.k8s.io/v1", "Ingress")}
    if missing or further or len(found) != len(set(found)):
        yield f"missing {missing}, further {further}, of {found}"


@rule
def labels_are_the_recommended_ones(documents):
    for document in [*documents, pod(documents)]:
        labels = document["metadata"].get("labels", {})
        wanted = {"app.kubernetes.io/name"} if document.get("kind") in {"Namespace", "Ingress"} else RECOMMENDED
        if wanted - set(labels):
            yield f"{document.get('kind', 'Pod')}: {labels}"
        if labels.get("app.kubernetes.io/version", PROJECT["version"]) != PROJECT["version"]:
            yield "another version than pyproject.toml's"


@rule
def image_is_of_the_version_of_the_project(documents):
    image = container(documents)["image"]
    if not re.fullmatch(rf"(.*/)?gridwarp:{re.escape(PROJECT['version'])}", image):
        yield image


@rule
def selectors_choose_the_pods(documents):
    labels = pod(documents)["metadata"]["labels"]
    its = {document["kind"]: document.get("spec", {}) for document in documents}
    chosen = {
        "Deployment": its["Deployment"]["selector"]["matchLabels"],
        "Service": its["Service"]["selector"],
        "PodDisruptionBudget": its["PodDisruptionBudget"]["selector"]["matchLabels"],
        "NetworkPolicy": its["NetworkPolicy"]["podSelector"]["matchLabels"],
    }
    for number, constraint in enumerate(pod(documents)["spec"]["topologySpreadConstraints"]):
        chosen[f"topologySpreadConstraints {number}"] = constraint["labelSelector"]["matchLabels"]
    for kind, wanted in chosen.items():
        if wanted != chosen["Deployment"] or not wanted or not wanted.items() <= labels.items():
            yield f"{kind}: {wanted}"


@rule
def selectors_outlive_a_version(documents):
    """A Deployment's selector cannot be changed."""
    selector = only(documents, "Deployment")["spec"]["selector"]["matchLabels"]
    if "app.kubernetes.io/version" in selector:
        yield str(selector)


@rule
def ports_are_the_one_that_is_served(documents):
    served = settings(documents).port
    (port,) = container(documents)["ports"]
    if port["containerPort"] != served:
        yield f"the container's: {port}, of {served}"
    names = [probe["port"] for probe in probes(documents)]
    names += [port["targetPort"] for port in only(documents, "Service")["spec"]["ports"]]
    yield from (name for name in names if name != port["name"])
    if f"EXPOSE {served}\n" not in (ROOT / "Dockerfile").read_text():
        yield "another than the image's"


@rule
def probes_ask_for_what_there_is(documents):
    its = container(documents)
    paths = [its[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")]
    if paths != ["/livez", "/livez", "/readyz"]:  # a pod that is not ready yet, or is full, is not to be ended
        yield str(paths)
    routes = {route.path for route in create_app(Settings()).routes}
    yield from (path for path in paths if path not in routes)


@rule
def an_ingress_leads_to_the_service(documents):
    routes = {route.path for route in create_app(Settings()).routes}
    names = {port["name"] for port in only(documents, "Service")["spec"]["ports"]}
    for document in documents:
        for host in document["spec"]["rules"] if document["kind"] == "Ingress" else ():
            for path in host["http"]["paths"]:
                its = path["backend"]["service"]
                if its["name"] != only(documents, "Service")["metadata"]["name"] or its["port"]["name"] not in names:
                    yield f"{its}"
                if not any(route.startswith(f"{path['path']}/") for route in routes):
                    yield f"nothing is below {path['path']}"
                if any(route.startswith(path["path"]) for route in ("/metrics", "/livez", "/readyz")):
                    yield f"{path['path']} shows strangers what is ours"


@rule
def autoscaler_scales_the_deployment(documents):
    deployment, its = only(documents, "Deployment"), only(documents, "HorizontalPodAutoscaler")["spec"]
    name = {key: deployment[key] for key in ("apiVersion", "kind")} | {"name": deployment["metadata"]["name"]}
    if its["scaleTargetRef"] != name:
        yield f"it scales {its['scaleTargetRef']}"
    if "replicas" in deployment["spec"]:
        yield "each apply sets its replicas back"
    if not 2 <= its["minReplicas"] < its["maxReplicas"]:
        yield f"{its['minReplicas']} to {its['maxReplicas']} replicas"
    (metric,) = its["metrics"]
    if metric != {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 65}},
    }:
        yield str(metric)
    if "cpu" not in container(documents)["resources"]["requests"]:
        yield "there is no request that could be utilized"
    if its["behavior"]["scaleDown"]["stabilizationWindowSeconds"] < 300:
        yield "it goes down at once"


@rule
def disruption_is_possible_and_bounded(documents):
    its = only(documents, "PodDisruptionBudget")["spec"]
    if its.get("maxUnavailable") != 1 or "minAvailable" in its:
        yield str(its)


@rule
def a_rollout_takes_no_pod_away_first(documents):
    its = only(documents, "Deployment")["spec"]["strategy"]
    if its != {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}:
        yield str(its)


@rule
def spread_never_keeps_a_pod_from_starting(documents):
    its = pod(documents)["spec"]["topologySpreadConstraints"]
    if {one["topologyKey"] for one in its} != {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}:
        yield str(its)
    yield from (str(one) for one in its if one["whenUnsatisfiable"] != "ScheduleAnyway")


@rule
def network_lets_nothing_out_and_one_port_in(documents):
    its = only(documents, "NetworkPolicy")["spec"]
    if set(its["policyTypes"]) != {"Ingress", "Egress"}:
        yield str(its["policyTypes"])
    if its.get("egress") != []:
        yield f"egress {its.get('egress')}"
    ports = [port for entry in its["ingress"] for port in entry.get("ports", [None])]
    if ports != [{"protocol": "TCP", "port": settings(documents).port}]:
        yield f"ingress {ports}"


@rule
def account_has_no_token(documents):
    account = only(documents, "ServiceAccount")
    its = pod(documents)["spec"]
    if its["serviceAccountName"] != account["metadata"]["name"]:
        yield its["serviceAccountName"]
    if its.get("automountServiceAccountToken") is not False or account.get("automountServiceAccountToken") is not False:
        yield "a token is mounted"


@rule
def variables_are_settings(documents):
    names = [*variables(documents), *(entry["name"] for entry in container(documents).get("env", []))]
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    yield from (name for name in names if name not in known)
    (source,) = container(documents)["envFrom"]
    if source != {"configMapRef": {"name": only(documents, "ConfigMap")["metadata"]["name"]}}:
        yield str(source)


@rule
def tokens_come_from_a_secret_if_there_is_one(documents):
    if f"{PREFIX}TOKENS" in variables(documents):
        yield "a ConfigMap is no place for them"
    for entry in container(documents)["env"]:
        secret = entry.get("valueFrom", {}).get("secretKeyRef", {})
        if entry["name"] != f"{PREFIX}TOKENS" or secret.get("optional") is not True:
            yield str(entry)


@rule
def other_services_set_no_variables(documents):
    """GRIDWARP_PORT=tcp://… of a Service named gridwarp would keep the pod from starting."""
    if pod(documents)["spec"].get("enableServiceLinks") is not False:
        yield "enableServiceLinks"


@rule
def memory_follows_the_formula(documents):
    its, resources = settings(documents), container(documents)["resources"]
    limit = quantity(resources["limits"]["memory"])
    if quantity(resources["requests"]["memory"]) != limit:
        yield "request and limit are not the same"
    needed = needed_memory(its)
    if not needed <= limit <= needed * MOST_AIR:
        yield f"needed {needed / 2**20:.0f} MiB, the limit is {limit / 2**20:.0f} MiB"
    fixed = {"GRIDWARP_PICTURE_MEMORY", "GRIDWARP_UPLOAD_BUDGET", "GRIDWARP_PROCESSES", "GRIDWARP_WORKERS"}
    if missing := fixed - set(variables(documents)):
        yield f"what is left to the machine: {missing}"


@rule
def processors_are_enough_for_the_slots(documents):
    its, resources = settings(documents), container(documents)["resources"]
    asked, limit = (quantity(resources[kind]["cpu"]) for kind in ("requests", "limits"))
    if asked < its.serving_processes:
        yield f"{asked} processors are asked for, for {its.serving_processes} processes"
    if not asked <= limit or its.workers != limit:
        yield f"{its.workers} slots share {limit} processors"


@rule
def grace_is_long_enough(documents):
    its = pod(documents)["spec"]
    asleep = container(documents)["lifecycle"]["preStop"]["sleep"]["seconds"]
    if not 5 <= asleep <= 10:
        yield f"{asleep} seconds of preStop"
    needed = asleep + settings(documents).shutdown_notice + settings(documents).shutdown_grace + GRACE_OF_THE_END
    if not needed < its["terminationGracePeriodSeconds"] <= needed + 10:
        yield f"{its['terminationGracePeriodSeconds']} seconds, of which {needed} are needed"


@rule
def user_is_that_of_the_image(documents):
    (user, group) = re.search(r"^USER (\d+):(\d+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE).groups()
    its = pod(documents)["spec"]["securityContext"]
    if (its.get("runAsUser"), its.get("runAsGroup")) != (int(user), int(group)):
        yield str(its)


@rule
def nothing_can_be_written_to(documents):
    if not container(documents)["securityContext"].get("readOnlyRootFilesystem"):
        yield "the image"
    if pod(documents)["spec"].get("volumes") or container(documents).get("volumeMounts"):
        yield "a volume"


@rule
def prometheus_is_told_where(documents):
    told = pod(documents)["metadata"]["annotations"]
    wanted = {"scrape": "true", "port": str(settings(documents).port), "path": "/metrics"}
    if told != {f"prometheus.io/{name}": value for name, value in wanted.items()}:
        yield str(told)


@rule
def pod_is_restricted(documents):
    yield from breaches_of_pod(pod(documents))


@rule
def namespace_is_restricted(documents):
    for document in documents:
        if document["kind"] == "Namespace":
            labels = document["metadata"]["labels"]
            modes = {mode: labels.get(f"pod-security.kubernetes.io/{mode}") for mode in ("enforce", "audit", "warn")}
            if set(modes.values()) != {"restricted"}:
                yield str(modes)
            name = document["metadata"]["name"]
            yield from (
                f"{other['kind']} in {other['metadata'].get('namespace')}"
                for other in documents
                if other is not document and other["metadata"].get("namespace") != name
            )
