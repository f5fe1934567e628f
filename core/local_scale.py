r"""How much a map enlarges or shrinks a picture, at the place and in the direction where it does so most.

The local scales at a point are the two singular values of the map's Jacobian J there. An affine map has the same two
everywhere. For a projective one take the source coordinate u along the gradient of the denominator w, v across it and
from the right zero, and suitable output axes; then, with constants a, b, c > 0,

    |J| = [ a |v| / w^2    b / w ]        |J^-1| = [ 0         w^2 / c             ]
          [ c / w^2        0     ]                 [ w / b     a |v| w / (b c)     ]

up to signs that no singular value sees. The greatest singular value of a matrix without negative entries grows with
each of them. So the greatest scale grows with |v| and with 1/w, and the least one, 1 / |J^-1|, shrinks with |v| and
with w. From any point inside a convex picture one can walk along u to its outline, and either scale only becomes more
extreme: both extremes are on the outline, though not always at a corner.

Along an edge, with the parameter t, w is linear and so is each entry of M = w^2 J. Let Q(t) be the sum of the squares
of M's entries and h the determinant of the 3x3 matrix, so that det J = h / w^3. A squared singular value s is a root of
s^2 - (Q / w^4) s + (h / w^3)^2, and ds/dt = 0 leaves, s eliminated, a polynomial of degree 4 for both:

    (Q' w - 4 Q w') (Q' w + 2 Q w') + (6 h w w')^2 = 0
"""

import math
from typing import NamedTuple

import numpy as np

from core.grid import SLACK, Coordinates
from core.homography import Matrix, is_affine, rescale
from core.horizon import before_horizon
from core.size import Size

NODES = np.cos((np.arange(5) + 1 / 2) * np.pi / 5)
"""Five places on [-1, 1] whose values tell a polynomial of degree 4 with the least loss: Chebyshev's."""


class LocalScale(NamedTuple):
    """The extreme local scales of a map over a picture, in output pixels for each source pixel.

    Attributes:
        smallest: the least one before the horizon; infinite if the whole picture lies beyond it.
        largest: the greatest one; infinite if the horizon comes within SLACK of the picture, since it grows without
            bound there.
    """

    smallest: float
    largest: float


def local_scale(dst_from_src: Matrix, source: Size) -> LocalScale:
    """Find the extreme local scales of a map over a whole picture.

    Both are exact but for rounding, to 1e-9 of their value unless the map is nearly singular or its horizon nearly
    touches the picture: the extremes are looked for where they must be, not sampled. A mirror changes neither, nor
    does a factor above 0 on the whole matrix.

    Args:
        dst_from_src: 3x3, its denominator positive in front of the horizon.
        source: the picture's size.

    Example:
        >>> local_scale(np.diag([-2.0, 0.5, 1.0]), Size(640, 480))
        LocalScale(smallest=0.5, largest=2.0)
    """
    dst_from_src = rescale(dst_from_src)
    corners = np.stack(source.corners, axis=-1)
    points = corners if is_affine(dst_from_src) else _extreme_points(dst_from_src, corners)
    distance = before_horizon(dst_from_src, points[:, 0], points[:, 1])
    front = points[distance >= SLACK]
    if not len(front):
        return LocalScale(math.inf, math.inf)
    least, greatest = _singular_values(dst_from_src, front)
    return LocalScale(float(least.min()), float(greatest.max()) if len(front) == len(points) else math.inf)


def _extreme_points(dst_from_src: Matrix, corners: Coordinates) -> Coordinates:
    """Give points (n, 2) of the outline with all among them where a local scale may be extreme.

    Args:
        dst_from_src: 3x3.
        corners: (4, 2), one after the other.
    """
    middle, half = (corners + np.roll(corners, -1, axis=0)) / 2, (np.roll(corners, -1, axis=0) - corners) / 2
    scaled, w = _scaled_jacobian(dst_from_src, middle[:, np.newaxis] + NODES[:, np.newaxis] * half[:, np.newaxis])
    (first, w_first), (last, w_last) = (_scaled_jacobian(dst_from_src, middle + side * half) for side in (-1, 1))
    slope, dw = (last - first)[:, np.newaxis] / 2, (w_last - w_first)[:, np.newaxis] / 2
    q, dq = np.sum(scaled**2, axis=(2, 3)), 2 * np.sum(scaled * slope, axis=(2, 3))
    condition = (dq * w - 4 * q * dw) * (dq * w + 2 * q * dw) + (6 * _determinant(dst_from_src) * w * dw) ** 2
    coefficients = np.linalg.solve(np.vander(NODES), condition.T).T
    # Rounding may turn a double root into a complex pair. So the real part of every root is tried: it costs nothing.
    places = [np.clip(_roots(polynomial).real, -1, 1) for polynomial in coefficients]
    found = [point + place[:, np.newaxis] * along for point, place, along in zip(middle, places, half, strict=True)]
    return np.concatenate([corners, *found])


def _roots(coefficients: Coordinates) -> Coordinates:
    """Find the roots of a polynomial, highest power first, leaving out powers that are mere rounding on [-1, 1]."""
    kept = np.abs(coefficients) > np.abs(coefficients).max() * len(coefficients) * np.finfo(np.float64).eps
    return np.asarray(np.roots(coefficients * kept))


def _singular_values(dst_from_src: Matrix, points: Coordinates) -> tuple[Coordinates, Coordinates]:
    """Compute both local scales, the least and the greatest, at points (n, 2)."""
    scaled, w = _scaled_jacobian(dst_from_src, points)
    greatest = np.linalg.svd(scaled, compute_uv=False)[:, 0] / w**2
    # The product of both is the determinant, which has more good digits than the lesser one of a decomposition.
    return abs(_determinant(dst_from_src)) / w**3 / greatest, greatest


def _scaled_jacobian(dst_from_src: Matrix, points: Coordinates) -> tuple[Coordinates, Coordinates]:
    """Compute M = w^2 J (..., 2, 2), by the quotient rule, and w at points (..., 2)."""
    image = points @ dst_from_src[:, :2].T + dst_from_src[:, 2]
    w = image[..., 2]
    return dst_from_src[:2, :2] * w[..., np.newaxis, np.newaxis] - image[..., :2, np.newaxis] * dst_from_src[2, :2], w


def _determinant(matrix: Matrix) -> float:
    return float(matrix[0] @ np.cross(matrix[1], matrix[2]))
