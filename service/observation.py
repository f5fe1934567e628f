"""Sees every request from its head to the end of its answer: counts it, and writes its line in the log."""

import logging
import re
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.head import header_of
from service.instruments import BY_NAME, OTHER, ROUTES, STATUSES
from service.metrics import Metrics
from service.problems import BUG, CLIENT_LEFT
from service.record import Record, record_of, route_path
from service.request_id import request_id_of
from service.stopwatch import STAGES

logger = logging.getLogger("gridwarp.requests")

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}", re.ASCII)
_QUIET = ("/livez", "/readyz", "/metrics")
"""What is asked every few seconds is no news."""
_TIMED = BY_NAME["request_seconds"].labels["route"]


class Observation:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics
        self.note_seconds_of = {route: metrics.histogram("request_seconds", route) for route in _TIMED}
        self.note_stage = {stage: metrics.histogram("stage_seconds", stage) for stage in STAGES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        record, began = record_of(scope), perf_counter()

        async def seen(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
            else:
                record.bytes_out += len(message.get("body", b""))
            await send(message)

        self.metrics.count("requests_in_progress")
        try:
            await self.app(scope, receive, seen)
        except Exception:
            record.cut_short = "fault"
            if not record.status:  # the answer is the problem of a bug, which is made further out
                record.status, record.problem = BUG.status, BUG.code
            raise
        finally:
            record.status = record.status or CLIENT_LEFT
            self.metrics.count("requests_in_progress", by=-1)
            self._count(scope, record, perf_counter() - began)

    def _count(self, scope: Scope, record: Record, seconds: float) -> None:
        route = _route_of(scope)
        count = self.metrics.count
        count("requests", route, _known(str(record.status), STATUSES))
        if route in _TIMED:
            self.note_seconds_of[route](seconds)
        for stage, spent in record.clock.seconds().items():
            self.note_stage[stage](spent)
        for code in (*record.failed, record.problem):
            if code:
                count("problems", code)
        if record.cut_short:
            count("cut_short", record.cut_short)
        elif record.items and not record.problem:
            count("results", by=record.items - len(record.failed))
            count("pixels", "source", by=record.source_pixels)
            count("pixels", "output", by=record.output_pixels)
        if record.bytes_in:
            count("body_bytes", "in", by=record.bytes_in)
        count("body_bytes", "out", by=record.bytes_out)
        level = logging.DEBUG if route in _QUIET else logging.INFO
        if logger.isEnabledFor(level):
            logger.handle(_event(level, _fields(scope, record, route, seconds)))


def _event(level: int, fields: dict[str, Any]) -> logging.LogRecord:
    """Make a line's event, without the search for the place that it comes from, which takes as long as the rest."""
    event = logging.LogRecord(logger.name, level, __file__, 0, "request", None, None)
    event.fields = fields
    return event


def _fields(scope: Scope, record: Record, route: str, seconds: float) -> dict[str, Any]:
    """Give the members of a request's line; what does not concern it is left out."""
    trace, span = _trace_of(scope)
    fields = {
        "request_id": request_id_of(scope),
        "trace_id": trace,
        "parent_span_id": span,
        "method": scope["method"],
        "route": route,
        "status": record.status,
        "problem": record.problem,
        "cut_short": record.cut_short,
        "ms": _milliseconds(seconds),
        "bytes_in": record.bytes_in,
        "bytes_out": record.bytes_out,
        "source": record.source,
        "output": record.output,
        "ops": list(record.ops),
        "items": record.items if record.items > 1 else 0,
        "failed": len(record.failed),
        "source_pixels": record.source_pixels,
        "output_pixels": record.output_pixels,
        "stages_ms": {stage: _milliseconds(spent) for stage, spent in record.clock.seconds().items()},
    }
    return {name: value for name, value in fields.items() if value or name == "status"}


def _trace_of(scope: Scope) -> tuple[str, str]:
    """Read the ids of the trace and of the caller's span (W3C Trace Context, section 3.2)."""
    found = _TRACEPARENT.fullmatch(header_of(scope, b"traceparent") or "")
    return (found[1], found[2]) if found else ("", "")


def _route_of(scope: Scope) -> str:
    path = route_path(scope)
    first = f"/{path.split('/')[1]}" if path.startswith("/") else path
    return path if path in ROUTES else _known(first, ("/docs", "/playground", "/problems"))


def _known(value: str, values: tuple[str, ...]) -> str:
    return value if value in values else OTHER


def _milliseconds(seconds: float) -> float:
    return round(1e3 * seconds, 1)
