"""The sums behind sixteen pixels, in the reference's order."""

from collections.abc import Callable

from core.compiled.llvm.lanes import Lanes
from core.compiled.steps.reading import Pixels16

Tap = tuple[Lanes, Lanes]
"""Where the row or column of a tap begins, in bytes from the picture's first pixel (int32), and its weight."""


def weighed(read: Callable[[Lanes], Pixels16], rows: list[Tap], columns: list[Tap]) -> Pixels16:
    """Sum the rows of each column, then the columns: as `sampling` does.

    Args:
        read: gives the pixels at sixteen places.
        rows: taps in y.
        columns: taps in x.
    """
    total: Pixels16 = []
    for column, column_weight in columns:
        down: Pixels16 = []
        for row, row_weight in rows:
            down = _plus(down, [row_weight * value for value in read(row + column)])
        total = _plus(total, [column_weight * value for value in down])
    return total


def weighed_runs(read_run: Callable[[Lanes], list[Pixels16]], rows: list[Tap], columns: list[Tap]) -> Pixels16:
    """Sum as `weighed` does, where the pixels of a row follow one another.

    Args:
        read_run: gives as many pixels as there are columns, from sixteen places on.
        rows: taps in y.
        columns: taps in x.
    """
    runs = [(weight, read_run(row + columns[0][0])) for row, weight in rows]
    total: Pixels16 = []
    for number, (_, column_weight) in enumerate(columns):
        down: Pixels16 = []
        for row_weight, run in runs:
            down = _plus(down, [row_weight * value for value in run[number]])
        total = _plus(total, [column_weight * value for value in down])
    return total


def _plus(sums: Pixels16, more: Pixels16) -> Pixels16:
    return [first + second for first, second in zip(sums, more, strict=True)] if sums else more
