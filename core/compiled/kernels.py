"""The kernels: the loops of `strip`, bound to the steps of each kind of picture and each filter."""

from collections.abc import Iterator
from types import FunctionType
from typing import Any

import numpy as np
from numba import types

from core.compiled import averaging, lattice, pixels, strip
from core.compiled.reading import Kind
from core.compiling import Kernel, kernel
from core.filters import FILTERS

INTEGERS = [Kind(np.dtype(depth), is_linear) for depth in (np.uint8, np.uint16) for is_linear in (False, True)]
"""What pictures are."""

FLOATS = Kind(np.dtype(np.float32))
"""What reduced pictures are."""

AVERAGED = [filter for filter in FILTERS if filter != "nearest"]


def run_step(kind: Kind, channels: int, filter: str, step: int) -> int:
    """Tell at which step pixels are read together: at their own, where that has been found faster, else 0.

    Args:
        kind: of the samples.
        channels: 1 to 4.
        filter: a name in FILTERS.
        step: bytes from a pixel of a row to the next.
    """
    is_dense = step == channels or (channels == 3 and step == 4)  # noqa: PLR2004 (RGB, with padding or without)
    has_gain = filter in {"bicubic", "lanczos3"} or (filter == "bilinear" and channels != 3)  # noqa: PLR2004
    return step if kind == INTEGERS[0] and is_dense and has_gain else 0


def _kinds(channels: int, filter: str) -> Iterator[Kind]:
    yield from INTEGERS
    for step in (channels, channels + 1):
        if run_step(INTEGERS[0], channels, filter, step):
            yield INTEGERS[0]._replace(run=step)


def _name(purpose: str, kind: Kind, channels: int, filter: str = "") -> str:
    parts = [
        purpose,
        str(kind.dtype),
        "linear" * kind.is_linear,
        f"run{kind.run}" * bool(kind.run),
        str(channels),
        filter,
    ]
    return "_".join(part for part in parts if part)


def _bound(function: FunctionType, name: str, signature: Any, steps: dict[str, Any]) -> Kernel:
    """Make a kernel of one of the loops: the same code, which finds the steps by their names."""
    bound = FunctionType(function.__code__, vars(strip) | steps, name)
    bound.__qualname__, bound.__module__ = name, __name__
    return kernel(signature)(bound)


_BYTES, _INTEGERS, _FLOATS, _DOUBLES = (
    types.Array(number, 1, "C", readonly=True) for number in (types.uint8, types.int32, types.float32, types.float64)
)
_NEW_BYTES, _NEW_INTEGERS, _NEW_FLOATS, _NEW_DOUBLES = (
    types.Array(number, 1, "C") for number in (types.uint8, types.int32, types.float32, types.float64)
)
_INT, _PLACE, _FLAG, _FLOAT, _DOUBLE = types.int32, types.int64, types.boolean, types.float32, types.float64

_PICTURE = (_BYTES, _PLACE, _INT, _INT, _INT, _INT, _INT)
_BORDERS = (_INT, _INT)
_POINTS = (_INT, _DOUBLES, _DOUBLES, _DOUBLES, _FLOATS)
_EDGES = (_DOUBLES, _FLAG)
_PLANES = (_NEW_FLOATS, _NEW_FLOATS)
_SIZE = (_PLACE, _PLACE)
_OUT = (_FLOATS, _FLAG, _NEW_BYTES, _INT, _PLACE)
_ROOM = (_NEW_DOUBLES, _NEW_FLOATS, _NEW_INTEGERS)

RENDER = types.void(
    *_PICTURE, *_BORDERS, *_POINTS, *_EDGES, _FLOATS, _FLOATS, *_OUT, _PLACE, *_SIZE, *_ROOM, _NEW_BYTES
)
AVERAGE = types.void(
    *_PICTURE, *_BORDERS, *_POINTS, *(_DOUBLES,) * 4, _DOUBLE, *_EDGES, _FLOAT, _FLOATS, *(_DOUBLE,) * 5, _INT, _INT,
    *_PLANES, _PLACE, *_SIZE, *_ROOM, _NEW_DOUBLES,
)  # fmt: skip
LATTICE = types.void(
    *_PICTURE, _INT, _DOUBLES, *_EDGES, _FLOAT, _FLOATS, *(_INTEGERS, _FLOATS, _PLACE) * 2, _FLOATS, _INT, _INT,
    *_PLANES, _PLACE, *_SIZE, _NEW_DOUBLES, _NEW_FLOATS, _NEW_FLOATS,
)  # fmt: skip
FINISH = types.void(
    _FLOATS, _FLOATS, _FLOATS, _FLAG, _FLOATS, _NEW_BYTES, _INT, _PLACE, *_SIZE, _NEW_FLOATS, _NEW_BYTES
)

render_kernels: dict[tuple[Kind, int, str], Kernel] = {
    (kind, channels, filter): _bound(
        strip.render, _name("render", kind, channels, filter), RENDER, pixels.steps_of(kind, channels, filter)
    )
    for channels in range(1, 5)
    for filter in FILTERS
    for kind in _kinds(channels, filter)
}
average_kernels: dict[tuple[Kind, int, str], Kernel] = {
    (kind, channels, filter): _bound(
        strip.average,
        _name("average", kind, channels, filter),
        AVERAGE,
        pixels.steps_of(kind, channels, filter) | averaging.steps_of(kind, channels, filter),
    )
    for channels in range(1, 5)
    for filter in AVERAGED
    for kind in (*_kinds(channels, filter), FLOATS)
}
lattice_kernels: dict[tuple[Kind, int], Kernel] = {
    (kind, channels): _bound(
        strip.sum_lattice,
        _name("lattice", kind, channels),
        LATTICE,
        pixels.steps_of(kind, channels, "nearest") | lattice.steps_of(kind, channels),
    )
    for channels in range(1, 5)
    for kind in INTEGERS
}
finish_kernels: dict[tuple[Kind, int], Kernel] = {
    (kind, channels): _bound(
        strip.finish, _name("finish", kind, channels), FINISH, pixels.steps_of(kind, channels, "nearest")
    )
    for channels in range(1, 5)
    for kind in INTEGERS
}
