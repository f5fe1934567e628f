"""What is written for lanes computes what NumPy computes, to the last bit: on all pairs of numbers at the edges."""

import operator

import numpy as np
import pytest
from numba import njit

from core.compiled.agreed import LANES
from core.compiled.llvm.lanes import Lanes
from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number
from core.compiled.llvm.step import step
from core.filters import FILTERS
from tests.core.compiled.written import kernel_of_one, kernel_of_two

pytestmark = pytest.mark.exhaustive

INT32 = np.iinfo(np.int32)
NUMBERS = [0.0, 0.25, 0.5, 1.0, 1.5, 2.5, 1 / 3, 7.0, 254.5, 255.0, 65535.5, 2.0**24 + 1, 2.0**31, 1e30, np.inf]
VALUES = {
    np.float32: [*NUMBERS, *(-number for number in NUMBERS), np.nan, 1e-45, 3.4e38],
    np.float64: [*NUMBERS, *(-number for number in NUMBERS), np.nan, 5e-324, 1.7e308, 1 - 2**-53],
    np.int32: [0, 1, -1, 2, 3, -3, 7, -8, 255, 256, -257, 2**16, 2**30, -(2**30), INT32.max, INT32.min],
}
ARITHMETIC = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "negative": lambda a, b: -a + b,
    "plus a number": lambda a, b: a + 3 - b,
    "from a number": lambda a, b: 3 - a + b,
    "times a number": lambda a, b: 5 * a * b,
    "where": lambda a, b: np.where(a < b, a, b),
    "where, or a number": lambda a, b: np.where(a >= b, a, 7),
    "clip": lambda a, b: np.clip(a, -2, 5) + b,
    "in place of a condition": lambda a, b: (a < b) * b + a,
}
CONDITIONS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "and": lambda a, b: (a < b) & (b > 1),
    "or": lambda a, b: (a < b) | (b > 1),
    "not": lambda a, b: ~(a < b),
}
FLOATS_ONLY = {
    "/": operator.truediv,
    "by a number": lambda a, b: a / 3 + b,
    "of a number": lambda a, b: 1 / a - b,
    "floor": lambda a, b: np.floor(a) + b,
    "ceil": lambda a, b: np.ceil(a) + b,
    "rint": lambda a, b: np.rint(a) + b,
    "sqrt": lambda a, b: np.sqrt(a) + b,
    "absolute": lambda a, b: np.abs(a) - b,
    "clip to a share": lambda a, b: np.clip(a, 0, 1) + b,
}
INTEGERS_ONLY = {
    "and": operator.and_,
    "or": operator.or_,
    "shift to the left": lambda a, b: (a << 8) + b,
    "times a fraction": lambda a, b: a * 0.5 + b,
}


def pairs(first, second):
    """All pairs of values of two types, a multiple of LANES of them."""
    a, b = (part.ravel() for part in np.meshgrid(VALUES[first], VALUES[second]))
    padding = -len(a) % LANES
    return np.pad(a, (0, padding), mode="wrap").astype(first), np.pad(b, (0, padding), mode="wrap").astype(second)


def bits_of(values):
    """Let a NaN equal a NaN, but 0 not -0."""
    if values.dtype.kind != "f":
        return values
    return np.where(np.isnan(values), np.nan, values).view(f"u{values.itemsize}")


def assert_written(function, a, b):
    """Run it on arrays, and, as it is written for lanes, in a kernel that stores what has the same type."""
    with np.errstate(all="ignore"):
        expected = function(a, b)
    is_condition = expected.dtype == np.bool_
    out = np.empty(len(a), np.int32 if is_condition else expected.dtype)

    def written(first, second):
        result = function(first, second)
        assert result.dtype == expected.dtype
        return result.astype(out.dtype)

    kernel_of_two(written)(out, a, b)
    np.testing.assert_array_equal(bits_of(out), bits_of(expected.astype(out.dtype)))


@pytest.mark.parametrize("name", ARITHMETIC)
@pytest.mark.parametrize("dtype", VALUES)
def test_arithmetic(dtype, name):
    """Integers wrap around."""
    assert_written(ARITHMETIC[name], *pairs(dtype, dtype))


@pytest.mark.parametrize("name", CONDITIONS)
@pytest.mark.parametrize("dtype", VALUES)
def test_conditions(dtype, name):
    assert_written(CONDITIONS[name], *pairs(dtype, dtype))


@pytest.mark.parametrize("name", FLOATS_ONLY)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_functions_of_floats(dtype, name):
    assert_written(FLOATS_ONLY[name], *pairs(dtype, dtype))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_finite(dtype):
    assert_written(lambda a, b: np.isfinite(a) & np.isfinite(b), *pairs(dtype, dtype))


@pytest.mark.parametrize("name", INTEGERS_ONLY)
def test_functions_of_integers(name):
    assert_written(INTEGERS_ONLY[name], *pairs(np.int32, np.int32))


@pytest.mark.parametrize("shift", [0, 1, 8, 16, 31])
def test_a_shift_to_the_right_fills_up_with_zeros(shift):
    a, _ = pairs(np.int32, np.int32)
    out = np.empty_like(a)
    kernel_of_one(lambda lanes: lanes >> shift)(out, a)
    np.testing.assert_array_equal(out.view(np.uint32), a.view(np.uint32) >> np.uint32(shift))


@pytest.mark.parametrize("second", VALUES)
@pytest.mark.parametrize("first", VALUES)
@pytest.mark.parametrize("function", [operator.add, operator.mul, lambda a, b: np.where(a < b, b, a)])
def test_mixed_types_are_promoted_as_numpy_does(function, first, second):
    assert_written(function, *pairs(first, second))


@pytest.mark.parametrize("number", [0.1, 3, np.float32(0.1), np.float64(0.1), np.int32(3), np.ones(1, np.float32)])
@pytest.mark.parametrize("dtype", VALUES)
def test_numbers_are_promoted_as_numpy_does(dtype, number):
    assert_written(lambda a, b: number * a + b, *pairs(dtype, dtype))


@pytest.mark.parametrize("divisor", [1, 3, 8, 255, 2**30])
@pytest.mark.parametrize("dtype", VALUES)
def test_a_remainder_of_a_positive_divisor_has_no_sign(dtype, divisor):
    """That of -0 and of what the divisor divides may be -0."""
    a, _ = pairs(dtype, dtype)
    with np.errstate(invalid="ignore"):
        expected = a % dtype(divisor)
    out = np.empty_like(a)
    kernel_of_one(lambda lanes: lanes % divisor)(out, a)
    np.testing.assert_array_equal(out, expected)
    assert np.all((out >= 0) & (out <= divisor) | ~np.isfinite(a.astype(float)))


@pytest.mark.parametrize("function", [np.minimum, np.maximum])
@pytest.mark.parametrize("dtype", VALUES)
def test_the_lesser_and_the_greater(dtype, function):
    """Of 0 and -0 any; and where the first is no number, the second."""
    a, b = pairs(dtype, dtype)
    out = np.empty_like(a)
    kernel_of_two(function)(out, a, b)
    np.testing.assert_array_equal(out, np.where(np.isnan(a), b, function(a, b)))


@pytest.mark.parametrize(
    ("source", "target", "values"),
    [
        (np.float32, np.int32, [0.99, -0.99, 1.5, -2.5, -0.0, 2.0**30, -(2.0**31)]),
        (np.float64, np.int32, [0.99, -0.99, 1.5, -2.5, 2.0**31 - 0.01, -(2.0**31) - 0.99]),
        (np.int32, np.float32, VALUES[np.int32]),
        (np.int32, np.float64, VALUES[np.int32]),
        (np.int64, np.float64, [0, -1, 2**53 + 1, -(2**62)]),
        (np.float32, np.float64, VALUES[np.float32]),
        (np.float64, np.float32, VALUES[np.float64]),
    ],
)
def test_conversions(source, target, values):
    """Fractions are cut off, and what does not fit a float becomes the nearest, or infinite."""
    a = np.resize(np.array(values, source), -(-len(values) // LANES) * LANES)
    out = np.empty(len(a), target)
    kernel_of_one(lambda lanes: lanes.astype(target))(out, a)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(bits_of(out), bits_of(a.astype(target)))


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_is_the_very_function_of_the_reference(name):
    x = np.concatenate(
        [np.linspace(-3, 3, 61), VALUES[np.float64][:10], [2.0**40, -(2.0**40), 2.0**30 - 0.5, 1e-9, -1e-9]]
    )
    x = np.resize(x, -(-len(x) // LANES) * LANES)
    for tap, (index, weight) in enumerate(FILTERS[name](x)):
        indices, weights = np.empty(len(x), np.int32), np.empty(len(x), np.float32)
        kernel_of_one(lambda lanes, tap=tap: FILTERS[name](lanes)[tap][0])(indices, x)
        kernel_of_one(lambda lanes, tap=tap: 0 * lanes + FILTERS[name](lanes)[tap][1])(weights, x)
        np.testing.assert_array_equal(indices, index)
        np.testing.assert_array_equal(weights, np.broadcast_to(weight, x.shape))


def test_no_branch_depends_on_lanes():
    """It would be the same one for all of them, whatever they are."""
    with pytest.raises(TypeError, match=r"np\.where"):
        bool(Lanes(None, None, np.float32))


@pytest.mark.parametrize("true", [(), (0,), (LANES - 1,), range(LANES), range(LANES - 1), range(1, LANES)])
def test_all_and_any(true):
    @step
    def body(out: Memory, a: Memory) -> None:
        condition = a.group() > 0
        for place, bit in enumerate((condition.all(), condition.any())):
            out.put(place, Number(out.builder, out.builder.zext(bit.value, out.element(0).value.type), np.int32))

    @njit
    def run(out, a):
        body(out, a)

    given, out = np.zeros(LANES, np.int32), np.empty(2, np.int32)
    given[list(true)] = 1
    run(out, given)
    np.testing.assert_array_equal(out, [given.all(), given.any()])
