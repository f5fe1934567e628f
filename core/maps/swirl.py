"""A whirl that turns the picture about a point, less and less outwards."""

import math
from dataclasses import dataclass

import numpy as np

from core.grid import Coordinates
from core.maps.known import finite_points
from core.maps.map import Jacobian, Map, Point


@dataclass(frozen=True)
class Swirl(Map):
    """Turns each circle about the centre by its own angle: theta_src = theta - strength exp(-5 rho / (radius ln 2)).

    rho is kept, so both directions are closed forms. At `radius` the turn has died down to 0.07 % of the strength.

    Source: scikit-image's transform.swirl; its strength has the opposite sign, its default centre is half a pixel to
    the right and below.

    Attributes:
        strength: the turn at the centre, in radians; above 0 the picture turns clockwise as seen.
        radius: in pixels, above 0.
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
        return self._turned(x, y, -1.0)

    @np.errstate(all="ignore")
    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative. See `Map`.

        It is the turn itself, and with it a slide along the circle by the turn's change from one circle to the next.
        """
        dx, dy = x - self.centre_x, y - self.centre_y
        rho = np.hypot(dx, dy)
        turn = -self._turn(rho)
        cosine, sine = np.cos(turn), np.sin(turn)
        src_dx, src_dy = cosine * dx - sine * dy, sine * dx + cosine * dy
        by_rho = turn / self._decay / np.where(rho > 0, rho, 1.0)  # at the centre dx and dy are 0
        jacobian = Jacobian(
            cosine + src_dy * by_rho * dx,
            src_dy * by_rho * dy - sine,
            sine - src_dx * by_rho * dx,
            cosine - src_dx * by_rho * dy,
        )
        return self._placed((dx, dy), cosine, sine), jacobian

    @np.errstate(all="ignore")
    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of src go, in pixels; all have an image. See `Map`."""
        return self._turned(x, y, 1.0)

    def _turned(self, x: Coordinates, y: Coordinates, direction: float) -> Point:
        dx, dy = x - self.centre_x, y - self.centre_y
        turn = direction * self._turn(np.hypot(dx, dy))
        return self._placed((dx, dy), np.cos(turn), np.sin(turn))

    def _placed(self, offset: Point, cosine: Coordinates, sine: Coordinates) -> Point:
        dx, dy = offset
        return finite_points(self.centre_x + cosine * dx - sine * dy, self.centre_y + sine * dx + cosine * dy)

    def _turn(self, rho: Coordinates) -> Coordinates:
        return self.strength * np.exp(-rho / self._decay)

    @property
    def _decay(self) -> float:
        return self.radius * math.log(2) / 5
