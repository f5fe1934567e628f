"""What each operation of the spec means: its map, source -> output, in pixels of the current frame.

The only place where degrees become radians and fractions become pixels.
"""

import math
from collections.abc import Callable
from typing import Any

from core import CONVENTIONS, Matrix, Size, homography
from service import spec


def map_of(op: spec.Op, frame: Size) -> Matrix:
    """Give an operation's dst_from_src.

    Args:
        op: one operation of a spec.
        frame: what centres, fractions and normalized matrices refer to.

    Raises:
        InvalidMatrix, SingularMap: the operation's own matrix cannot be used.
    """
    return _MAPS[type(op)](op, frame)


def raw_matrix(raw: spec.RawMatrix, frame: Size) -> Matrix:
    """Read a raw matrix by its convention."""
    return CONVENTIONS[raw.convention](homography.from_rows(_rows(raw.matrix)), frame)


def _rows(numbers: list[spec.Row] | spec.Six) -> list[spec.Row]:
    if isinstance(numbers, list):
        return numbers
    a, b, c, d, e, f = numbers  # CSS Transforms 1, section 7.1: matrix(a, b, c, d, e, f) is written column by column
    return [(a, c, e), (b, d, f)]


def _identity(_: spec.Identity, _frame: Size) -> Matrix:
    return homography.identity()


def _translate(op: spec.Translate, frame: Size) -> Matrix:
    return homography.translate(*_pixels((op.x, op.y), op.unit, frame))


def _scale(op: spec.Scale, frame: Size) -> Matrix:
    return _centred(op, frame, homography.scale(op.x, op.y))


def _rotate(op: spec.Rotate, frame: Size) -> Matrix:
    return _centred(op, frame, homography.rotate(math.radians(math.fmod(op.angle, 360.0))))


def _shear(op: spec.Shear, frame: Size) -> Matrix:
    return _centred(op, frame, homography.shear(op.x, op.y))


def _skew(op: spec.Skew, frame: Size) -> Matrix:
    factors = (math.tan(math.radians(angle)) for angle in (op.x, op.y))
    return _centred(op, frame, homography.shear(*factors))


def _flip(op: spec.Flip, frame: Size) -> Matrix:
    return homography.about(*frame.centre, homography.scale(*_FLIPS[op.axis]))


_FLIPS = {"horizontal": (-1, 1), "vertical": (1, -1), "both": (-1, -1)}

_MAPS: dict[type[spec.Strict], Callable[[Any, Size], Matrix]] = {
    spec.Identity: _identity,
    spec.Matrix: raw_matrix,
    spec.Translate: _translate,
    spec.Scale: _scale,
    spec.Rotate: _rotate,
    spec.Shear: _shear,
    spec.Skew: _skew,
    spec.Flip: _flip,
}


def _centred(op: spec.Centred, frame: Size, matrix: Matrix) -> Matrix:
    x, y = frame.centre if op.center is None else _pixels(op.center, op.unit, frame)
    return homography.about(x, y, matrix)


def _pixels(point: tuple[float, float], unit: str, frame: Size) -> tuple[float, float]:
    x, y = point
    return (x * frame.width, y * frame.height) if unit == "fraction" else (x, y)
