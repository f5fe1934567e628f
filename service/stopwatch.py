"""How long the stages of a request take; those on several threads are added up."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

STAGES = ("upload", "queue", "decode", "warp", "encode", "send")
"""In the order in which a picture goes through them; strips are warped, encoded and sent by turns."""


class Stopwatch:
    """Times by stage."""

    def __init__(self) -> None:
        self._spans: dict[str, list[float]] = {stage: [] for stage in STAGES}  # lists, since threads append to them

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Take the time of what is within."""
        started = perf_counter()
        try:
            yield
        finally:
            self.add(stage, perf_counter() - started)

    def add(self, stage: str, seconds: float) -> None:
        """Note a time that was taken elsewhere."""
        self._spans[stage].append(seconds)

    def spent(self, stage: str) -> float:
        """Give the sum of a stage's times."""
        return sum(self._spans[stage])

    def seconds(self) -> dict[str, float]:
        """Give the sum of each stage's times, without the stages that were not reached."""
        return {stage: sum(spans) for stage, spans in self._spans.items() if spans}
