"""The thin-plate spline: the smoothest map that takes given points to given points."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.errors import DegeneratePoints
from core.from_points import PointList, affine_from_points, are_collinear, check_pairs
from core.grid import SLACK, Coordinates
from core.maps.map import Jacobian, Map, Point
from core.maps.newton import dst_by_newton


@dataclass(frozen=True, eq=False)
class ThinPlateSpline(Map):
    """Bends the plane like a thin sheet of metal held at some points: as little as it can; affine far from them.

    With p a point of dst and p_k the knots, both from the knots' centre in units of their radius, x and y of src are

        f(p) = a_0 + a_x x + a_y y + sum_k w_k U(|p - p_k|),  U(r) = r^2 log r^2

    Source: Bookstein 1989, doi:10.1109/34.24792, equations (1) to (5). The knots lie in dst, so that `src_from_dst` is
    this closed form; the other direction is found by Newton's method, and only where the spline does not fold.

    Attributes:
        knots: (n, 2), p_k, without a unit.
        weights: (n, 2), w_k in pixels of src.
        affine: (3, 2), a_0, a_x and a_y in pixels of src.
        centre: (2,), of the knots, in pixels of dst.
        radius: of the knots, in pixels of dst: their root mean square distance from the centre.
        orientation: 1 or -1, the sign of the Jacobian's determinant where the spline does not fold; 0 if src is flat.
    """

    knots: NDArray[np.float64]
    weights: NDArray[np.float64]
    affine: NDArray[np.float64]
    centre: NDArray[np.float64]
    radius: float
    orientation: float

    @classmethod
    def fit(cls, src: PointList, dst: PointList, smoothing: float = 0.0) -> Self:
        """Find the spline that takes the points of dst to those of src.

        Args:
            src: (n, 2), pixels.
            dst: (n, 2), pixels, at least three.
            smoothing: at least 0; with 0 every point is met. It is added to the diagonal of the matrix of U, in units
                of the knots' radius, so that scaling the picture does not change its meaning; towards infinity the
                spline becomes the affine map of least squares. (Twice that of SciPy's RBFInterpolator.)

        Raises:
            DegeneratePoints: src and dst are not pairs, or two points of dst coincide or all lie on one line, within
                SLACK.
        """
        check_pairs(src, dst)
        if are_collinear(dst):
            raise DegeneratePoints("a thin-plate spline needs three points in dst that do not lie on one line")
        away = dst - dst.mean(axis=0)
        radius = float(np.sqrt(np.mean(np.sum(away * away, axis=1))))
        knots = away / radius
        squared = np.sum((knots[:, np.newaxis] - knots) ** 2, axis=2)
        if np.any(squared[np.triu_indices(len(knots), k=1)] <= (SLACK / radius) ** 2):
            raise DegeneratePoints("two points in dst coincide; give each point once")
        system = np.zeros((len(knots) + 3, len(knots) + 3))
        system[:-3, :-3] = _bending(squared) + smoothing * np.eye(len(knots))
        system[:-3, -3:] = np.column_stack([np.ones(len(knots)), knots])
        system[-3:, :-3] = system[:-3, -3:].T
        src_centre = src.mean(axis=0)
        solution = np.linalg.solve(system, np.concatenate([src - src_centre, np.zeros((3, 2))]))
        solution[-3] += src_centre
        orientation = np.sign(np.linalg.det(affine_from_points(dst, src)[:2, :2]))
        return cls(knots, solution[:-3], solution[-3:], dst.mean(axis=0), radius, float(orientation))

    @property
    def is_total(self) -> bool:
        """Every point of dst has a source."""
        return True

    @np.errstate(all="ignore")
    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of dst come from, in pixels. See `Map`.

        One knot after the other, so that the memory does not grow with them, and so that no point's sum depends on
        which others are asked for with it.
        """
        x, y = self._in_radii(x, y)
        src_x, src_y = (a_0 + a_x * x + a_y * y for a_0, a_x, a_y in self.affine.T)
        for (knot_x, knot_y), (weight_x, weight_y) in zip(self.knots, self.weights, strict=True):
            bending = _bending((x - knot_x) ** 2 + (y - knot_y) ** 2)
            src_x += weight_x * bending
            src_y += weight_y * bending
        return src_x, src_y

    @np.errstate(all="ignore")
    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative. See `Map`.

        That of U is 2 (p - p_k) (log r^2 + 1), of which the 1 cancels: the w_k and the w_k p_k add up to 0.
        """
        x, y = self._in_radii(x, y)
        sums = np.empty((2, 3, *np.broadcast_shapes(x.shape, y.shape)))  # of x and y: itself, and by x and y of dst
        for of_one, (a_0, a_x, a_y) in zip(sums, self.affine.T, strict=True):
            of_one[0], of_one[1], of_one[2] = a_0 + a_x * x + a_y * y, a_x, a_y
        for (knot_x, knot_y), weights in zip(self.knots, self.weights, strict=True):
            dx, dy = x - knot_x, y - knot_y
            squared = dx**2 + dy**2
            log = _log(squared)
            for term, bending in enumerate((squared * log, 2 * dx * log, 2 * dy * log)):
                for of_one, weight in zip(sums, weights, strict=True):
                    of_one[term] += weight * bending
        (src_x, x_x, x_y), (src_y, y_x, y_y) = sums
        return (src_x, src_y), Jacobian(*(slope / self.radius for slope in (x_x, x_y, y_x, y_y)))

    @np.errstate(all="ignore")
    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of src go, in pixels, by Newton's method from the knot that comes from nearest to them.

        NaN where the method finds nothing, or only a point at which the spline is folded. See `Map`.
        """
        x, y = np.broadcast_arrays(x, y)
        nearest = np.full(x.shape, np.inf)
        start_x, start_y = np.zeros(x.shape), np.zeros(x.shape)
        dst_x, dst_y = (self.centre + self.radius * self.knots).T
        for *knot, src_x, src_y in zip(dst_x, dst_y, *self.src_from_dst(dst_x, dst_y), strict=True):
            distance = np.hypot(x - src_x, y - src_y)
            nearer = distance < nearest
            nearest[nearer] = distance[nearer]
            start_x[nearer], start_y[nearer] = knot
        return dst_by_newton(self, (x, y), (start_x, start_y), orientation=self.orientation)

    def _in_radii(self, x: Coordinates, y: Coordinates) -> Point:
        return (x - self.centre[0]) / self.radius, (y - self.centre[1]) / self.radius


def _log(squared: Coordinates) -> Coordinates:
    """Give log r^2, finite at 0, where U and its slope have r as a factor."""
    return np.log(squared + np.finfo(np.float64).tiny)


def _bending(squared: Coordinates) -> Coordinates:
    """Give U(r) = r^2 log r^2."""
    return squared * _log(squared)
