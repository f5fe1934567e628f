"""What can be seen of the service at work: its numbers and its log."""

import json
import math
import time

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.limits import NAMES
from service.settings import Settings
from tests.contract.batches import ask
from tests.contract.server import running, wait_for
from tests.contract.wire import check_problem

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture(scope="module")
def observed(tmp_path_factory):
    log = tmp_path_factory.mktemp("observed") / "log"
    with running(log, processes=2, workers=2, log_level="info", log_format="json") as server:
        yield server
        assert all(json.loads(line) for line in server.log.splitlines())


def lines(server, request_id, count=1):
    """The log's lines of a request, as soon as there are so many, and a moment later, if there are more by then."""

    def found():
        events = map(json.loads, server.log.splitlines())
        return [event for event in events if event.get("request_id") == request_id]

    wait_for(lambda: len(found()) >= count)
    time.sleep(0.1)
    return found()


def number(server, name, **labels):
    families = text_string_to_metric_families(server.client.get("/metrics").text)
    samples = [sample for family in families for sample in family.samples if sample.name == f"gridwarp_{name}"]
    return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())


def test_a_request_has_one_line_with_all_that_is_known_of_it(observed, picture_png):
    headers = {"X-Request-ID": "one-line", "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    answer = observed.warp(picture_png, "op=rotate:10&op=scale:2&canvas=expand", headers=headers)
    (line,) = lines(observed, "one-line")
    assert line.pop("ms") > 0
    stages = line.pop("stages_ms")
    assert list(stages) == ["upload", "queue", "decode", "warp", "encode", "send"]
    assert line.pop("time").startswith("20")
    assert line == {
        "level": "info",
        "logger": "gridwarp.requests",
        "message": "request",
        "request_id": "one-line",
        "trace_id": TRACE,
        "parent_span_id": "00f067aa0ba902b7",
        "method": "POST",
        "route": "/v1/warp",
        "status": 200,
        "bytes_in": len(picture_png),
        "bytes_out": len(answer.content),
        "source": "13x17",
        "output": answer.headers["warp-output-size"],
        "ops": ["rotate", "scale"],
        "source_pixels": 13 * 17,
        "output_pixels": math.prod(map(int, answer.headers["warp-output-size"].split("x"))),
    }


def test_a_batch_has_one_line_too(observed, picture_png):
    before = number(observed, "results_total")
    answer = ask(observed, [picture_png, picture_png[:40], picture_png], {"ops": []}, headers={"X-Request-ID": "batch"})
    assert answer.status_code == 200
    (line,) = lines(observed, "batch")
    assert (line["items"], line["failed"], line["source_pixels"]) == (3, 1, 2 * 13 * 17)
    assert number(observed, "results_total") == before + 2
    assert number(observed, "problems_total", code="undecodable-image") >= 1


def test_a_refusal_says_which_and_nothing_of_what_was_sent(observed):
    secret = b"secret words that are no picture"
    headers = {"X-Request-ID": "refused", "Content-Disposition": 'filename="secret.png"', "User-Agent": "secret"}
    check_problem(observed.warp(secret, "op=identity&secret=1", headers=headers), 422, "invalid-spec", "")
    check_problem(observed.warp(secret, "op=identity", headers=headers), 415, "unsupported-image")
    first, second = lines(observed, "refused", 2)
    assert [line["problem"] for line in (first, second)] == ["invalid-spec", "unsupported-image"]
    assert "secret" not in json.dumps([first, second])


def test_health_checks_are_no_news(observed):
    for path in ("/livez", "/readyz", "/metrics"):
        observed.client.get(path, headers={"X-Request-ID": f"quiet-{path[1:]}"})
    observed.client.get("/version", headers={"X-Request-ID": "told"})
    assert lines(observed, "told")
    assert "quiet" not in observed.log


def test_numbers_are_those_of_both_processes(observed, picture_png):
    assert number(observed, "slots") == 2
    assert number(observed, "resident_bytes") > 50 << 20
    before = number(observed, "requests_total", route="/v1/warp", status="200")
    for _ in range(6):  # each on a connection of its own, so that both get some
        with observed_client(observed) as client:
            assert client.post("/v1/warp?op=identity", content=picture_png).status_code == 200
    wait_for(lambda: number(observed, "requests_total", route="/v1/warp", status="200") == before + 6)
    assert (
        number(observed, "slots_in_use") == number(observed, "picture_bytes") == number(observed, "upload_bytes") == 0
    )


def observed_client(server):
    return httpx.Client(base_url=server.url, trust_env=False, timeout=30)


def test_the_limits_that_concern_a_client(observed):
    told = observed.client.get("/v1/limits").json()
    settings = Settings()
    assert told == {name: getattr(settings, name) for name in NAMES} | {"formats": list(settings.formats)}
