"""The kernels: `strip.render`, bound to the steps of each kind of picture and each filter, and compiled."""

from functools import cache
from types import FunctionType
from typing import Any

from numba import njit, types

from core.compiled import averaging, lattice, strip
from core.compiled.pixels import steps_of
from core.compiled.reading import Kind

_BYTES, _FLOATS, _DOUBLES = (
    types.Array(number, 1, "C", readonly=True) for number in (types.uint8, types.float32, types.float64)
)
_INTEGERS = types.Array(types.int32, 1, "C", readonly=True)
_INT, _PLACE, _FLAG = types.int32, types.int64, types.boolean
SIGNATURE = types.void(
    _BYTES, _PLACE, _INT, _INT, _INT, _INT, _INT, _INT, _INT,
    _INT, _DOUBLES, _DOUBLES, _DOUBLES, _FLOATS, _DOUBLES, _FLAG,
    _FLOATS, _FLOATS, _FLOATS, _FLAG, types.uint8[::1], _INT, _PLACE, _PLACE, _PLACE, _PLACE,
    types.float64[::1], types.float32[::1], types.int32[::1], types.uint8[::1],
)  # fmt: skip


AVERAGE = types.void(
    _BYTES, _PLACE, _INT, _INT, _INT, _INT, _INT, _INT, _INT,
    _INT, _DOUBLES, _DOUBLES, _DOUBLES, _FLOATS, _DOUBLES, _DOUBLES, _DOUBLES, _DOUBLES,
    types.float64, _DOUBLES, _FLAG, types.float32,
    _FLOATS, types.float64, types.float64, types.float64, types.float64, types.float64, _INT, _INT,
    types.float32[::1], types.float32[::1], _PLACE, _PLACE, _PLACE,
    types.float64[::1], types.float32[::1], types.int32[::1], types.float64[::1],
)  # fmt: skip
LATTICE = types.void(
    _BYTES, _PLACE, _INT, _INT, _INT, _INT, _INT,
    _INT, _DOUBLES, _DOUBLES, _FLAG, types.float32, _FLOATS,
    _INTEGERS, _FLOATS, _PLACE, _INTEGERS, _FLOATS, _PLACE, _FLOATS, _INT, _INT,
    types.float32[::1], types.float32[::1], _PLACE, _PLACE, _PLACE,
    types.float64[::1], types.float32[::1], types.float32[::1],
)  # fmt: skip
FINISH = types.void(
    _FLOATS, _FLOATS, _FLOATS, _FLAG, _FLOATS, types.uint8[::1], _INT, _PLACE, _PLACE, _PLACE,
    types.float32[::1], types.uint8[::1],
)  # fmt: skip


@cache
def render_kernel(kind: Kind, channels: int, filter: str) -> Any:
    return _bound(strip.render, steps_of(kind, channels, filter), SIGNATURE, f"render_{_name(kind)}_{channels}_{filter}")


@cache
def average_kernel(kind: Kind, channels: int, filter: str) -> Any:
    steps = steps_of(kind, channels, filter) | averaging.steps_of(kind, channels, filter)
    return _bound(strip.average, steps, AVERAGE, f"average_{_name(kind)}_{channels}_{filter}")


@cache
def lattice_kernel(kind: Kind, channels: int) -> Any:
    steps = steps_of(kind, channels, "nearest") | lattice.steps_of(kind, channels)
    return _bound(strip.sum_lattice, steps, LATTICE, f"lattice_{_name(kind)}_{channels}")


@cache
def finish_kernel(kind: Kind, channels: int) -> Any:
    return _bound(strip.finish, steps_of(kind, channels, "nearest"), FINISH, f"finish_{_name(kind)}_{channels}")


def _name(kind: Kind) -> str:
    return f"{kind.dtype}{'_linear' if kind.is_linear else ''}{f'_run{kind.run}' if kind.run else ''}"


def _bound(function: FunctionType, steps: dict[str, Any], signature: Any, name: str) -> Any:
    bound = FunctionType(function.__code__, vars(strip) | steps, name)
    bound.__qualname__ = name
    return njit(signature, nogil=True, error_model="numpy")(bound)
