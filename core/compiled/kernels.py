"""The kernels that there are: for each kind of picture and each filter a loop, bound to their steps.

This is the table of them, which knows nothing of how they are made: `loops.binding` does.
"""

from collections.abc import Callable
from functools import partial
from types import FunctionType

from core.compiled import arguments as given
from core.compiled import summing_arguments as summing
from core.compiled import workspace as room
from core.compiled.kind import Kind, integers, padded, read_by, reduced
from core.compiling import kernel_of
from core.filters import FILTERS

Loop = Callable[..., None]

RENDER = (
    *given.PICTURE, *given.BORDERS, *given.POINTS, *given.EDGES, *given.TABLE, *given.OUTPUT, *given.STRIP,
    *room.POINT_ROOM, *room.TAP_ROOM, *room.SUM_ROOM, *room.SAMPLE_ROOM,
)  # fmt: skip
AVERAGE = (
    *given.PICTURE, *given.BORDERS, *given.POINTS, *summing.SLOPES, *given.EDGES, *given.TABLE, *summing.SHARE,
    *summing.RESOLUTION, *summing.SUMS, *given.STRIP,
    *room.POINT_ROOM, *room.TAP_ROOM, *room.SUM_ROOM, *room.KNOT_ROOM,
)  # fmt: skip
LATTICE = (
    *given.PICTURE, *given.POINTS, *given.EDGES, *given.TABLE, *summing.SHARE, *summing.LATTICE, *summing.SUMS,
    *given.STRIP, *room.POINT_ROOM, *room.SUM_ROOM,
)  # fmt: skip
WINDOWS = (
    *given.PICTURE, *given.BORDERS, *given.POINTS, *given.EDGES, *given.TABLE, *summing.SHARE, *summing.WINDOWS,
    *summing.SUMS, *given.STRIP, *room.POINT_ROOM, *room.SUM_ROOM, *room.WINDOW_ROOM,
)  # fmt: skip
FINISH = (*summing.SUMS, *given.OUTPUT, *given.STRIP, *room.SUM_ROOM, *room.SAMPLE_ROOM)


def _kernel(purpose: str, arguments: tuple[str, ...], kind: Kind, *filter: str) -> Loop:
    light, run = "linear" * kind.is_linear, f"run{kind.run}" * bool(kind.run)
    name = "_".join(part for part in (purpose, str(kind.dtype), light, run, str(kind.channels), *filter) if part)
    return kernel_of(
        __name__, name, f"void({', '.join(arguments)})", make=partial(_bound, purpose, name, kind, *filter)
    )


def _bound(purpose: str, name: str, kind: Kind, *filter: str) -> FunctionType:
    """Make the function of a kernel. It belongs to this module, which imports all that it is made from."""
    from core.compiled.loops import binding  # noqa: PLC0415 -- it needs Numba, which who has machine code does without

    bound = binding.BINDINGS[purpose](kind, *filter)
    bound.__qualname__, bound.__module__ = name, __name__
    return bound


render_kernels: dict[tuple[Kind, str], Loop] = {
    (kind, name): _kernel("render", RENDER, kind, name)
    for name in FILTERS for channels in range(1, 5) for kind in read_by(name, channels)
}  # fmt: skip

average_kernels: dict[tuple[Kind, str], Loop] = {
    (kind, name): _kernel("average", AVERAGE, kind, name)
    for name in FILTERS if name != "nearest"
    for channels in range(1, 5) for kind in (*read_by(name, channels), reduced(channels))
}  # fmt: skip

window_kernels: dict[Kind, Loop] = {
    kind: _kernel("windows", WINDOWS, kind)
    for channels in range(1, 5) for kind in (*integers(channels), *padded(channels), reduced(channels))
}  # fmt: skip

lattice_kernels: dict[Kind, Loop] = {
    kind: _kernel("lattice", LATTICE, kind) for channels in range(1, 5) for kind in integers(channels)
}

finish_kernels: dict[Kind, Loop] = {
    kind: _kernel("finish", FINISH, kind) for channels in range(1, 5) for kind in integers(channels)
}
