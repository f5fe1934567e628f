"""What a tap reads outside the picture, for the row a b c d.

    edge      a a a | a b c d | d d d      the nearest pixel
    reflect   c b a | a b c d | d c b      mirrored, the outermost pixel twice
    mirror    d c b | a b c d | c b a      mirrored at the outermost pixel's centre
    wrap      b c d | a b c d | a b c      repeated
    constant  f f f | a b c d | f f f      the fill, tap by tap
    clip      a a a | a b c d | d d d      the nearest pixel; the fill comes in by coverage (see coverage.py)

A fold takes indices, int32 of any shape, and the side in pixels, and gives indices from 0 to side - 1.

The same in other libraries (ours | SciPy ndimage | OpenCV | np.pad):
    constant | grid-constant | BORDER_CONSTANT    | constant
    edge     | nearest       | BORDER_REPLICATE   | edge
    reflect  | reflect       | BORDER_REFLECT     | symmetric
    mirror   | mirror        | BORDER_REFLECT_101 | reflect
    wrap     | grid-wrap     | BORDER_WRAP        | wrap
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.grid import HALF, Coordinates

Indices = NDArray[np.int32]
Fold = Callable[[Indices, int], Indices]
PointFold = Callable[[Coordinates, int], Coordinates]


def edge(index: Indices, size: int) -> Indices:
    """Fold to the nearest index in 0..size-1."""
    return np.clip(index, 0, size - 1)


def reflect(index: Indices, size: int) -> Indices:
    """Fold by mirrors at the picture's edges: period 2 * size."""
    folded = index % (2 * size)
    return np.minimum(folded, 2 * size - 1 - folded)


def mirror(index: Indices, size: int) -> Indices:
    """Fold by mirrors at the outermost centres: period 2 * size - 2, and 0 where a single pixel leaves none."""
    period = np.maximum(2 * size - 2, 1)
    folded: Indices = index % period
    return np.minimum(folded, 2 * size - 2 - folded)


def wrap(index: Indices, size: int) -> Indices:
    """Fold by repetition: period size."""
    return index % size


BORDERS: dict[str, Fold] = {
    "clip": edge,
    "constant": edge,  # the sampler gives the folded taps no weight
    "edge": edge,
    "reflect": reflect,
    "mirror": mirror,
    "wrap": wrap,
}


def reflect_point(x: Coordinates, size: int) -> Coordinates:
    """Fold a coordinate by mirrors at the picture's edges, 0 and `size` pixels."""
    folded = x % (2 * size)
    return np.minimum(folded, 2 * size - folded)


def mirror_point(x: Coordinates, size: int) -> Coordinates:
    """Fold a coordinate by mirrors at the outermost centres, half a pixel inside; to that of a single pixel."""
    return HALF + np.where(size > 1, reflect_point(x - HALF, np.maximum(size - 1, 1)), 0.0)


def wrap_point(x: Coordinates, size: int) -> Coordinates:
    """Fold a coordinate by repetition: period `size` pixels."""
    return x % size


POINT_FOLDS: dict[str, PointFold] = {"reflect": reflect_point, "mirror": mirror_point, "wrap": wrap_point}
"""The borders under which the picture goes on, for points instead of pixels (pixels, corner origin): where it is read
at a lower resolution, whose pixels do not end where it does, its period must stay what it is."""

SHOWS_FILL = frozenset({"clip", "constant"})
"""The borders under which the fill takes the place of the outside."""
