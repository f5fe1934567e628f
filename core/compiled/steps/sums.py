"""The sums behind a group of pixels, in the reference's order."""

from collections.abc import Callable

from core.compiled.llvm.lanes import Lanes
from core.compiled.steps.reading import PixelGroup

Tap = tuple[Lanes, Lanes]
"""Where the row or column of a tap begins, in bytes from the picture's first pixel (int32), and its weight."""


def weighed(read: Callable[[Lanes], PixelGroup], rows: list[Tap], columns: list[Tap]) -> PixelGroup:
    """Sum the rows of each column, then the columns: as `sampling` does.

    Args:
        read: gives the pixels at a group of places.
        rows: taps in y.
        columns: taps in x.
    """
    total: PixelGroup = []
    for column, column_weight in columns:
        down: PixelGroup = []
        for row, row_weight in rows:
            down = _plus(down, [row_weight * value for value in read(row + column)])
        total = _plus(total, [column_weight * value for value in down])
    return total


def weighed_runs(read_run: Callable[[Lanes], list[PixelGroup]], rows: list[Tap], columns: list[Tap]) -> PixelGroup:
    """Sum as `weighed` does, where the pixels of a row follow one another.

    Args:
        read_run: gives as many pixels as there are columns, from a group of places on.
        rows: taps in y.
        columns: taps in x.
    """
    runs = [(weight, read_run(row + columns[0][0])) for row, weight in rows]
    total: PixelGroup = []
    for number, (_, column_weight) in enumerate(columns):
        down: PixelGroup = []
        for row_weight, run in runs:
            down = _plus(down, [row_weight * value for value in run[number]])
        total = _plus(total, [column_weight * value for value in down])
    return total


def _plus(sums: PixelGroup, more: PixelGroup) -> PixelGroup:
    return [first + second for first, second in zip(sums, more, strict=True)] if sums else more
