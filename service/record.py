"""What is noted of a request on its way, for the log and the metrics: numbers and our own words, not the client's."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.types import Scope

from service.stopwatch import Stopwatch

_KEY = "gridwarp.record"

CUT_SHORT = ("client-left", "client-too-slow", "deadline", "fault")
"""Why an answer that had begun, or was asked for, was not finished."""


@dataclass
class Record:
    """One request.

    Attributes:
        clock: the time that its stages took.
        status: of the answer; 0 if there was none.
        problem: the code of the problem that was the answer.
        cut_short: a word of CUT_SHORT, if one holds.
        bytes_in: of the body.
        bytes_out: of the answer's body.
        items: results that were asked for.
        failed: the codes of the problems in the place of results.
        ops: names of the operations of the first spec.
        source: the first picture's size, upright.
        output: the first result's size.
        source_pixels: of all pictures, each once.
        output_pixels: of all results.
    """

    clock: Stopwatch = field(default_factory=Stopwatch)
    status: int = 0
    problem: str = ""
    cut_short: str = ""
    bytes_in: int = 0
    bytes_out: int = 0
    items: int = 0
    failed: list[str] = field(default_factory=list)
    ops: tuple[str, ...] = ()
    source: str = ""
    output: str = ""
    source_pixels: int = 0
    output_pixels: int = 0


def record_of(scope: Scope) -> Record:
    """Give the record of a request."""
    record: Record | None = scope.get(_KEY)
    if record is None:
        record = scope[_KEY] = Record()
    return record


def route_path(scope: Scope) -> str:
    """Give the address below the prefix of a proxy."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))
