"""The core's strips as one picture, since the others return one: each is copied into its place, within the time."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from core import Pixels, RowsOf, Size
from service.png.picture_format import PngFormat, strip_rows

MOST_THREADS = 2

_OTHERS = ThreadPoolExecutor(MOST_THREADS - 1)
"""The threads beside the one that waits for the picture, which works on it too."""


def strips(canvas: Size) -> list[range]:
    """List the rows of strips that are as large as the service's."""
    rows = strip_rows(PngFormat(canvas.width, canvas.height, channels=3, depth=8))
    return [range(top, min(top + rows, canvas.height)) for top in range(0, canvas.height, rows)]


def put_together(rows_of: RowsOf, canvas: Size, like: Pixels, threads: int = 1) -> Pixels:
    """Give a picture of the canvas's size with the channels and the depth of another one.

    Args:
        rows_of: gives rows of it.
        canvas: its size.
        like: the other one.
        threads: how many take the next strip as soon as they have made one.
    """
    warped = np.empty((canvas.height, canvas.width, like.shape[2]), like.dtype)
    left = iter(strips(canvas))

    def take() -> None:
        for rows in left:
            warped[rows.start : rows.stop] = rows_of(rows)

    others = [_OTHERS.submit(take) for _ in range(threads - 1)]
    take()
    for other in others:
        other.result()
    return warped
