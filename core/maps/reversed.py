"""Any map the other way round: what takes a distortion out puts it in."""

from dataclasses import dataclass

import numpy as np

from core.grid import Coordinates
from core.maps.map import Jacobian, Map, Point


@dataclass(frozen=True)
class Reversed(Map):
    """The map with src and dst exchanged; a point has a source where `map` gives it an image.

    Attributes:
        map: whose dst is the src of this one.
    """

    map: Map

    @property
    def is_total(self) -> bool:
        """Nothing is known of it: no map promises that every point of src has an image."""
        return False

    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of dst come from, in pixels; NaN where `map` gives no image. See `Map`."""
        return self.map.dst_from_src(x, y)

    @np.errstate(all="ignore")
    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative: the inverse of the map's own at the point's source. See `Map`."""
        src = self.map.dst_from_src(x, y)
        other = self.map.src_jacobian(*src)
        determinant = other.x_x * other.y_y - other.x_y * other.y_x
        jacobian = Jacobian(
            other.y_y / determinant, -other.x_y / determinant, -other.y_x / determinant, other.x_x / determinant
        )
        return src, jacobian

    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of src go, in pixels; NaN where `map` gives them no source. See `Map`."""
        return self.map.src_from_dst(x, y)
