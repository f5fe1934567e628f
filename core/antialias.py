r"""How a picture is read where a map shrinks it: the filter averaged over what a pixel of the output covers.

Let J be the derivative of src_from_dst at a pixel, M = J J^T, and sigma^2 the eigenvalues of M: the squares of the
factors by which the map shrinks. A pixel of the output covers the parallelogram that J makes of a square. The filter
alone covers the width of one source pixel already. So it is averaged over the parallelogram that

    A = g(M) J,   g(sigma^2) = sqrt(max(0, sigma^2 - 1)) / sigma

makes of the square: its sides along the singular axes are sqrt(sigma^2 - 1), so that squared widths add up. The average
is none at all at sigma = 1, continuous in scale, and nearly that over the whole pixel where a map shrinks by much. A
parallelogram along the singular axes themselves would do as well, but a map that shrinks evenly has none to go by.

The average over a side of length a is that of the picture's values at knots two thirds of a pixel apart, with lines
between them: weights that are continuous in a, unlike those of any number of samples that grows with a. The lines widen
the average by a little, which makes up for what it is narrower than the pixel: photos that are halved come out 3 dB
better than with knots half a pixel apart. Where 9 knots a side would not do, they move apart, up to one a pixel;
where 17 such would not do, a picture of half, a quarter, ... of the resolution is read instead (see pyramid.py). It has
been averaged over m x m pixels already, so there the squared sides are sigma^2 - (3 m^2 - 1).

Maps that keep to the axes share their knots' taps by rows and columns (`averaged`), other affine ones in windows (see
windows.py). The rest reads knot by knot.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.filters import Filter, Taps
from core.grid import SLACK, Coordinates
from core.maps.map import Jacobian, Point

CLOSEST = 21 / 32
"""Pixels from knot to knot, while there are at most FEW intervals between them: two thirds, as nearly as 32nds come, so
that no knot's place is rounded, and a half stays one."""

WIDEST = 1.0
"""Pixels from knot to knot, while there are at most MOST intervals between them."""

FEW, MOST = 8, 16
"""Intervals between the knots of a side. With 8 at most, shrinking a zone plate by 16 would lose 16 dB."""

BLEND = 4.0
"""A quarter of the way to the next resolution the finer picture has given place to the coarser one."""

LONGEST_OF_FINER = WIDEST * MOST * (1 + 1 / BLEND)
"""Pixels of a side beyond which the coarser picture alone is read, if there is one."""

KNOTS_AT_ONCE = 1 << 16
"""Of all pixels of an axis together."""

LARGEST = 2.0**40
"""Sides, in pixels, beyond which it makes no difference."""


class Side(NamedTuple):
    """One side of the parallelogram that a pixel is averaged over.

    Attributes:
        x: of the vector along it, in pixels.
        y: likewise.
        length: of it.
    """

    x: Coordinates
    y: Coordinates
    length: Coordinates


class Knots(NamedTuple):
    """The points that averages are made of: those of one pixel after those of another, of each row by row.

    Attributes:
        owner: which pixel each belongs to.
        x: from the pixel's own point, in pixels.
        y: likewise.
        weight: of it; those of a pixel sum to 1.
    """

    owner: NDArray[np.intp]
    x: Coordinates
    y: Coordinates
    weight: Coordinates


def sides(jacobian: Jacobian, reduction: int = 1) -> tuple[Side, Side]:
    """Give the parallelogram that the filter is averaged over.

    Args:
        jacobian: of src_from_dst, arrays of any one shape; where it is not finite there is no average.
        reduction: m, whose picture is read: 1 for the source itself.

    Returns:
        The images of the pixel's horizontal and vertical side, in pixels of the reduced picture.
    """
    with np.errstate(all="ignore"):
        return sides_beyond(jacobian, reduction, already_averaged(reduction))


def already_averaged(reduction: int) -> int:
    """Give the square of what a pixel of a reduced picture is an average over, filter and all, in source pixels."""
    return 1 if reduction == 1 else 3 * reduction**2 - 1


def sides_beyond(
    jacobian: Jacobian, reduction: Coordinates | int, averaged_already: Coordinates | int
) -> tuple[Side, Side]:
    """Give the sides as `sides` does, of what is given by `already_averaged`."""
    p = jacobian.x_x * jacobian.x_x + jacobian.x_y * jacobian.x_y
    q = jacobian.x_x * jacobian.y_x + jacobian.x_y * jacobian.y_y
    r = jacobian.y_x * jacobian.y_x + jacobian.y_y * jacobian.y_y
    half_sum, half_difference = (p + r) / 2, _hypotenuse((p - r) / 2, q)
    greater = half_sum + half_difference
    determinant = jacobian.x_x * jacobian.y_y - jacobian.x_y * jacobian.y_x
    lesser = np.where(greater > 0, determinant * determinant / np.where(greater > 0, greater, 1.0), 0.0)
    g_greater, g_lesser = _factor(greater, averaged_already), _factor(lesser, averaged_already)
    # g(M) = g_lesser + (g_greater - g_lesser) (M - lesser) / (greater - lesser), as both sides agree on M's axes.
    apart = greater - lesser
    slope = np.where(apart > SLACK * greater, (g_greater - g_lesser) / np.where(apart > 0, apart, 1.0), 0.0)
    p, q, r = g_lesser + slope * (p - lesser), slope * q, g_lesser + slope * (r - lesser)
    return (
        _side((p * jacobian.x_x + q * jacobian.y_x) / reduction, (q * jacobian.x_x + r * jacobian.y_x) / reduction),
        _side((p * jacobian.x_y + q * jacobian.y_y) / reduction, (q * jacobian.x_y + r * jacobian.y_y) / reduction),
    )


def coarseness(first: Side, second: Side) -> Coordinates:
    """Tell by how much too wide a pixel's average is for the source itself: 1 and less is not too wide.

    Args:
        first: a side of the parallelogram in the source.
        second: the other.
    """
    return np.maximum(first.length, second.length) / (WIDEST * MOST)


def level_share(coarseness: Coordinates, level: int, top: int) -> Coordinates:
    """Give what the picture of one resolution counts for each pixel; those of all resolutions sum to 1.

    Args:
        coarseness: of the pixels' averages.
        level: the resolution is the source's over 2**level.
        top: the coarsest level.
    """
    return share_of_reduction(coarseness, float(2**level), float(2**top))


def share_of_reduction(
    coarseness: Coordinates, reduction: Coordinates | float, coarsest: Coordinates | float
) -> Coordinates:
    """Give the share as `level_share` does, of what the levels divide the resolution by."""
    needed = np.clip(coarseness, 1.0, coarsest) / reduction
    as_finer = 1.0 - np.minimum(1.0, BLEND * (needed - 1.0))
    as_coarser = np.minimum(1.0, BLEND * (2.0 * needed - 1.0))
    is_finer, is_coarser = (needed >= 1.0) & (needed < 2.0), (needed < 1.0) & (needed > 1 / 2)  # noqa: PLR2004
    return np.where(is_finer, as_finer, np.where(is_coarser, as_coarser, 0.0))


def knots_of(side: Side) -> NDArray[np.int32]:
    """Count the knots on either half of a side, beside the one in the middle."""
    return np.ceil(side.length / 2 / _spacing(side)).astype(np.int32)


def count_knots(first: Side, second: Side) -> NDArray[np.int32]:
    """Count the knots of each pixel.

    Args:
        first: a side of each pixel's parallelogram.
        second: the other.
    """
    return (2 * knots_of(first) + 1) * (2 * knots_of(second) + 1)


def knots(first: Side, second: Side) -> Knots:
    """Give the points to read.

    Args:
        first: a side of each pixel's parallelogram, (n,).
        second: the other.
    """
    first_half, second_half, counts = knots_of(first), knots_of(second), count_knots(first, second)
    owner = np.repeat(np.arange(counts.size), counts)
    number = np.arange(owner.size) - (np.cumsum(counts) - counts)[owner]
    row, column = np.divmod(number, 2 * second_half[owner] + 1)
    step, weight = along(Side(*(part[owner] for part in first)), row - first_half[owner])
    other_step, other_weight = along(Side(*(part[owner] for part in second)), column - second_half[owner])
    return Knots(
        owner,
        step * first.x[owner] + other_step * second.x[owner],
        step * first.y[owner] + other_step * second.y[owner],
        weight * other_weight,
    )


def averaged(filter: Filter, x: Coordinates, length: float) -> Taps:
    """Give the taps of a filter averaged along one axis, each pixel once: for maps that keep to the axes.

    Its knots stay as close together as any, however long the side is, since they share their taps: one a pixel.

    Args:
        filter: from FILTERS.
        x: coordinates along the axis, in pixels; (1, n) or (n, 1).
        length: of the side along it, in pixels.

    Returns:
        Taps at consecutive indices, their arrays of the shape of x.
    """
    half = math.ceil(length / 2 / CLOSEST)
    if not half:
        return [(index, np.broadcast_to(weight, x.shape)) for index, weight in filter(x)]
    numbers = np.arange(-half, half + 1, dtype=np.float64)
    places, end = CLOSEST * numbers, length / 2 / CLOSEST
    weights = CLOSEST / length * _area(end, numbers)
    first, last = filter(x + places[0])[0][0], filter(x + places[-1])[-1][0]
    window = np.zeros((int((last - first).max()) + 1, x.size))
    pixels = np.arange(x.size)
    some = max(1, KNOTS_AT_ONCE // x.size)
    for start in range(0, numbers.size, some):
        at = x.ravel() + places[start : start + some, np.newaxis]
        for index, weight in filter(at):
            counted = weights[start : start + some, np.newaxis] * weight
            np.add.at(window, (index - first.ravel(), pixels), np.broadcast_to(counted, index.shape))
    return [(first + number, row.astype(np.float32).reshape(x.shape)) for number, row in enumerate(window)]


def _factor(squared: Coordinates, averaged_already: Coordinates | int) -> Coordinates:
    """Compute g: the side's length for each pixel of what the map shrinks to one."""
    excess = squared - averaged_already
    return np.where(excess > 2 * SLACK, np.sqrt(np.maximum(excess, 0.0) / np.where(squared > 0, squared, 1.0)), 0.0)


def _side(x: Coordinates, y: Coordinates) -> Side:
    length = _hypotenuse(x, y)
    usable = np.isfinite(length) & (length > SLACK) & (length < LARGEST)  # what is less is left by rounding
    return Side(np.where(usable, x, 0.0), np.where(usable, y, 0.0), np.where(usable, length, 0.0))


def _hypotenuse(a: Coordinates, b: Coordinates) -> Coordinates:
    return np.sqrt(a * a + b * b)


def along(side: Side, number: NDArray[np.int32]) -> Point:
    """Give the places of knots along a side, in shares of it, 0 in the middle, and their weights.

    Args:
        side: of a pixel's parallelogram.
        number: of the knot, 0 in the middle; one beyond the side's ends has no weight.
    """
    has_length = side.length > 0
    share = np.where(has_length, _spacing(side) / np.where(has_length, side.length, 1.0), 1.0)
    end = np.where(has_length, 1 / (2 * share), 1.0)  # of no length: the knot in the middle has it all
    place = number.astype(np.float64)
    return share * place, np.where(has_length | (number == 0), share * _area(end, place), 0.0)


def _spacing(side: Side) -> Coordinates:
    return np.maximum(np.clip(side.length / FEW, CLOSEST, WIDEST), side.length / MOST)


def _area(end: Coordinates | float, number: Coordinates) -> Coordinates:
    """Integrate the triangle of radius 1 about a number from -end to end: what a knot's line carries of the side."""
    area: Coordinates = _half_area(end - number) + _half_area(end + number)
    return area


def _half_area(t: Coordinates) -> Coordinates:
    """Integrate the triangle of radius 1 from its middle to t; to the left of it the area is negative."""
    inside = np.clip(t, -1.0, 1.0)
    return inside - inside * np.abs(inside) / 2
