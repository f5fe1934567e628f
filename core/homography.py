"""Projective maps of the plane as 3x3 matrices acting on column vectors (x, y, 1).

The direction is in the name: `b_from_a` takes points of a to points of b, and `compose(c_from_b, b_from_a)` cancels
like a fraction. A matrix is scaled so that its denominator is positive where the map is meant to be used.
Source of the algebra: Hartley and Zisserman, Multiple View Geometry, 2nd edition, section 2.3.
"""

import math
from fractions import Fraction
from functools import reduce
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import HorizonAtCentre, InvalidMatrix, SingularMap
from core.grid import SLACK, Coordinates
from core.size import Size

Matrix = NDArray[np.float64]
Points = tuple[Coordinates, Coordinates, Coordinates | float]
"""x, y and the denominator: a point with a denominator <= 0 lies on or beyond the horizon and has no image."""

MAX_CONDITION = 1e12
"""Beyond it the inverse has fewer than four good digits in float64."""


CANCELS = 1e-3
"""The share of a determinant in its terms below which it has lost three of its 16 digits."""

Number = TypeVar("Number", float, Fraction)


def identity() -> Matrix:
    """Leave every point where it is."""
    return np.eye(3)


def translate(x: float, y: float) -> Matrix:
    """Move by x pixels to the right and y down."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def scale(x: float, y: float) -> Matrix:
    """Stretch by x and y about the origin; a negative factor mirrors."""
    return np.diag([float(x), float(y), 1.0])


def rotate(angle: float) -> Matrix:
    """Turn by `angle` radians about the origin, clockwise as seen, since y points down."""
    cosine, sine = _cosine_and_sine(angle)
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])


def shear(x: float, y: float) -> Matrix:
    """Slide each row by x times its height and each column by y times its distance, both at once."""
    return np.array([[1.0, x, 0.0], [y, 1.0, 0.0], [0.0, 0.0, 1.0]])


def transpose() -> Matrix:
    """Exchange x and y: mirror at the diagonal from the top-left corner."""
    return np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


def about(x: float, y: float, matrix: Matrix) -> Matrix:
    """Apply `matrix` as if (x, y) were the origin."""
    return compose(translate(x, y), matrix, translate(-x, -y))


def compose(*maps: Matrix) -> Matrix:
    """Chain maps; the last one listed acts first, as in a product of matrices."""
    return reduce(np.matmul, maps)


def invert(b_from_a: Matrix) -> Matrix:
    """Give a_from_b by the adjugate, which is exact for signed permutations with whole shifts.

    The denominator keeps its sign: where b_from_a has a positive one, so has a_from_b at the point's image. A map so
    thin that the determinant's terms cancel is inverted in exact arithmetic, else its very sign would be noise.

    Args:
        b_from_a: 3x3, finite.

    Raises:
        SingularMap: it has no inverse.
    """
    entries = rescale(b_from_a).tolist()
    adjugate, determinant, terms = _adjugate(entries)
    if abs(determinant) <= CANCELS * terms:
        adjugate, determinant, _ = _adjugate([[Fraction(entry) for entry in row] for row in entries])
        if determinant == 0:
            raise SingularMap(math.inf, MAX_CONDITION)
    return np.array([[float(entry / determinant) for entry in row] for row in adjugate]) + 0.0


def _adjugate(matrix: list[list[Number]]) -> tuple[list[list[Number]], Number, Number]:
    """Give the adjugate, the determinant, and the sum of the magnitudes of the determinant's six terms."""
    (a, b, c), (d, e, f), (g, h, i) = matrix
    adjugate = [
        [e * i - f * h, h * c - i * b, b * f - c * e],
        [f * g - d * i, i * a - g * c, c * d - a * f],
        [d * h - e * g, g * b - h * a, a * e - b * d],
    ]
    determinant = a * adjugate[0][0] + b * adjugate[1][0] + c * adjugate[2][0]
    terms = abs(a * e * i) + abs(a * f * h) + abs(b * f * g) + abs(b * d * i) + abs(c * d * h) + abs(c * e * g)
    return adjugate, determinant, terms


def rescale(matrix: Matrix) -> Matrix:
    """Bring a projective matrix near 1, so that no product overflows: the same map, by a power of two, so exactly."""
    return matrix if is_affine(matrix) else np.ldexp(matrix, -np.frexp(np.abs(matrix).max())[1])


def apply(b_from_a: Matrix, x: Coordinates, y: Coordinates) -> Points:
    """Map points, broadcasting x against y; the denominator of an affine map is the number 1.

    Args:
        b_from_a: 3x3.
        x: of points of a, in pixels, any shape.
        y: likewise.

    Returns:
        x and y of b, and the denominator. Points on the horizon come out infinite or NaN, those beyond it mirrored.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if is_affine(b_from_a):
            return *apply_affine(b_from_a, x, y), 1.0
        return apply_projective(b_from_a, x, y)


def apply_affine(b_from_a: Matrix, x: Coordinates, y: Coordinates) -> tuple[Coordinates, Coordinates]:
    """Map points by the first two rows of a matrix."""
    (h00, h01, h02), (h10, h11, h12), _ = b_from_a
    return h00 * x + (h01 * y + h02), h10 * x + (h11 * y + h12)


def apply_projective(b_from_a: Matrix, x: Coordinates, y: Coordinates) -> Points:
    """Map points by a whole matrix: as `apply`, whatever its last row."""
    mapped_x, mapped_y = apply_affine(b_from_a, x, y)
    _, _, (h20, h21, h22) = b_from_a
    denominator = h20 * x + (h21 * y + h22)
    scale = 1.0 / denominator  # one division instead of two
    return mapped_x * scale, mapped_y * scale, denominator


def is_affine(matrix: Matrix) -> bool:
    """Tell whether the map keeps parallels parallel."""
    return bool(matrix[2, 0] == 0.0 and matrix[2, 1] == 0.0 and matrix[2, 2] == 1.0)


def from_rows(rows: ArrayLike) -> Matrix:
    """Read a 2x3 (affine) or 3x3 (projective) matrix into 3x3 form.

    Raises:
        InvalidMatrix: another shape, an entry that is not finite, or a last row of zeros.
    """
    matrix = np.asarray(rows, dtype=np.float64)
    if matrix.shape not in {(2, 3), (3, 3)}:
        raise InvalidMatrix(f"a matrix is 2x3 (affine) or 3x3 (projective); this one has shape {matrix.shape}")
    if not np.isfinite(matrix).all():
        raise InvalidMatrix("every entry of a matrix must be a finite number")
    if matrix.shape == (2, 3):
        return np.vstack([matrix, [0.0, 0.0, 1.0]])
    if not matrix[2].any():
        raise InvalidMatrix("the last row of a 3x3 matrix must not be all zeros; an affine map has [0, 0, 1]")
    if not matrix[2, :2].any():
        return np.asarray(matrix / matrix[2, 2])
    return matrix


def check_invertible(dst_from_src: Matrix, frame: Size) -> None:
    """Refuse a map that loses the picture.

    An affine map is judged by its linear part, a projective one in units of the frame, so that a large but harmless
    shift is no fault.

    Args:
        dst_from_src: 3x3.
        frame: the rectangle that is mapped, in pixels.

    Raises:
        InvalidMatrix: the entries overflow, or the map scales beyond reason.
        SingularMap: the condition number is above MAX_CONDITION.
    """
    if not np.isfinite(dst_from_src).all():
        raise InvalidMatrix("the composed map overflows; use factors nearer to 1 or fewer operations")
    if is_affine(dst_from_src):
        measured = dst_from_src[:2, :2]
    else:
        frame_from_unit = scale(frame.width, frame.height)
        measured = compose(invert(frame_from_unit), rescale(dst_from_src), frame_from_unit)
    singular_values = np.linalg.svd(measured, compute_uv=False)
    largest, smallest = float(singular_values[0]), float(singular_values[-1])
    if smallest <= largest * measured.shape[0] * np.finfo(np.float64).eps:
        raise SingularMap(math.inf, MAX_CONDITION)  # the number would be one of rounding, and each processor's own
    if largest > smallest * MAX_CONDITION:
        raise SingularMap(largest / smallest, MAX_CONDITION)
    if is_affine(dst_from_src) and (largest > MAX_CONDITION or smallest < 1 / MAX_CONDITION):
        raise InvalidMatrix(
            f"the map scales the picture by less than {1 / MAX_CONDITION:.0e} or more than {MAX_CONDITION:.0e}; "
            "use factors nearer to 1 or fewer operations"
        )


def facing(dst_from_src: Matrix, frame: Size) -> Matrix:
    """Choose the sign of a projective matrix: which side of its horizon is the front.

    The whole frame is, if the horizon leaves it whole. If the horizon cuts it, the front is the side of the point that
    is seen at the frame's centre, since that is what the client looks at.

    Args:
        dst_from_src: 3x3, invertible.
        frame: in pixels.

    Returns:
        The matrix or its negative.

    Raises:
        HorizonAtCentre: nothing is seen there.
    """
    if is_affine(dst_from_src):
        return dst_from_src
    x, y = frame.corners
    denominators = dst_from_src[2] @ np.stack([x, y, np.ones_like(x)])
    if np.all(denominators > 0):
        return dst_from_src
    if np.all(denominators < 0):
        return -dst_from_src
    terms = invert(dst_from_src)[2] * (*frame.centre, 1.0)
    denominator = float(terms.sum())
    if abs(denominator) <= np.abs(terms).max() * np.finfo(np.float64).eps * terms.size:
        raise HorizonAtCentre
    return dst_from_src if denominator > 0 else -dst_from_src


def snap(src_from_dst: Matrix, canvas: Size) -> Matrix:
    """Replace a map by the exact copy that it means: the nearest signed permutation plus whole shift.

    Done when that moves no corner of the canvas by SLACK or more; else the map is returned as it is. Rounding in a
    chain of products thus never turns an identity into an interpolation.

    Args:
        src_from_dst: 3x3.
        canvas: the output's size, in pixels.
    """
    pivot = src_from_dst[2, 2]
    if pivot == 0.0:
        return src_from_dst
    with np.errstate(over="ignore", invalid="ignore"):
        exact = np.rint(src_from_dst / pivot) + 0.0  # adding 0.0 turns -0.0 into 0.0
    if not is_copy(exact):
        return src_from_dst
    x, y, w = apply(src_from_dst, *canvas.corners)
    exact_x, exact_y, _ = apply(exact, *canvas.corners)
    moved = np.maximum(np.abs(x - exact_x), np.abs(y - exact_y))
    return exact if np.all(moved < SLACK) and np.all(np.asarray(w) > 0) else src_from_dst


def is_copy(matrix: Matrix) -> bool:
    """Tell whether the map takes pixel centres to pixel centres one to one: a signed permutation, whole shift."""
    linear = np.abs(matrix[:2, :2])
    permutes = np.array_equal(linear, np.eye(2)) or np.array_equal(linear, np.eye(2)[::-1])
    return permutes and is_affine(matrix) and np.array_equal(matrix, np.rint(matrix))


def _cosine_and_sine(angle: float) -> tuple[float, float]:
    """Compute both, exact at multiples of a quarter turn, where the library's are off by 6e-17."""
    quarters = angle / (math.pi / 2)
    nearest = round(quarters)
    if abs(quarters - nearest) <= 4 * math.ulp(abs(quarters)):
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[nearest % 4]
    return math.cos(angle), math.sin(angle)
