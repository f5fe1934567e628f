"""Where the pixels of a strip come from: points of the picture that is read, with what they count."""

from typing import NamedTuple

import numpy as np

from core.filters import Weights
from core.grid import Coordinates
from core.maps.map import Jacobian, Point
from core.size import Size


class Raster(NamedTuple):
    """The picture that is read in place of the source: the same, or one that was decoded at reduced size.

    Attributes:
        size: in its own pixels.
        reduction: source pixels a pixel, along each axis; the last row and column may stand for fewer.
    """

    size: Size
    reduction: int = 1

    def point(self, x: Coordinates, y: Coordinates) -> Point:
        """Turn points of the source into points of the raster."""
        return x / self.reduction, y / self.reduction


class Points(NamedTuple):
    """Where the pixels of a strip come from, row by row.

    Attributes:
        x: (n,) float64, in pixels of the raster; where there is no source, 0.
        y: likewise.
        share: (n,) float32, how much of each pixel the picture covers; 0 where there is no source.
        jacobian: entries (n,), or (1,) where they are the same for all; None if nothing is averaged by it.
    """

    x: Coordinates
    y: Coordinates
    share: Weights
    jacobian: Jacobian | None


def listed(jacobian: Jacobian, dst: Point) -> Jacobian:
    """Give the entries of a derivative as lists: (n,), or (1,) where they are the same for all."""
    entries = np.broadcast_arrays(*jacobian)
    shape = np.broadcast_shapes(entries[0].shape, *(at.shape for at in dst)) if entries[0].size > 1 else (1, 1)
    return Jacobian(*(np.broadcast_to(entry, shape).ravel() for entry in entries))
