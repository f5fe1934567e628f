"""One number of a function that is being written, such as a place in memory."""

import numpy as np
from llvmlite import ir
from numpy.typing import DTypeLike

from core.compiled.agreed import LANES
from core.compiled.llvm.lanes import Bit, Lanes
from core.compiled.llvm.vectors import INT32, intrinsic, spread


class Number:
    """One number; an integer can be computed with, in its own type.

    Attributes:
        builder: writes the instructions.
        value: the number.
        dtype: of it.
    """

    def __init__(self, builder: ir.IRBuilder, value: ir.Value, dtype: DTypeLike) -> None:
        self.builder = builder
        self.value = value
        self.dtype = np.dtype(dtype)

    @property
    def lanes(self) -> Lanes:
        """The same in every lane."""
        return self.spread(LANES)

    def spread(self, count: int) -> Lanes:
        """Give the same to so many lanes."""
        return Lanes(self.builder, spread(self.builder, self.value, count), self.dtype)

    def is_true(self) -> Bit:
        """Take a boolean for a condition."""
        return Bit(self.builder, self.value)

    def equals(self, number: int) -> Bit:
        """Compare it with a number."""
        compare = self.builder.fcmp_ordered if self.dtype.kind == "f" else self.builder.icmp_signed
        return Bit(self.builder, compare("==", self.value, self._operand(number)))

    def __add__(self, other: "Number | int") -> "Number":
        return Number(self.builder, self.builder.add(self.value, self._operand(other)), self.dtype)

    def __sub__(self, other: "Number | int") -> "Number":
        return Number(self.builder, self.builder.sub(self.value, self._operand(other)), self.dtype)

    def __mul__(self, other: "Number | int") -> "Number":
        return Number(self.builder, self.builder.mul(self.value, self._operand(other)), self.dtype)

    def _operand(self, other: "Number | int") -> ir.Value:
        return other.value if isinstance(other, Number) else ir.Constant(self.value.type, other)


def greatest(lanes: Lanes) -> Number:
    """Give the greatest of 32-bit integers."""
    value = intrinsic(lanes.builder, f"llvm.vector.reduce.smax.v{lanes.count}i32", INT32, [lanes.value])
    return Number(lanes.builder, value, np.int32)
