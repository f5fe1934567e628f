"""Tiny kernels that run a few lines on a group of lanes at a time, for tests."""

from numba import njit

from core.compiled.agreed import LANES
from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number
from core.compiled.llvm.step import step


def kernel_of_one(function):
    """Make a loop: out[n] = function(a[n])."""

    @step
    def body(out: Memory, a: Memory, at: Number) -> None:
        out.store(at, function(a.load(at)))

    @njit(error_model="numpy")
    def loop(out, a):
        for at in range(0, len(a), LANES):
            body(out, a, at)

    return loop


def kernel_of_two(function):
    """Make a loop: out[n] = function(a[n], b[n])."""

    @step
    def body(out: Memory, a: Memory, b: Memory, at: Number) -> None:
        out.store(at, function(a.load(at), b.load(at)))

    @njit(error_model="numpy")
    def loop(out, a, b):
        for at in range(0, len(a), LANES):
            body(out, a, b, at)

    return loop
