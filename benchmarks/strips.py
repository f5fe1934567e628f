"""The core's strips as one picture, since the others return one: each is copied into its place, within the time."""

from collections.abc import Callable, Iterable

import numpy as np

from core import Pixels, RowsOf, Size
from service.png.picture_format import PngFormat, strip_rows

Each = Callable[[Callable[[range], None], list[range]], Iterable[None]]
"""Runs a function for each of the strips: `map`, or that of a pool of threads."""


def strips(canvas: Size) -> list[range]:
    """List the rows of strips that are as large as the service's."""
    rows = strip_rows(PngFormat(canvas.width, canvas.height, channels=3, depth=8))
    return [range(top, min(top + rows, canvas.height)) for top in range(0, canvas.height, rows)]


def put_together(rows_of: RowsOf, canvas: Size, like: Pixels, each: Each = map) -> Pixels:
    """Give a picture of the canvas's size with the channels and the depth of another one.

    Args:
        rows_of: gives rows of it.
        canvas: its size.
        like: the other one.
        each: by which the strips are made.
    """
    warped = np.empty((canvas.height, canvas.width, like.shape[2]), like.dtype)

    def make(rows: range) -> None:
        warped[rows.start : rows.stop] = rows_of(rows)

    for _ in each(make, strips(canvas)):
        pass
    return warped
