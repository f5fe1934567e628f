"""Sixteen numbers at once: what the reference's formulas are run on to become machine code.

A `Lanes` stands for a vector register. Its operators, and NumPy's functions when they are called with it, compute
nothing: they write LLVM instructions. So `filters.bicubic`, `border.wrap` and the like are compiled as they stand in
the reference, with the same operations in the same order, and give the same numbers to the last bit. No formula is
written twice.

Sixteen lanes are one AVX-512 register of float32. On processors with narrower ones LLVM cuts them up.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba.core.cgutils import alloca_once_value
from numpy.typing import DTypeLike

LANES = 16

_BIT = ir.IntType(1)
_INT32 = ir.IntType(32)
_TYPES: dict[Any, ir.Type] = {
    np.dtype(np.bool_): _BIT,
    np.dtype(np.uint8): ir.IntType(8),
    np.dtype(np.uint16): ir.IntType(16),
    np.dtype(np.int32): _INT32,
    np.dtype(np.int64): ir.IntType(64),
    np.dtype(np.float32): ir.FloatType(),
    np.dtype(np.float64): ir.DoubleType(),
}


class Bit(NamedTuple):
    """One condition of the function that is being written.

    Attributes:
        builder: writes the instructions.
        value: the condition.
    """

    builder: ir.IRBuilder
    value: ir.Value


class Lanes:
    """Sixteen numbers of one type, in a function that is being written.

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

    def astype(self, dtype: DTypeLike) -> "Lanes":
        """Convert each number; a float becomes an integer by cutting off its fraction, and must fit."""
        target = np.dtype(dtype)
        if target == self.dtype:
            return self
        vector = ir.VectorType(_TYPES[target], LANES)
        return Lanes(self.builder, getattr(self.builder, _conversion(self.dtype, target))(self.value, vector), target)

    def as_float(self) -> "Lanes":
        """Take the 32 bits of an integer for those of a float32."""
        value = self.builder.bitcast(self.value, ir.VectorType(ir.FloatType(), LANES))
        return Lanes(self.builder, value, np.float32)

    def all(self) -> Bit:
        """Tell whether all are true."""
        bits = ir.IntType(LANES)
        all_set = self.builder.icmp_unsigned("==", self.builder.bitcast(self.value, bits), ir.Constant(bits, -1))
        return Bit(self.builder, all_set)

    def any(self) -> Bit:
        """Tell whether any is true."""
        bits = ir.IntType(LANES)
        any_set = self.builder.icmp_unsigned("!=", self.builder.bitcast(self.value, bits), ir.Constant(bits, 0))
        return Bit(self.builder, any_set)

    def __array_ufunc__(self, function: Any, method: str, *operands: Any, **options: Any) -> Any:
        """Write what NumPy's function would compute."""
        if method != "__call__" or options or function not in _UFUNCS:
            return NotImplemented
        return _UFUNCS[function](*_promoted(*operands))

    def __array_function__(self, function: Any, types: Any, operands: Any, options: Any) -> Any:
        """Write what NumPy's function would compute."""
        if options or function not in _FUNCTIONS:
            return NotImplemented
        return _FUNCTIONS[function](*operands)

    def __add__(self, other: Any) -> "Lanes":
        return np.add(self, other)  # type: ignore[no-any-return]

    def __radd__(self, other: Any) -> "Lanes":
        return np.add(other, self)  # type: ignore[no-any-return]

    def __sub__(self, other: Any) -> "Lanes":
        return np.subtract(self, other)  # type: ignore[no-any-return]

    def __rsub__(self, other: Any) -> "Lanes":
        return np.subtract(other, self)  # type: ignore[no-any-return]

    def __mul__(self, other: Any) -> "Lanes":
        return np.multiply(self, other)  # type: ignore[no-any-return]

    def __rmul__(self, other: Any) -> "Lanes":
        return np.multiply(other, self)  # type: ignore[no-any-return]

    def __truediv__(self, other: Any) -> "Lanes":
        return np.divide(self, other)  # type: ignore[no-any-return]

    def __rtruediv__(self, other: Any) -> "Lanes":
        return np.divide(other, self)  # type: ignore[no-any-return]

    def __mod__(self, other: Any) -> "Lanes":
        return np.remainder(self, other)  # type: ignore[no-any-return]

    def __neg__(self) -> "Lanes":
        return np.negative(self)  # type: ignore[no-any-return]

    def __abs__(self) -> "Lanes":
        return np.absolute(self)  # type: ignore[no-any-return]

    def __and__(self, other: Any) -> "Lanes":
        return np.bitwise_and(self, other)  # type: ignore[no-any-return]

    def __or__(self, other: Any) -> "Lanes":
        return np.bitwise_or(self, other)  # type: ignore[no-any-return]

    def __invert__(self) -> "Lanes":
        return Lanes(self.builder, self.builder.not_(self.value), self.dtype)

    def __lshift__(self, other: Any) -> "Lanes":
        return np.left_shift(self, other)  # type: ignore[no-any-return]

    def __rshift__(self, other: Any) -> "Lanes":
        return np.right_shift(self, other)  # type: ignore[no-any-return]

    def __lt__(self, other: Any) -> "Lanes":
        return np.less(self, other)  # type: ignore[no-any-return]

    def __le__(self, other: Any) -> "Lanes":
        return np.less_equal(self, other)  # type: ignore[no-any-return]

    def __gt__(self, other: Any) -> "Lanes":
        return np.greater(self, other)  # type: ignore[no-any-return]

    def __ge__(self, other: Any) -> "Lanes":
        return np.greater_equal(self, other)  # type: ignore[no-any-return]

    def __eq__(self, other: object) -> Any:
        return np.equal(self, other)  # type: ignore[call-overload]

    def __ne__(self, other: object) -> Any:
        return np.not_equal(self, other)  # type: ignore[call-overload]

    __hash__ = None  # type: ignore[assignment]


def choose(condition: Bit, then: Callable[[], list[Lanes]], otherwise: Callable[[], list[Lanes]]) -> list[Lanes]:
    """Write a branch: only one of the two is run, and gives its lanes."""
    builder: ir.IRBuilder = condition.builder
    ways = []
    with builder.if_else(condition.value) as branches:
        for branch, write in zip(branches, (then, otherwise), strict=True):
            with branch:
                ways.append((write(), builder.block))
    return [_joined(builder, [(lanes[n], block) for lanes, block in ways]) for n in range(len(ways[0][0]))]


def _joined(builder: ir.IRBuilder, ways: list[tuple[Lanes, ir.Block]]) -> Lanes:
    phi = builder.phi(ways[0][0].value.type)
    for lanes, block in ways:
        phi.add_incoming(lanes.value, block)
    return Lanes(builder, phi, ways[0][0].dtype)


class Register:
    """Lanes that a loop changes.

    Attributes:
        lanes: their present value.
    """

    def __init__(self, start: Lanes) -> None:
        self._builder, self._dtype = start.builder, start.dtype
        self._room = alloca_once_value(start.builder, start.value)
        self.lanes = start

    @property
    def lanes(self) -> Lanes:
        """The present value."""
        return Lanes(self._builder, self._builder.load(self._room), self._dtype)

    @lanes.setter
    def lanes(self, value: Lanes) -> None:
        self._builder.store(value.value, self._room)


def greatest(lanes: Lanes) -> ir.Value:
    """Give the greatest of sixteen integers."""
    name = f"llvm.vector.reduce.smax.v{LANES}i32"
    return intrinsic(lanes.builder, name, _INT32, [lanes.value])


def spread(builder: ir.IRBuilder, number: ir.Value, dtype: DTypeLike) -> Lanes:
    """Give one number of the function to all lanes."""
    vector = ir.VectorType(number.type, LANES)
    undefined = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(undefined, number, ir.Constant(_INT32, 0))
    return Lanes(builder, builder.shuffle_vector(first, undefined, listed([0] * LANES)), dtype)


def numbered(builder: ir.IRBuilder, dtype: DTypeLike) -> Lanes:
    """Give each lane its number, from 0."""
    return Lanes(builder, _constant(range(LANES), np.dtype(dtype)), dtype)


def listed(numbers: list[int]) -> ir.Constant:
    """Write a constant vector of 32-bit integers, for shuffles."""
    return ir.Constant(ir.VectorType(_INT32, len(numbers)), [ir.Constant(_INT32, number) for number in numbers])


def element(dtype: DTypeLike) -> ir.Type:
    """Give LLVM's type of one number."""
    return _TYPES[np.dtype(dtype)]


def intrinsic(builder: ir.IRBuilder, name: str, result: ir.Type, arguments: list[ir.Value]) -> ir.Value:
    """Call one of LLVM's own functions."""
    module = builder.module
    function = module.globals.get(name) or ir.Function(
        module, ir.FunctionType(result, [argument.type for argument in arguments]), name
    )
    return builder.call(function, arguments)


def _constant(numbers: Any, dtype: np.dtype[Any]) -> ir.Constant:
    kind = _TYPES[dtype]
    elements = [ir.Constant(kind, np.asarray(number).astype(dtype).item()) for number in numbers]
    return ir.Constant(ir.VectorType(kind, LANES), elements)


def _conversion(source: np.dtype[Any], target: np.dtype[Any]) -> str:
    """Name the instruction of a conversion."""
    narrows = target.itemsize < source.itemsize
    if source.kind == "b":
        return "uitofp" if target.kind == "f" else "zext"
    if source.kind == target.kind == "f":
        return "fptrunc" if narrows else "fpext"
    if source.kind == "f":
        return "fptosi"
    if target.kind == "f":
        return "sitofp"
    return "trunc" if narrows else "sext"


def _promoted(*operands: Any) -> list[Lanes]:
    """Bring lanes and plain numbers to one type, by NumPy's rules."""
    lanes = [operand for operand in operands if isinstance(operand, Lanes)]
    kinds = [operand.dtype if isinstance(operand, Lanes) else operand for operand in operands]
    dtype = np.result_type(*kinds)
    builder = lanes[0].builder
    return [
        operand.astype(dtype)
        if isinstance(operand, Lanes)
        else Lanes(builder, _constant([operand] * LANES, dtype), dtype)
        for operand in operands
    ]


def _operation(of_floats: str, of_integers: str) -> Callable[[Lanes, Lanes], Lanes]:
    def write(a: Lanes, b: Lanes) -> Lanes:
        operation = getattr(a.builder, of_floats if a.dtype.kind == "f" else of_integers)
        return Lanes(a.builder, operation(a.value, b.value), a.dtype)

    return write


def _comparison(sign: str) -> Callable[[Lanes, Lanes], Lanes]:
    def write(a: Lanes, b: Lanes) -> Lanes:
        # Only "!=" is true of a NaN.
        of_floats = a.builder.fcmp_unordered if sign == "!=" else a.builder.fcmp_ordered
        compare = of_floats if a.dtype.kind == "f" else a.builder.icmp_signed
        return Lanes(a.builder, compare(sign, a.value, b.value), np.bool_)

    return write


def _rounding(name: str) -> Callable[[Lanes], Lanes]:
    def write(a: Lanes) -> Lanes:
        suffix = "f32" if a.dtype == np.float32 else "f64"
        result = intrinsic(a.builder, f"llvm.{name}.v{LANES}{suffix}", a.value.type, [a.value])
        return Lanes(a.builder, result, a.dtype)

    return write


def _choice(condition: Any, a: Any, b: Any) -> Lanes:
    a, b = _promoted(a, b) if isinstance(a, Lanes) or isinstance(b, Lanes) else _promoted(condition, a, b)[1:]
    return Lanes(a.builder, a.builder.select(condition.value, a.value, b.value), a.dtype)


def _minimum(a: Lanes, b: Lanes) -> Lanes:
    """Choose the lesser; `b` where either is no number."""
    return _choice(a < b, a, b)


def _maximum(a: Lanes, b: Lanes) -> Lanes:
    """Choose the greater; `b` where either is no number."""
    return _choice(a > b, a, b)


def _clip(a: Lanes, low: Any, high: Any) -> Lanes:
    """Keep within bounds; a NaN passes, as with NumPy, since no comparison is true of it."""
    above = _choice(a < low, low, a)
    return _choice(above > high, high, above)


def _remainder(a: Lanes, b: Lanes) -> Lanes:
    """Give the remainder that has the divisor's sign, for a positive divisor."""
    remainder = _operation("frem", "srem")(a, b)
    return _choice(remainder < 0, remainder + b, remainder)


def _is_finite(a: Lanes) -> Lanes:
    return np.absolute(a) < np.inf  # type: ignore[call-overload, no-any-return]


def _negative(a: Lanes) -> Lanes:
    return Lanes(a.builder, a.builder.fneg(a.value) if a.dtype.kind == "f" else a.builder.neg(a.value), a.dtype)


_UFUNCS: dict[Any, Callable[..., Lanes]] = {
    np.add: _operation("fadd", "add"),
    np.subtract: _operation("fsub", "sub"),
    np.multiply: _operation("fmul", "mul"),
    np.divide: _operation("fdiv", "sdiv"),
    np.remainder: _remainder,
    np.negative: _negative,
    np.bitwise_and: _operation("", "and_"),
    np.bitwise_or: _operation("", "or_"),
    np.left_shift: _operation("", "shl"),
    np.right_shift: _operation("", "lshr"),
    np.less: _comparison("<"),
    np.less_equal: _comparison("<="),
    np.greater: _comparison(">"),
    np.greater_equal: _comparison(">="),
    np.equal: _comparison("=="),
    np.not_equal: _comparison("!="),
    np.floor: _rounding("floor"),
    np.ceil: _rounding("ceil"),
    np.rint: _rounding("rint"),
    np.sqrt: _rounding("sqrt"),
    np.absolute: _rounding("fabs"),
    np.fmin: _minimum,
    np.fmax: _maximum,
    np.minimum: _minimum,
    np.maximum: _maximum,
    np.isfinite: _is_finite,
}

_FUNCTIONS: dict[Any, Callable[..., Lanes]] = {np.where: _choice, np.clip: _clip}
