"""The distortion of a real lens, as camera calibration measures it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.grid import Coordinates
from core.maps.known import jacobian_where, points_where
from core.maps.map import Jacobian, Map, Point
from core.maps.newton import dst_by_newton
from core.maps.radial import first_turn, radius_at

NEAR_TURN = 0.999
"""Of the image of the turning radius: where the search starts for points beyond, as the derivative is 0 at it."""


@dataclass(frozen=True)
class Lens(Map):
    """Takes the distortion out: dst is the picture of an ideal camera, src that of the lens.

    With x and y from the centre in focal lengths and r^2 = x^2 + y^2, both in dst,

        x_src = x (1 + k1 r^2 + k2 r^4 + k3 r^6) + 2 p1 x y + p2 (r^2 + 2 x^2)
        y_src = y (1 + k1 r^2 + k2 r^4 + k3 r^6) + p1 (r^2 + 2 y^2) + 2 p2 x y

    Beyond the turning radius, where the radial part r (1 + k1 r^2 + k2 r^4 + k3 r^6) stops increasing, the model folds
    the picture back and says nothing of a lens: such points have no source.

    Source: Brown, Close-Range Camera Calibration, Photogrammetric Engineering 37 (1971), in the form and with the
    meaning of the names of OpenCV's initUndistortRectifyMap; its cx is centre_x - 0.5.

    Attributes:
        k1: radial, without a unit; negative for a barrel, positive for a pincushion.
        k2: see k1.
        k3: see k1.
        p1: tangential, without a unit; small in any real lens.
        p2: see p1.
        focal: in pixels, above 0.
        centre_x: of the distortion, in pixels; the same in both planes.
        centre_y: see centre_x.
    """

    k1: float
    k2: float
    k3: float
    p1: float
    p2: float
    focal: float
    centre_x: float
    centre_y: float

    @property
    def is_total(self) -> bool:
        """Whether every point of dst has a source: the radial part never turns."""
        return self.turning_radius == np.inf

    @cached_property
    def turning_radius(self) -> float:
        """Where the radial part stops increasing, in focal lengths; may be infinite."""
        return float(np.sqrt(first_turn((1.0, 3 * self.k1, 5 * self.k2, 7 * self.k3))))

    @np.errstate(all="ignore")
    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of dst come from, in pixels; NaN from the turning radius on. See `Map`."""
        x, y = self._in_focals(x, y)
        return points_where(np.hypot(x, y) < self.turning_radius, *self._in_pixels(*self._distorted(x, y)))

    @np.errstate(all="ignore")
    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative; NaN from the turning radius on. See `Map`."""
        x, y = self._in_focals(x, y)
        known = np.hypot(x, y) < self.turning_radius
        src = points_where(known, *self._in_pixels(*self._distorted(x, y)))
        return src, jacobian_where(known, self._derivative(x, y))

    @np.errstate(all="ignore")
    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of src go, in pixels, by Newton's method from the image under the radial part alone.

        The domain is the image of the disc inside the turning radius, where the Jacobian's determinant is positive
        and the tangential part small. Elsewhere NaN. See `Map`.
        """
        x, y = np.broadcast_arrays(x, y)
        start = self._radially_undistorted(x.ravel(), y.ravel())
        dst_x, dst_y = dst_by_newton(self, (x.ravel(), y.ravel()), start, orientation=1.0)
        return dst_x.reshape(x.shape), dst_y.reshape(y.shape)

    def _in_focals(self, x: Coordinates, y: Coordinates) -> Point:
        return (x - self.centre_x) / self.focal, (y - self.centre_y) / self.focal

    def _in_pixels(self, x: Coordinates, y: Coordinates) -> Point:
        return self.centre_x + self.focal * x, self.centre_y + self.focal * y

    def _distorted(self, x: Coordinates, y: Coordinates) -> Point:
        squared = x * x + y * y
        radial = self._radial(squared)
        return (
            x * radial + 2 * self.p1 * x * y + self.p2 * (squared + 2 * x * x),
            y * radial + self.p1 * (squared + 2 * y * y) + 2 * self.p2 * x * y,
        )

    def _derivative(self, x: Coordinates, y: Coordinates) -> Jacobian:
        squared = x * x + y * y
        radial = self._radial(squared)
        radial_by_squared = self.k1 + squared * (2 * self.k2 + squared * 3 * self.k3)
        across = 2 * x * y * radial_by_squared + 2 * self.p1 * x + 2 * self.p2 * y
        return Jacobian(
            radial + 2 * x * x * radial_by_squared + 2 * self.p1 * y + 6 * self.p2 * x,
            across,
            across,
            radial + 2 * y * y * radial_by_squared + 6 * self.p1 * y + 2 * self.p2 * x,
        )

    def _radial(self, squared: Coordinates) -> Coordinates:
        return 1 + squared * (self.k1 + squared * (self.k2 + squared * self.k3))

    def _radial_slope(self, r: Coordinates) -> Coordinates:
        squared = r * r
        return 1 + squared * (3 * self.k1 + squared * (5 * self.k2 + squared * 7 * self.k3))

    def _radially_undistorted(self, x: Coordinates, y: Coordinates) -> Point:
        x, y = self._in_focals(x, y)
        distance, turn = np.hypot(x, y), np.array(self.turning_radius)
        farthest = NEAR_TURN * turn * self._radial(turn * turn) if np.isfinite(turn) else turn
        target = np.minimum(distance, farthest)
        radius = radius_at(lambda r: r * self._radial(r * r), self._radial_slope, target, self.turning_radius)
        enlarged = np.where(distance > 0, radius / distance, 1.0)
        return self._in_pixels(x * enlarged, y * enlarged)
