"""Maps that take pixel centres to pixel centres: the samples are moved, not computed, so nothing can change."""

import numpy as np
from numpy.typing import NDArray

from core.border import BORDERS, SHOWS_FILL, Indices
from core.fill import widen
from core.filters import to_index
from core.grid import pixel_centres
from core.homography import Matrix
from core.image import Pixels


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
        (len(rows), width, output channels): the source's samples unchanged, also the colour under alpha 0. Where
        nothing of the outside is in view and no channel is gained they are a view of the source.
    """
    x, y = pixel_centres(rows, width)
    (h00, h01, h02), (h10, h11, h12), _ = src_from_dst
    # One of each pair of coefficients is 0, so each source coordinate varies along one output axis only.
    if h00:
        down, across, seen = h11 * y + h12, h00 * x + h02, pixels
    else:
        down, across, seen = h01 * y + h02, h10 * x + h12, pixels.transpose(1, 0, 2)
    row, column = (to_index(np.floor(places.ravel())) for places in (down, across))
    outside = [_is_outside(index, side) for index, side in zip((row, column), seen.shape, strict=False)]
    if not any(places.any() for places in outside):
        return widen(seen[_steps(row), _steps(column)], fill.size)
    fold = BORDERS[border]
    folded = (fold(index, side).astype(np.intp) for index, side in zip((row, column), seen.shape, strict=False))
    copied = widen(seen[np.ix_(*folded)], fill.size)
    if border in SHOWS_FILL:
        copied[outside[0], :] = fill
        copied[:, outside[1]] = fill
    return copied


def _steps(index: Indices) -> slice:
    """Write indices that go up or down by one as a slice: of an array it gives a view, without a copy."""
    first, last = int(index[0]), int(index[-1])
    step = -1 if last < first else 1
    end = last + step
    return slice(first, None if end < 0 else end, step)


def _is_outside(index: Indices, side: int) -> NDArray[np.bool_]:
    return (index < 0) | (index >= side)
