"""A picture unrolled about a point into a strip, and the way back.

On the strip x tells the distance from the centre and y the angle, clockwise as seen from the direction of +x. With
R the radius and H the height of the strip,

    x = rho,   or   x = R ln(1 + rho) / ln(1 + R)   if it is logarithmic,   and   y = H theta / (2 pi)

rho is in pixels, theta in [0, 2 pi). The rows above 0 and below H repeat the strip; left of 0 there is nothing.

Agrees with OpenCV's warpPolar and, without logarithm, scikit-image's warp_polar but for half a bin: they put the
centres of the first row and column at theta = 0 and rho = 0, here both are half a pixel on. scikit-image takes the
logarithm of rho itself, OpenCV that of 1 + rho with its maxRadius for 1 + R. ImageMagick calls the way back Polar.
"""

import math
from dataclasses import dataclass

import numpy as np

from core.grid import SLACK, Coordinates
from core.maps.known import finite_points, jacobian_where, off_pole, points_where
from core.maps.map import Jacobian, Map, Point


@dataclass(frozen=True)
class _Strip:
    """Joins the plane and the strip.

    Attributes:
        centre_x: of the circles, in pixels of the plane.
        centre_y: see centre_x.
        radius: R, the strip's width, in whole pixels, above 0.
        angles: H, the strip's height, in whole pixels, above 0; near pi R the strip has the picture's resolution.
        log: whether distances are logarithmic.
    """

    centre_x: float
    centre_y: float
    radius: int
    angles: int
    log: bool

    def _plane_from_strip(self, x: Coordinates, y: Coordinates) -> Point:
        rho, theta = self._rho(x), y / self._angles_per_radian
        return self._in_plane(x, rho, np.cos(theta), np.sin(theta))

    def _in_plane(self, x: Coordinates, rho: Coordinates, cosine: Coordinates, sine: Coordinates) -> Point:
        return points_where(x >= -SLACK, self.centre_x + rho * cosine, self.centre_y + rho * sine)

    def _strip_from_plane(self, x: Coordinates, y: Coordinates) -> Point:
        dx, dy = x - self.centre_x, y - self.centre_y
        return self._on_strip(dx, dy, np.hypot(dx, dy))

    def _on_strip(self, dx: Coordinates, dy: Coordinates, rho: Coordinates) -> Point:
        distance = np.log1p(rho) * self._stretch if self.log else rho
        row = np.mod(np.arctan2(dy, dx) * self._angles_per_radian, self.angles)
        return finite_points(
            distance, np.where(row < self.angles, row, 0.0)
        )  # a tiny angle below 0 rounds up to a whole turn

    def _rho(self, x: Coordinates) -> Coordinates:
        return np.expm1(x / self._stretch) if self.log else x

    @property
    def _angles_per_radian(self) -> float:
        return self.angles / math.tau

    @property
    def _stretch(self) -> float:
        """Of the logarithm, so that x = R where rho = R."""
        return self.radius / math.log1p(self.radius)

    def _rho_by_x(self, rho: Coordinates) -> Coordinates:
        """Give the derivative of rho by the strip's x."""
        return (1 + rho) / self._stretch if self.log else np.ones_like(rho)


@dataclass(frozen=True)
class Polar(_Strip, Map):
    """Unrolls a picture: src is the picture, dst the strip."""

    @property
    def is_total(self) -> bool:
        """Not every point of dst has a source: left of the strip there is none."""
        return False

    @np.errstate(all="ignore")
    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of the strip come from, in pixels; NaN for x below 0. See `Map`."""
        return self._plane_from_strip(x, y)

    @np.errstate(all="ignore")
    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative; NaN for x below 0. See `Map`."""
        rho, theta = self._rho(x), y / self._angles_per_radian
        outwards, around = self._rho_by_x(rho), rho / self._angles_per_radian
        cosine, sine = np.cos(theta), np.sin(theta)
        jacobian = Jacobian(outwards * cosine, -around * sine, outwards * sine, around * cosine)
        return self._in_plane(x, rho, cosine, sine), jacobian_where(x >= -SLACK, jacobian)

    @np.errstate(all="ignore")
    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of the picture go: 0 <= y < H, though every whole turn away they are too. See `Map`."""
        return self._strip_from_plane(x, y)


@dataclass(frozen=True)
class Depolar(_Strip, Map):
    """Rolls a strip up, the exact inverse of `Polar`: src is the strip, dst the picture."""

    @property
    def is_total(self) -> bool:
        """Every point of dst has a source."""
        return True

    @np.errstate(all="ignore")
    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of the picture lie on the strip, 0 <= y < H; the centre is at theta = 0. See `Map`."""
        return self._strip_from_plane(x, y)

    @np.errstate(all="ignore")
    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative; at the centre, where there is none, with that half a pixel to the right."""
        dx, dy = x - self.centre_x, y - self.centre_y
        rho = np.hypot(dx, dy)
        away = off_pole(rho)
        cosine, sine, inwards = np.where((dx == 0) & (dy == 0), 1.0, dx / away), dy / away, 1 / self._rho_by_x(away)
        around = self._angles_per_radian / away
        jacobian = Jacobian(inwards * cosine, inwards * sine, -around * sine, around * cosine)
        return self._on_strip(dx, dy, rho), jacobian

    @np.errstate(all="ignore")
    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of the strip go, in pixels; NaN for x below 0. See `Map`."""
        return self._plane_from_strip(x, y)
