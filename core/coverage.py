"""How much of each output pixel the picture covers, and whether it covers all of them.

The coverage of a pixel is the area of the unit square that lies between the picture's edges. It follows from the
distances of the pixel's centre to them: x over the length of x's gradient, to first order. A projective map keeps lines
straight, so the edge x = 0 is the line in the output where the numerator of x vanishes; a point's distance to it is the
numerator there over the length of the numerator's gradient, exactly.
"""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.antialias import sides
from core.border import SHOWS_FILL
from core.filters import FILTERS
from core.grid import HALF, SLACK, Coordinates
from core.image import Premultiplied
from core.maps.chain import Chain
from core.maps.map import Jacobian, Point
from core.maps.projective import Projective
from core.reach import source_box
from core.seam import closed_edges
from core.size import Size


class Distances(NamedTuple):
    """How far points of the output lie inside each edge of the picture, in pixels of the output; negative outside.

    Attributes:
        left: from the edge x = 0.
        right: from x = width.
        top: from y = 0.
        bottom: from y = height.
    """

    left: Coordinates
    right: Coordinates
    top: Coordinates
    bottom: Coordinates


class Line(NamedTuple):
    """A line a x + b y + c = 0 of the output.

    Attributes:
        a, b, c: of x and y in pixels.
        length: of the vector (a, b).
    """

    a: float
    b: float
    c: float
    length: float


def coverage(chain: Chain, dst: Point, src: Point, source: Size, jacobian: Jacobian | None = None) -> Premultiplied:
    """Compute the covered share of each output pixel.

    Args:
        chain: the map.
        dst: x and y of the pixels' centres.
        src: where they come from, as `chain.src_from_dst` tells.
        source: the picture's size.
        jacobian: of the map there, if it is known and the map bends.

    Returns:
        float32, 0 to 1, of the points' shape; straight edges are within 0.044 of the true area, those along the pixel
        grid exact; 0 at points without a source.
    """
    closed = closed_edges(chain, source)
    if chain.projective is not None:
        return _share_between(distances_to_lines(chain.projective, dst, source), src, closed)
    x, y, *entries = np.broadcast_arrays(*src, *(jacobian or chain.src_jacobian(*dst)))
    slopes = Jacobian(*entries)
    near = ~_is_far_inside(slopes, (x, y), source)
    share = np.ones(x.shape, np.float32)
    at_edge = x[near], y[near]
    distances = _distances_by_slope(Jacobian(*(entry[near] for entry in slopes)), at_edge, source)
    share[near] = _share_between(distances, at_edge, closed)
    return share


def _share_between(distances: Distances, src: Point, closed: Collection[str]) -> Premultiplied:
    """Compute the share of pixels that lies between the edges but for those that are closed."""
    left, right, top, bottom = (
        np.full_like(inside, np.inf) if edge in closed else inside
        for edge, inside in zip(Distances._fields, distances, strict=True)
    )
    return share_between(Distances(left, right, top, bottom), in_front(src))


def share_between(distances: Distances, has_source: NDArray[np.bool_]) -> Premultiplied:
    """Compute the share of pixels that lies between the edges: c_x c_y, 0 where there is no source.

    Args:
        distances: of the pixels' centres.
        has_source: whether they have a source.
    """
    left, right, top, bottom = distances
    covered = _between_edges(left, right) * _between_edges(top, bottom)
    # A map that is flat has edges without a direction: a distance that is no number, and so no share.
    return np.where(has_source & (covered == covered), covered, 0.0).astype(np.float32)  # noqa: PLR0124


def in_front(src: Point) -> NDArray[np.bool_]:
    """Tell which points have a source at all."""
    x, y = src
    return np.isfinite(x) & np.isfinite(y)


def fill_shows(chain: Chain, canvas: Size, source: Size, *, filter: str, border: str, antialias: bool = True) -> bool:
    """Tell, before any pixel, whether the fill can take part in the output.

    Of a projective map the pixels at the canvas's corners speak for all: the distances to the picture's edges are
    linear over the canvas. Of any other the fill may show, unless the map itself proves that it cannot.

    Args:
        chain: the map.
        canvas: the output's size.
        source: the picture's size.
        filter: a name in FILTERS.
        border: a name in BORDERS.
        antialias: whether the filter is averaged where the map shrinks.

    Returns:
        False only if every pixel of the output is the picture's alone.
    """
    projective = chain.projective
    if projective is None:
        reached = source_box(chain, canvas)
        reads_beyond = border == "constant" and filter != "nearest"  # how far, is not known
        return reached is None or (border in SHOWS_FILL and (reads_beyond or not reached.is_inside(source)))
    x, y = canvas.corners
    centres = np.clip(x, HALF, canvas.width - HALF), np.clip(y, HALF, canvas.height - HALF)
    points = projective.src_from_dst(*centres)
    if not np.all(in_front(points)):
        return True
    if border not in SHOWS_FILL:
        return False
    if is_smooth_edged(filter, border):
        return bool(np.any(coverage(chain, centres, points, source) < 1 - SLACK))
    beyond_x, beyond_y = _reach(projective, centres) if antialias and filter != "nearest" else (0.0, 0.0)
    return _reads_outside(points[0], source.width, filter, beyond_x) or _reads_outside(
        points[1], source.height, filter, beyond_y
    )


def is_smooth_edged(filter: str, border: str) -> bool:
    """Tell whether the picture's edge is smoothed by coverage; else the taps outside read the fill."""
    return border == "clip" and filter != "nearest"


def distances_to_lines(projective: Projective, dst: Point, source: Size) -> Distances:
    """Measure the distances to the picture's edges, which a projective map keeps straight: exactly.

    Args:
        projective: the map.
        dst: points of the output.
        source: the picture's size.
    """
    with np.errstate(all="ignore"):
        return Distances(*(to_line(line, dst) for line in edge_lines(projective, source)))


def edge_lines(projective: Projective, source: Size) -> list[Line]:
    """Give the lines of the output on which the picture's edges lie: left, right, top, bottom; positive inside."""
    x_row, y_row, last_row = projective.src_from_dst_matrix
    rows = (x_row, source.width * last_row - x_row, y_row, source.height * last_row - y_row)
    return [Line(a, b, c, np.hypot(a, b)) for a, b, c in rows]


@np.errstate(all="ignore")
def _is_far_inside(jacobian: Jacobian, src: Point, source: Size) -> NDArray[np.bool_]:
    """Tell which pixels lie a whole pixel and more inside each edge, without the roots that tell by how much.

    The sum of two sides of a triangle is no less than the third one.
    """
    x, y = src
    across, down = np.abs(jacobian.x_x) + np.abs(jacobian.x_y), np.abs(jacobian.y_x) + np.abs(jacobian.y_y)
    far_inside: NDArray[np.bool_] = (x > across) & (source.width - x > across) & (y > down) & (source.height - y > down)
    return far_inside


def _distances_by_slope(jacobian: Jacobian, src: Point, source: Size) -> Distances:
    """Measure the distances by how fast x and y of the source change; at a place where they do not, infinite."""
    with np.errstate(all="ignore"):
        slope_x, slope_y = np.hypot(jacobian.x_x, jacobian.x_y), np.hypot(jacobian.y_x, jacobian.y_y)
        x, y = src
        return Distances(x / slope_x, (source.width - x) / slope_x, y / slope_y, (source.height - y) / slope_y)


def to_line(line: Line, dst: Point) -> Coordinates:
    """Measure the distance of points to a line, in pixels; of no number where the line has no direction."""
    x, y = dst
    a, b, c, length = line
    return (a * x + (b * y + c)) / length


def _reach(projective: Projective, dst: Point) -> tuple[Coordinates, Coordinates]:
    """Tell how far the average goes beyond the points themselves, in x and y."""
    first, second = sides(projective.src_jacobian(*dst))
    return (np.abs(first.x) + np.abs(second.x)) / 2, (np.abs(first.y) + np.abs(second.y)) / 2


def _reads_outside(x: Coordinates, side: int, filter: str, beyond: Coordinates | float) -> bool:
    """Tell whether any tap of these points lies outside 0..side and weighs more than SLACK."""
    taps = FILTERS[filter](x - beyond) + FILTERS[filter](x + beyond)
    return any(bool(np.any(((index < 0) | (index >= side)) & (np.abs(weight) > SLACK))) for index, weight in taps)


def _between_edges(from_first: Coordinates, from_second: Coordinates) -> Coordinates:
    """Compute the covered share from two distances: c = max(0, clamp(dL + 1/2) + clamp(dR + 1/2) - 1)."""
    return np.maximum(0.0, np.clip(from_first + HALF, 0, 1) + np.clip(from_second + HALF, 0, 1) - 1.0)
