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


def points_of(
    points_by: Number, matrix: Memory, given: Points, place: Number, column: Number, row: Number
) -> Points:
    """Give the points of the pixels of a row from a column on.

    Args:
        points_by: AFFINE, PROJECTIVE or GIVEN.
        matrix: src_from_dst, 9 numbers.
        given: lists of a strip's points.
        place: of the first of these pixels in the lists.
        column: the first pixel's, from 0.
        row: theirs.
    """

    def by_matrix(apply: Callable[..., tuple[Lanes, ...]]) -> list[Lanes]:
        x, y, *denominator = apply(_rows(matrix), *_centres(column, row))
        known = in_front((x, y))
        for positive in denominator:
            known = known & (positive > 0.0)
        return [np.where(known, x, 0.0), np.where(known, y, 0.0), known.astype(np.float32)]

    x, y, share = choose(
        points_by.equals(GIVEN),
        lambda: [listed.load(place.value) for listed in given],
        lambda: choose(points_by.equals(AFFINE), lambda: by_matrix(apply_affine), lambda: by_matrix(apply_projective)),
    )
    return Points(x, y, share)


def scaled(points: Points, scale: Number) -> Points:
    """Give the points in pixels of a reduced picture, of whose reduction, a power of two, `scale` is the inverse."""
    return Points(points.x * scale.lanes, points.y * scale.lanes, points.share)


@step
def locate(
    x: Memory, y: Memory, share: Memory, points_by: Number, matrix: Memory, given_x: Memory, given_y: Memory,
    given_share: Memory, place: Number, column: Number, row: Number, scale: Number,
) -> None:  # fmt: skip
    """Write down sixteen points."""
    given = Points(given_x, given_y, given_share)
    points = scaled(points_of(points_by, matrix, given, place, column, row), scale)
    for room, values in zip((x, y, share), points, strict=True):
        room.store(_first(column), values)


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

    return Jacobian(
        *choose(points_by.equals(GIVEN), lambda: [listed.load(place.value) for listed in given], by_matrix)
    )


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
