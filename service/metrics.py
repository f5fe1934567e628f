"""The numbers of all processes, in one table that they share; whichever process is asked adds up the rows.

A process that is replaced leaves its counts to the one that comes after it, so that no counter goes back.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from service.engine import VERSION
from service.instruments import BY_NAME, INSTRUMENTS, Instrument
from service.shared_table import SharedTable

_PAGE = os.sysconf("SC_PAGE_SIZE")


def _layout() -> dict[tuple[str, ...], int]:
    """Give each series its place in a row; the first place is the process's number."""
    places, column = {}, 1
    for instrument in INSTRUMENTS:
        for values in instrument.series:
            places[instrument.name, *values] = column
            column += instrument.width
    return places


_PLACES = _layout()
COLUMNS = 1 + sum(instrument.width * len(instrument.series) for instrument in INSTRUMENTS)


class Metrics:
    """One process's row, and a look at all."""

    def __init__(self, table: SharedTable, row: int) -> None:
        """Begin anew with what is momentary, and go on with what is counted."""
        self._table = table
        self._row = table.row(row)
        self._row[0] = os.getpid()
        for instrument in INSTRUMENTS:
            if instrument.kind == "gauge":
                self._row[_PLACES[(instrument.name,)]] = 0

    @classmethod
    def alone(cls) -> Metrics:
        """Make those of a service of one process."""
        return cls(SharedTable.make(1, COLUMNS, "d"), 0)

    def count(self, name: str, *labels: str, by: float = 1) -> None:
        """Add to a counter, or to a gauge that goes up and down.

        Args:
            name: the instrument's.
            labels: the values, in the order of the instrument's.
            by: how much is added.
        """
        self._row[_PLACES[name, *labels]] += by

    def histogram(self, name: str, *labels: str) -> Callable[[float], None]:
        """Give what notes a value in a histogram; see `count`."""
        row, total, bounds = self._row, _PLACES[name, *labels], BY_NAME[name].bounds
        first = total + 1

        def note(value: float) -> None:
            row[total] += value
            row[first + bisect_left(bounds, value)] += 1

        return note

    def gauge(self, name: str) -> Callable[[float], None]:
        """Give what says what a gauge is now."""
        return partial(self._row.__setitem__, _PLACES[(name,)])

    def exposition(self) -> bytes:
        """Write all numbers of all processes in Prometheus' text format."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Reader(list(self._table)))
        return generate_latest(registry)


class _Reader(Collector):
    """What the Prometheus library asks for the numbers."""

    def __init__(self, rows: Sequence[memoryview[Any]]) -> None:
        self._rows = rows

    def collect(self) -> Iterator[Metric]:
        """Give every instrument with its numbers."""
        yield from map(self._family, INSTRUMENTS)
        info = GaugeMetricFamily("gridwarp_build_info", "What is running.", labels=["version"])
        info.add_metric([VERSION], 1)
        yield info
        yield from self._processes()

    def _family(self, instrument: Instrument) -> Metric:
        name, labels = f"gridwarp_{instrument.name}", list(instrument.labels)
        family: Metric = _FAMILIES[instrument.kind](name, instrument.help, labels=labels)
        for values in instrument.series:
            place = _PLACES[instrument.name, *values]
            numbers = [sum(row[place + offset] for row in self._rows) for offset in range(instrument.width)]
            _ADD[instrument.kind](family, values, numbers, instrument.bounds)
        return family

    def _processes(self) -> Iterator[Metric]:
        memory = GaugeMetricFamily("gridwarp_resident_bytes", "Memory of each process.", labels=["process"])
        files = GaugeMetricFamily("gridwarp_open_files", "Open files of each process.", labels=["process"])
        for number, row in enumerate(self._rows):
            process = Path(f"/proc/{int(row[0])}")
            try:
                resident = int((process / "statm").read_text().split()[1]) * _PAGE
                opened = len(os.listdir(process / "fd"))  # noqa: PTH208 (only counted)
            except OSError:  # it has ended, or this is no Linux
                continue
            memory.add_metric([str(number)], resident)
            files.add_metric([str(number)], opened)
        yield from (memory, files)


_FAMILIES: dict[str, Any] = {
    "counter": CounterMetricFamily,
    "gauge": GaugeMetricFamily,
    "histogram": HistogramMetricFamily,
}


def _add_number(
    family: CounterMetricFamily | GaugeMetricFamily, values: Sequence[str], numbers: Sequence[float], _bounds: object
) -> None:
    family.add_metric(values, numbers[0])


def _add_histogram(
    family: HistogramMetricFamily, values: Sequence[str], numbers: Sequence[float], bounds: Sequence[float]
) -> None:
    total, buckets = 0.0, []
    for bound, number in zip([*map(str, bounds), "+Inf"], numbers[1:], strict=True):
        total += number
        buckets.append((bound, total))
    family.add_metric(values, buckets, sum_value=numbers[0])


_ADD: dict[str, Any] = {"counter": _add_number, "gauge": _add_number, "histogram": _add_histogram}
