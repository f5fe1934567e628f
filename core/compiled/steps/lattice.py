"""Pixels of a lattice: rows are summed before columns, so that each sum is taken once for all pixels that need it."""

import numpy as np

from core.compiled.kind import Kind
from core.compiled.llvm.branches import Register, counted
from core.compiled.llvm.lanes import numbered
from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number
from core.compiled.llvm.step import Step, step
from core.compiled.steps.formulas import minimum
from core.compiled.steps.planes import planes_at
from core.compiled.steps.reading import Source


def steps_of(kind: Kind) -> dict[str, Step]:
    """Give the steps for pictures of one kind."""

    @step
    def add_row(
        spread: Memory, plane: Number, at: Number, weight: Number,
        picture: Memory, row_place: Number, column_step: Number, column: Number, last_column: Number,
        decoding: Memory, end: Number,
    ) -> None:  # fmt: skip
        """Add a group of pixels of a row of the picture, weighed, to a row of sums in planes of `plane` pixels.

        Args:
            spread, plane: the row of sums.
            at: the place in it.
            weight: of the row of the picture.
            picture, decoding: see `Source`.
            row_place: of the row's first pixel, in bytes.
            column_step, end: see `arguments.Picture`.
            column: of the picture, the first of the group.
            last_column: of the picture that is read.
        """
        columns = minimum(column.lanes + numbered(at.builder, np.int32), last_column.lanes)
        values = Source(kind, picture, decoding).read(row_place.lanes + columns * column_step.lanes, end)
        for place, value in zip(planes_at(at, plane, kind.channels), values, strict=True):
            spread.store(place, spread.load(place) + weight.lanes * value)

    @step
    def add_columns(
        sums: Memory, share: Memory, spread: Memory, plane: Number,
        index: Memory, weight: Memory, at: Number, taps: Number, to_next_tap: Number,
    ) -> None:  # fmt: skip
        """Add what a group of pixels read of a row of sums.

        Args:
            sums, share: of the pixels.
            spread, plane: the row of sums; see `add_row`.
            index, weight: tap after tap, those of all pixels of the output's row.
            at: of the first of the group.
            taps: how many.
            to_next_tap: places from a tap to the next.
        """
        totals = [Register(share.group() * 0) for _ in range(kind.channels)]
        with counted(taps) as tap:
            place = at + tap * to_next_tap
            read, weighs = index.load(place), weight.load(place)
            for channel, total in enumerate(totals):
                total.add(weighs * spread.take(read + (plane * channel).lanes))
        for channel, total in enumerate(totals):
            sums.put_group(sums.group(channel) + total.lanes * share.group(), channel)

    return {"add_row": add_row, "add_columns": add_columns}


@step
def count_lattice(covered: Memory, share: Memory, within: Memory, at: Number) -> None:
    """Note that pixels cover the part of their share that lies in the picture."""
    covered.put_group(covered.group() + within.load(at) * share.group())
