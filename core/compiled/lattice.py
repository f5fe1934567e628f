"""Pixels of a lattice: rows are summed before columns, so that each sum is taken once for all pixels that need it."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core.cgutils import for_range

from core.compiled.lanes import Register, numbered
from core.compiled.memory import Memory, Number
from core.compiled.pixels import places, planes_at
from core.compiled.reading import Kind, read
from core.compiled.step import step


def steps_of(kind: Kind, channels: int) -> dict[str, Any]:
    """Give the steps that depend on the pictures, by the names that `strip.sum_lattice` calls them by."""

    @step
    def add_row(
        spread: Memory, plane: Number, at: Number, weight: Number,
        picture: Memory, row_place: Number, column_step: Number, column: Number, last_column: Number,
        decoding: Memory, end: Number,
    ) -> None:  # fmt: skip
        """Add sixteen pixels of a row of the picture, weighed, to a row in planes of `plane` pixels.

        Args:
            spread, plane, at: the row, and the place in it.
            weight: of the row.
            picture, column_step, decoding, end: see `strip.render`.
            row_place: of the row's first pixel, in bytes.
            column: of the first of the sixteen.
            last_column: that is read.
        """
        columns = np.minimum(column.lanes + numbered(at.builder, np.int32), last_column.lanes)
        values = read(kind, channels, picture, row_place.lanes + columns * column_step.lanes, decoding, end)
        for place, value in zip(planes_at(at, plane, channels), values, strict=True):
            spread.store(place, spread.load(place) + weight.lanes * value)

    @step
    def add_columns(
        sums: Memory, share: Memory, spread: Memory, plane: Number,
        index: Memory, weight: Memory, at: Number, taps: Number, to_next_tap: Number, first: Number,
    ) -> None:  # fmt: skip
        """Add what sixteen pixels read of a row of sums.

        Args:
            sums, share: of the pixels.
            spread, plane: the row; see `add_row`.
            index, weight: tap after tap, those of all pixels of the output's row.
            at: of the first of the sixteen.
            taps: how many.
            to_next_tap: places from a tap to the next.
            first: 0.
        """
        builder = at.builder
        share_now = share.load(first.value)
        totals = [Register(share_now * 0) for _ in range(channels)]
        with for_range(builder, taps.value) as loop:
            place = builder.add(at.value, builder.mul(loop.index, to_next_tap.value))
            here, weighs = index.load(place), weight.load(place)
            for channel, total in enumerate(totals):
                of_plane = ir.Constant(ir.IntType(32), channel)
                offset = builder.mul(builder.trunc(plane.value, ir.IntType(32)), of_plane)
                total.lanes = total.lanes + weighs * spread.take(here + Number(builder, offset, np.int32).lanes)
        for place, total in zip(places(first, channels), totals, strict=True):
            sums.store(place, sums.load(place) + total.lanes * share_now)

    return {"add_row": add_row, "add_columns": add_columns}


@step
def count_lattice(covered: Memory, share: Memory, within: Memory, at: Number, first: Number) -> None:
    """Note that pixels cover the part of their share that lies in the picture."""
    covered.store(first.value, covered.load(first.value) + within.load(at.value) * share.load(first.value))
