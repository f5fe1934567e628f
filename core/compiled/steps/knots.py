"""The knots that a group of pixels is averaged at, in a picture of one resolution.

The knots of a pixel are all sums of one along its first side and one along its second. Those of a group of pixels are
worked out side by side. Where a pixel has fewer than its neighbours, the knots it lacks weigh nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from core.compiled.agreed import KNOTS, LANES, SIDE
from core.compiled.llvm.branches import choose, counted, only_if
from core.compiled.llvm.lanes import Lanes
from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number, greatest
from core.compiled.llvm.step import step
from core.compiled.steps.formulas import (
    Three,
    along,
    coarseness,
    knots_of,
    share_of_reduction,
    side_of,
    sides_beyond,
    where,
)
from core.compiled.steps.points import Points, Seen, points_of, slopes_of

X, Y, WEIGHT = (part * KNOTS * LANES for part in range(3))
"""Where the list of a side's knots has their offsets from the pixel's point, and their weights."""


class Knot(NamedTuple):
    """A knot along one side, of a group of pixels.

    Attributes:
        x: from the pixel's own point, in pixels of the picture that is read.
        y: likewise.
        weight: of it.
    """

    x: Lanes
    y: Lanes
    weight: Lanes


@step
def find_knots(
    knots: Memory, level_share: Memory, halves: Memory, goes_on: Memory,
    points_by: Number, matrix: Memory, given_x: Memory, given_y: Memory, given_share: Memory,
    x_x: Memory, x_y: Memory, y_x: Memory, y_y: Memory, place: Number, column: Number, row: Number,
    base: Number, base_averaged: Number, level: Number, level_averaged: Number, coarsest: Number,
) -> None:  # fmt: skip
    """List the knots of a group of pixels in the picture of one resolution.

    Args:
        knots: gets the list of the first side, then that of the second.
        level_share: gets what this resolution counts for each pixel, 0 for one that reads nothing.
        halves: gets the number of knots on either half of the first and the second side; that of the first is -1 if
            none of the pixels reads this resolution.
        goes_on: gets a 1 if one of the pixels reads a coarser resolution.
        points_by, matrix, given_x, given_y, given_share: see `arguments.Points`.
        x_x, x_y, y_x, y_y: see `summing_arguments.Slopes`.
        place, column, row: see `Seen`.
        base, base_averaged, level, level_averaged, coarsest: see `summing_arguments.Resolution`.
    """
    seen = Seen(points_by, matrix, place, column, row)
    points = points_of(seen, (given_x, given_y, given_share))
    slopes, has_source = slopes_of(seen, points, (x_x, x_y, y_x, y_y)), points.share > 0
    finest = sides_beyond(slopes, base.lanes, base_averaged.lanes)
    coarse = coarseness(*finest)
    with only_if(((coarse > level.lanes) & has_source).any()):
        goes_on.put(0, goes_on.element(1))
    counts = where(has_source, share_of_reduction(coarse, level.lanes, coarsest.lanes), 0.0)
    level_share.put_group(counts)

    def of_the_finest() -> Sequence[Lanes]:
        return [*finest[0], *finest[1]]

    def of_this_one() -> Sequence[Lanes]:
        first, second = sides_beyond(slopes, base.lanes * level.lanes, level_averaged.lanes)
        return [*first, *second]

    parts = choose(level.equals(1), of_the_finest, of_this_one)
    for number, side in enumerate((side_of(*parts[:3]), side_of(*parts[3:]))):
        half = greatest(knots_of(side))
        halves.put(number, half)
        _list_side(knots, number * SIDE, side, half)
    with only_if(~(counts > 0.0).any()):
        halves.put(0, halves.element(-1))


def _list_side(knots: Memory, start: int, side: Three, half: Number) -> None:
    with counted(half * 2 + 1) as number:
        share, weight = along(side, (number - half).lanes)
        side_x, side_y, _ = side
        for part, values in ((X, share * side_x), (Y, share * side_y), (WEIGHT, weight)):
            knots.store(number * LANES + (start + part), values)


def knot_at(knots: Memory, side: int, at: Number) -> Knot:
    """Read a knot of the first (0) or the second side (1), whose place in the side's list is `at`."""
    x, y, weight = (knots.load(at + (side * SIDE + part)) for part in (X, Y, WEIGHT))
    return Knot(x, y, weight)


def points_at(x: Memory, y: Memory, share: Memory, level_share: Memory, one: Knot, other: Knot) -> Points:
    """Give the points of a knot, and what each counts: as `SamplingGrid` does.

    Args:
        x, y, share: of the pixels.
        level_share: see `find_knots`.
        one: along the first side.
        other: along the second.
    """
    counts = one.weight * other.weight * level_share.group()
    return Points(
        x.group() + (one.x + other.x), y.group() + (one.y + other.y), (share.group() * counts).astype(np.float32)
    )


@step
def take_knot(
    knot_x: Memory, knot_y: Memory, knot_share: Memory, x: Memory, y: Memory, share: Memory, level_share: Memory,
    knots: Memory, at_first: Number, at_second: Number,
) -> None:  # fmt: skip
    """Write down the points of one knot, and what each counts.

    Args:
        knot_x, knot_y, knot_share: get them.
        x, y, share: of the pixels.
        level_share, knots: see `find_knots`.
        at_first, at_second: place of the knot in the list of either side.
    """
    points = points_at(x, y, share, level_share, knot_at(knots, 0, at_first), knot_at(knots, 1, at_second))
    for room, values in zip((knot_x, knot_y, knot_share), points, strict=True):
        room.put_group(values)
