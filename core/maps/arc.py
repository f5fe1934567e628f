"""A picture bent along a circle, as text on a badge."""

import math
from dataclasses import dataclass

import numpy as np

from core.grid import SLACK, Coordinates
from core.maps.known import finite_points, off_pole, points_where
from core.maps.map import Jacobian, Map, Point


@dataclass(frozen=True)
class Arc(Map):
    """Bends the picture's rows to arcs about one centre; the middle row keeps its place at the middle, and its length.

    With R = width / |angle| the centre lies at (width / 2, height / 2 + R), and

        x_src = width / 2 + R phi,   y_src = height / 2 + R - rho

    phi is measured at the centre clockwise from straight up, in (-pi, pi]. A negative angle bends the other way: it is
    the same with up and down exchanged in both planes. Every point of dst has a source, the centre itself by phi = 0;
    rows of src beyond the centre, and columns more than half a turn from the middle one, are sources of none.

    Attributes:
        angle: that the picture's width spans, in radians, not 0; below 0 its ends point up.
        width: of the picture before it is bent, in pixels.
        height: see width.
    """

    angle: float
    width: float
    height: float

    @property
    def is_total(self) -> bool:
        """Every point of dst has a source."""
        return True

    @np.errstate(all="ignore")
    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of dst come from, in pixels. See `Map`."""
        right, down = x - self.width / 2, self._down(y)
        return self._src(right, down, np.hypot(right, self._radius - down))

    @np.errstate(all="ignore")
    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative; at the centre, where there is none, with that half a pixel above. See `Map`."""
        right, down = x - self.width / 2, self._down(y)
        up = self._radius - down
        rho = np.hypot(right, up)
        away = off_pole(rho)
        sine, stretched = right / away, self._radius / away
        cosine = np.where((right == 0) & (up == 0), 1.0, up / away)
        jacobian = Jacobian(stretched * cosine, self._sign * stretched * sine, -self._sign * sine, cosine)
        return self._src(right, down, rho), jacobian

    @np.errstate(all="ignore")
    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of src go, in pixels; NaN beyond the centre and half a turn. See `Map`.

        Both ends of the half turn have the same image, though only one of them is its source.
        """
        right, down = x - self.width / 2, self._down(y)
        phi, rho = right / self._radius, self._radius - down
        known = (rho >= -SLACK) & (np.abs(right) <= math.pi * self._radius + SLACK)
        # R - rho cos(phi), without its loss of digits where R is large
        dst_down = down * np.cos(phi) + 2 * self._radius * np.sin(phi / 2) ** 2
        return points_where(known, self.width / 2 + rho * np.sin(phi), self.height / 2 + self._sign * dst_down)

    def _src(self, right: Coordinates, down: Coordinates, rho: Coordinates) -> Point:
        up = self._radius - down
        # R - rho, without its loss of digits where R is large
        src_down = (down * (self._radius + up) - right * right) / (self._radius + rho)
        src_right = self._radius * np.arctan2(right, up)
        return finite_points(self.width / 2 + src_right, self.height / 2 + self._sign * src_down)

    def _down(self, y: Coordinates) -> Coordinates:
        """Measure from the middle row towards the centre of the circles."""
        return self._sign * (y - self.height / 2)

    @property
    def _sign(self) -> float:
        return math.copysign(1.0, self.angle)

    @property
    def _radius(self) -> float:
        return self.width / abs(self.angle)
