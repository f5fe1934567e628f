"""A magnifying bulge, or a pinch, inside a circle."""

import math
from dataclasses import dataclass

import numpy as np

from core.grid import Coordinates
from core.maps.known import finite_points
from core.maps.map import Jacobian, Map, Point
from core.maps.radial import radial_jacobian, radius_at


@dataclass(frozen=True)
class Bulge(Map):
    """Moves points along their ray from the centre: r_src = r (1 - strength (1 - r^2)^2), r in units of `radius`.

    Outside the circle r = 1 nothing moves, and the Jacobian is continuous across it. At the centre the picture is
    enlarged by 1 / (1 - strength). The derivative 1 - strength (1 - r^2) (1 - 5 r^2) lies between 1 - strength and
    1 + strength 4/5, so the map never folds.

    Attributes:
        strength: -1 to 0.95; above 0 the middle is enlarged, below 0 it is shrunk.
        radius: of the circle, in pixels, above 0.
        centre_x: in pixels, the same in both planes.
        centre_y: see centre_x.
    """

    strength: float
    radius: float
    centre_x: float
    centre_y: float

    @property
    def is_total(self) -> bool:
        """Every point of dst has a source."""
        return True

    @np.errstate(all="ignore")
    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of dst come from, in pixels. See `Map`."""
        dx, dy = x - self.centre_x, y - self.centre_y
        return self._src((x, y), (dx, dy), self._ratio(np.hypot(dx, dy) / self.radius))

    @np.errstate(all="ignore")
    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative. See `Map`."""
        dx, dy = x - self.centre_x, y - self.centre_y
        rho = np.hypot(dx, dy)
        r = rho / self.radius
        ratio = self._ratio(r)
        return self._src((x, y), (dx, dy), ratio), radial_jacobian((dx, dy), rho, ratio, self._slope(r))

    @np.errstate(all="ignore")
    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of src go, in pixels; all have an image. See `Map`."""
        dx, dy = x - self.centre_x, y - self.centre_y
        r_src = np.hypot(dx, dy) / self.radius
        r = radius_at(lambda r: r * self._ratio(r), self._slope, r_src, math.inf)
        moved = np.where(r_src > 0, r / r_src - 1, 0.0)  # exactly 0 outside, where the search starts at its end
        return finite_points(x + dx * moved, y + dy * moved)

    def _src(self, dst: Point, offset: Point, ratio: Coordinates) -> Point:
        (x, y), (dx, dy), moved = dst, offset, ratio - 1  # by exactly 0 outside
        return finite_points(x + dx * moved, y + dy * moved)

    def _ratio(self, r: Coordinates) -> Coordinates:
        inside: Coordinates = 1 - np.minimum(r * r, 1)
        return 1 - self.strength * inside * inside

    def _slope(self, r: Coordinates) -> Coordinates:
        squared: Coordinates = np.minimum(r * r, 1)
        return 1 - self.strength * (1 - squared) * (1 - 5 * squared)
