"""What is known of a map by looking at many places of a canvas: for maps that have no closed form for it."""

import math

import numpy as np

from core.antialias import CLOSEST, Side, knots_of, sides
from core.filters import FILTERS, Filter
from core.grid import Coordinates
from core.local_scale import LocalScale
from core.maps.chain import Chain
from core.maps.map import Point
from core.size import Size
from core.windows import has_window, windows

PLACES = 129
"""Along each side of a canvas."""


def sampled_scale(chain: Chain, canvas: Size, source: Size) -> LocalScale:
    """Find the extreme local scales of a map among many places of the canvas that show the picture.

    Args:
        chain: the map.
        canvas: the output's size, in pixels.
        source: the picture's size, in pixels.

    Returns:
        Output pixels for each source pixel; both infinite if no place shows the picture.
    """
    dst = _places(canvas)
    (x, y), jacobian = chain.src_with_jacobian(*dst)
    with np.errstate(all="ignore"):
        inside = (x >= 0) & (x <= source.width) & (y >= 0) & (y <= source.height)
        a, b, c, d = (np.broadcast_to(entry, inside.shape)[inside] for entry in jacobian)
        # Both singular values of a 2x2 matrix are half the sum and half the difference of these two lengths.
        sums, differences = np.hypot(a + d, c - b), np.hypot(a - d, c + b)
        greatest, least = (sums + differences) / 2, np.abs(sums - differences) / 2
        greatest, least = greatest[np.isfinite(greatest)], least[np.isfinite(least)]
        if not greatest.size:
            return LocalScale(math.inf, math.inf)
        return LocalScale(float(1 / greatest.max()), float(1 / least.min()))


def most_taps(chain: Chain, canvas: Size, *, filter: str, antialias: bool) -> int:
    """Count the source pixels that an output pixel reads, where it reads most among many places of the canvas.

    Args:
        chain: the map.
        canvas: the output's size, in pixels.
        filter: a name in FILTERS.
        antialias: whether the filter is averaged where the map shrinks.
    """
    along_an_axis = len(FILTERS[filter](np.zeros(1)))
    if not antialias or filter == "nearest":
        return along_an_axis**2
    first_side, second_side = sides(chain.src_jacobian(*_places(canvas)))
    if chain.projective is not None and chain.projective.keeps_to_axes:  # then neighbouring knots share their taps
        lengths = first_side.length.item(), second_side.length.item()
        return math.prod(count_averaged(FILTERS[filter], length) for length in lengths)
    first, second = knots_of(first_side), knots_of(second_side)
    is_averaged = bool(np.any(first) or np.any(second))
    is_affine = chain.projective is not None and chain.projective.is_affine
    if is_averaged and is_affine and has_window(first_side, second_side):
        one, other = (Side(*(part.ravel() for part in side)) for side in (first_side, second_side))
        return math.prod(windows(FILTERS[filter], one, other, np.float32(1)).weights.shape[2:])
    return int(np.max((2 * first + 1) * (2 * second + 1))) * along_an_axis**2


def _places(canvas: Size) -> Point:
    """Give points of a canvas, its corners and edges among them: x (1, n) and y (n, 1)."""
    x, y = (np.linspace(0.0, side, PLACES) for side in canvas)
    across: Coordinates = x[np.newaxis, :]
    return across, y[:, np.newaxis]


def count_averaged(filter: Filter, length: float) -> int:
    """Count the taps that `averaged` gives for a pixel, without working them out: a side may be very long."""
    reach = CLOSEST * math.ceil(length / 2 / CLOSEST)
    first, last = filter(np.array([-reach]))[0][0], filter(np.array([reach]))[-1][0]
    return int((last - first).item()) + 1
