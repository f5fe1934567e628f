"""Where sixteen pixels of a row come from, and how much of each the picture covers."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from llvmlite import ir

from core.compiled.lanes import Lanes, choose, numbered
from core.compiled.memory import Memory, Number
from core.compiled.step import step
from core.coverage import Distances, Line, in_front, share_between, to_line
from core.grid import HALF
from core.homography import apply_affine, apply_projective
from core.maps.map import Jacobian
from core.maps.projective import projective_jacobian

AFFINE, PROJECTIVE, GIVEN = range(3)
"""How a kernel is told where its points come from: by a matrix, or by lists of them."""


class Points(NamedTuple):
    """Sixteen points of the picture.

    Attributes:
        x: in pixels, float64; where there is no source, 0.
        y: likewise.
        share: float32, what the pixels count: 1, what the picture covers of them if that is known, 0 without a source.
    """

    x: Lanes
    y: Lanes
    share: Lanes


def mapped_points(
    points_by: Number, matrix: Memory, given: Points, place: Number, column: Number, row: Number
) -> Points:
    """Give the points of the pixels of a row from a column on, as the formula of the map has them.

    Where there is no source, the share is 0 or the point is far outside or no number.

    Args:
        points_by: AFFINE, PROJECTIVE or GIVEN.
        matrix: src_from_dst, 9 numbers.
        given: lists of a strip's points.
        place: of the first of these pixels in the lists.
        column: the first pixel's, from 0.
        row: theirs.
    """

    def listed() -> list[Lanes]:
        return [part.load(place.value) for part in given]

    def affine() -> list[Lanes]:
        x, y = apply_affine(_rows(matrix), *_centres(column, row))
        return [x, y, np.where(x == x, np.float32(1), np.float32(1))]

    def projective() -> list[Lanes]:
        x, y, denominator = apply_projective(_rows(matrix), *_centres(column, row))
        return [x, y, (denominator > 0.0).astype(np.float32)]

    by_matrix = lambda: choose(points_by.equals(AFFINE), affine, projective)  # noqa: E731
    return Points(*choose(points_by.equals(GIVEN), listed, by_matrix))


def points_of(points_by: Number, matrix: Memory, given: Points, place: Number, column: Number, row: Number) -> Points:
    """Give the points as `mapped_points` does, but those without a source at the picture's corner, with no share."""
    x, y, share = mapped_points(points_by, matrix, given, place, column, row)
    has_source = in_front((x, y)) & (share > 0)
    return Points(np.where(has_source, x, 0.0), np.where(has_source, y, 0.0), np.where(has_source, share, 0))


@step
def locate(
    x: Memory, y: Memory, share: Memory, points_by: Number, matrix: Memory, given_x: Memory, given_y: Memory,
    given_share: Memory, place: Number, column: Number, row: Number, scale: Number,
) -> None:  # fmt: skip
    """Write down sixteen points, in pixels of a picture of whose reduction, a power of two, `scale` is the inverse."""
    points = points_of(points_by, matrix, Points(given_x, given_y, given_share), place, column, row)
    first = _first(column)
    x.store(first, points.x * scale.lanes)
    y.store(first, points.y * scale.lanes)
    share.store(first, points.share)


def slopes_of(
    points_by: Number, matrix: Memory, given: Jacobian, place: Number, points: Points, column: Number, row: Number
) -> Jacobian:
    """Give the derivatives at sixteen points, as `Projective.src_jacobian` does, or as they are listed.

    Args:
        points_by: AFFINE, PROJECTIVE or GIVEN.
        matrix: src_from_dst, 9 numbers.
        given: lists of a strip's derivatives.
        place: of the first of these pixels in the lists.
        points: in the source.
        column: the first pixel's, from 0.
        row: theirs.
    """

    def by_matrix() -> list[Lanes]:
        rows = _rows(matrix)
        denominator = apply_projective(rows, *_centres(column, row))[2]
        return list(projective_jacobian(rows, points.x, points.y, denominator))

    return Jacobian(*choose(points_by.equals(GIVEN), lambda: [listed.load(place.value) for listed in given], by_matrix))


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
    edges = (Line(*(lines.number(4 * edge + entry).lanes for entry in range(4))) for edge in range(4))
    distances = Distances(*(to_line(edge, centres) for edge in edges))
    has_source = share.load(_first(column)) > 0
    share.store(_first(column), share_between(distances, has_source))


def _centres(column: Number, row: Number) -> tuple[Lanes, Lanes]:
    across = column.lanes.astype(np.float64)
    return across + numbered(across.builder, np.float64) + HALF, row.lanes.astype(np.float64) + HALF


def _rows(matrix: Memory) -> tuple[tuple[Lanes, ...], ...]:
    return tuple(tuple(matrix.number(3 * row + entry).lanes for entry in range(3)) for row in range(3))


def _first(number: Number) -> ir.Value:
    return ir.Constant(number.value.type, 0)
