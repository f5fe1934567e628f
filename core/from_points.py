"""Matrices from pairs of points: where some points are to go decides where all go.

All arithmetic is exact and rounded once, at the end: points that mean a plain copy give it to the last bit, and thin
or distant figures lose no digit.
"""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import homography
from core.errors import DegeneratePoints, InvalidQuad
from core.grid import SLACK
from core.homography import Matrix

PointList = NDArray[np.float64]
"""(n, 2): x and y of n points, in pixels."""

SIMILARITY_PAIRS = 2
"""With so many pairs there is one similarity; with more, an affine map."""

CORNERS = 4

FARTHEST = 2.0**40
"""Pixels: beyond it a coordinate has too few digits left for SLACK to mean anything."""

ROUNDINGS = 16
"""Units in the last place by which corners meant for an affine map may miss it: eight numbers, each half a unit off,
and three times as much for the sums that made them."""

_Exact = NDArray[Any]
"""Fractions."""


def affine_from_points(src: PointList, dst: PointList) -> Matrix:
    """Find the map that takes the points of src to those of dst.

    One pair gives a translation; two a similarity (turn, uniform scale and shift, no mirror); three the affine map;
    more the affine map with the least sum of squared distances in dst. If the points of dst lie on one line, the map
    is singular: see `homography.check_invertible`.

    Args:
        src: (n, 2), pixels.
        dst: (n, 2), where they go.

    Returns:
        3x3, dst_from_src.

    Raises:
        DegeneratePoints: see `check_pairs`; or the points of src coincide or, three or more, lie on one line, within
            SLACK.
    """
    check_pairs(src, dst)
    if len(src) <= SIMILARITY_PAIRS:
        return _similarity_from_points(src, dst)
    if are_collinear(src):
        raise DegeneratePoints("the points in src lie on one line or coincide; move one of them aside")
    exact_src, exact_dst = _exactly(src), _exactly(dst)
    (src_x, src_y), moved = (exact_src - _mean(exact_src)).T, exact_dst - _mean(exact_dst)
    (xx, xy, yy), by_x, by_y = (src_x @ src_x, src_x @ src_y, src_y @ src_y), src_x @ moved, src_y @ moved
    columns = np.column_stack([yy * by_x - xy * by_y, xx * by_y - xy * by_x])  # the normal equations, by Cramer's rule
    return _from_linear(columns / (xx * yy - xy * xy), exact_src, exact_dst)


def perspective_from_quads(src: PointList, dst: PointList) -> Matrix:
    """Find the homography that takes four corners to four others.

    It goes through the unit square, by Heckbert 1989, Fundamentals of Texture Mapping and Image Warping, section 2.2.3.
    Corners that miss an affine map by their rounding alone get the affine map.

    Args:
        src: (4, 2), pixels: the top-left, top-right, bottom-right and bottom-left corner.
        dst: (4, 2), where they go; may be mirrored.

    Returns:
        3x3, dst_from_src, of which the denominator is positive in the quad and 1 at the mean of its corners.

    Raises:
        DegeneratePoints: see `check_pairs`; or there are not four pairs.
        InvalidQuad: a quad is not strictly convex, or a corner of it stands out by no more than SLACK.
    """
    check_pairs(src, dst)
    if len(src) != CORNERS:
        raise DegeneratePoints("a perspective needs exactly four corners in src and four in dst")
    _check_convex("src", src)
    _check_convex("dst", dst)
    dst_from_src = _exact_homography(src, dst)
    if homography.is_affine(dst_from_src):
        return dst_from_src
    affine = affine_from_points(src, dst)
    return affine if _misses_by_rounding(affine, src, dst) else dst_from_src


def check_pairs(src: PointList, dst: PointList) -> None:
    """Refuse points that do not come in pairs.

    Raises:
        DegeneratePoints: the two are not (n, 2) each with n at least 1, or a coordinate is beyond FARTHEST.
    """
    if src.shape != dst.shape or src.shape[1:] != (2,) or not len(src):
        raise DegeneratePoints("src and dst must hold the same number of points (x, y), at least one")
    if not np.all(np.abs([src, dst]) <= FARTHEST):  # nor is a NaN
        raise DegeneratePoints("every coordinate of src and dst must be a finite number, at most 2^40 in magnitude")


def are_collinear(points: PointList) -> bool:
    """Tell whether points (n, 2) coincide or lie on one line, within SLACK in the root mean square; two always do."""
    spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return len(points) <= SIMILARITY_PAIRS or bool(spread[-1] <= SLACK * np.sqrt(len(points)))


def _similarity_from_points(src: PointList, dst: PointList) -> Matrix:
    """Turn, scale and shift one or two points: as complex numbers, their difference in dst by that in src."""
    if len(src) < SIMILARITY_PAIRS:
        return homography.translate(*(dst - src)[0])
    if np.hypot(*(src[1] - src[0])) <= SLACK:
        raise DegeneratePoints("the two points in src coincide; move one of them away")
    exact_src, exact_dst = _exactly(src), _exactly(dst)
    (src_x, src_y), (dst_x, dst_y) = exact_src[1] - exact_src[0], exact_dst[1] - exact_dst[0]
    real, imaginary = src_x * dst_x + src_y * dst_y, src_x * dst_y - src_y * dst_x
    linear = np.array([[real, -imaginary], [imaginary, real]]) / (src_x * src_x + src_y * src_y)
    return _from_linear(linear, exact_src, exact_dst)


def _from_linear(linear: _Exact, src: _Exact, dst: _Exact) -> Matrix:
    """Give the affine map with a linear part that takes the mean of src to that of dst."""
    shift = _mean(dst) - linear @ _mean(src)
    return homography.from_rows(np.column_stack([linear, shift]).astype(np.float64))


def _check_convex(plane: str, quad: PointList) -> None:
    """Refuse a quad that is crossed, dented or flat at a corner.

    Four turns to one side make a simple convex quad: less than a half turn each, they add up to one whole turn. Where
    one turn differs from the three others, that corner is a dent; where two do, two sides cross.
    """
    before, after = quad - np.roll(quad, 1, axis=0), np.roll(quad, -1, axis=0) - quad
    turns = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]  # twice the area of the corner's triangle
    diagonals = np.hypot(*(before + after).T)
    if np.any(np.abs(turns) <= SLACK * diagonals):
        raise InvalidQuad(plane, "three of them lie on one line, or two coincide")
    to_the_right = int(np.count_nonzero(turns > 0))
    if to_the_right == CORNERS / 2:
        raise InvalidQuad(plane, "two of its sides cross")
    if to_the_right not in (0, CORNERS):
        raise InvalidQuad(plane, "it has a dent")


def _exact_homography(src: PointList, dst: PointList) -> Matrix:
    exact_src = _exactly(src)
    dst_from_src = _quad_from_square(_exactly(dst)) @ _adjugate(_quad_from_square(exact_src))
    denominator = dst_from_src[2] @ np.append(_mean(exact_src), 1)
    return np.asarray((dst_from_src / denominator).astype(np.float64))


def _exactly(points: PointList) -> _Exact:
    return np.array([[Fraction(x), Fraction(y)] for x, y in points.tolist()])


def _mean(points: _Exact) -> _Exact:
    return np.asarray(points.sum(axis=0) / len(points))


def _quad_from_square(quad: _Exact) -> _Exact:
    """Give the homography of the unit square's corners (0, 0), (1, 0), (1, 1), (0, 1) to a quad's, up to scale.

    Heckbert 1989, section 2.2.3, with the determinant multiplied out.
    """
    top_left, top_right, bottom_right, bottom_left = quad
    right, bottom = top_right - bottom_right, bottom_left - bottom_right
    excess = top_left - top_right + bottom_right - bottom_left  # zero in a parallelogram
    determinant = right[0] * bottom[1] - right[1] * bottom[0]
    g = excess[0] * bottom[1] - excess[1] * bottom[0]
    h = right[0] * excess[1] - right[1] * excess[0]
    from_x = determinant * (top_right - top_left) + g * top_right
    from_y = determinant * (bottom_left - top_left) + h * bottom_left
    return np.column_stack([np.append(from_x, g), np.append(from_y, h), np.append(determinant * top_left, determinant)])


def _adjugate(matrix: _Exact) -> _Exact:
    """Give the inverse up to scale: its columns are the cross products of the rows."""
    return np.column_stack([np.cross(matrix[first], matrix[second]) for first, second in ((1, 2), (2, 0), (0, 1))])


def _misses_by_rounding(affine: Matrix, src: PointList, dst: PointList) -> bool:
    linear, shift = affine[:2, :2], affine[:2, 2]
    misses = src @ linear.T + shift - dst
    terms = np.abs(src) @ np.abs(linear).T + np.abs(shift) + np.abs(dst)
    return bool(np.all(np.abs(misses) <= ROUNDINGS * np.finfo(np.float64).eps * terms.max()))
