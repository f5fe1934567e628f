"""Reconstruction filters: which pixels a point reads, and how much of each.

A filter takes coordinates along one axis (pixels, corner origin) and gives its taps in a fixed order: pairs of the
pixel's index and its weight. The weights of a point sum to 1.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.border import Indices
from core.grid import SLACK, Coordinates, lattice_position

Weights = NDArray[np.float32]
Taps = list[tuple[Indices, Weights]]
Filter = Callable[[Coordinates], Taps]

FARTHEST = float(2**40)
"""Pixels: coordinates are clamped here before they become integers, whose conversion is else undefined."""


def nearest(x: Coordinates) -> Taps:
    """Read the pixel that the point lies in; on the line between two, the right or lower one."""
    return [(to_index(np.floor(x + SLACK)), np.ones(1, np.float32))]


def bilinear(x: Coordinates) -> Taps:
    """Read the two neighbours in proportion to their nearness: the triangle filter of radius 1."""
    position = lattice_position(x)
    lower = np.floor(position)
    fraction = (position - lower).astype(np.float32)
    index = to_index(lower)
    return [(index, np.float32(1.0) - fraction), (index + 1, fraction)]


def to_index(whole: Coordinates) -> Indices:
    """Turn whole numbers into indices, the farthest ones clamped."""
    return np.clip(whole, -FARTHEST, FARTHEST).astype(np.int64)


FILTERS: dict[str, Filter] = {"nearest": nearest, "bilinear": bilinear}
