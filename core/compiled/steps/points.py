"""Where a group of pixels of a row comes from, and how much of each the picture covers."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from core.compiled.agreed import AFFINE, GIVEN
from core.compiled.llvm.branches import choose
from core.compiled.llvm.lanes import Lanes, everywhere, numbered
from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number
from core.compiled.llvm.step import step
from core.compiled.steps.formulas import (
    Four,
    Matrix,
    Pair,
    apply_affine,
    apply_projective,
    distances,
    in_front,
    jacobian,
    line,
    projective_jacobian,
    share_between,
    to_line,
    where,
)
from core.grid import HALF


class Points(NamedTuple):
    """A group of points of the picture.

    Attributes:
        x: in pixels, float64; where there is no source, 0.
        y: likewise.
        share: float32, what the pixels count: 1, what the picture covers of them if that is known, 0 without a source.
    """

    x: Lanes
    y: Lanes
    share: Lanes


class Seen(NamedTuple):
    """A group of pixels of a row, and how their points are found.

    Attributes:
        points_by: AFFINE, PROJECTIVE or GIVEN.
        matrix: src_from_dst, 9 numbers.
        place: of the first pixel in lists of the strip's points.
        column: its number, from 0.
        row: theirs.
    """

    points_by: Number
    matrix: Memory
    place: Number
    column: Number
    row: Number


Lists = tuple[Memory, Memory, Memory]
"""Of a strip's points: x, y and share."""


def mapped_points(pixels: Seen, given: Lists) -> Points:
    """Give the points of pixels as the formula of the map has them.

    Where there is no source, the share is 0 or the point is far outside or no number.
    """

    def listed() -> Sequence[Lanes]:
        return [part.load(pixels.place) for part in given]

    def by_matrix() -> Sequence[Lanes]:
        return choose(pixels.points_by.equals(AFFINE), affine, projective)

    def affine() -> Sequence[Lanes]:
        x, y = apply_affine(_rows(pixels.matrix), *_centres(pixels.column, pixels.row))
        return x, y, everywhere(x.builder, np.float32(1))

    def projective() -> Sequence[Lanes]:
        x, y, denominator = apply_projective(_rows(pixels.matrix), *_centres(pixels.column, pixels.row))
        return x, y, (denominator > 0.0).astype(np.float32)

    return Points(*choose(pixels.points_by.equals(GIVEN), listed, by_matrix))


def points_of(pixels: Seen, given: Lists) -> Points:
    """Give the points as `mapped_points` does, but those without a source at the picture's corner, with no share."""
    x, y, share = mapped_points(pixels, given)
    has_source = in_front((x, y)) & (share > 0)
    return Points(where(has_source, x, 0.0), where(has_source, y, 0.0), where(has_source, share, 0))


@step
def locate(
    x: Memory, y: Memory, share: Memory,
    points_by: Number, matrix: Memory, given_x: Memory, given_y: Memory, given_share: Memory,
    place: Number, column: Number, row: Number, scale: Number,
) -> None:  # fmt: skip
    """Write down a group of points, in pixels of a picture of whose reduction, a power of 2, `scale` is the inverse."""
    points = points_of(Seen(points_by, matrix, place, column, row), (given_x, given_y, given_share))
    x.put_group(points.x * scale.lanes)
    y.put_group(points.y * scale.lanes)
    share.put_group(points.share)


def slopes_of(pixels: Seen, points: Points, given: tuple[Memory, Memory, Memory, Memory]) -> Four:
    """Give the derivatives at the points of pixels, as `Projective.src_jacobian` does, or as they are listed.

    Args:
        pixels: whose points they are.
        points: in the source.
        given: lists of a strip's derivatives.
    """

    def listed() -> Sequence[Lanes]:
        return [part.load(pixels.place) for part in given]

    def by_matrix() -> Sequence[Lanes]:
        denominator = apply_projective(_rows(pixels.matrix), *_centres(pixels.column, pixels.row))[2]
        return projective_jacobian(_rows(pixels.matrix), points.x, points.y, denominator)

    return jacobian(*choose(pixels.points_by.equals(GIVEN), listed, by_matrix))


@step
def cover(share: Memory, lines: Memory, column: Number, row: Number) -> None:
    """Turn shares, which are 1 where a pixel has a source, into what the picture covers.

    Args:
        share: read and written.
        lines: of the picture's edges in the output, 4 numbers each (see `coverage.edge_lines`).
        column: the first pixel's, from 0.
        row: theirs.
    """
    centres = _centres(column, row)
    left, right, top, bottom = (to_line(line(*_numbers(lines, 4 * edge, 4)), centres) for edge in range(4))
    has_source = share.group() > 0
    share.put_group(share_between(distances(left, right, top, bottom), has_source))


def _centres(column: Number, row: Number) -> Pair:
    across = column.lanes.astype(np.float64)
    return across + numbered(across.builder, np.float64) + HALF, row.lanes.astype(np.float64) + HALF


def _rows(matrix: Memory) -> Matrix:
    first, second, third = (_numbers(matrix, 3 * row, 3) for row in range(3))
    return first, second, third


def _numbers(memory: Memory, first: int, count: int) -> tuple[Lanes, ...]:
    return tuple(memory.number(first + entry).lanes for entry in range(count))
