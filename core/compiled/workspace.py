"""Room to work in: a few kilobytes that each thread keeps, so that no strip pays for fresh memory."""

import threading
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.compiled.agreed import LANES, SIDE, VECTOR
from core.compiled.arguments import NEW_BYTES, NEW_DOUBLES, NEW_FLOATS, NEW_INTEGERS, Doubles, Floats

Number = TypeVar("Number", bound=np.generic)

_CACHE_LINE = 64
"""Bytes: a vector that lies across two lines takes twice as long to read and write."""

_MOST_TAPS = 6
_MOST_CHANNELS = 4
_LARGEST_PIXEL = 8
"""Bytes."""


class PointRoom(NamedTuple):
    """A group of points.

    Attributes:
        x: in pixels of the picture.
        y: likewise.
        share: what each counts.
    """

    x: Doubles
    y: Doubles
    share: Floats


POINT_ROOM = (NEW_DOUBLES, NEW_DOUBLES, NEW_FLOATS)


class TapRoom(NamedTuple):
    """The taps of a group of points.

    Attributes:
        row_index: those in y, tap after tap.
        row_weight: likewise.
        row_missed: the weight of those outside the picture.
        column_index: those in x.
        column_weight: likewise.
        column_missed: as `row_missed`.
    """

    row_index: NDArray[np.int32]
    row_weight: Floats
    row_missed: Floats
    column_index: NDArray[np.int32]
    column_weight: Floats
    column_missed: Floats


TAP_ROOM = (NEW_INTEGERS, NEW_FLOATS, NEW_FLOATS) * 2


class SumRoom(NamedTuple):
    """What a group of pixels has read.

    Attributes:
        covered: how much of each is covered.
        sums: of each channel, one after the other.
    """

    covered: Floats
    sums: Floats


SUM_ROOM = (NEW_FLOATS, NEW_FLOATS)

SAMPLE_ROOM = (NEW_BYTES,)


class KnotRoom(NamedTuple):
    """What a group of pixels is averaged at.

    Attributes:
        knots: of both sides: see `knots`.
        halves: the numbers of knots on half of either side.
        level_share: what the resolution counts for each pixel.
        goes_on: whether a pixel of the strip reads a coarser resolution, too.
        knot_x: points of one knot.
        knot_y: likewise.
        knot_share: what each counts.
    """

    knots: Doubles
    halves: NDArray[np.int32]
    level_share: Doubles
    goes_on: NDArray[np.int32]
    knot_x: Doubles
    knot_y: Doubles
    knot_share: Floats


KNOT_ROOM = (NEW_DOUBLES, NEW_INTEGERS, NEW_DOUBLES, NEW_INTEGERS, NEW_DOUBLES, NEW_DOUBLES, NEW_FLOATS)


class WindowRoom(NamedTuple):
    """The windows of a group of pixels.

    Attributes:
        first_row: of each.
        first_column: likewise.
        corner: place of its weights.
        shares: of the four places around its point.
        totals: VECTOR numbers each.
        missed: the weight of what lies outside the picture.
    """

    first_row: NDArray[np.int32]
    first_column: NDArray[np.int32]
    corner: NDArray[np.int32]
    shares: Floats
    totals: Floats
    missed: Floats


WINDOW_ROOM = (NEW_INTEGERS,) * 3 + (NEW_FLOATS,) * 3


class Workspace(NamedTuple):
    """The room of one thread, of no meaning between two strips.

    Attributes:
        points: of pixels.
        taps: of points.
        sums: of pixels.
        samples: of pixels, uint8.
        knots: of pixels.
        windows: likewise.
    """

    points: PointRoom
    taps: TapRoom
    sums: SumRoom
    samples: NDArray[np.uint8]
    knots: KnotRoom
    windows: WindowRoom


_kept = threading.local()


def workspace() -> Workspace:
    """Give this thread's room."""
    if not hasattr(_kept, "workspace"):
        _kept.workspace = _made()
    room: Workspace = _kept.workspace
    return room


def _made() -> Workspace:
    doubles, floats, integers = np.dtype(np.float64), np.dtype(np.float32), np.dtype(np.int32)
    taps = _MOST_TAPS * LANES
    return Workspace(
        PointRoom(aligned(LANES, doubles), aligned(LANES, doubles), aligned(LANES, floats)),
        TapRoom(
            aligned(taps, integers), aligned(taps, floats), aligned(LANES, floats),
            aligned(taps, integers), aligned(taps, floats), aligned(LANES, floats),
        ),
        SumRoom(aligned(LANES, floats), aligned(_MOST_CHANNELS * LANES, floats)),
        aligned(_LARGEST_PIXEL * LANES, np.dtype(np.uint8)),
        KnotRoom(
            aligned(2 * SIDE, doubles), aligned(2, integers), aligned(LANES, doubles), aligned(1, integers),
            aligned(LANES, doubles), aligned(LANES, doubles), aligned(LANES, floats),
        ),
        WindowRoom(
            aligned(LANES, integers), aligned(LANES, integers), aligned(LANES, integers),
            aligned(4 * LANES, floats), aligned(LANES * VECTOR, floats), aligned(LANES, floats),
        ),
    )  # fmt: skip


def aligned(count: int, dtype: np.dtype[Number]) -> NDArray[Number]:
    """Make room for so many zeros, from a cache line's first byte on."""
    room = np.zeros(count * dtype.itemsize + _CACHE_LINE, np.uint8)
    start = -room.ctypes.data % _CACHE_LINE
    return room[start : start + count * dtype.itemsize].view(dtype)
