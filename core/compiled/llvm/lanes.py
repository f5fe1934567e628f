"""Many numbers at once: what the reference's formulas are run on to become machine code.

A `Lanes` stands for vector registers. Its operators, and NumPy's functions when they are called with it, compute
nothing: they write LLVM instructions. So `filters.bicubic`, `border.wrap` and the like are compiled as they stand in
the reference, with the same operations in the same order, and give the same numbers to the last bit. No formula is
written twice.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import DTypeLike

from core.compiled.agreed import LANES
from core.compiled.llvm.instructions import CONDITIONS, OPERATIONS, Write, convert
from core.compiled.llvm.vectors import constant, order


class Bit(NamedTuple):
    """One condition of the function that is being written.

    Attributes:
        builder: writes the instructions.
        value: the condition.
    """

    builder: ir.IRBuilder
    value: ir.Value

    def __invert__(self) -> "Bit":
        return Bit(self.builder, self.builder.not_(self.value))


class Lanes(NDArrayOperatorsMixin):
    """Numbers of one type side by side, LANES of them unless it is said otherwise, in a function that is being written.

    Mixed types are promoted as NumPy promotes arrays. Integers are 32 bits wide and wrap around; they are shifted as
    if they had no sign.

    Attributes:
        builder: writes the instructions.
        value: the vector.
        dtype: of each number.
    """

    def __init__(self, builder: ir.IRBuilder, value: ir.Value, dtype: DTypeLike) -> None:
        self.builder = builder
        self.value = value
        self.dtype = np.dtype(dtype)

    def __bool__(self) -> bool:
        """Refuse to be the condition of a branch of Python's, which would be taken once for all lanes.

        Raises:
            TypeError: always; `np.where` chooses lane by lane.
        """
        raise TypeError("lanes are neither true nor false; choose by np.where")

    @property
    def count(self) -> int:
        """How many they are."""
        return int(self.value.type.count)

    def astype(self, dtype: DTypeLike) -> "Lanes":
        """Convert each number; a float becomes an integer by cutting off its fraction, and must fit."""
        target = np.dtype(dtype)
        if target == self.dtype:
            return self
        return Lanes(self.builder, convert(self.builder, self.value, self.dtype, target), target)

    def taken(self, lanes: Sequence[int | None]) -> "Lanes":
        """Give other lanes: those with these numbers, or 0 for None."""
        zeros = constant([0] * self.count, self.dtype)
        numbers = order(self.count if lane is None else lane for lane in lanes)
        return Lanes(self.builder, self.builder.shuffle_vector(self.value, zeros, numbers), self.dtype)

    def all(self) -> Bit:
        """Tell whether all are true."""
        return self._compared_with("==", -1)

    def any(self) -> Bit:
        """Tell whether any is true."""
        return self._compared_with("!=", 0)

    def _compared_with(self, sign: str, bits: int) -> Bit:
        together = ir.IntType(self.count)
        value = self.builder.bitcast(self.value, together)
        return Bit(self.builder, self.builder.icmp_unsigned(sign, value, ir.Constant(together, bits)))

    def __array_ufunc__(self, function: Any, method: str, /, *operands: Any, **options: Any) -> Any:
        """Write what NumPy's function would compute."""
        write: Write | None = OPERATIONS.get(function) or CONDITIONS.get(function)
        if method != "__call__" or options or write is None:
            return NotImplemented
        dtype, values = _promoted(operands, self.count)
        result = write(self.builder, dtype, *values)
        return Lanes(self.builder, result, np.bool_ if function in CONDITIONS else dtype)

    def __array_function__(self, function: Any, types: Any, operands: Any, options: Any) -> Any:
        """Write what NumPy's function would compute."""
        if options or function not in _FUNCTIONS:
            return NotImplemented
        return _FUNCTIONS[function](*operands)


def numbered(builder: ir.IRBuilder, dtype: DTypeLike, count: int = LANES) -> Lanes:
    """Give each lane its number, from 0."""
    return Lanes(builder, constant(range(count), dtype), dtype)


def everywhere(builder: ir.IRBuilder, number: Any) -> Lanes:
    """Give all lanes one number of NumPy's, in its own type; lanes stay what they are."""
    return (
        number if isinstance(number, Lanes) else Lanes(builder, constant([number] * LANES, number.dtype), number.dtype)
    )


def _promoted(operands: tuple[Any, ...], count: int) -> tuple[np.dtype[Any], list[ir.Value]]:
    """Bring lanes and plain numbers to one type, by NumPy's rules: give the type, and vectors of `count` of it."""
    dtype = np.result_type(*(operand.dtype if isinstance(operand, Lanes) else operand for operand in operands))
    return dtype, [
        operand.astype(dtype).value if isinstance(operand, Lanes) else constant([operand] * count, dtype)
        for operand in operands
    ]


def _where(condition: Lanes, *choices: Any) -> Lanes:
    dtype, values = _promoted(choices, condition.count)
    return Lanes(condition.builder, condition.builder.select(condition.value, *values), dtype)


def _clip(lanes: Lanes, low: Any, high: Any) -> Any:
    """Keep within bounds; what is no number passes, as with NumPy, since it is the second of two."""
    return np.minimum(high, np.maximum(low, lanes))  # type: ignore[call-overload]


_FUNCTIONS: dict[Any, Callable[..., Any]] = {np.where: _where, np.clip: _clip}
