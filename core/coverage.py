"""How much of each output pixel the picture covers, and whether it covers all of them.

The coverage of a pixel is the area of the unit square that lies between the picture's edges, each edge taken as a
straight line across the pixel. The distance to an edge is its source distance over the length of the source
coordinate's gradient, which is exact for affine maps and first-order for others.
"""

import numpy as np
from numpy.typing import NDArray

from core import homography
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
        grid exact.
    """
    x, y, _ = points
    gradient_x, gradient_y = homography.gradients(src_from_dst, points)
    covered = _between_edges(x, source.width, gradient_x) * _between_edges(y, source.height, gradient_y)
    return covered.astype(np.float32)


def in_front(points: Points) -> NDArray[np.bool_]:
    """Tell which points have a source at all: finite, and before the horizon."""
    x, y, denominator = points
    return np.isfinite(x) & np.isfinite(y) & (np.asarray(denominator) > 0)


def fill_shows(src_from_dst: Matrix, canvas: Size, source: Size, border: str, radius: float) -> bool:
    """Tell, before any pixel, whether the fill can take part in the output: the rule depends on the border.

    Args:
        src_from_dst: the map.
        canvas: the output's size.
        source: the picture's size.
        border: what is read outside.
        radius: of the filter, in source pixels.
    """
    match border:
        case "clip":
            return not _is_covered(src_from_dst, canvas, source)
        case "constant":
            return _reads_outside(src_from_dst, canvas, source, radius)
        case _:
            return not np.all(in_front(homography.apply(src_from_dst, *canvas.corners)))


def _is_covered(src_from_dst: Matrix, canvas: Size, source: Size) -> bool:
    """Tell whether the whole canvas lies inside the picture."""
    return _all_inside(homography.apply(src_from_dst, *canvas.corners), source, margin=0.0)


def _reads_outside(src_from_dst: Matrix, canvas: Size, source: Size, radius: float) -> bool:
    """Tell whether the filter at some pixel's centre reaches a tap outside the picture."""
    x, y = canvas.corners
    centres = np.clip(x, HALF, canvas.width - HALF), np.clip(y, HALF, canvas.height - HALF)
    return not _all_inside(homography.apply(src_from_dst, *centres), source, margin=radius - HALF)


def _all_inside(points: Points, source: Size, margin: float) -> bool:
    """Tell whether points, to SLACK, lie in the picture less a margin; corners speak for their convex hull."""
    x, y, _ = points
    return bool(
        np.all(in_front(points))
        and np.all(np.abs(x - source.width / 2) <= source.width / 2 - margin + SLACK)
        and np.all(np.abs(y - source.height / 2) <= source.height / 2 - margin + SLACK)
    )


def _between_edges(x: Coordinates, side: int, gradient: Coordinates | float) -> Coordinates:
    """Compute the covered share along one source axis: c = max(0, clamp(dL + 1/2) + clamp(dR + 1/2) - 1)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        past_left = np.clip(x / gradient + HALF, 0, 1)
        past_right = np.clip((side - x) / gradient + HALF, 0, 1)
    share = np.maximum(0.0, past_left + past_right - 1.0)
    inside = (x >= 0) & (x <= side)  # the answer where the coordinate stands still
    return np.where(np.asarray(gradient) > 0, share, inside)
