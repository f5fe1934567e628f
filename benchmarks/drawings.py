"""Which charts there are, and what of the figures each shows."""

from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from typing import NamedTuple

from benchmarks import core, end_to_end, png, scaling, services
from benchmarks.charts import Points, bars, lines
from benchmarks.goals import Records, rows_where
from benchmarks.record import Row

OURS = services.OURS


def core_bars(records: Records) -> str:
    """Of RGB pictures, one thread."""
    groups: dict[str, dict[str, float]] = {}
    for row in rows_where(records, "core", table=core.AFFINE, picture="RGB"):
        groups.setdefault(row["filter"], {OURS: row["our MP/s"]})[row["peer"]] = row["its MP/s"]
    return bars("Turned by 30 degrees, RGB, one thread", "megapixels a second; longer is better", groups, OURS)


def size_lines(records: Records, table: str) -> str:
    """Of the swift libraries, on one thread or on two."""
    series: dict[str, dict[float, float]] = {}
    for row in rows_where(records, "core", table=table):
        series.setdefault(OURS, {})[row["MP"]] = row["our MP/s"]
        series.setdefault(row["peer"], {})[row["MP"]] = row["its MP/s"]
    return lines(
        f"Bilinear, RGB, {table}", "megapixels a second; higher is better", "megapixels", _points(series), OURS
    )


def png_bars(records: Records) -> str:
    """Of the middle photo, plain and turned."""
    groups: dict[str, dict[str, list[float]]] = {}
    for table in (png.PLAIN, png.TURNED):
        group = groups.setdefault(table, {OURS: []})
        for row in rows_where(records, "png", table=table):
            group[OURS].append(row["our MP/s"])
            group.setdefault(row["peer"], []).append(row["its MP/s"])
    middle = {table: {name: median(found) for name, found in group.items()} for table, group in groups.items()}
    return bars("PNG encoding, one thread", "megapixels a second, the middle photo; longer is better", middle, OURS)


def throughput_bars(records: Records) -> str:
    """Of all servers at the connections of the goals."""
    groups: dict[str, dict[str, float]] = {}
    for row in rows_where(records, "end_to_end", table=end_to_end.UNDER_LOAD, connections=end_to_end.GOAL_CONNECTIONS):
        group = groups.setdefault(f"{row['in']} of {row['MP']} MP", {})
        for name, speed in _speeds(row).items():
            group[name] = speed * row["MP"]
    return bars("Whole requests, 4 connections", "megapixels a second over HTTP; longer is better", groups, OURS)


def connection_lines(records: Records) -> str:
    """Of all servers, for a JPEG of the size that most have."""
    series: dict[str, dict[float, float]] = {}
    wanted = {"table": end_to_end.UNDER_LOAD, "in": "JPEG", "MP": 0.4}
    for row in rows_where(records, "end_to_end", **wanted):
        for name, speed in _speeds(row).items():
            series.setdefault(name, {})[row["connections"]] = speed
    note = "answers a second; higher is better"
    return lines("JPEG of 0.4 MP in, PNG out", note, "connections", _points(series), OURS)


def memory_bars(records: Records) -> str:
    """Of all servers."""
    groups: dict[str, dict[str, float]] = {}
    for row in rows_where(records, "end_to_end", table=end_to_end.MEMORY):
        groups.setdefault(f"{row['in']} of {row['MP']} MP", {})[row["peer"]] = row["bytes a source pixel"]
    return bars(
        "Memory of one request, above idle",
        "bytes for each pixel of the source; shorter is better",
        groups,
        OURS,
    )


def scaling_lines(records: Records) -> str:
    """Of ourselves."""
    points = [(row["MP"], row["ms a megapixel"]) for row in rows_where(records, "scaling", table=scaling.PER_MEGAPIXEL)]
    return lines("Core and encoder, one thread", "milliseconds a megapixel", "megapixels", {OURS: points}, OURS)


class Drawing(NamedTuple):
    """A chart.

    Attributes:
        file: the record that it is drawn from.
        table: whose rows it needs.
        draw: gives the SVG.
    """

    file: str
    table: str
    draw: Callable[[Records], str]


DRAWINGS = {
    "core": Drawing("core", core.AFFINE, core_bars),
    "one-thread": Drawing("core", core.ONE_THREAD, partial(size_lines, table=core.ONE_THREAD)),
    "two-threads": Drawing("core", core.TWO_THREADS, partial(size_lines, table=core.TWO_THREADS)),
    "png": Drawing("png", png.PLAIN, png_bars),
    "throughput": Drawing("end_to_end", end_to_end.UNDER_LOAD, throughput_bars),
    "connections": Drawing("end_to_end", end_to_end.UNDER_LOAD, connection_lines),
    "memory": Drawing("end_to_end", end_to_end.MEMORY, memory_bars),
    "scaling": Drawing("scaling", scaling.PER_MEGAPIXEL, scaling_lines),
}
"""By the name of the chart's file."""


def _points(series: Mapping[str, Mapping[float, float]]) -> dict[str, Points]:
    return {name: list(found.items()) for name, found in series.items()}


def _speeds(row: Row) -> dict[str, float]:
    speeds = {OURS: row.get("our answers a second"), row["peer"]: row.get("its answers a second")}
    return {name: speed for name, speed in speeds.items() if speed is not None}
