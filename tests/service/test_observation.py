"""Every request is counted and has its line, with our own words and numbers only."""

import asyncio
import logging

import pytest

from service.metrics import Metrics
from service.observation import Observation
from service.record import record_of
from tests.service.asgi import Exchange, answer_with, scope_of
from tests.service.test_metrics import value

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"


@pytest.fixture(autouse=True)
def _all_levels(caplog):
    caplog.set_level(logging.DEBUG, "gridwarp")


def observe(app, path="/v1/warp", method="POST", **headers):
    metrics = Metrics.alone()
    exchange = Exchange()
    asyncio.run(Observation(app, metrics)(scope_of(path, method, **headers), exchange.receive, exchange.send))
    return metrics


async def fine(scope, receive, send):
    await answer_with(send, b"12", b"345")


def fields(caplog):
    (record,) = caplog.records
    return record.fields


def test_a_request_is_counted_by_address_and_status(caplog):
    metrics = observe(fine)
    assert value(metrics, "requests_total", route="/v1/warp", status="200") == 1
    assert value(metrics, "request_seconds_count", route="/v1/warp") == 1
    assert value(metrics, "body_bytes_total", direction="out") == 5
    assert value(metrics, "requests_in_progress") == 0
    line = fields(caplog)
    assert line.items() >= {"method": "POST", "route": "/v1/warp", "status": 200, "bytes_out": 5}.items()
    assert len(line["request_id"]) == 16


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/docs/swagger-ui/swagger-ui.css", "/docs"),
        ("/problems/overloaded", "/problems"),
        ("/playground/main.js", "/playground"),
        ("/", "/"),
        ("/v1/limits", "/v1/limits"),
        ("/v1/warp/x", "other"),
        ("/../../etc/passwd", "other"),
        ("/v1/warp\n", "other"),
        ("", "other"),
    ],
)
def test_an_address_is_one_of_those_that_there_are(path, route, caplog):
    assert value(observe(fine, path), "requests_total", route=route, status="200") == 1
    assert fields(caplog)["route"] == route


def test_a_status_that_is_never_given_is_other(caplog):
    async def app(scope, receive, send):
        await answer_with(send, b"", status=418)

    assert value(observe(app), "requests_total", route="/v1/warp", status="other") == 1


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_what_is_asked_all_the_time_is_no_news(path, caplog):
    observe(fine, path, "GET")
    assert caplog.records[0].levelno == logging.DEBUG


def test_what_was_noted_on_the_way_is_told(caplog):
    async def app(scope, receive, send):
        record = record_of(scope)
        record.items, record.ops, record.source, record.output = 3, ("rotate", "scale"), "451x300", "541x486"
        record.source_pixels, record.output_pixels, record.bytes_in = 10, 20, 30
        record.failed.append("undecodable-image")
        record.clock.add("decode", 0.0123)
        record.clock.add("warp", 0.5)
        record.clock.add("warp", 0.25)
        await answer_with(send, b"x")

    metrics = observe(app)
    assert value(metrics, "results_total") == 2
    assert value(metrics, "problems_total", code="undecodable-image") == 1
    assert [value(metrics, "pixels_total", of=of) for of in ("source", "output")] == [10, 20]
    assert value(metrics, "body_bytes_total", direction="in") == 30
    assert value(metrics, "stage_seconds_sum", stage="warp") == 0.75
    assert value(metrics, "stage_seconds_count", stage="queue") == 0
    line = fields(caplog)
    assert line["stages_ms"] == {"decode": 12.3, "warp": 750.0}
    assert line["ops"] == ["rotate", "scale"]
    assert (line["items"], line["failed"], line["source"], line["output"]) == (3, 1, "451x300", "541x486")


def test_a_client_that_left_is_499_and_makes_no_result(caplog):
    async def app(scope, receive, send):
        record = record_of(scope)
        record.items, record.cut_short = 1, "client-left"

    metrics = observe(app)
    assert value(metrics, "requests_total", route="/v1/warp", status="499") == 1
    assert value(metrics, "cut_short_total", reason="client-left") == 1
    assert value(metrics, "results_total") == 0
    assert fields(caplog)["cut_short"] == "client-left"


@pytest.mark.parametrize("begun", [False, True])
def test_a_fault_is_told_and_goes_on(caplog, begun):
    async def app(scope, receive, send):
        record_of(scope).items = 1
        if begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    metrics = Metrics.alone()
    exchange = Exchange()
    with pytest.raises(ZeroDivisionError):
        asyncio.run(Observation(app, metrics)(scope_of("/v1/warp"), exchange.receive, exchange.send))
    assert value(metrics, "requests_total", route="/v1/warp", status="200" if begun else "500") == 1
    assert value(metrics, "cut_short_total", reason="fault") == 1
    assert value(metrics, "problems_total", code="internal-error") == (0 if begun else 1)
    assert fields(caplog).get("problem") == (None if begun else "internal-error"), "of an answer that is a problem"
    assert value(metrics, "results_total") == 0
    assert value(metrics, "requests_in_progress") == 0


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (f"00-{TRACE}-{SPAN}-01", (TRACE, SPAN)),
        (f"00-{TRACE.upper()}-{SPAN}-01", None),
        (f"01-{TRACE}-{SPAN}-01", None),
        (f"00-{TRACE}-{SPAN}-01-x", None),
        (f"00-{TRACE}-{SPAN}-01\n", None),
        ('"; drop', None),
    ],
)
def test_the_trace_is_told_if_it_is_one(sent, told, caplog):
    observe(fine, traceparent=sent)
    line = fields(caplog)
    assert (line.get("trace_id"), line.get("parent_span_id")) == (told or (None, None))


def test_nothing_of_the_client_is_in_a_line(caplog):
    observe(fine, "/v1/" + "secret" * 3, user_agent="secret", cookie="secret", authorization="Bearer secret")
    assert "secret" not in str(fields(caplog))


def test_other_protocols_pass():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope)

    asyncio.run(Observation(app, Metrics.alone())({"type": "lifespan"}, None, None))
    assert seen == [{"type": "lifespan"}]
