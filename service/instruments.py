"""What the service counts and measures: every name, every label and every value that a label can have.

The values are all listed, so that whatever clients send there are never more series, and each has a fixed place in a
row of numbers; see `metrics`.
"""

from __future__ import annotations

from itertools import product
from typing import Final, NamedTuple

from service.problems import all_codes
from service.record import CUT_SHORT
from service.stopwatch import STAGES

ROUTES: Final = (
    "/v1/warp",
    "/v1/plan",
    "/v1/limits",
    "/livez",
    "/readyz",
    "/metrics",
    "/version",
    "/openapi.json",
    "/docs",
    "/playground",
    "/problems",
    "/",
)
OTHER: Final = "other"

STATUSES: Final = tuple(map(str, (200, 304, 307, 400, 401, 403, 404, 405, 408, 413, 415, 422, 499, 500, 503)))
"""499 where nothing was answered, since the client had left; it is never sent."""

SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Instrument(NamedTuple):
    """A counter, a gauge or a histogram.

    Attributes:
        kind: "counter", "gauge" or "histogram".
        name: below "gridwarp_".
        help: what it says, for people.
        labels: all values that each label can have.
        bounds: of a histogram's buckets, the last one without a bound left out.
    """

    kind: str
    name: str
    help: str
    labels: dict[str, tuple[str, ...]]
    bounds: tuple[float, ...] = ()

    @property
    def series(self) -> list[tuple[str, ...]]:
        """Every combination of the labels' values."""
        return list(product(*self.labels.values()))

    @property
    def width(self) -> int:
        """How many numbers a series has: one, or a histogram's sum and buckets."""
        return len(self.bounds) + 2 if self.kind == "histogram" else 1


def _counter(name: str, text: str, **labels: tuple[str, ...]) -> Instrument:
    return Instrument("counter", name, text, labels)


def _gauge(name: str, text: str) -> Instrument:
    return Instrument("gauge", name, text, {})


def _seconds(name: str, text: str, **labels: tuple[str, ...]) -> Instrument:
    return Instrument("histogram", name, text, labels, SECONDS)


INSTRUMENTS: Final = (
    _counter("requests", "Requests by address and status.", route=(*ROUTES, OTHER), status=(*STATUSES, OTHER)),
    _seconds("request_seconds", "From a request's head to the end of its answer.", route=("/v1/warp", "/v1/plan")),
    _seconds("stage_seconds", "Time of each stage of a warp; strips on several threads are added up.", stage=STAGES),
    _counter("problems", "Problem documents, as answers and in batches, by their code.", code=all_codes()),
    _counter("cut_short", "Answers that were not finished, by the reason.", reason=CUT_SHORT),
    _counter("pixels", "Pixels of sources and outputs, of warps that were finished.", of=("source", "output")),
    _counter("body_bytes", "Bytes of the bodies of requests and answers.", direction=("in", "out")),
    _counter("results", "Pictures that were warped to the end."),
    _gauge("requests_in_progress", "Requests that are being served."),
    _gauge("slots", "Requests that may be worked on at once."),
    _gauge("slots_in_use", "Requests that are being worked on."),
    _gauge("queue_requests", "Requests that wait for a slot."),
    _gauge("queue_work", "Work that waits: pixels of sources, and source pixels read for outputs."),
    _gauge("requests_aside", "Requests that have begun and wait for their clients to read."),
    _gauge("picture_bytes", "Bytes of pictures that requests hold, as predicted."),
    _gauge("upload_bytes", "Bytes of uploads that are held."),
)

BY_NAME: Final = {instrument.name: instrument for instrument in INSTRUMENTS}
