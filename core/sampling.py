"""Read the picture at arbitrary points, as if it were continuous: the idea of the whole project, in plain NumPy.

The value at (x, y) is  sum_ij w(x - x_i) w(y - y_j) picture[j, i]  over the filter's taps, premultiplied. Which pixels
these are and what they weigh is geometry alone, worked out apart from any picture: `neighbours`, then `sample`.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.border import BORDERS, Fold
from core.filters import FILTERS, Taps, Weights
from core.grid import Coordinates
from core.image import Pixels, Premultiplied, premultiply
from core.memory import flatten
from core.size import Size

FoldedTaps = tuple[tuple[NDArray[np.unsignedinteger[Any]], Weights], ...]
"""As `filters.Taps`, but every index lies in the picture; the indices have the smallest type that holds its side."""


class Neighbours(NamedTuple):
    """The pixels that (h, w) points read: one for each pair of a row and a column, which weighs their product.

    Attributes:
        rows: taps in y; their indices are (h, w), their weights broadcast to it.
        columns: taps in x, likewise.
    """

    rows: FoldedTaps
    columns: FoldedTaps


def neighbours(x: Coordinates, y: Coordinates, source: Size, *, filter: str, border: str) -> Neighbours:
    """Find the pixels that points read, and what they weigh.

    Convention: (x, y) in pixels of the source, origin at the top-left corner, pixel centres at half pixels.

    Args:
        x: (h, w) finite.
        y: (h, w) finite.
        source: the picture's size.
        filter: a name in FILTERS.
        border: a name in BORDERS.

    Returns:
        Neighbours, whose weights sum to 1 at each point; under `constant` to less where taps lie outside.
    """
    taps, fold = FILTERS[filter], BORDERS[border]
    rows, columns = taps(y), taps(x)
    if border == "constant":
        rows, columns = _without_outside(rows, source.height), _without_outside(columns, source.width)
    return Neighbours(_folded(rows, fold, source.height), _folded(columns, fold, source.width))


def sample(pixels: Pixels, read: Neighbours) -> tuple[Premultiplied, Premultiplied]:
    """Sum the pixels that points read.

    Args:
        pixels: (H, W, C) uint8 or uint16, straight alpha.
        read: neighbours of (h, w) points in a picture of this size.

    Returns:
        (h, w, C) float32, premultiplied, in the samples' units; and (h, w) float32, the sum of the weights.
    """
    flat = flatten(pixels)
    row_starts = [(flat.start + row.astype(np.int64) * flat.row_step, weight) for row, weight in read.rows]
    in_row = [(column.astype(np.int64) * flat.column_step, weight) for column, weight in read.columns]
    shape = row_starts[0][0].shape
    values = np.zeros((*shape, pixels.shape[2]), np.float32)
    total = np.zeros(shape, np.float32)
    for row_start, row_weight in row_starts:
        for offset, column_weight in in_row:
            weight = row_weight * column_weight
            values += weight[..., np.newaxis] * premultiply(flat.pixels.take(row_start + offset, axis=0))
            total += weight
    return values, total


def _without_outside(taps: Taps, side: int) -> Taps:
    """Take the weight from the taps outside: the fill has it."""
    return [(index, weight * ((index >= 0) & (index < side))) for index, weight in taps]


def _folded(taps: Taps, fold: Fold, side: int) -> FoldedTaps:
    smallest = np.min_scalar_type(side - 1)
    return tuple((fold(index, side).astype(smallest), weight) for index, weight in taps)
