"""NumPy's functions as LLVM's instructions: each gives the numbers that NumPy computes, to the last bit.

What the reference's formulas call stands here, and no more.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir

from core.compiled.llvm.vectors import constant, intrinsic, vector

Write = Callable[..., ir.Value]
"""Writes a function: (builder, type of the numbers, vectors of them) -> the vector of its results."""


def convert(builder: ir.IRBuilder, value: ir.Value, source: np.dtype[Any], target: np.dtype[Any]) -> ir.Value:
    """Convert numbers; a float becomes an integer by cutting off its fraction, and must fit."""
    instruction = getattr(builder, _conversion(source, target))
    return instruction(value, vector(target, value.type.count))


def _conversion(source: np.dtype[Any], target: np.dtype[Any]) -> str:
    narrows = target.itemsize < source.itemsize
    match source.kind, target.kind:
        case (("b" | "u"), "f"):
            return "uitofp"
        case (("b" | "u"), _):
            return "zext"
        case "f", "f":
            return "fptrunc" if narrows else "fpext"
        case "f", _:
            return "fptosi"
        case _, "f":
            return "sitofp"
    return "trunc" if narrows else "sext"


def _operation(of_floats: str, of_integers: str) -> Write:
    def write(builder: ir.IRBuilder, dtype: np.dtype[Any], *values: ir.Value) -> ir.Value:
        return getattr(builder, of_floats if dtype.kind == "f" else of_integers)(*values)

    return write


def _named(name: str) -> Write:
    return _operation(name, name)


def _comparison(sign: str) -> Write:
    def write(builder: ir.IRBuilder, dtype: np.dtype[Any], a: ir.Value, b: ir.Value) -> ir.Value:
        if dtype.kind != "f":
            return builder.icmp_signed(sign, a, b)
        # Only "!=" is true of a NaN.
        return builder.fcmp_unordered(sign, a, b) if sign == "!=" else builder.fcmp_ordered(sign, a, b)

    return write


def _of_floats(name: str) -> Write:
    def write(builder: ir.IRBuilder, dtype: np.dtype[Any], a: ir.Value) -> ir.Value:
        return intrinsic(builder, f"llvm.{name}.v{a.type.count}f{8 * dtype.itemsize}", a.type, [a])

    return write


def _minimum(builder: ir.IRBuilder, dtype: np.dtype[Any], a: ir.Value, b: ir.Value) -> ir.Value:
    """Choose the lesser; `b` where either is no number."""
    return builder.select(_less(builder, dtype, a, b), a, b)


def _maximum(builder: ir.IRBuilder, dtype: np.dtype[Any], a: ir.Value, b: ir.Value) -> ir.Value:
    """Choose the greater; `b` where either is no number."""
    return builder.select(_greater(builder, dtype, a, b), a, b)


def _remainder(builder: ir.IRBuilder, dtype: np.dtype[Any], a: ir.Value, b: ir.Value) -> ir.Value:
    """Give the remainder that has the divisor's sign, for a positive divisor."""
    remainder = _operation("frem", "srem")(builder, dtype, a, b)
    is_negative = _less(builder, dtype, remainder, constant([0] * a.type.count, dtype))
    return builder.select(is_negative, _add(builder, dtype, remainder, b), remainder)


def _is_finite(builder: ir.IRBuilder, dtype: np.dtype[Any], a: ir.Value) -> ir.Value:
    return _less(builder, dtype, _absolute(builder, dtype, a), constant([np.inf] * a.type.count, dtype))


_add, _less, _greater, _absolute = _operation("fadd", "add"), _comparison("<"), _comparison(">"), _of_floats("fabs")

CONDITIONS: dict[Any, Write] = {
    np.less: _less,
    np.less_equal: _comparison("<="),
    np.greater: _greater,
    np.greater_equal: _comparison(">="),
    np.equal: _comparison("=="),
    np.not_equal: _comparison("!="),
    np.isfinite: _is_finite,
}
"""Those whose results are true or false."""

OPERATIONS: dict[Any, Write] = {
    np.add: _add,
    np.subtract: _operation("fsub", "sub"),
    np.multiply: _operation("fmul", "mul"),
    np.divide: _named("fdiv"),
    np.remainder: _remainder,
    np.negative: _operation("fneg", "neg"),
    np.bitwise_and: _named("and_"),
    np.bitwise_or: _named("or_"),
    np.invert: _named("not_"),
    np.left_shift: _named("shl"),
    np.right_shift: _named("lshr"),
    np.floor: _of_floats("floor"),
    np.ceil: _of_floats("ceil"),
    np.rint: _of_floats("rint"),
    np.sqrt: _of_floats("sqrt"),
    np.absolute: _absolute,
    np.fmin: _minimum,
    np.fmax: _maximum,
    np.minimum: _minimum,
    np.maximum: _maximum,
}
"""Those whose results have the type of their operands.

Some are NumPy's only as the formulas use them: a right shift fills up with zeros, a remainder is that of a positive
divisor, and of two operands one of which is no number `minimum` and `maximum` give the second.
"""
