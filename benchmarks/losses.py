"""Where others are ahead of us: found in the figures, so that none can be forgotten."""

from collections.abc import Iterator

from benchmarks.goals import Records
from benchmarks.record import Row

TELLING = ("picture", "MP", "source MP", "in", "filter", "threads", "connections")
"""Columns that say what was done."""

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
            if row.get("ahead") is not None and row["ahead"] < 1:
                done = ", ".join(_told(column, row[column]) for column in TELLING if row.get(column) is not None)
                where = {"file": name, "table": row["table"], "what": done}
                yield {**where, "peer": row["peer"], "ours beside it": row["ahead"]}


def _told(column: str, value: object) -> str:
    """Say the value with its unit, or with the column's name where the number alone would tell nothing."""
    return UNITS.get(column, "{}").format(value)
