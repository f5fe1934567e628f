"""The window of the picture that a pixel of an affine map is averaged over: the taps of all its knots, put together.

An affine map has the same knots everywhere. Where two points lie alike between the picture's pixels, their taps weigh
the same too. So the weights of a whole window are worked out beforehand, for points at 16 x 16 places in a pixel; those
of a point in between lie on lines between them, which keep their sum 1 and their middle at the point. The bilinear
filter itself is such lines; where one that bends is hardly averaged, 32 x 32 places follow it.
"""

from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.antialias import LONGEST_OF_FINER, Side, knots
from core.border import BORDERS, Indices
from core.filters import Filter, Weights, to_index
from core.grid import HALF, Coordinates, lattice_position
from core.sampling import Window, is_within
from core.size import Size

PLACES = 16
"""Steps in which a point goes through a pixel along an axis."""

PLACES_OF_SHARP = 32
"""The same for filters that bend, up to SHARP. With 16 a zone plate would jump by 1.6 levels at a scale of 1."""

SHARP = 2.0
"""Pixels of a side up to which an average is as sharp as that."""

_TAPS_OF_LINES = 2


class Windows(NamedTuple):
    """The weights of a window, by the place of its point.

    Attributes:
        first_row: of the window, from the row whose centre is the last one not beyond the point.
        first_column: likewise.
        weights: (places + 1, places + 1, rows, columns) float32, for steps down and across.
        share: what the picture that they lie in counts, beside those of other resolutions.
    """

    first_row: int
    first_column: int
    weights: Weights
    share: np.float32

    @property
    def places(self) -> int:
        """Steps in which a point goes through a pixel."""
        return len(self.weights) - 1


class Place(NamedTuple):
    """Where points lie between pixels, along one axis.

    Attributes:
        lower: the last pixel whose centre is not beyond the point.
        step: the last step from there, 0 to places - 1.
        rest: of the way to the next step, float32, 0 to 1.
    """

    lower: Indices
    step: Indices
    rest: Weights


def has_window(first: Side, second: Side) -> bool:
    """Tell whether a parallelogram is small enough: any but the coarsest resolution's is, where that counts."""
    return bool(max(first.length.max(), second.length.max()) <= LONGEST_OF_FINER)


def windows(filter: Filter, first: Side, second: Side, share: np.float32) -> Windows:
    """Put the taps of all knots together.

    Args:
        filter: from FILTERS.
        first: a side of the parallelogram, its arrays (1,).
        second: the other.
        share: see `Windows`.
    """
    some = knots(first, second)
    places = _places_for(filter, max(first.length.item(), second.length.item()))
    first_row, down = _spread(filter, some.y, places)
    first_column, across = _spread(filter, some.x, places)
    weights = np.tensordot(some.weight[:, np.newaxis, np.newaxis] * down, across, axes=(0, 0))
    return Windows(first_row, first_column, np.ascontiguousarray(weights.transpose(0, 2, 1, 3), np.float32), share)


def _places_for(filter: Filter, longest: float) -> int:
    bends = len(filter(np.zeros(1))) > _TAPS_OF_LINES
    return PLACES_OF_SHARP if bends and longest <= SHARP else PLACES


def _spread(filter: Filter, offsets: Coordinates, places: int) -> tuple[int, Coordinates]:
    """Tell what knots read along an axis, from a point at each of the places.

    Args:
        filter: from FILTERS.
        offsets: of the knots, (n,).
        places: steps through a pixel.

    Returns:
        The first pixel that any knot reads, and the weights of all from there, (n, places + 1, pixels).
    """
    taps = filter(HALF + np.arange(places + 1) / places + offsets[:, np.newaxis])
    first, last = int(taps[0][0].min()), int(taps[-1][0].max())
    weights = np.zeros((offsets.size, places + 1, last - first + 1))
    for index, weight in taps:
        np.put_along_axis(weights, (index - first)[:, :, np.newaxis], weight[:, :, np.newaxis], axis=2)
    return first, weights


def place(x: Coordinates, places: float) -> Place:
    """Tell where points lie between pixels.

    Args:
        x: coordinates along an axis, in pixels.
        places: steps through a pixel.
    """
    position = lattice_position(x)
    lower = np.floor(position)
    steps = (position - lower) * places
    step = np.minimum(np.floor(steps), places - 1.0)  # a difference may round to 1
    return Place(to_index(lower), step.astype(np.int32), (steps - step).astype(np.float32))


def corner_shares(down: Weights, across: Weights) -> tuple[Weights, Weights, Weights, Weights]:
    """Give what the four places around points count: upper left, upper right, lower left, lower right.

    Args:
        down: rest of the way in y.
        across: in x.
    """
    up, back = np.float32(1) - down, np.float32(1) - across
    return up * back, up * across, down * back, down * across


def between(shares: tuple[Weights, Weights, Weights, Weights], weights: tuple[Weights, ...]) -> Weights:
    """Give the weight of points between four places, from those at the places."""
    upper_left, upper_right, lower_left, lower_right = (
        share * weight for share, weight in zip(shares, weights, strict=True)
    )
    weight: Weights = upper_left + upper_right + lower_left + lower_right
    return weight


def windows_at(windows: Windows, x: Coordinates, y: Coordinates, size: Size, border: str) -> Window:
    """Give the windows around points.

    Args:
        windows: of the map.
        x: of the points (n,), in pixels of the picture.
        y: likewise.
        size: of the picture.
        border: a name in BORDERS, for both axes.
    """
    across, down = place(x, windows.places), place(y, windows.places)
    shares = corner_shares(down.rest, across.rest)
    corners = [(down.step + below, across.step + beside) for below in (0, 1) for beside in (0, 1)]
    _, _, row_count, column_count = windows.weights.shape
    rows = [down.lower + (windows.first_row + number) for number in range(row_count)]
    columns = [across.lower + (windows.first_column + number) for number in range(column_count)]
    fold = BORDERS[border]
    folded_rows = tuple(fold(index, size.height) for index in rows)
    folded_columns = tuple(fold(index, size.width) for index in columns)

    def weight(row: int, column: int) -> Weights:
        return between(shares, tuple(windows.weights[*corner, row, column] for corner in corners))

    if border != "constant":
        return Window(folded_rows, folded_columns, weight)

    def is_inside(row: int, column: int) -> NDArray[np.bool_]:
        return is_within(rows[row], size.height) & is_within(columns[column], size.width)

    def weight_inside(row: int, column: int) -> Weights:
        return weight(row, column) * is_inside(row, column)

    missed = np.zeros(x.shape, np.float32)
    for column, row in product(range(column_count), range(row_count)):
        missed += weight(row, column) * ~is_inside(row, column)
    return Window(folded_rows, folded_columns, weight_inside, np.float32(1) - missed)
