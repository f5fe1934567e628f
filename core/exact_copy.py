"""Maps that take pixel centres to pixel centres: the samples are moved, not computed, so nothing can change."""

import numpy as np
from numpy.typing import NDArray

from core.border import BORDERS, SHOWS_FILL, Indices
from core.fill import widen
from core.filters import to_index
from core.grid import pixel_centres
from core.homography import Matrix
from core.image import Pixels
from core.memory import flatten


def copy_rows(pixels: Pixels, src_from_dst: Matrix, rows: range, *, width: int, border: str, fill: Pixels) -> Pixels:
    """Give a strip of the output of an exact-copy map.

    Args:
        pixels: (H, W, C), the source.
        src_from_dst: a signed permutation plus whole shift (`homography.is_copy`).
        rows: the strip's rows.
        width: of the output.
        border: a name in BORDERS.
        fill: (output channels,), straight samples of the outside, where the border shows it.

    Returns:
        (len(rows), width, output channels): the source's samples unchanged, also the colour under alpha 0.
    """
    x, y = pixel_centres(rows, width)
    (h00, h01, h02), (h10, h11, h12), _ = src_from_dst
    # One of each pair of coefficients is 0, so each source coordinate varies along one output axis only.
    column = to_index(np.floor(h00 * x + h02 if h00 else h01 * y + h02))
    row = to_index(np.floor(h11 * y + h12 if h11 else h10 * x + h12))
    height, source_width, _ = pixels.shape
    flat, fold = flatten(pixels), BORDERS[border]
    rows_at = fold(row, height).astype(np.intp) * flat.row_step
    index = flat.start + rows_at + fold(column, source_width).astype(np.intp) * flat.column_step
    copied = widen(flat.pixels[index], fill.size)
    if border in SHOWS_FILL:
        outside = _is_outside(row, height) | _is_outside(column, source_width)
        copied[outside] = fill
    return copied


def _is_outside(index: Indices, side: int) -> NDArray[np.bool_]:
    return (index < 0) | (index >= side)
