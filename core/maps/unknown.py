"""A map that is known to be there, but not what it does: a displacement whose picture has not been decoded."""

from dataclasses import dataclass

import numpy as np

from core.grid import Coordinates
from core.maps.map import Jacobian, Map, Point


@dataclass(frozen=True)
class Unknown(Map):
    """No point is known to have an image, and none a source."""

    @property
    def is_total(self) -> bool:
        """It is not known."""
        return False

    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Give NaN: it is not known where any point comes from."""
        return _nowhere(x, y)

    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Give NaN."""
        unknown, _ = nowhere = _nowhere(x, y)
        return nowhere, Jacobian(unknown, unknown, unknown, unknown)

    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Give NaN: it is not known where any point goes."""
        return _nowhere(x, y)


def _nowhere(x: Coordinates, y: Coordinates) -> Point:
    unknown = np.full(np.broadcast_shapes(np.shape(x), np.shape(y)), np.nan)
    return unknown, unknown
