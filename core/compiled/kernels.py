"""The kernels: `strip.render`, bound to the steps of each kind of picture and each filter, and compiled."""

from functools import cache
from types import FunctionType
from typing import Any

import numpy as np
from numba import njit, types

from core.compiled import strip
from core.compiled.pixels import steps_of
from core.compiled.reading import Kind

_BYTES, _FLOATS, _DOUBLES = (
    types.Array(number, 1, "C", readonly=True) for number in (types.uint8, types.float32, types.float64)
)
_INT, _PLACE, _FLAG = types.int32, types.int64, types.boolean
SIGNATURE = types.void(
    _BYTES, _PLACE, _INT, _INT, _INT, _INT, _INT, _INT, _INT,
    _INT, _DOUBLES, _DOUBLES, _DOUBLES, _FLOATS, types.float64, _DOUBLES, _FLAG,
    _FLOATS, _FLOATS, _FLOATS, _FLAG, types.uint8[::1], _INT, _PLACE, _PLACE, _PLACE, _PLACE,
    types.float64[::1], types.float32[::1], types.int32[::1], types.uint8[::1],
)  # fmt: skip


@cache
def kernel(kind: Kind, channels: int, filter: str) -> Any:
    steps = steps_of(kind, channels, filter)
    name = f"render_{kind.dtype}{'_linear' if kind.is_linear else ''}_{channels}_{filter}"
    bound = FunctionType(strip.render.__code__, vars(strip) | steps, name)
    bound.__qualname__ = name
    return njit(SIGNATURE, nogil=True, error_model="numpy")(bound)
