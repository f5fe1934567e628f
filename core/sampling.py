"""Read the picture at arbitrary points, as if it were continuous: the idea of the whole project, in plain NumPy.

The value at (x, y) is  sum_i w(x - x_i) sum_j w(y - y_j) picture[j, i]  over the filter's taps, premultiplied. Which
pixels these are and what they weigh is geometry alone, worked out apart from any picture (see sampling_grid.py).

Every sum is float32 and taken in one order: the rows of a column, the columns, then point after point. The compiled
core adds up in the same order (see core/compiled), so that its numbers are these to the last bit.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial, reduce
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from core.border import BORDERS, Indices
from core.filters import Taps, Weights
from core.image import Pixels, Premultiplied, premultiply
from core.light import Light
from core.memory import Flat, Samples, flatten
from core.pyramid import Pyramid

FoldedTaps = tuple[tuple[NDArray[np.unsignedinteger[Any]], Weights], ...]
"""As `filters.Taps`, but every index lies in the picture; the indices have the smallest type that holds its side."""

Selection = NDArray[np.intp] | slice
"""Pixels of a strip, by their flat index."""

SPREAD_PIXELS = 1 << 18
"""Pixels of the source that are premultiplied at a time where rows are summed before columns."""


class Neighbours(NamedTuple):
    """The pixels that points read: one for each pair of a row and a column, which weighs their product.

    Points anywhere have arrays (n,). Points on a lattice of h x w have one axis each, which then are summed one after
    the other: (h, 1) and (1, w), or (1, w) and (h, 1) where the map exchanges rows and columns.

    Attributes:
        rows: taps in y.
        columns: taps in x.
        within: (points' shape), how much of a point's weight lies in the picture; None if all of it does.
    """

    rows: FoldedTaps
    columns: FoldedTaps
    within: Weights | None = None


class Window(NamedTuple):
    """The pixels that points (n,) read in windows whose weights are no products of one for each axis.

    Attributes:
        rows: of the windows, first to last, (n,) each, folded into the picture.
        columns: likewise.
        weight: gives what points weigh the pixel of a row and a column of their windows by.
        within: as of `Neighbours`.
    """

    rows: tuple[Indices, ...]
    columns: tuple[Indices, ...]
    weight: Callable[[int, int], Weights]
    within: Weights | None = None


class Read(NamedTuple):
    """What some pixels of a strip read, all in one way.

    Attributes:
        pixels: which of the strip's pixels.
        level: of the picture's pyramid.
        neighbours: of the points that they read, or the windows around them.
        share: (points' shape) float32, what the read counts: the weight of a knot times the pixel's coverage.
        starts: where each pixel's points begin, if a pixel has more than one.
    """

    pixels: Selection
    level: int
    neighbours: Neighbours | Window
    share: Weights
    starts: NDArray[np.intp] | None = None


def folded(taps: Taps, side: int, border: str) -> FoldedTaps:
    """Fold taps along one axis into the picture.

    Args:
        taps: of a filter.
        side: of the picture along that axis, in pixels.
        border: a name in BORDERS.

    Returns:
        Taps whose weights sum to 1 at each point; under `constant` to what `within` tells.
    """
    smallest, fold = np.min_scalar_type(side - 1), BORDERS[border]
    if border == "constant":
        taps = [(index, weight * is_within(index, side)) for index, weight in taps]
    return tuple((fold(index, side).astype(smallest), weight) for index, weight in taps)


def within(taps: Taps, side: int) -> Weights:
    """Give what is left of points' weights, which sum to 1, without the taps outside the picture: the fill has those.

    Args:
        taps: of a filter, along one axis.
        side: of the picture along that axis, in pixels.
    """
    return np.float32(1) - reduce(np.add, (weight * ~is_within(index, side) for index, weight in taps))


def is_within(index: Indices, side: int) -> NDArray[np.bool_]:
    """Tell which taps lie in the picture."""
    return (index >= 0) & (index < side)


def sample(pyramid: Pyramid, reads: Iterable[Read], shape: tuple[int, int]) -> tuple[Premultiplied, Premultiplied]:
    """Sum the pixels that a strip reads.

    Args:
        pyramid: of the picture.
        reads: of a strip.
        shape: of the strip, (rows, columns).

    Returns:
        (h, w, C) float32, premultiplied, in units of a full sample; and (h, w) float32, the sum of the weights.
    """
    values = np.zeros((shape[0] * shape[1], pyramid.pixels.shape[2]), np.float32)
    total = np.zeros(shape[0] * shape[1], np.float32)
    for read in reads:
        sums = _sum(pyramid, read.level, read.neighbours)
        weighted = (sums * read.share[..., np.newaxis]).reshape(-1, sums.shape[-1])
        within = read.neighbours.within
        weight = (read.share if within is None else within * read.share).reshape(-1)
        for pixels, points in _point_by_point(read):
            values[pixels] += weighted[points]
            total[pixels] += weight[points]
    return values.reshape(*shape, -1), total.reshape(shape)


def _point_by_point(read: Read) -> Iterator[tuple[Selection, Selection]]:
    """Give pixels with the first point of each, then with the second, ...; with points they have, in the read."""
    if read.starts is None:
        yield read.pixels, slice(None)
        return
    pixels = cast("NDArray[np.intp]", read.pixels)
    counts = np.diff(read.starts, append=read.share.size)
    for number in range(counts.max()):
        has_more = counts > number
        yield pixels[has_more], read.starts[has_more] + number


def _sum(pyramid: Pyramid, level: int, read: Neighbours | Window) -> Premultiplied:
    if isinstance(read, Window):
        return _at_level(pyramid, level, partial(_sum_windows, read))
    if read.rows[0][0].ndim == 1:
        return _at_level(pyramid, level, partial(_sum_taps, read))
    return _sum_in_turn(pyramid, read)


def _at_level(pyramid: Pyramid, level: int, sums: Callable[..., Premultiplied]) -> Premultiplied:
    """Sum at points anywhere, (n, C), in the picture of a level; its samples become summands as is told beside them."""
    if level:
        return sums(flatten(pyramid.level(level)), lambda taken: taken)
    return sums(flatten(pyramid.gathered), lambda taken: premultiply(taken, pyramid.light))


def _sum_taps(read: Neighbours, flat: Flat[Samples], to_summands: Callable[[Samples], Premultiplied]) -> Premultiplied:
    row_starts = [(flat.start + row.astype(np.int64) * flat.row_step, weight) for row, weight in read.rows]
    in_row = [(column.astype(np.int64) * flat.column_step, weight) for column, weight in read.columns]
    values = np.zeros((*read.rows[0][0].shape, flat.pixels.shape[1]), np.float32)
    for offset, column_weight in in_row:
        column = np.zeros_like(values)
        for row_start, row_weight in row_starts:
            column += row_weight[..., np.newaxis] * to_summands(flat.pixels[row_start + offset])
        values += column_weight[..., np.newaxis] * column
    return values


def _sum_windows(read: Window, flat: Flat[Samples], to_summands: Callable[[Samples], Premultiplied]) -> Premultiplied:
    row_starts = [flat.start + row.astype(np.int64) * flat.row_step for row in read.rows]
    values = np.zeros((read.rows[0].size, flat.pixels.shape[1]), np.float32)
    for number, index in enumerate(read.columns):
        offset, column = index.astype(np.int64) * flat.column_step, np.zeros_like(values)
        for row, row_start in enumerate(row_starts):
            column += read.weight(row, number)[:, np.newaxis] * to_summands(flat.pixels[row_start + offset])
        values += column
    return values


def _sum_in_turn(pyramid: Pyramid, read: Neighbours) -> Premultiplied:
    """Sum at points on a lattice, rows first: (h, w, C)."""
    rows, columns, _ = read
    if rows[0][0].shape[1] == columns[0][0].shape[0] == 1:
        return _sum_rows_then_columns(pyramid.pixels, pyramid.light, rows, columns)
    return _sum_rows_then_columns(pyramid.pixels.transpose(1, 0, 2), pyramid.light, columns, rows)


def _sum_rows_then_columns(pixels: Pixels, light: Light, rows: FoldedTaps, columns: FoldedTaps) -> Premultiplied:
    """Sum a few rows of the output at a time.

    Args:
        pixels: (H, W, C).
        light: what the samples are summed as.
        rows: taps (h, 1).
        columns: taps (1, w).
    """
    left = min(int(index.min()) for index, _ in columns)
    right = max(int(index.max()) for index, _ in columns) + 1
    height = rows[0][0].shape[0]
    out = np.zeros((height, columns[0][0].shape[1], pixels.shape[2]), np.float32)
    step = max(1, SPREAD_PIXELS // (right - left))
    for top in range(0, height, step):
        part = slice(top, top + step)
        spread = np.zeros((min(step, height - top), right - left, pixels.shape[2]), np.float32)
        for index, weight in rows:
            spread += weight[part, :, np.newaxis] * premultiply(pixels[index[part, 0], left:right], light)
        for index, weight in columns:
            out[part] += weight[..., np.newaxis] * spread[:, index[0].astype(np.intp) - left]
    return out
