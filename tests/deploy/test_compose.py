"""The Compose file and the balancer's configuration agree with the service, and with one another."""

import re
import shutil
import subprocess

import pytest
import yaml

from service.connection import HEAD_SECONDS, LONGEST_HEAD
from service.incoming_body import SLOWEST
from service.settings import Settings
from service.several_processes import GRACE_OF_THE_END
from tests.contract.dashboard import BOARD
from tests.contract.server import ROOT
from tests.deploy.compose import AS_WRITTEN, SERVICES, TEXT, seconds
from tests.deploy.largest_request import largest_request
from tests.deploy.rules import needed_memory
from tests.deploy.stack import CONFIGURATION

CFG = CONFIGURATION.read_text(encoding="utf-8")
API, BALANCER = SERVICES["api"], SERVICES["balancer"]
ENVIRONMENT = API["environment"]
MEBI = 1 << 20


def in_bytes(written):
    return int(written[:-1]) << {"m": 20, "g": 30}[written[-1]]


def default(name):
    return Settings.model_fields[name].default


def set_in_cfg(pattern):
    (found,) = re.findall(rf"^ *{pattern}$", CFG, re.MULTILINE)
    return found


def timeout(name):
    return seconds(set_in_cfg(rf"timeout {name} (\w+)"))


def test_every_setting_is_handed_on_and_nothing_else():
    ours = {f"GRIDWARP_{name.upper()}" for name in Settings.model_fields if name not in {"host", "port"}}
    assert set(ENVIRONMENT) == ours
    decided = {"GRIDWARP_MAX_BODY_BYTES", "GRIDWARP_QUEUE", "GRIDWARP_PROCESSES", "GRIDWARP_WORKERS"}
    decided |= {"GRIDWARP_SHUTDOWN_NOTICE"}
    assert {name for name, value in ENVIRONMENT.items() if value is not None} == decided
    written = AS_WRITTEN["services"]["api"]["environment"]
    assert all(written[name] == f"${{{name}:-{ENVIRONMENT[name]}}}" for name in decided)


def test_what_both_sides_need_is_set_once_and_is_the_default_of_the_service():
    shared = AS_WRITTEN["x-shared"]
    for service in ("api", "balancer"):
        assert shared.items() <= AS_WRITTEN["services"][service]["environment"].items()
    assert int(ENVIRONMENT["GRIDWARP_MAX_BODY_BYTES"]) == default("max_body_bytes")
    assert int(ENVIRONMENT["GRIDWARP_QUEUE"]) == default("queue")
    assert set(re.findall(r"\$\{(GRIDWARP_\w+)\}", CFG)) == set(BALANCER["environment"])


def test_a_replica_gets_as_many_requests_at_once_as_it_takes():
    takes = int(ENVIRONMENT["GRIDWARP_WORKERS"]) + int(ENVIRONMENT["GRIDWARP_QUEUE"])
    assert int(BALANCER["environment"]["GRIDWARP_CONNECTIONS"]) == takes
    assert CFG.count("maxconn") == 3  # the process's, the warps', and a comment
    assert 'maxconn "${GRIDWARP_CONNECTIONS}"' in CFG


def test_a_replica_has_the_memory_that_its_processes_need():
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    processes, firm, usual = (
        [value.strip() for value in re.search(rf"^\| {head} \|(.*)\|$", page, re.MULTILINE)[1].split("|")]
        for head in ("processes", "`GRIDWARP_MEMORY` that no request can exceed", "if no request exceeds its share")
    )
    largest = largest_request(Settings())
    for count, most, least in zip(map(int, processes), map(in_bytes, firm), map(in_bytes, usual), strict=True):
        room = Settings(processes=count, workers=count, picture_memory=least // 2)
        uploads = needed_memory(room) - room.picture_memory
        assert needed_memory(room) < least < 1.2 * needed_memory(room)
        # A request above its process's share is alone there, so that either it or the shares count.
        assert max(count * largest, most // 2) + uploads < most < 1.1 * (count * largest + uploads)
    assert API["mem_limit"] == firm[processes.index(ENVIRONMENT["GRIDWARP_PROCESSES"])]


def test_the_balancer_has_the_memory_that_its_buffers_need():
    buffer = int(set_in_cfg(r"tune\.bufsize (\d+)"))
    assert set_in_cfg(r"maxconn (.*)") == '"${GRIDWARP_CLIENTS}"'
    connections = int(BALANCER["environment"]["GRIDWARP_CLIENTS"])
    assert connections * 3 * buffer < 0.8 * in_bytes(BALANCER["mem_limit"])
    for page in (TEXT, (ROOT / "docs/operations.md").read_text(encoding="utf-8")):
        assert f"{3 * buffer / MEBI:.2f} MiB" in page
    kept = int(set_in_cfg(r"acl fits_into_a_buffer req\.hdr_val\(content-length\) le (\d+)"))
    assert kept == MEBI
    assert buffer >= kept + LONGEST_HEAD + 8192  # what HAProxy keeps for itself


def test_those_that_stop_end_in_the_right_order():
    """The service finishes, then kills its processes, then the balancer gives up, then Compose kills the balancer."""
    notice = float(ENVIRONMENT["GRIDWARP_SHUTDOWN_NOTICE"])
    its_own_end = notice + default("shutdown_grace") + GRACE_OF_THE_END
    gives_up = seconds(set_in_cfg(r"hard-stop-after (\w+)"))
    assert its_own_end < seconds(API["stop_grace_period"])
    assert its_own_end < gives_up < seconds(BALANCER["stop_grace_period"])
    assert BALANCER["depends_on"] == {"api": {"condition": "service_healthy"}}  # so it is stopped before
    assert BALANCER["stop_signal"] == "SIGUSR1"


def test_timeouts_go_with_those_of_the_service():
    assert timeout("http-request") == HEAD_SECONDS
    assert timeout("client") > max(default("upload_timeout"), default("send_timeout"))
    assert timeout("server") > default("deadline")
    assert timeout("server") > timeout("client")
    body = seconds(set_in_cfg(r"http-request wait-for-body time (\w+)"))
    assert body == MEBI / SLOWEST + default("upload_timeout")
    assert "http-reuse never" in CFG  # or connections would have to be let go before the service closes them


def test_what_is_tried_again_and_how_often():
    assert set_in_cfg(r"retry-on (.*)").split() == ["conn-failure", "empty-response", "503"]
    assert set_in_cfg(r"retries (\d+)") == "2"


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_can_write_or_become_root(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert "container_name" not in service
    assert all(volume.endswith(":ro") or "/" not in volume.split(":")[0] for volume in service.get("volumes", []))


def test_only_the_balancer_is_open_to_others():
    assert "ports" not in API
    assert API["networks"] == ["backend"]
    assert AS_WRITTEN["networks"]["backend"] == {"internal": True}
    assert BALANCER["ports"] == ["8000:8000"]
    assert "ports" not in SERVICES["prometheus"]
    assert SERVICES["grafana"]["ports"] == ["127.0.0.1:3000:3000"]
    assert {name for name, service in SERVICES.items() if "profiles" in service} == {"prometheus", "grafana"}


@pytest.mark.parametrize("name", ["balancer", "prometheus", "grafana"])
def test_images_are_of_a_named_version_and_what_they_mount_is_there(name):
    assert re.search(r":v?\d+\.\d+", SERVICES[name]["image"])
    mounted = [volume.split(":")[0] for volume in SERVICES[name]["volumes"]]
    assert [path for path in mounted if path.startswith(".") and not (ROOT / path).exists()] == []


def test_grafana_finds_prometheus_and_the_dashboard():
    provisioning = ROOT / "deploy/grafana/provisioning"
    (source,) = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())["datasources"]
    assert source["type"] == BOARD["templating"]["list"][0]["query"]
    assert source["isDefault"]  # which is what the board's list of data sources begins with
    assert source["url"] == "http://prometheus:9090"
    (provider,) = yaml.safe_load((provisioning / "dashboards/gridwarp.yml").read_text())["providers"]
    grafana = SERVICES["grafana"]
    board = "./deploy/grafana/gridwarp.json:" + provider["options"]["path"] + "/gridwarp.json:ro"
    assert board in grafana["volumes"]
    assert grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] in board
    assert set(SERVICES["prometheus"]["networks"]) & set(grafana["networks"]) == {"monitoring"}


def test_prometheus_asks_each_replica_and_the_balancer():
    configuration = yaml.safe_load((ROOT / "deploy/prometheus/compose.yml").read_text())
    replicas, balancer = configuration["scrape_configs"]
    (found_by,) = replicas["dns_sd_configs"]
    assert (found_by["names"], found_by["type"], found_by["port"]) == (["api"], "A", default("port"))
    assert replicas["job_name"] == "gridwarp"  # as the alerts call it
    port = re.search(r"GRIDWARP_BALANCER_METRICS-:(\d+)", CFG)[1]
    assert balancer["static_configs"] == [{"targets": [f"balancer:{port}"]}]
    assert f"127.0.0.1:{port}/healthz" in " ".join(BALANCER["healthcheck"]["test"])


@pytest.mark.parametrize("name", ["compose.yml", "prometheus.yml"])
def test_prometheus_takes_its_configurations(name):
    if not shutil.which("promtool"):
        pytest.skip("no promtool; Debian, Ubuntu: apt-get install prometheus")
    folder = ROOT / "deploy/prometheus"
    done = subprocess.run(
        ["promtool", "check", "config", name], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
