"""The kernels: the loops, bound to the steps of each kind of picture and each filter."""

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, cast

import numpy as np
from numba import types

from core.compiled import arguments as given
from core.compiled import summing_arguments as summing
from core.compiled import workspace as room
from core.compiled.llvm.step import Step
from core.compiled.loops.averaging import average
from core.compiled.loops.finishing import finish
from core.compiled.loops.lattice import sum_lattice
from core.compiled.loops.rendering import render
from core.compiled.loops.windows import average_windows
from core.compiled.steps import averaging, inside, lattice, planes, samples, taps, windows
from core.compiled.steps.reading import Kind
from core.compiling import kernel
from core.filters import FILTERS

Loop = Callable[..., None]

RENDER = types.void(
    *given.PICTURE, *given.BORDERS, *given.POINTS, *given.EDGES, *given.TABLE, *given.OUTPUT, *given.STRIP,
    *room.POINT_ROOM, *room.TAP_ROOM, *room.SUM_ROOM, *room.SAMPLE_ROOM,
)  # fmt: skip
AVERAGE = types.void(
    *given.PICTURE, *given.BORDERS, *given.POINTS, *summing.SLOPES, *given.EDGES, *given.TABLE, *summing.SHARE,
    *summing.RESOLUTION, *summing.SUMS, *given.STRIP,
    *room.POINT_ROOM, *room.TAP_ROOM, *room.SUM_ROOM, *room.KNOT_ROOM,
)  # fmt: skip
LATTICE = types.void(
    *given.PICTURE, *given.POINTS, *given.EDGES, *given.TABLE, *summing.SHARE, *summing.LATTICE, *summing.SUMS,
    *given.STRIP, *room.POINT_ROOM, *room.SUM_ROOM,
)  # fmt: skip
WINDOWS = types.void(
    *given.PICTURE, *given.BORDERS, *given.POINTS, *given.EDGES, *given.TABLE, *summing.SHARE, *summing.WINDOWS,
    *summing.SUMS, *given.STRIP, *room.POINT_ROOM, *room.SUM_ROOM, *room.WINDOW_ROOM,
)  # fmt: skip
FINISH = types.void(*summing.SUMS, *given.OUTPUT, *given.STRIP, *room.SUM_ROOM, *room.SAMPLE_ROOM)

_RUN_STEPS = {1: (1,), 2: (2,), 3: (3, 4), 4: (4,)}
"""By the channels: bytes from a pixel of 8-bit samples to the next where they lie side by side; RGB may be padded."""


def with_runs(kind: Kind, filter: str, pixel_step: int) -> Kind:
    """Let the pixels of a row be read together where that has been found faster.

    Args:
        kind: of the pixels.
        filter: a name in FILTERS.
        pixel_step: bytes from a pixel of a row to the next.
    """
    has_gain = filter in {"bicubic", "lanczos3"} or (filter == "bilinear" and kind.channels != 3)  # noqa: PLR2004 (RGB)
    can_run = kind == _plain(kind.channels) and pixel_step in _RUN_STEPS[kind.channels]
    return kind._replace(run=pixel_step) if can_run and has_gain else kind


def _plain(channels: int) -> Kind:
    return Kind(channels, np.dtype(np.uint8))


def with_padding(kind: Kind, pixel_step: int) -> Kind:
    """Let the rows of a picture be read as they lie in memory, if there is something between its pixels.

    Args:
        kind: of the pixels.
        pixel_step: bytes from a pixel of a row to the next.
    """
    padded = kind._replace(run=pixel_step)
    return padded if padded in _padded(kind.channels) else kind


def has_rows(kind: Kind, pixel_step: int) -> bool:
    """Tell whether the rows of a picture can be read as they lie in memory.

    Args:
        kind: of the pixels.
        pixel_step: bytes from a pixel of a row to the next.
    """
    return windows.samples_of(with_padding(kind, pixel_step)) * kind.dtype.itemsize == pixel_step


def _padded(channels: int) -> list[Kind]:
    """List what pictures are whose pixels have something between them."""
    return [_plain(channels)._replace(run=step) for step in _RUN_STEPS[channels] if step != channels]


def _integers(channels: int) -> list[Kind]:
    """List what pictures are."""
    depths = np.dtype(np.uint8), np.dtype(np.uint16)
    return [Kind(channels, depth, is_linear) for depth in depths for is_linear in (False, True)]


def reduced(channels: int) -> Kind:
    """Give what reduced pictures are."""
    return Kind(channels, np.dtype(np.float32))


def _read_by(filter: str, channels: int) -> list[Kind]:
    """List what pictures are to a kernel that reads them by the taps of a filter."""
    runs = {with_runs(_plain(channels), filter, step) for step in _RUN_STEPS[channels]}
    return _integers(channels) + sorted(runs - {_plain(channels)}, key=lambda kind: kind.run)


def _bound(loop: Loop, purpose: str, signature: Any, steps: Mapping[str, Step | int], kind: Kind, *more: str) -> Loop:
    """Make a kernel of a loop: the same code, which finds other steps under their names.

    It belongs to this module, which imports all that it is made from: see `source_stamp`.
    """
    code = cast("FunctionType", loop)
    bound = FunctionType(code.__code__, code.__globals__ | dict(steps))
    bound.__qualname__, bound.__module__ = _name(purpose, kind, *more), __name__
    return kernel(signature)(bound)


def _name(purpose: str, kind: Kind, *more: str) -> str:
    light, run = "linear" * kind.is_linear, f"run{kind.run}" * bool(kind.run)
    return "_".join(filter(None, (purpose, str(kind.dtype), light, run, str(kind.channels), *more)))


render_kernels: dict[tuple[Kind, str], Loop] = {
    (kind, name): _bound(
        render, "render", RENDER, taps.steps_of(kind, name) | inside.steps_of(kind, name) | samples.steps_of(kind),
        kind, name,
    )
    for name in FILTERS for channels in range(1, 5) for kind in _read_by(name, channels)
}  # fmt: skip

average_kernels: dict[tuple[Kind, str], Loop] = {
    (kind, name): _bound(
        average, "average", AVERAGE,
        taps.steps_of(kind, name) | averaging.steps_of(kind, name) | planes.steps_of(channels),
        kind, name,
    )
    for name in FILTERS if name != "nearest"
    for channels in range(1, 5) for kind in (*_read_by(name, channels), reduced(channels))
}  # fmt: skip

window_kernels: dict[Kind, Loop] = {
    kind: _bound(average_windows, "windows", WINDOWS, windows.steps_of(kind) | planes.steps_of(channels), kind)
    for channels in range(1, 5) for kind in (*_integers(channels), *_padded(channels), reduced(channels))
}  # fmt: skip

lattice_kernels: dict[Kind, Loop] = {
    kind: _bound(sum_lattice, "lattice", LATTICE, lattice.steps_of(kind) | planes.steps_of(channels), kind)
    for channels in range(1, 5) for kind in _integers(channels)
}  # fmt: skip

finish_kernels: dict[Kind, Loop] = {
    kind: _bound(finish, "finish", FINISH, samples.steps_of(kind) | planes.steps_of(channels), kind)
    for channels in range(1, 5) for kind in _integers(channels)
}  # fmt: skip
