"""The dashboard and the alerts show what the service tells: asked of a real Prometheus that reads a real service."""

import math
import re
import shutil
import socket
import subprocess

import pytest
from prometheus_client.parser import text_string_to_metric_families

from docs.make_tables import PAGE
from service.metrics import Metrics
from tests.contract.batches import ask
from tests.contract.dashboard import FILE, QUERIES, expression
from tests.contract.prometheus import FOLDER, scraping
from tests.contract.server import ROOT, running, wait_for

FAMILIES = list(text_string_to_metric_families(Metrics.alone().exposition().decode()))
SERIES = {sample.name for family in FAMILIES for sample in family.samples}
RULES = (FOLDER / "alerts.yml").read_text()
ALERTS = re.findall(r"- alert: (\w+)", RULES)
TOKEN = "0123456789abcdef"  # noqa: S105 (it opens nothing)


def names_in(text):
    return set(re.findall(r"\bgridwarp_\w+", text))


def needed(program):
    if not shutil.which(program):
        pytest.skip(f"no {program}; Debian, Ubuntu: apt-get install prometheus")
    return program


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory, picture_png):
    """One that reads a service with a little of everything behind it."""
    needed("prometheus")
    folder = tmp_path_factory.mktemp("prometheus")
    with (
        running(folder / "service.log", processes=1, tokens=TOKEN) as server,
        scraping(server.port, TOKEN, folder) as prometheus,
    ):
        server.client.headers["Authorization"] = f"Bearer {TOKEN}"
        plan = {"spec": {"ops": []}, "source": {"width": 13, "height": 17}}
        assert server.warp(picture_png, "op=rotate:10").status_code == 200
        assert server.warp(b"no picture", "op=identity").status_code == 415
        assert ask(server, [picture_png, picture_png[:40], picture_png], {"ops": []}).status_code == 200
        assert server.client.post("/v1/plan", json=plan).status_code == 200
        leave_in_the_middle(server)
        last = "rate(gridwarp_cut_short_total[1m]) > 0"
        wait_for(lambda: any(len(values) > 1 for values in prometheus.history(last)))
        yield prometheus


def leave_in_the_middle(server):
    head = f"POST /v1/warp HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 1000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head.encode() + b"the beginning")


@pytest.mark.parametrize("name", QUERIES)
def test_a_panel_has_something_to_show(prometheus, name):
    now = prometheus.values(expression(QUERIES[name]))
    assert now
    assert all(map(math.isfinite, now))
    assert max(map(len, prometheus.history(expression(QUERIES[name])))) > 1


def test_where_nobody_asks_there_is_a_gap_and_not_nan(prometheus):
    """Some seconds after the last request: 0 / 0."""
    ratios = [expression(text, "3s") for text in QUERIES.values() if re.search(r"quantile|/ sum.*rate", text)]
    assert len(ratios) == 7
    wait_for(lambda: prometheus.values('sum(rate(gridwarp_requests_total{route=~"/v1/.*"}[3s]))') == [0])
    for text in ratios:
        assert any(map(math.isnan, prometheus.values(text.removesuffix(" >= 0"))))
        assert prometheus.values(text) == []


def test_an_alert_looks_at_what_is_there_and_is_quiet(prometheus):
    (group,) = prometheus.get("/rules")["groups"]
    assert [rule["name"] for rule in group["rules"]] == ALERTS
    for rule in group["rules"]:
        assert rule["health"] == "ok", rule
        assert rule["state"] != "firing", rule
        prometheus.values(rule["query"])
        (watched,) = re.fullmatch(r"(.*) (?:>|==) [\d.*^ ]+", rule["query"], re.DOTALL).groups()
        found = prometheus.values(watched)
        assert found, watched
        assert all(map(math.isfinite, found))


@pytest.mark.parametrize(
    "check",
    [
        ["check", "rules", "--lint-fatal", str(FOLDER / "alerts.yml")],
        ["check", "config", "--lint-fatal", str(FOLDER / "prometheus.yml")],
        ["test", "rules", "tests/contract/alerts_test.yml"],
    ],
    ids=lambda check: " ".join(check[:2]),
)
def test_promtool_finds_nothing(check):
    done = subprocess.run([needed("promtool"), *check], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_alert_says_what_it_means_and_has_its_line_in_the_table():
    for rule in RULES.split("- alert: ")[1:]:
        assert re.search(r"\n +summary: \S", rule), rule
        assert re.search(r"\n +description: \S", rule), rule
    table = PAGE.read_text(encoding="utf-8").split("Worth an alert")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == ALERTS


def test_every_name_is_that_of_a_number():
    histograms = {family.name for family in FAMILIES if family.type == "histogram"}
    assert names_in(FILE.read_text(encoding="utf-8")) - SERIES == set()
    assert names_in(RULES) - SERIES == set()
    assert names_in(PAGE.read_text(encoding="utf-8")) - SERIES - histograms == set()


def test_every_number_is_shown():
    shown = names_in(" ".join(QUERIES.values()))
    assert [family.name for family in FAMILIES if not shown & {sample.name for sample in family.samples}] == []
