"""How much of each output pixel the picture covers, and whether it covers all of them.

The coverage of a pixel is the area of the unit square that lies between the picture's edges. A projective map keeps
lines straight, so the edge x = 0 is the line in the output where the numerator of x vanishes; a point's distance to it
is the numerator there over the length of the numerator's gradient, exactly.
"""

import numpy as np
from numpy.typing import NDArray

from core import homography
from core.border import SHOWS_FILL
from core.filters import FILTERS
from core.grid import HALF, SLACK, Coordinates
from core.homography import Matrix, Points
from core.image import Premultiplied
from core.size import Size


def coverage(src_from_dst: Matrix, points: Points, source: Size) -> Premultiplied:
    """Compute the covered share of each output pixel.

    Args:
        src_from_dst: the map.
        points: what `homography.apply` gave for the pixels' centres.
        source: the picture's size.

    Returns:
        float32, 0 to 1, of the points' shape; straight edges are within 0.044 of the true area, those along the pixel
        grid exact; 0 at points without a source.
    """
    x, y, denominator = points
    x_row, y_row, last_row = src_from_dst[:, :2]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        from_left = x * denominator / np.hypot(*x_row)
        from_right = (source.width - x) * denominator / np.hypot(*(source.width * last_row - x_row))
        from_top = y * denominator / np.hypot(*y_row)
        from_bottom = (source.height - y) * denominator / np.hypot(*(source.height * last_row - y_row))
    covered = _between_edges(from_left, from_right) * _between_edges(from_top, from_bottom)
    has_area = in_front(points) & ~np.isnan(covered)  # a map that is flat has edges without a direction
    return np.where(has_area, covered, 0.0).astype(np.float32)


def in_front(points: Points) -> NDArray[np.bool_]:
    """Tell which points have a source at all: finite, and before the horizon."""
    x, y, denominator = points
    return np.isfinite(x) & np.isfinite(y) & (np.asarray(denominator) > 0)


def fill_shows(src_from_dst: Matrix, canvas: Size, source: Size, *, filter: str, border: str) -> bool:
    """Tell, before any pixel, whether the fill can take part in the output.

    The pixels at the canvas's corners speak for all: the distances to the picture's edges are linear over the canvas.

    Args:
        src_from_dst: the map.
        canvas: the output's size.
        source: the picture's size.
        filter: a name in FILTERS.
        border: a name in BORDERS.
    """
    x, y = canvas.corners
    centres = np.clip(x, HALF, canvas.width - HALF), np.clip(y, HALF, canvas.height - HALF)
    points = homography.apply(src_from_dst, *centres)
    if not np.all(in_front(points)):
        return True
    if border not in SHOWS_FILL:
        return False
    if is_antialiased(filter, border):
        return bool(np.any(coverage(src_from_dst, points, source) < 1 - SLACK))
    return _reads_outside(points[0], source.width, filter) or _reads_outside(points[1], source.height, filter)


def is_antialiased(filter: str, border: str) -> bool:
    """Tell whether the picture's edge is smoothed by coverage; else the taps outside read the fill."""
    return border == "clip" and filter != "nearest"


def _reads_outside(x: Coordinates, side: int, filter: str) -> bool:
    """Tell whether any tap of these points lies outside 0..side and weighs more than SLACK."""
    taps = FILTERS[filter](x)
    return any(bool(np.any(((index < 0) | (index >= side)) & (weight > SLACK))) for index, weight in taps)


def _between_edges(from_first: Coordinates, from_second: Coordinates) -> Coordinates:
    """Compute the covered share from two distances: c = max(0, clamp(dL + 1/2) + clamp(dR + 1/2) - 1)."""
    return np.maximum(0.0, np.clip(from_first + HALF, 0, 1) + np.clip(from_second + HALF, 0, 1) - 1.0)
