"""Rows of figures as Markdown tables."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def markdown(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> str:
    """Draw a table.

    Args:
        rows: figures by the name of their column.
        columns: which to show, in order; by default all, in the order of the first row that has them.
    """
    columns = columns or list(dict.fromkeys(column for row in rows for column in row))
    has_numbers = [any(isinstance(row.get(column), int | float) for row in rows) for column in columns]
    lines = [columns, ["--:" if numbers else "---" for numbers in has_numbers]]
    lines += [[cell(row.get(column)) for column in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(value: object) -> str:
    """Write a figure with the three digits that count, of large ones all before the point; nothing for None."""
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value)
    magnitude = math.floor(math.log10(abs(value))) if value else 0
    return f"{value:.{max(0, 2 - magnitude)}f}"


def parted(rows: Iterable[Mapping[str, Any]], column: str) -> dict[Any, list[Mapping[str, Any]]]:
    """Gather rows by what one of their columns says."""
    parts: dict[Any, list[Mapping[str, Any]]] = {}
    for row in rows:
        parts.setdefault(row.get(column), []).append(row)
    return parts


def beside(
    rows: Sequence[Mapping[str, Any]], index: Sequence[str], column: str, ours: str = "ours"
) -> list[dict[str, Any]]:
    """Set figures of all peers side by side, ours first.

    Args:
        rows: with a `peer` and the figures `its COLUMN` and `our COLUMN`.
        index: columns that tell what was done; a line for each different one.
        column: the figure.
        ours: what to call us.
    """
    lines: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in index)
        line = lines.setdefault(key, dict(zip(index, key, strict=True)) | {ours: row.get(f"our {column}")})
        line[row["peer"]] = row.get(f"its {column}")
    return list(lines.values())


def across(rows: Sequence[Mapping[str, Any]], index: Sequence[str], column: str) -> list[dict[str, Any]]:
    """Set one column's figures of all peers side by side."""
    lines: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in index)
        lines.setdefault(key, dict(zip(index, key, strict=True)))[row["peer"]] = row.get(column)
    return list(lines.values())
