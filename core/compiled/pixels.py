"""The steps of a kernel that depend on what its pictures are, and on the filter."""

from typing import Any

import numpy as np
from llvmlite import ir

from core.compiled.finish import channels_from, laid_over, widened, write_samples
from core.compiled.lanes import LANES, Bit, Lanes
from core.compiled.memory import Memory, Number
from core.compiled.points import Points, mapped_points
from core.compiled.reading import Kind, Pixels16, read, read_run
from core.compiled.step import step
from core.compiled.sums import Tap, taps_in, weighed, weighed_runs
from core.filters import FILTERS
from core.image import full


def steps_of(kind: Kind, channels: int, filter: str) -> dict[str, Any]:
    """Give the steps for pictures of one kind and one filter, by the names that `strip.render` calls them by."""
    taps_of, taps, most = FILTERS[filter], taps_in(FILTERS[filter]), full(kind.dtype) if kind.dtype.kind == "u" else 0

    @step
    def render_inside(
        points_by: Number, matrix: Memory, given_x: Memory, given_y: Memory, given_share: Memory, given_place: Number,
        column: Number, row: Number, width: Number, height: Number,
        picture: Memory, row_step: Number, column_step: Number, decoding: Memory,
        encoding: Memory, out: Memory, out_place: Number, out_channels: Number,
    ) -> Bit:  # fmt: skip
        """Render sixteen pixels, if the picture covers them and all their taps lie in it, off its rim.

        Nothing is kept in memory on the way: with many stores under way a gather waits for those whose addresses end
        as its own do, which took longer than all the sums.
        """
        given = Points(given_x, given_y, given_share)
        x, y, share = mapped_points(points_by, matrix, given, given_place, column, row)
        down, across = taps_of(y), taps_of(x)
        inside = (lies_inside(down, height) & lies_inside(across, width) & (share >= 1)).all()
        builder = inside.builder
        with builder.if_then(inside.value):
            rows, columns = at_steps(down, row_step), at_steps(across, column_step)
            values = sum_inside(kind, channels, picture, rows, columns, decoding)
            for count in channels_from(channels):
                with builder.if_then(out_channels.equals(count).value):
                    write_samples(widened(values, share, count, most), kind, encoding, out, out_place)
        return inside

    @step
    def list_taps(
        row: Memory, row_weight: Memory, column: Memory, column_weight: Memory, x: Memory, y: Memory, first: Number
    ) -> None:
        """Write down the taps of sixteen points, one after the other."""
        for points, indices, weights in ((x, column, column_weight), (y, row, row_weight)):
            for place, (index, weight) in zip(places(first, taps), taps_of(points.load(first.value)), strict=True):
                indices.store(place, index)
                weights.store(place, np.where(index == index, weight, weight))  # that of `nearest` is one number

    @step
    def add(
        sums: Memory, share: Memory, row: Memory, row_weight: Memory, column: Memory, column_weight: Memory,
        picture: Memory, row_step: Number, column_step: Number, decoding: Memory, end: Number, first: Number,
    ) -> None:  # fmt: skip
        """Add what the taps read that were written down, and then folded into the picture."""
        rows, columns = (
            at_steps([(indices.load(place), weights.load(place)) for place in places(first, taps)], pixel_step)
            for indices, weights, pixel_step in ((row, row_weight, row_step), (column, column_weight, column_step))
        )
        values = weighed(lambda place: read(kind, channels, picture, place, decoding, end), rows, columns)
        for place, value in zip(places(first, channels), values, strict=True):
            sums.store(place, sums.load(place) + value * share.load(first.value))

    @step
    def write(
        sums: Memory, covered: Memory, fill: Memory, has_fill: Number,
        encoding: Memory, out: Memory, out_place: Number, out_channels: Number, first: Number,
    ) -> None:  # fmt: skip
        """Write the samples of sixteen pixels, laid over the fill if there is one."""
        values: Pixels16 = [sums.load(place) for place in places(first, channels)]
        covers = covered.load(first.value)
        builder = out_place.builder
        with builder.if_then(has_fill.value):
            for count in channels_from(channels):
                with builder.if_then(out_channels.equals(count).value):
                    laid = laid_over(widened(values, covers, count, most), covers, fill)
                    write_samples(laid, kind, encoding, out, out_place)
        with builder.if_then(builder.not_(has_fill.value)):
            write_samples(values, kind, encoding, out, out_place)

    @step
    def fetch(
        sums: Memory, covered: Memory, planes: Memory, covered_plane: Memory, at: Number, plane: Number, first: Number
    ) -> None:
        """Take sixteen pixels' sums out of planes of `plane` pixels."""
        for place, channel in zip(places(first, channels), planes_at(at, plane, channels), strict=True):
            sums.store(place, planes.load(channel))
        covered.store(first.value, covered_plane.load(at.value))

    @step
    def put_back(
        sums: Memory, covered: Memory, planes: Memory, covered_plane: Memory, at: Number, plane: Number, first: Number
    ) -> None:
        """Put them back."""
        for place, channel in zip(places(first, channels), planes_at(at, plane, channels), strict=True):
            planes.store(channel, sums.load(place))
        covered_plane.store(at.value, covered.load(first.value))

    return {
        "fetch": fetch,
        "put_back": put_back,
        "TAPS": taps,
        "render_inside": render_inside,
        "list_taps": list_taps,
        "add": add,
        "write": write,
    }


def lies_inside(taps: list[Tap], side: Number) -> Lanes:
    """Tell whether all taps lie in the picture, off its first and last pixel: no word there reaches beyond it."""
    return (taps[0][0] > 0) & (taps[-1][0] < side.lanes - 1)


def sum_inside(
    kind: Kind, channels: int, picture: Memory, rows: list[Tap], columns: list[Tap], decoding: Memory
) -> Pixels16:
    """Sum taps in the picture, off its rim."""
    if not kind.run:
        return weighed(lambda place: read(kind, channels, picture, place, decoding), rows, columns)
    count = len(columns)
    return weighed_runs(lambda place: read_run(kind, channels, count, picture, place, decoding), rows, columns)


def at_steps(taps: list[Tap], pixel_step: Number) -> list[Tap]:
    return [(index * pixel_step.lanes, weight) for index, weight in taps]


def places(first: Number, count: int) -> list[ir.Value]:
    """Give the places of groups of sixteen, one after the other, from 0."""
    return [ir.Constant(first.value.type, LANES * number) for number in range(count)]


def planes_at(at: Number, plane: Number, channels: int) -> list[ir.Value]:
    """Give the place of the same pixels in each of some planes of `plane` pixels."""
    builder = at.builder
    return [builder.add(at.value, builder.mul(plane.value, ir.Constant(plane.value.type, n))) for n in range(channels)]
