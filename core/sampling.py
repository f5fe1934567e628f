"""Read the picture at arbitrary points, as if it were continuous: the idea of the whole project, in plain NumPy.

The value at (x, y) is  sum_ij w(x - x_i) w(y - y_j) picture[j, i]  over the filter's taps, premultiplied.
"""

import numpy as np

from core.border import BORDERS
from core.filters import FILTERS, Taps
from core.grid import Coordinates
from core.image import Pixels, Premultiplied, premultiply
from core.memory import flatten


def sample(
    pixels: Pixels, x: Coordinates, y: Coordinates, *, filter: str, border: str
) -> tuple[Premultiplied, Premultiplied]:
    """Interpolate the picture at points.

    Convention: (x, y) in pixels of the source, origin at the top-left corner, pixel centres at half pixels.

    Args:
        pixels: (H, W, C) uint8 or uint16, straight alpha.
        x: (h, w) finite.
        y: (h, w) finite.
        filter: a name in FILTERS.
        border: a name in BORDERS.

    Returns:
        (h, w, C) float32, premultiplied, in the samples' units; and (h, w) float32, the weight of the taps that lay
        inside the picture, which is 1 wherever the border is not `constant`.
    """
    height, width, channels = pixels.shape
    flat = flatten(pixels)
    fold = BORDERS[border]
    taps = FILTERS[filter]
    rows, columns = taps(y), taps(x)
    if border == "constant":
        rows, columns = _without_outside(rows, height), _without_outside(columns, width)
    values = np.zeros((*x.shape, channels), np.float32)
    inside = np.zeros(x.shape, np.float32)
    row_starts = [(flat.start + fold(row, height) * flat.row_step, weight) for row, weight in rows]
    in_row = [(fold(column, width) * flat.column_step, weight) for column, weight in columns]
    for row_start, row_weight in row_starts:
        for offset, column_weight in in_row:
            weight = row_weight * column_weight
            values += weight[..., np.newaxis] * premultiply(flat.pixels.take(row_start + offset, axis=0))
            inside += weight
    return values, inside


def _without_outside(taps: Taps, side: int) -> Taps:
    """Take the weight from the taps outside: the fill has it."""
    return [(index, weight * ((index >= 0) & (index < side))) for index, weight in taps]
