"""LLVM's types, constants and own functions, for many numbers at a time."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from llvmlite import ir
from numpy.typing import DTypeLike

from core.compiled.agreed import LANES

INT8, INT32, INT64 = (ir.IntType(bits) for bits in (8, 32, 64))

_ELEMENTS: dict[np.dtype[Any], ir.Type] = {
    np.dtype(np.bool_): ir.IntType(1),
    np.dtype(np.uint8): INT8,
    np.dtype(np.uint16): ir.IntType(16),
    np.dtype(np.int32): INT32,
    np.dtype(np.int64): INT64,
    np.dtype(np.float32): ir.FloatType(),
    np.dtype(np.float64): ir.DoubleType(),
}


def element(dtype: DTypeLike) -> ir.Type:
    """Give LLVM's type of one number."""
    return _ELEMENTS[np.dtype(dtype)]


def vector(dtype: DTypeLike, count: int = LANES) -> ir.VectorType:
    """Give LLVM's type of numbers side by side."""
    return ir.VectorType(element(dtype), count)


def constant(numbers: Iterable[Any], dtype: DTypeLike) -> ir.Constant:
    """Write numbers down."""
    kind = element(dtype)
    elements = [ir.Constant(kind, np.asarray(number).astype(dtype).item()) for number in numbers]
    return ir.Constant(vector(dtype, len(elements)), elements)


def order(numbers: Iterable[int]) -> ir.Constant:
    """Write down which elements a shuffle takes."""
    elements = [ir.Constant(INT32, number) for number in numbers]
    return ir.Constant(ir.VectorType(INT32, len(elements)), elements)


def spread(builder: ir.IRBuilder, number: ir.Value, count: int) -> ir.Value:
    """Give one number to all lanes, `count` of them."""
    undefined = ir.Constant(ir.VectorType(number.type, count), ir.Undefined)
    first = builder.insert_element(undefined, number, ir.Constant(INT32, 0))
    return builder.shuffle_vector(first, undefined, order([0] * count))


def intrinsic(builder: ir.IRBuilder, name: str, result: ir.Type, arguments: list[ir.Value]) -> ir.Value:
    """Call one of LLVM's own functions."""
    module = builder.module
    function = module.globals.get(name) or ir.Function(
        module, ir.FunctionType(result, [argument.type for argument in arguments]), name
    )
    return builder.call(function, arguments)
