"""Where others are ahead of us: found in the figures, so that none can be forgotten."""

from collections.abc import Iterator

from benchmarks.goals import Records
from benchmarks.record import Row

TELLING = ("picture", "MP", "source MP", "in", "part", "filter", "threads", "connections")
"""Columns that say what was done."""

SMALLER_IS_BETTER = ("processor, ms", "p99, ms", "peak, MiB", "bytes")
"""Figures that a row has of both beside the one that it is about. A p50 says the same as the answers a second."""

UNITS = {
    "MP": "{} MP",
    "source MP": "{} MP",
    "in": "{} in",
    "threads": "threads: {}",
    "connections": "connections: {}",
}


def losses(records: Records) -> Iterator[Row]:
    """Give a row for each figure in which a peer is ahead."""
    for name, rows in records.items():
        for row in rows:
            for figure, ahead in _comparisons(row):
                if ahead < 1:
                    done = ", ".join(_told(column, row[column]) for column in TELLING if row.get(column) is not None)
                    where = {"file": name, "table": row["table"], "what": done, "figure": figure}
                    yield {**where, "peer": row["peer"], "ours beside it": ahead}


def _comparisons(row: Row) -> Iterator[tuple[str, float]]:
    if row.get("ahead") is not None:
        yield "", row["ahead"]
    for figure in SMALLER_IS_BETTER:
        its, ours = row.get(f"its {figure}"), row.get(f"our {figure}")
        if its is not None and ours is not None:
            yield figure, its / ours


def _told(column: str, value: object) -> str:
    """Say the value with its unit, or with the column's name where the number alone would tell nothing."""
    return UNITS.get(column, "{}").format(value)
