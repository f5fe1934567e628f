"""Windows around a group of points: where they lie, one of them summed along its rows, all of them added.

A window is summed in chunks of sixteen columns, or fifteen where a pixel has three samples. A row of a chunk is one
vector of weights, and a few vectors of samples with a whole number of pixels each. Two rows of a window that is no
wider than half a vector share one vector of weights. Vectors have VECTOR numbers each here: a longer row of weights
would mostly be zeros.
"""

from typing import NamedTuple

import numpy as np

from core.compiled.agreed import HALF_A_VECTOR, VECTOR
from core.compiled.kind import Kind, pixels_at_once, samples_of, vectors_at_once
from core.compiled.llvm.branches import Register, counted, only_if
from core.compiled.llvm.lanes import Lanes, numbered
from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number
from core.compiled.llvm.step import Step, step
from core.compiled.steps.formulas import between, corner_shares, place
from core.compiled.steps.reading import Source


@step
def place_windows(
    first_row: Memory, first_column: Memory, corner: Memory, shares: Memory,
    x: Memory, y: Memory, window_row: Number, window_column: Number,
    places: Number, row_of_places: Number, window: Number,
) -> None:  # fmt: skip
    """Write down where a group of windows lies.

    Args:
        first_row: gets their first rows.
        first_column: likewise.
        corner: gets the place of the weights at the upper left of the four places around each point.
        shares: gets what the four count, one after the other.
        x, y: of the points.
        window_row, window_column: see `windows.Windows`.
        places: steps in which a point goes through a pixel, float64.
        row_of_places: numbers from a place to the one below.
        window: numbers of a window, from a place to the next one.
    """
    left, across, beside = place(x.group(), places.lanes)
    upper, down, below = place(y.group(), places.lanes)
    first_row.put_group(upper + window_row.lanes)
    first_column.put_group(left + window_column.lanes)
    corner.put_group(down * row_of_places.lanes + across * window.lanes)
    for number, share in enumerate(corner_shares(below, beside)):
        shares.put_group(share, number)


@step
def prefetch_window(picture: Memory, place: Number, row_step: Number, rows: Number, row_bytes: Number) -> None:
    """Have the pixels of a window brought near: both ends of its rows, which two cache lines have.

    Neighbouring windows lie far apart in memory: were the pixels of each waited for alone, that would take longer than
    to sum them.

    Args:
        picture: its bytes.
        place: of the window's first pixel.
        row_step: see `arguments.Picture`.
        rows: of the window.
        row_bytes: of a row of the window.
    """
    with counted(rows) as row:
        first = place + row * row_step
        picture.prefetch(first)
        picture.prefetch(first + row_bytes)


class Weights(NamedTuple):
    """Where the weights of one window are.

    Attributes:
        listed: of all windows.
        corner: number of the first, at the upper left of the four places around the point.
        to_next_line: numbers from a line to the next.
        to_below: to the place below.
        to_beside: to the place beside.
        shares: what the four places count.
    """

    listed: Memory
    corner: Number
    to_next_line: Number
    to_below: Number
    to_beside: Number
    shares: tuple[Lanes, Lanes, Lanes, Lanes]

    def line(self, number: Number) -> Lanes:
        """Give one line."""
        upper = self.corner + number * self.to_next_line
        places = [at + to for at in (upper, upper + self.to_below) for to in (0, self.to_beside)]
        upper_left, upper_right, lower_left, lower_right = (self.listed.load(at, VECTOR) for at in places)
        return between(self.shares, (upper_left, upper_right, lower_left, lower_right))


@step
def write_window(
    window: Memory, weights: Memory, corner: Number, to_below: Number, to_beside: Number,
    upper_left: Number, upper_right: Number, lower_left: Number, lower_right: Number, lines: Number,
) -> None:  # fmt: skip
    """Write down the weights of one window.

    Args:
        window: gets them.
        weights, corner, to_below, to_beside: see `Weights`.
        upper_left, upper_right, lower_left, lower_right: what the places count.
        lines: of VECTOR weights.
    """
    first, second, third, fourth = (
        share.spread(VECTOR) for share in (upper_left, upper_right, lower_left, lower_right)
    )
    with counted(lines) as number:
        at = number * VECTOR
        of_line = Weights(weights, corner + at, at, to_below, to_beside, (first, second, third, fourth))
        window.store(at, of_line.line(window.place(0)))


def steps_of(kind: Kind) -> dict[str, Step]:
    """Give the steps for pictures of one kind."""

    @step
    def sum_window(
        totals: Memory, at: Number, weights: Memory, corner: Number, to_below: Number, to_beside: Number,
        upper_left: Number, upper_right: Number, lower_left: Number, lower_right: Number,
        lines: Number, to_next_line: Number, picture: Memory, place: Number, row_step: Number, decoding: Memory,
        vectors: Number, is_paired: Number,
    ) -> None:  # fmt: skip
        """Add a chunk of one window to its total.

        Args:
            totals, at: where the total is: its channels in the first of VECTOR numbers.
            weights, corner, to_below, to_beside, to_next_line: see `Weights`.
            upper_left, upper_right, lower_left, lower_right: what the places count.
            lines: of weights, each for a row or for two.
            picture, decoding: see `Source`.
            place: of the chunk's first pixel, in bytes.
            row_step: see `arguments.Picture`.
            vectors: of samples that a row of the chunk has.
            is_paired: whether a line is for two rows.
        """
        source, shares = Source(kind, picture, decoding), (upper_left, upper_right, lower_left, lower_right)
        first, second, third, fourth = (share.spread(VECTOR) for share in shares)
        of_window = Weights(weights, corner, to_next_line, to_below, to_beside, (first, second, third, fourth))

        def add(count: int, rows_of_line: int) -> None:
            downs = _sum_rows(source, of_window, lines, place, row_step, count, rows_of_line)
            totals.store(at, _total(totals.load(at, VECTOR), downs, kind))

        for count in range(1, vectors_at_once(kind) + 1):
            with only_if(vectors.equals(count)):
                if (count - 1) * pixels_at_once(kind) < HALF_A_VECTOR:
                    with only_if(is_paired.is_true()):
                        add(count, 2)
                with only_if(~is_paired.is_true()):
                    add(count, 1)

    @step
    def add_windows(sums: Memory, covered: Memory, share: Memory, totals: Memory, missed: Memory) -> None:
        """Add the totals of a group of windows to the sums of their pixels.

        Args:
            sums, covered, share: of the pixels.
            totals: VECTOR numbers each.
            missed: the weight of what lies outside the picture, if the border leaves it to the fill.
        """
        counts = share.group()
        for channel in range(kind.channels):
            value = totals.take(numbered(counts.builder, np.int32) * VECTOR + channel)
            sums.put_group(sums.group(channel) + value * counts, channel)
        covered.put_group(covered.group() + (1.0 - missed.group()) * counts)

    return {"sum_window": sum_window, "add_windows": add_windows}


def _sum_rows(
    source: Source, weights: Weights, lines: Number, place: Number, row_step: Number, count: int, rows_of_line: int
) -> list[Lanes]:
    """Sum the rows of a chunk: `count` vectors of its columns' samples, side by side."""
    kind, pixels = source.kind, pixels_at_once(source.kind)
    pixel, columns = samples_of(kind), VECTOR // rows_of_line
    sums = [Register(weights.shares[0] * np.float32(0)) for _ in range(count)]
    with counted(lines) as line:
        weighs = weights.line(line)
        for row in range(rows_of_line):
            row_place = place + (line * rows_of_line + row) * row_step
            for number, down in enumerate(sums):
                own = [number * pixels + min(lane // pixel, pixels - 1) for lane in range(VECTOR)]
                weigh = weighs.taken([row * columns + column if column < columns else None for column in own])
                down.add(weigh * source.read_row(row_place + number * pixels * pixel * kind.dtype.itemsize, VECTOR))
    return [down.lanes for down in sums]


def _total(total: Lanes, downs: list[Lanes], kind: Kind) -> Lanes:
    """Add column after column; only the first lanes, a pixel's channels, are of any meaning."""
    for down in downs:
        for number in range(pixels_at_once(kind)):
            total = total + down.taken([(number * samples_of(kind) + lane) % VECTOR for lane in range(VECTOR)])
    return total
