"""The largest upright rectangle of whole pixels inside the image of a picture under a projective map.

Four straight edges bound that image. A pixel is covered whole if its centre lies at least half a pixel inside each, so
the centres of a w x h rectangle, a box of (w - 1) x (h - 1) about some point c, must satisfy for each edge, with the
unit normal n inwards and q = the distance of the origin inside it,

    n · c + q - |n_x| (w - 1)/2 - |n_y| (h - 1)/2 >= 1/2.

Such a c exists if and only if no sum of these conditions with weights >= 0 that cancels the n · c fails (Farkas 1902).
In the plane three edges are enough for such a sum, so a handful of bounds a·w + b·h <= s says which sizes fit.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core import homography
from core.errors import HorizonInView, InvalidSize, NothingInscribed
from core.grid import HALF, SLACK, Coordinates
from core.homography import Matrix
from core.size import Size

TOLERANCE = SLACK / 16
"""Pixels that an edge may be too near: once for the size, once for the place, once for rounding. Even where all four
edges are, the coverage is above (1 - 6 TOLERANCE)^2 > 1 - SLACK."""

MOST_SIDES = 1 << 20
"""Widths or heights looked at: enough for all that matter up to 10^11 pixels a side; of larger ones every so many."""

MOST_PIXELS = 2**53
"""Of a side: up to here every whole number is a float64."""

PAIRS = np.array(list(combinations(range(4), 2))).T
TRIPLES = np.array(list(combinations(range(4), 3)))

Numbers = NDArray[np.float64]


class Rectangle(NamedTuple):
    """Whole pixels anywhere in the plane: the point (left, top) is the corner of the first one."""

    left: float
    top: float
    size: Size


class _Edges(NamedTuple):
    """Edges of the picture's image: `normal` (2, 4) inwards, and how far inside each the origin may be counted."""

    normal: Numbers
    reach: Numbers


class _Bounds(NamedTuple):
    """A rectangle of width w and height h fits if and only if across·w + down·h <= limit for each of them."""

    across: Numbers
    down: Numbers
    limit: Numbers

    def transposed(self) -> "_Bounds":
        return _Bounds(self.down, self.across, self.limit)


def largest_in_quad(src_from_dst: Matrix, source: Size) -> Rectangle:
    """Find the upright rectangle with the most pixels, all of coverage 1.

    It is the best of all: no size of a larger area fits anywhere. Of equal areas the shape nearest to the source's
    proportions is taken, then the wider. Where the rectangle has room to move it lies in the middle of that room.

    Args:
        src_from_dst: an affine or projective map whose horizon does not meet the picture, its denominator positive
            over the picture's image.
        source: the picture's size.

    Returns:
        A rectangle in pixels of dst. For an exact copy it is the whole picture.

    Raises:
        NothingInscribed: no pixel is covered whole.
        HorizonInView: to rounding, the picture reaches the horizon after all.
        InvalidSize: it is larger than float64 can count pixels.
    """
    x, y, _ = homography.apply(homography.invert(src_from_dst), *np.array(source.centre))
    near_x, near_y = float(np.rint(x)), float(np.rint(y))  # a whole shift to there, so that a far one costs no digits
    edges = _edges(homography.compose(src_from_dst, homography.translate(near_x, near_y)), source)
    size = _largest(_bounds(edges), source)
    middle_x, middle_y = _middle_of_room(edges, size)
    return Rectangle(near_x + (middle_x - size.width / 2), near_y + (middle_y - size.height / 2), size)


def _edges(src_from_dst: Matrix, source: Size) -> _Edges:
    """Give the lines where the numerators of x, width - x, y and height - y vanish (see `core.coverage`).

    With `reach` a rectangle fits about c if n · c + reach >= |n_x| w/2 + |n_y| h/2: along an axis it is q itself, and
    at a slant more, since the outermost pixels may put a corner outside.
    """
    x_row, y_row, last_row = src_from_dst
    lines = np.stack([x_row, source.width * last_row - x_row, y_row, source.height * last_row - y_row], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        lines /= np.hypot(lines[0], lines[1])
    normal, inside = lines[:2], lines[2]
    return _Edges(normal, inside + HALF * (np.abs(normal).sum(axis=0) - 1))


def _bounds(edges: _Edges) -> _Bounds:
    """Give the conditions on the size alone: each three edges whose weighted normals cancel make one."""
    x, y = edges.normal[:, TRIPLES]
    next_x, next_y, last_x, last_y = (np.roll(values, -step, axis=1) for step in (1, 2) for values in (x, y))
    weights = next_x * last_y - next_y * last_x  # by Cramer's rule; 0 for the third where two edges are parallel
    with np.errstate(divide="ignore", invalid="ignore"):
        weights /= weights.sum(axis=1, keepdims=True)
    closes = np.all(weights >= 0, axis=1)
    weights, triples = weights[closes], TRIPLES[closes]
    across, down = HALF * np.abs(edges.normal)
    summed = [np.sum(weights * values[triples], axis=1) for values in (across, down, edges.reach)]
    return _Bounds(summed[0], summed[1], summed[2] + TOLERANCE)


def _largest(bounds: _Bounds, source: Size) -> Size:
    """Maximise width x height over the whole sizes that fit.

    Raises:
        NothingInscribed: not even 1 x 1 does.
        HorizonInView: any size does, for the edges do not close.
        InvalidSize: some do whose neighbours float64 cannot tell apart.
    """
    longest = np.array([_longest(bounds), _longest(bounds.transposed())])
    if np.any(longest < 1):
        raise NothingInscribed
    if not np.isfinite(longest).all():
        raise HorizonInView
    if np.any(longest > MOST_PIXELS):
        raise InvalidSize(f"the warped picture is up to {longest.max():.4g} pixels long; scale it less")
    area = _good_area(bounds)
    widths, heights = _sides_worth(bounds, area), _sides_worth(bounds.transposed(), area)
    if len(widths) <= len(heights):
        heights = _other_side(bounds, widths)
    else:
        widths = _other_side(bounds.transposed(), heights)
    largest = widths * heights == np.max(widths * heights)
    widths, heights = widths[largest], heights[largest]
    upright, lying = widths * source.height, heights * source.width
    distortion = np.maximum(upright, lying) / np.minimum(upright, lying)
    best = np.lexsort((-widths, distortion))[0]
    return Size(int(widths[best]), int(heights[best]))


def _other_side(bounds: _Bounds, widths: Numbers) -> Numbers:
    """Give the greatest whole height that fits with each width."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        heights = (bounds.limit - np.multiply.outer(widths, bounds.across)) / bounds.down
    tallest = np.fmin.reduce(heights, axis=-1, initial=np.inf)  # passing over 0/0, which bounds no height
    return np.asarray(np.floor(tallest))


def _longest(bounds: _Bounds) -> float:
    """Give the greatest whole width that fits with any height."""
    return float(_other_side(bounds.transposed(), np.ones(1))[0])


def _good_area(bounds: _Bounds) -> float:
    """Give the area of some rectangle that is less than about one pixel smaller each way than the best real one.

    The best real one lies where one bound lets the area w (s - a·w)/b be largest, or where two bounds meet.
    """
    across, down, limit = bounds
    i, j = np.array(list(combinations(range(limit.size), 2)), dtype=int).reshape(-1, 2).T
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        tops = limit / (2 * across)
        kinks = (limit[i] * down[j] - limit[j] * down[i]) / (across[i] * down[j] - across[j] * down[i])
    widest = _longest(bounds)
    widths = np.clip(np.nan_to_num(np.concatenate([tops, kinks, [widest]])), 1, widest)
    widths = np.concatenate([np.floor(widths), np.ceil(widths)])
    return float(np.max(widths * _other_side(bounds, widths)))


def _sides_worth(bounds: _Bounds, area: float) -> Numbers:
    """List the whole widths with which a rectangle of real height could reach an area: w (s - a·w) >= b·area.

    Their number is of the order of the square root of the shorter side, so a picture of any size is soon searched.
    """
    across, down, limit = bounds
    root = np.sqrt(np.maximum(0, limit**2 - 4 * across * down * area))
    with np.errstate(divide="ignore", over="ignore"):
        first = np.floor(np.max(2 * down * area / (limit + root)))
        last = np.ceil(np.min((limit + root) / (2 * across)))
    first, last = max(1, first), min(_longest(bounds), last)
    return np.arange(first, last + 1, 1 + (last - first) // MOST_SIDES)


def _middle_of_room(edges: _Edges, size: Size) -> tuple[float, float]:
    """Give a point about which a rectangle of this size fits: the mean of the corners of the region of such points.

    The region is widened by another TOLERANCE, else a size that just fits would have a single point, lost by rounding.
    """
    x, y = edges.normal
    need = HALF * (np.abs(x) * size.width + np.abs(y) * size.height) - edges.reach - 2 * TOLERANCE
    i, j = PAIRS
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        cross = x[i] * y[j] - y[i] * x[j]
        corner_x, corner_y = (need[i] * y[j] - need[j] * y[i]) / cross, (x[i] * need[j] - x[j] * need[i]) / cross
        lacking = np.max(need - np.multiply.outer(corner_x, x) - np.multiply.outer(corner_y, y), axis=1)
    lacking = np.where(np.isnan(lacking), np.inf, lacking)  # parallel edges have no corner
    kept = lacking <= max(TOLERANCE, lacking.min())
    return _mean(corner_x[kept]), _mean(corner_y[kept])


def _mean(values: Coordinates) -> float:
    return float(values.mean())
