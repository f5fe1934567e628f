"""The operations that keep straight lines straight: each is a matrix, source -> output."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from core import CONVENTIONS, Matrix, Size, State, affine_from_points, homography, perspective_from_quads
from service import spec
from service.operations.units import centre_of, points_to_pixels, rectangle_of, to_pixels, to_radians


def raw_matrix(raw: spec.RawMatrix, frame: Size) -> Matrix:
    """Read a raw matrix by its convention.

    Args:
        raw: 2x3, 3x3, or six numbers in the order of CSS.
        frame: the current one, in pixels.

    Returns:
        3x3, dst_from_src, in pixels with a corner origin.

    Raises:
        InvalidMatrix, SingularMap: it makes no usable map.
    """
    return CONVENTIONS[raw.convention](homography.from_rows(_rows(raw.matrix)), frame)


def _rows(numbers: list[spec.Row] | spec.Six) -> list[spec.Row]:
    if isinstance(numbers, list):
        return numbers
    a, b, c, d, e, f = numbers  # CSS Transforms 1, section 7.1: matrix(a, b, c, d, e, f) is written column by column
    return [(a, c, e), (b, d, f)]


def _identity(_: spec.Identity, _frame: Size) -> Matrix:
    return homography.identity()


def _translate(op: spec.Translate, frame: Size) -> Matrix:
    return homography.translate(*to_pixels((op.x, op.y), op.unit, frame))


def _scale(op: spec.Scale, frame: Size) -> Matrix:
    return _centred(op, frame, homography.scale(op.x, op.y))


def _rotate(op: spec.Rotate, frame: Size) -> Matrix:
    return _centred(op, frame, homography.rotate(to_radians(op.angle)))


def _shear(op: spec.Shear, frame: Size) -> Matrix:
    return _centred(op, frame, homography.shear(op.x, op.y))


def _skew(op: spec.Skew, frame: Size) -> Matrix:
    factors = (math.tan(to_radians(angle)) for angle in (op.x, op.y))
    return _centred(op, frame, homography.shear(*factors))


def _flip(op: spec.Flip, frame: Size) -> Matrix:
    return homography.about(*frame.centre, homography.scale(*_FLIPS[op.axis]))


_FLIPS = {"horizontal": (-1, 1), "vertical": (1, -1), "both": (-1, -1)}


def _affine_points(op: spec.AffinePoints, frame: Size) -> Matrix:
    src, dst = (np.array(points_to_pixels(points, op.unit, frame)) for points in (op.src, op.dst))
    return affine_from_points(src, dst)


def _perspective(op: spec.Perspective, frame: Size) -> Matrix:
    corners = np.stack(frame.corners, axis=-1)
    src, dst = (
        corners if points is None else np.array(points_to_pixels(list(points), op.unit, frame))
        for points in (op.src, op.dst)
    )
    return perspective_from_quads(src, dst)


def _crop(op: spec.Crop, state: State) -> State:
    return state.crop(*rectangle_of(op, state.frame))


def _resize(op: spec.Resize, state: State) -> State:
    frame = state.frame
    width = _in_proportion(op.height, frame.width, frame.height) if op.width is None else op.width
    height = _in_proportion(op.width, frame.height, frame.width) if op.height is None else op.height
    return state.resize(Size(width, height), op.fit)


def _in_proportion(given: int | None, side: int, other: int) -> int:
    """Give the side that goes with the other one, which is given."""
    return max(1, math.floor((given or other) * side / other + 1 / 2))


def _centred(op: spec.Centred, frame: Size, matrix: Matrix) -> Matrix:
    return homography.about(*centre_of(op, frame), matrix)


def _by_matrix(matrix_of: Callable[[Any, Size], Matrix]) -> Callable[[Any, State], State]:
    return lambda op, state: state.then(matrix_of(op, state.frame))


_MATRICES: dict[type[spec.Strict], Callable[[Any, Size], Matrix]] = {
    spec.Identity: _identity,
    spec.Matrix: raw_matrix,
    spec.Translate: _translate,
    spec.Scale: _scale,
    spec.Rotate: _rotate,
    spec.Shear: _shear,
    spec.Skew: _skew,
    spec.Flip: _flip,
    spec.AffinePoints: _affine_points,
    spec.Perspective: _perspective,
}

PROJECTIVE: dict[type[spec.Strict], Callable[[Any, State], State]] = {
    **{model: _by_matrix(matrix_of) for model, matrix_of in _MATRICES.items()},
    spec.Crop: _crop,
    spec.Resize: _resize,
}
"""How each of them is applied after the operations so far."""
