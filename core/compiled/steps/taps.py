"""The taps of a group of points: written down, so that they can be folded into the picture, and read there."""

import numpy as np

from core import filters
from core.compiled.kind import Kind
from core.compiled.llvm.lanes import everywhere
from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number
from core.compiled.llvm.step import Step, step
from core.compiled.steps.formulas import FILTERS, Pair
from core.compiled.steps.reading import Source
from core.compiled.steps.sums import Tap, weighed


def steps_of(kind: Kind, filter: str) -> dict[str, Step | int]:
    """Give the steps for pictures of one kind and one filter, and how many taps it has along an axis."""
    taps_of, taps = FILTERS[filter], len(filters.FILTERS[filter](np.zeros(1)))

    @step
    def list_taps(row: Memory, row_weight: Memory, column: Memory, column_weight: Memory, x: Memory, y: Memory) -> None:
        """Write down the taps of a group of points, one after the other."""
        for points, indices, weights in ((x, column, column_weight), (y, row, row_weight)):
            for tap, (index, weight) in enumerate(taps_of(points.group())):
                indices.put_group(index, tap)
                weights.put_group(everywhere(index.builder, weight), tap)

    @step
    def add(
        sums: Memory, share: Memory, row: Memory, row_weight: Memory, column: Memory, column_weight: Memory,
        picture: Memory, row_step: Number, column_step: Number, decoding: Memory, end: Number,
    ) -> None:  # fmt: skip
        """Add what the taps read that were written down, and then folded into the picture."""
        source = Source(kind, picture, decoding)
        rows, columns = (
            at_steps([(indices.group(tap), weights.group(tap)) for tap in range(taps)], pixel_step)
            for indices, weights, pixel_step in ((row, row_weight, row_step), (column, column_weight, column_step))
        )
        values = weighed(lambda place: source.read(place, end), rows, columns)
        for channel, value in enumerate(values):
            sums.put_group(sums.group(channel) + value * share.group(), channel)

    return {"TAPS": taps, "list_taps": list_taps, "add": add}


def at_steps(taps: list[Pair], pixel_step: Number) -> list[Tap]:
    """Turn the indices of taps into places, `pixel_step` bytes apart."""
    return [(index * pixel_step.lanes, weight) for index, weight in taps]
