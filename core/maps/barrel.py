"""Barrel distortion as panorama tools describe it, by a polynomial of the distance from the centre."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.grid import Coordinates
from core.maps.known import finite_points
from core.maps.map import Jacobian, Map, Point
from core.maps.radial import first_turn, radial_jacobian, radius_at


@dataclass(frozen=True)
class Barrel(Map):
    """Moves points along their ray from the centre: r_src = r (a r^3 + b r^2 + c r + d), r in units of `scale`.

    Points beyond the radius where r_src stops increasing have a source too, though the picture is folded back there,
    and where r_src is negative it is turned by 180 degrees.

    Source: Dersch, Panorama Tools' radial correction; the same as ImageMagick's -distort Barrel, whose `scale` is half
    the shorter side of the picture, and whose d is 1 - a - b - c unless it is given.

    Attributes:
        a: of r^4, without a unit.
        b: of r^3.
        c: of r^2.
        d: of r; above 0, or the map folds at once and no point has an image.
        scale: the unit of r in both planes, in pixels, above 0.
        centre_x: in pixels, the same in both planes.
        centre_y: see centre_x.
    """

    a: float
    b: float
    c: float
    d: float
    scale: float
    centre_x: float
    centre_y: float

    @property
    def is_total(self) -> bool:
        """Every point of dst has a source."""
        return True

    @cached_property
    def turning_radius(self) -> float:
        """Where r_src stops increasing, in units of `scale`; may be 0 or infinite."""
        return first_turn((self.d, 2 * self.c, 3 * self.b, 4 * self.a))

    @np.errstate(all="ignore")
    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of dst come from, in pixels. See `Map`."""
        dx, dy = x - self.centre_x, y - self.centre_y
        return self._moved(dx, dy, self._ratio(np.hypot(dx, dy) / self.scale))

    @np.errstate(all="ignore")
    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative. See `Map`."""
        dx, dy = x - self.centre_x, y - self.centre_y
        rho = np.hypot(dx, dy)
        r = rho / self.scale
        ratio = self._ratio(r)
        return self._moved(dx, dy, ratio), radial_jacobian((dx, dy), rho, ratio, self._slope(r))

    @np.errstate(all="ignore")
    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of src go, in pixels; NaN from the image of the turning radius on. See `Map`."""
        dx, dy = x - self.centre_x, y - self.centre_y
        r_src = np.hypot(dx, dy) / self.scale
        r = radius_at(lambda r: r * self._ratio(r), self._slope, r_src, self.turning_radius)
        enlarged = r / np.where(r_src > 0, r_src, 1.0)  # at the centre dx and dy are 0
        return self._moved(dx, dy, enlarged)

    def _moved(self, dx: Coordinates, dy: Coordinates, ratio: Coordinates) -> Point:
        return finite_points(self.centre_x + dx * ratio, self.centre_y + dy * ratio)

    def _ratio(self, r: Coordinates) -> Coordinates:
        return ((self.a * r + self.b) * r + self.c) * r + self.d

    def _slope(self, r: Coordinates) -> Coordinates:
        return ((4 * self.a * r + 3 * self.b) * r + 2 * self.c) * r + self.d
