"""Kernels for the tests of libraries: an argument of each type that ours have, and a part of another module."""

from core.compiling import kernel
from tests.core.sample_kernels.parts import double

NUMBERS = "int32, int64, boolean, float32, float64"


@kernel(f"void({NUMBERS}, float64[::1])")
def list_numbers(small, large, flag, single, precise, out):
    out[0], out[1], out[2], out[3], out[4] = small, large, flag, single, precise


@kernel("int64(Array(uint8, 2, 'C', readonly=True), uint16[::1], int32[::1], uint64[::1], float32[:, ::1])")
def sum_up(table, shorts, integers, longs, floats):
    total = 0
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            total += (row + 1) * table[row, column]
    floats[1, 2] = double(floats[1, 2])
    return total + shorts[0] + integers[0] + longs[0]


@kernel("int64(int64)")
def keep_busy(turns):
    number = 1
    for _ in range(turns):
        number = (number * 75 + 74) % 65537  # ZX81's random numbers: each needs the one before
    return number
