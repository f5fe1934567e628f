"""deploy/kubernetes keeps the rules of this folder, and each of them notices what breaks it."""

import re

import pytest

from service.settings import Settings
from tests.deploy.largest_request import largest_request
from tests.deploy.manifests import (
    BASE,
    FOLDER,
    PRODUCTION,
    RENDERED,
    container,
    only,
    pod,
    quantity,
    render,
    settings,
    variables,
)
from tests.deploy.rules import RULES, needed_memory


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GRIDWARP_{name.upper()}", raising=False)


@pytest.mark.parametrize("folder", RENDERED)
@pytest.mark.parametrize("name", RULES)
def test_rule(name, folder):
    assert list(RULES[name](render(folder))) == []


CONTAINER = ("Deployment", "spec", "template", "spec", "containers", 0)
POD = ("Deployment", "spec", "template", "spec")
SCALER = ("HorizontalPodAutoscaler", "spec")
GONE = object()

SPOILED = [
    ("all_kinds_are_there", ("PodDisruptionBudget", "apiVersion"), "policy/v1beta1"),
    ("labels_are_the_recommended_ones", ("Service", "metadata", "labels", "app.kubernetes.io/component"), GONE),
    ("labels_are_the_recommended_ones", ("Service", "metadata", "labels", "app.kubernetes.io/version"), "0.0.9"),
    ("image_is_of_the_version_of_the_project", (*CONTAINER, "image"), "gridwarp:latest"),
    ("image_is_of_the_version_of_the_project", (*CONTAINER, "image"), "gridwarp"),
    ("selectors_choose_the_pods", ("Service", "spec", "selector", "app.kubernetes.io/name"), "gridwrap"),
    ("selectors_choose_the_pods", ("PodDisruptionBudget", "spec", "selector", "matchLabels"), {}),
    ("selectors_choose_the_pods", ("NetworkPolicy", "spec", "podSelector", "matchLabels"), {"app": "gridwarp"}),
    (
        "selectors_choose_the_pods",
        (*POD, "topologySpreadConstraints", 1, "labelSelector", "matchLabels"),
        {"app": "gridwarp"},
    ),
    ("ports_are_the_one_that_is_served", (*CONTAINER, "ports", 0, "containerPort"), 8080),
    ("ports_are_the_one_that_is_served", (*CONTAINER, "livenessProbe", "httpGet", "port"), "web"),
    ("ports_are_the_one_that_is_served", ("Service", "spec", "ports", 0, "targetPort"), "https"),
    ("probes_ask_for_what_there_is", (*CONTAINER, "livenessProbe", "httpGet", "path"), "/readyz"),
    ("probes_ask_for_what_there_is", (*CONTAINER, "readinessProbe", "httpGet", "path"), "/ready"),
    ("an_ingress_leads_to_the_service", ("Ingress", "spec", "rules", 0, "http", "paths", 0, "path"), "/v2"),
    ("an_ingress_leads_to_the_service", ("Ingress", "spec", "rules", 0, "http", "paths", 0, "path"), "/"),
    (
        "an_ingress_leads_to_the_service",
        ("Ingress", "spec", "rules", 0, "http", "paths", 0, "backend", "service", "name"),
        "gridwrap",
    ),
    ("autoscaler_scales_the_deployment", (*SCALER, "scaleTargetRef", "name"), "gridwrap"),
    ("autoscaler_scales_the_deployment", (*SCALER, "metrics", 0, "resource", "name"), "memory"),
    ("autoscaler_scales_the_deployment", (*SCALER, "minReplicas"), 1),
    ("autoscaler_scales_the_deployment", (*SCALER, "behavior", "scaleDown", "stabilizationWindowSeconds"), 0),
    ("autoscaler_scales_the_deployment", ("Deployment", "spec", "replicas"), 3),
    ("disruption_is_possible_and_bounded", ("PodDisruptionBudget", "spec", "maxUnavailable"), 0),
    (
        "a_rollout_takes_no_pod_away_first",
        ("Deployment", "spec", "strategy", "rollingUpdate", "maxUnavailable"),
        "25%",
    ),
    (
        "spread_never_keeps_a_pod_from_starting",
        (*POD, "topologySpreadConstraints", 0, "whenUnsatisfiable"),
        "DoNotSchedule",
    ),
    ("network_lets_nothing_out_and_one_port_in", ("NetworkPolicy", "spec", "egress"), [{}]),
    ("network_lets_nothing_out_and_one_port_in", ("NetworkPolicy", "spec", "policyTypes"), ["Ingress"]),
    ("network_lets_nothing_out_and_one_port_in", ("NetworkPolicy", "spec", "ingress", 0, "ports"), GONE),
    ("account_has_no_token", (*POD, "serviceAccountName"), "default"),
    ("account_has_no_token", (*POD, "automountServiceAccountToken"), GONE),
    ("variables_are_settings", ("ConfigMap", "metadata", "name"), "gridwarp-settings"),
    ("variables_are_settings", ("ConfigMap", "data", "GRIDWARP_MAX_PIXELS"), "1000"),
    ("tokens_come_from_a_secret_if_there_is_one", ("ConfigMap", "data", "GRIDWARP_TOKENS"), "sixteen-letters-"),
    (
        "tokens_come_from_a_secret_if_there_is_one",
        (*CONTAINER, "env", 0, "valueFrom", "secretKeyRef", "optional"),
        GONE,
    ),
    ("other_services_set_no_variables", (*POD, "enableServiceLinks"), GONE),
    ("memory_follows_the_formula", (*CONTAINER, "resources", "limits", "memory"), "1536Mi"),
    ("memory_follows_the_formula", (*CONTAINER, "resources", "requests", "memory"), "1Gi"),
    ("memory_follows_the_formula", ("ConfigMap", "data", "GRIDWARP_UPLOAD_BUDGET"), str(256 << 20)),
    ("memory_follows_the_formula", ("ConfigMap", "data", "GRIDWARP_PICTURE_MEMORY"), GONE),
    ("processors_are_enough_for_the_slots", ("ConfigMap", "data", "GRIDWARP_WORKERS"), "8"),
    ("processors_are_enough_for_the_slots", (*CONTAINER, "resources", "requests", "cpu"), "500m"),
    ("grace_is_long_enough", (*POD, "terminationGracePeriodSeconds"), 40),
    ("grace_is_long_enough", (*CONTAINER, "lifecycle", "preStop", "sleep", "seconds"), 0),
    ("grace_is_long_enough", ("ConfigMap", "data", "GRIDWARP_SHUTDOWN_GRACE"), "60"),
    ("user_is_that_of_the_image", (*POD, "securityContext", "runAsUser"), 1000),
    ("nothing_can_be_written_to", (*CONTAINER, "securityContext", "readOnlyRootFilesystem"), False),
    ("nothing_can_be_written_to", (*POD, "volumes"), [{"name": "tmp", "emptyDir": {}}]),
    ("pod_is_restricted", (*POD, "hostNetwork"), True),
    ("pod_is_restricted", (*POD, "securityContext", "runAsNonRoot"), GONE),
    ("pod_is_restricted", (*POD, "securityContext", "seccompProfile"), GONE),
    ("pod_is_restricted", (*CONTAINER, "securityContext", "allowPrivilegeEscalation"), GONE),
    ("pod_is_restricted", (*CONTAINER, "securityContext", "capabilities", "drop"), ["NET_RAW"]),
    ("pod_is_restricted", (*CONTAINER, "securityContext", "capabilities", "add"), ["SYS_ADMIN"]),
    ("pod_is_restricted", (*CONTAINER, "securityContext", "privileged"), True),
    ("pod_is_restricted", (*CONTAINER, "securityContext", "runAsUser"), 0),
    ("pod_is_restricted", (*CONTAINER, "ports", 0, "hostPort"), 8000),
    ("prometheus_is_told_where", ("Deployment", "spec", "template", "metadata", "annotations"), {}),
    ("namespace_is_restricted", ("Namespace", "metadata", "labels", "pod-security.kubernetes.io/enforce"), "baseline"),
    ("namespace_is_restricted", ("Service", "metadata", "namespace"), "default"),
]


def spoil(documents, place, value):
    kind, *keys, last = place
    there = only(documents, kind)
    for key in keys:
        there = there[key]
    if value is GONE:
        del there[last]
    else:
        there[last] = value


@pytest.mark.parametrize(("name", "place", "value"), SPOILED, ids=[f"{name}-{place[-1]}" for name, place, _ in SPOILED])
def test_what_breaks_a_rule_is_noticed_by_it_alone(name, place, value):
    documents = render(PRODUCTION)
    spoil(documents, place, value)
    assert {name for name, rule in RULES.items() if list(rule(documents))} == {name}


def test_a_version_in_a_selector_is_noticed():
    documents = render(BASE)
    for selector in ("Deployment", "PodDisruptionBudget"):
        only(documents, selector)["spec"]["selector"]["matchLabels"]["app.kubernetes.io/version"] = "1.2.3"
    assert list(RULES["selectors_outlive_a_version"](documents))


def test_a_variable_that_is_none_of_ours_is_noticed():
    """The service itself would not complain of it."""
    documents = render(BASE)
    container(documents)["env"].append({"name": "GRIDWARP_WORKER", "value": "1"})
    assert list(RULES["variables_are_settings"](documents)) == ["GRIDWARP_WORKER"]


def test_every_rule_has_something_that_breaks_it():
    assert {name for name, _, _ in SPOILED} | {"selectors_outlive_a_version"} == set(RULES)


def test_the_sum_beside_the_settings_is_theirs():
    text = (FOLDER / "base/kustomization.yaml").read_text(encoding="utf-8")
    line = r"pictures (\d+) MiB \+ 2 x uploads (\d+) MiB \+ processes (\d+) x 239 MiB \(250 MB\) = (\d+) MiB"
    ((pictures, uploads, processes, total),) = re.findall(line, text)
    its = settings(render(BASE))
    assert int(pictures) << 20 == its.picture_memory
    assert int(uploads) << 20 == its.upload_budget
    assert int(processes) == its.processes
    assert int(total) == -(-needed_memory(its) // (1 << 20))


def test_the_largest_request_fits_into_the_share_of_a_process():
    """So that what memory the pod has is a firm bound."""
    its = settings(render(BASE)).share(0)
    taken = largest_request(its)
    assert its.picture_memory * 0.95 < taken <= its.picture_memory
    text = (FOLDER / "base/kustomization.yaml").read_text(encoding="utf-8")
    assert f"all together {taken / 1e6:.0f} MB" in " ".join(text.replace("#", "").split())


def test_production_is_larger_and_nothing_else():
    base, production = render(BASE), render(PRODUCTION)
    assert (
        pod(production)["spec"]["terminationGracePeriodSeconds"] == pod(base)["spec"]["terminationGracePeriodSeconds"]
    )
    assert variables(base).items() <= variables(production).items()
    (least, most), (larger, largest) = (
        [only(documents, "HorizontalPodAutoscaler")["spec"][name] for name in ("minReplicas", "maxReplicas")]
        for documents in (base, production)
    )
    assert least < larger
    assert most < largest


@pytest.mark.parametrize(("written", "number"), [("2", 2), (2, 2), ("500m", 0.5), ("1Gi", 2**30), ("3Mi", 3 << 20)])
def test_a_quantity_is_read(written, number):
    assert quantity(written) == number
