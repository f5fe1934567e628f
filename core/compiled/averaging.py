"""Sixteen pixels averaged over what each covers: knot after knot, in the reference's order.

The knots of a pixel are all sums of one along its first side and one along its second. Those of sixteen pixels are
worked out side by side. Where a pixel has fewer than its neighbours, the knots it lacks weigh nothing.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core.cgutils import for_range

from core.antialias import MOST, Side, along, already_averaged, coarseness, knots_of, share_of_reduction, sides_beyond
from core.border import POINT_FOLDS
from core.compiled.lanes import LANES, Bit, Lanes, Register, greatest, spread
from core.compiled.memory import Memory, Number
from core.compiled.pixels import at_steps, lies_inside, places, sum_inside
from core.compiled.points import Points, points_of, slopes_of
from core.compiled.reading import Kind
from core.compiled.step import step
from core.filters import FILTERS
from core.maps.map import Jacobian

KNOTS = MOST + 1
"""Of a side, at most."""

X, Y, WEIGHT = (part * KNOTS * LANES for part in range(3))
"""Where the list of a side's knots has their offsets from the pixel's point, and their weights."""

SIDE = 3 * KNOTS * LANES
"""Numbers that a side's list takes."""


@step
def find_knots(
    knots: Memory, level_share: Memory, halves: Memory, points_by: Number, matrix: Memory, given_x: Memory,
    given_y: Memory, given_share: Memory, x_x: Memory, x_y: Memory, y_x: Memory, y_y: Memory, place: Number,
    column: Number, row: Number, base: Number, base_averaged: Number, level: Number, level_averaged: Number,
    coarsest: Number, first: Number,
) -> None:  # fmt: skip
    """List the knots of sixteen pixels in the picture of one resolution.

    Args:
        knots: gets the list of the first side, then that of the second.
        level_share: gets what this resolution counts for each pixel.
        halves: gets the number of knots on either half of the first and the second side; that of the first is -1 if
            none of the pixels reads this resolution.
        points_by, matrix, given_x, given_y, given_share, place, column, row: see `points_of`.
        x_x, x_y, y_x, y_y: lists of derivatives, if the points are given.
        base: reduction of the finest picture, in pixels of the source.
        base_averaged: see `antialias.already_averaged`.
        level: reduction of the picture that is read, in pixels of the finest.
        level_averaged: as `base_averaged`.
        coarsest: the greatest such reduction.
        first: 0.
    """
    points = points_of(points_by, matrix, Points(given_x, given_y, given_share), place, column, row)
    slopes = slopes_of(points_by, matrix, Jacobian(x_x, x_y, y_x, y_y), place, points, column, row)
    coarse = coarseness(*sides_beyond(slopes, base.lanes, base_averaged.lanes))
    counts = share_of_reduction(coarse, level.lanes, coarsest.lanes)
    level_share.store(first.value, counts)
    for number, side in enumerate(sides_beyond(slopes, base.lanes * level.lanes, level_averaged.lanes)):
        _list_side(knots, halves, number, side)
    with counts.builder.if_then(counts.builder.not_((counts > 0.0).any().value)):
        halves.put(0, ir.Constant(ir.IntType(32), -1))


def _list_side(knots: Memory, halves: Memory, number: int, side: Side) -> None:
    builder = side.length.builder
    half = greatest(knots_of(side))
    halves.put(number, half)
    count = builder.add(builder.shl(half, ir.Constant(half.type, 1)), ir.Constant(half.type, 1))
    with for_range(builder, count) as loop:
        knot = spread(builder, builder.sub(loop.index, half), np.int32)
        step_along, weight = along(side, knot)
        at = builder.mul(loop.index, ir.Constant(half.type, LANES))
        for part, values in ((X, step_along * side.x), (Y, step_along * side.y), (WEIGHT, weight)):
            knots.store(builder.add(at, ir.Constant(half.type, number * SIDE + part)), values)


@step
def take_knot(
    knot_x: Memory, knot_y: Memory, knot_share: Memory, x: Memory, y: Memory, share: Memory, level_share: Memory,
    knots: Memory, at_first: Number, at_second: Number, first: Number,
) -> None:  # fmt: skip
    """Give the points of one knot, and what each counts.

    Args:
        knot_x, knot_y, knot_share: get them.
        x, y, share: of the pixels.
        level_share, knots: see `find_knots`.
        at_first, at_second: place of the knot in the list of either side.
        first: 0.
    """
    one, other = _knot(knots, 0, at_first.value), _knot(knots, 1, at_second.value)
    for room, values in zip(
        (knot_x, knot_y, knot_share), _at_knot(x, y, share, level_share, one, other, first), strict=True
    ):
        room.store(first.value, values)


def _going_on(border: str) -> Any:
    fold = POINT_FOLDS[border]

    @step
    def go_on(x: Memory, level: Number, side: Number, first: Number) -> None:
        """Fold points of a reduced picture into the source, which goes on beyond its edges."""
        points = x.load(first.value) * level.lanes
        x.store(first.value, fold(points, side.lanes) / level.lanes)

    return go_on


go_on_reflect, go_on_mirror, go_on_wrap = (_going_on(border) for border in ("reflect", "mirror", "wrap"))


def steps_of(kind: Kind, channels: int, filter: str) -> dict[str, Any]:
    """Give the steps that depend on the pictures and the filter, by the names that `average` calls them by."""
    taps_of = FILTERS[filter]

    @step
    def add_inside(
        sums: Memory, covered: Memory, x: Memory, y: Memory, share: Memory, level_share: Memory, knots: Memory,
        half_first: Number, half_second: Number, width: Number, height: Number,
        picture: Memory, row_step: Number, column_step: Number, decoding: Memory, first: Number,
    ) -> Bit:  # fmt: skip
        """Add what sixteen pixels read, if all taps of all their knots lie in the picture, off its rim."""
        builder = first.builder
        lasts = [_last_knot(builder, half) for half in (half_first, half_second)]
        within = []
        for part, points, size in ((X, x, width), (Y, y, height)):
            least, most = _reach(knots, lasts, part)
            at = points.load(first.value)
            within.append(lies_inside([taps_of(at + least)[0], taps_of(at + most)[-1]], size))
        inside = (within[0] & within[1]).all()
        with builder.if_then(inside.value):
            totals = [Register(sums.load(place)) for place in places(first, channels)]
            covers = Register(covered.load(first.value))
            with for_range(builder, _knots_to(builder, lasts[0])) as along_first:
                one = _knot(knots, 0, _place_of(builder, along_first.index))
                with for_range(builder, _knots_to(builder, lasts[1])) as along_second:
                    other = _knot(knots, 1, _place_of(builder, along_second.index))
                    at_x, at_y, counts = _at_knot(x, y, share, level_share, one, other, first)
                    rows, columns = at_steps(taps_of(at_y), row_step), at_steps(taps_of(at_x), column_step)
                    values = sum_inside(kind, channels, picture, rows, columns, decoding)
                    for total, value in zip(totals, values, strict=True):
                        total.lanes = total.lanes + value * counts
                    covers.lanes = covers.lanes + counts
            for place, total in zip(places(first, channels), totals, strict=True):
                sums.store(place, total.lanes)
            covered.store(first.value, covers.lanes)
        return inside

    return {"add_inside": add_inside}


def _last_knot(builder: ir.IRBuilder, half: Number) -> ir.Value:
    """Give the place of a side's last knot in its list."""
    return builder.mul(half.value, ir.Constant(half.value.type, 2 * LANES))


def _knots_to(builder: ir.IRBuilder, last: ir.Value) -> ir.Value:
    """Count a side's knots up to the last."""
    return builder.add(builder.sdiv(last, ir.Constant(last.type, LANES)), ir.Constant(last.type, 1))


def _place_of(builder: ir.IRBuilder, number: ir.Value) -> ir.Value:
    """Give the place of a knot in its list."""
    return builder.mul(number, ir.Constant(number.type, LANES))


def _reach(knots: Memory, lasts: list[ir.Value], part: int) -> tuple[Lanes, Lanes]:
    """Give the least and the greatest offset of any knot along an axis."""
    least, most = [], []
    for number, last in enumerate(lasts):
        ends = [
            knots.load(knots.builder.add(end, ir.Constant(end.type, number * SIDE + part)))
            for end in (ir.Constant(last.type, 0), last)
        ]
        least.append(np.minimum(*ends))
        most.append(np.maximum(*ends))
    return least[0] + least[1], most[0] + most[1]


Knot = tuple[Lanes, Lanes, Lanes]
"""Offsets in x and y from the pixels' own points, and the weight."""


def _knot(knots: Memory, side: int, at: ir.Value) -> Knot:
    builder = knots.builder
    x, y, weight = (knots.load(builder.add(at, ir.Constant(at.type, side * SIDE + part))) for part in (X, Y, WEIGHT))
    return x, y, weight


def _at_knot(
    x: Memory, y: Memory, share: Memory, level_share: Memory, one: Knot, other: Knot, first: Number
) -> tuple[Lanes, Lanes, Lanes]:
    """Give points and what they count: as `SamplingGrid` does."""
    counts = one[2] * other[2] * level_share.load(first.value)
    return (
        x.load(first.value) + (one[0] + other[0]),
        y.load(first.value) + (one[1] + other[1]),
        (share.load(first.value) * counts).astype(np.float32),
    )
