from core.compiling import kernel
from tests.core.sample_kernels.constants import STEP


@kernel("void(int64[::1])")
def step(values):
    for i in range(values.shape[0]):
        values[i] += STEP


@kernel("int64(int64[::1], int64)", "int64(uint8[::1], int64)")
def divided(values, by):
    total = 0
    for value in values:
        total += value // by
    return total
