"""Room to work in: a few kilobytes that each thread keeps, so that no strip pays for fresh memory."""

import threading
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.compiled.averaging import SIDE
from core.compiled.lanes import LANES

_CACHE_LINE = 64
"""Bytes: a vector that lies across two lines takes twice as long to read and write."""

_MOST_TAPS = 6


class Workspace(NamedTuple):
    """The room of one thread, of no meaning between two strips.

    Attributes:
        doubles: of sixteen points.
        floats: their shares, what they cover, sums and the weights of their taps.
        integers: places of these taps.
        knots: their knots; see `averaging`.
        last_group: their samples.
    """

    doubles: NDArray[np.float64]
    floats: NDArray[np.float32]
    integers: NDArray[np.int32]
    last_group: NDArray[np.uint8]
    knots: NDArray[np.float64]


_kept = threading.local()


def workspace() -> Workspace:
    """Give this thread's room."""
    if not hasattr(_kept, "workspace"):
        taps = _MOST_TAPS * LANES
        _kept.workspace = Workspace(
            _aligned(5 * LANES, np.float64),
            _aligned(9 * LANES + 2 * taps, np.float32),
            _aligned(2 * taps + 2, np.int32),
            _aligned(8 * LANES, np.uint8),
            _aligned(2 * SIDE, np.float64),
        )
    room: Workspace = _kept.workspace
    return room


def _aligned(count: int, dtype: DTypeLike) -> NDArray[np.generic]:
    size = count * np.dtype(dtype).itemsize
    room = np.zeros(size + _CACHE_LINE, np.uint8)
    start = -room.ctypes.data % _CACHE_LINE
    return room[start : start + size].view(dtype)
