"""The Pod Security Standard `restricted`: what of a pod breaks it, as a cluster's admission would tell."""

from collections.abc import Iterator

from tests.deploy.manifests import Document

VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
SYSCTLS = {"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"}


def breaches_of_pod(its: Document) -> Iterator[str]:
    """Give what breaks it, by the names of the fields."""
    spec = its["spec"]
    whole = spec.get("securityContext", {})
    yield from (name for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name))
    for volume in spec.get("volumes", []):
        yield from set(volume) - VOLUMES - {"name"}
    yield from (one["name"] for one in whole.get("sysctls", []) if one["name"] not in SYSCTLS)
    if any("apparmor" in name and value == "unconfined" for name, value in its["metadata"]["annotations"].items()):
        yield "AppArmor"
    for kind in ("containers", "initContainers", "ephemeralContainers"):
        for container in spec.get(kind, []):
            yield from breaches_of_container(container, whole)


def breaches_of_container(container: Document, whole: Document) -> Iterator[str]:
    """Give what breaks it of one container, with what holds for the whole pod."""
    its = whole | container.get("securityContext", {})
    capabilities = its.get("capabilities", {})
    broken = {
        "privileged": its.get("privileged"),
        "allowPrivilegeEscalation": its.get("allowPrivilegeEscalation") is not False,
        "runAsNonRoot": its.get("runAsNonRoot") is not True,
        "runAsUser": its.get("runAsUser") == 0,
        "seccompProfile": its.get("seccompProfile", {}).get("type") not in {"RuntimeDefault", "Localhost"},
        "procMount": its.get("procMount", "Default") != "Default",
        "appArmorProfile": its.get("appArmorProfile", {}).get("type") == "Unconfined",
        "seLinuxOptions": {"user", "role"} & set(its.get("seLinuxOptions", {})),
        "capabilities, drop": "ALL" not in capabilities.get("drop", []),
        "capabilities, add": set(capabilities.get("add", [])) - {"NET_BIND_SERVICE"},
        "hostPort": any(port.get("hostPort") for port in container.get("ports", [])),
    }
    return (name for name, is_broken in broken.items() if is_broken)
