"""Kernels: loops over pixels that Numba makes machine code of, when their module is imported and at no other time.

    @kernel("void(uint8[:, :, ::1], float64[::1], uint8[:, :, ::1])")
    def shade(source, matrix, rows): ...

This module and those that hold kernels need Numba; no other imports them, so `import core` does without.
"""

from __future__ import annotations

import inspect
import logging
import pickle
import platform
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple, TypeVar, cast

import numba
from llvmlite.binding import get_host_cpu_features
from numba.extending import is_jitted, register_jitable

from core.cpu_target import cpu_target, shipped_targets
from core.kernel_cache import BESIDE_SOURCES, LOCATOR, KernelLocator

__all__ = ["BESIDE_SOURCES", "Kernels", "Made", "kernel", "load_kernels", "part", "shipped_targets"]

logger = logging.getLogger("gridwarp.kernels")

Function = TypeVar("Function", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": False}
"""What every kernel is made with: other threads run meanwhile, x / 0 is inf or nan, and no sum is reordered."""


class Made(NamedTuple):
    """A kernel that is ready.

    Attributes:
        module: where it stands.
        name: of the function.
        loaded: whether its machine code came from the cache.
        kept: whether another process will find it there.
        seconds: how long that took.
    """

    module: str
    name: str
    loaded: bool
    kept: bool
    seconds: float


class Kernels(NamedTuple):
    """What was made ready.

    Attributes:
        target: the processor's name that the code is for, as LLVM knows it.
        made: the kernels, in the order in which they were made.
    """

    target: str
    made: tuple[Made, ...]


_made: list[Made] = []


def _tell_nobody(_: Made) -> None: ...


_tell: Callable[[Made], None] = _tell_nobody


def load_kernels(
    modules: Sequence[str],
    places: Sequence[Path] = (BESIDE_SOURCES,),
    tell: Callable[[Made], None] = _tell_nobody,
) -> Kernels:
    """Import modules that hold kernels, which makes them ready: from the cache where they are, else by compiling.

    Args:
        modules: their full names.
        places: folders of machine code, in the order in which they are looked into; what is compiled goes into the
            first that takes it. Without any it is compiled every time.
        tell: is called after each kernel; what it raises ends the matter.

    Returns:
        The kernels of these modules, and of those imported before.

    Raises:
        RuntimeError: NUMBA_DISABLE_JIT is set; and a broken Numba may raise anything.
    """
    global _tell  # noqa: PLW0603 -- a decorator at work during an import takes no further argument
    if numba.config.DISABLE_JIT:
        raise RuntimeError("NUMBA_DISABLE_JIT is set")
    KernelLocator.places = places
    _tell = tell
    try:
        for module in modules:
            import_module(module)
    finally:
        _tell = _tell_nobody
    return Kernels(_choose_target(), tuple(_made))


def kernel(*signatures: str) -> Callable[[Function], Function]:
    """Make machine code of a function now, for these types of arguments and no others.

    Args:
        signatures: as Numba writes them: "void(uint8[:, ::1], int64)".

    Returns:
        A decorator. What it gives is called like the function, lets other threads run meanwhile, and refuses other
        types; with NUMBA_DISABLE_JIT=1 it is the function.

    Raises:
        TypeError: the function stands in another one and uses a compiled function of that one. Its code would never be
            found in the cache again (numba's issue 6264); a `part` may be used so.
    """

    def make(function: Function) -> Function:
        if numba.config.DISABLE_JIT:
            return function
        for cell in getattr(function, "__closure__", None) or ():
            if is_jitted(cell.cell_contents):
                raise TypeError(f"{function.__qualname__}: make what it takes from the enclosing function a part")
        _choose_target()
        started = time.perf_counter()
        made, kept = _compile(cast("FunctionType", function), signatures)
        loaded, seconds = bool(made.stats.cache_hits), time.perf_counter() - started
        _made.append(Made(function.__module__, function.__qualname__, loaded, kept, seconds))
        _tell(_made[-1])
        return cast("Function", made)

    return make


def part(function: Function) -> Function:
    """Let kernels call a function: it becomes a part of theirs, and stays an ordinary function everywhere else."""
    return cast("Function", register_jitable(**OPTIONS)(function))


def _compile(function: FunctionType, signatures: Sequence[str]) -> tuple[Any, bool]:
    """Take the machine code from the cache, or make it and put it there; tell whether it is there then."""
    if KernelLocator.from_function(function, inspect.getfile(function)):
        try:
            return numba.njit(list(signatures), cache=True, **OPTIONS)(function), True
        except (OSError, EOFError, pickle.UnpicklingError) as error:  # no space left, a damaged file
            logger.warning("no use of the cache for %s: %s", function.__qualname__, type(error).__name__)
    return numba.njit(list(signatures), **OPTIONS)(function), False


@cache
def _choose_target() -> str:
    """Tell Numba what to compile for and where its files are, before it does anything; give the target.

    NUMBA_CPU_NAME takes precedence: so code for other machines is made ahead of time.
    """
    target = numba.config.CPU_NAME or cpu_target(platform.machine(), get_host_cpu_features())
    numba.config.CPU_NAME = KernelLocator.target = target
    numba.config.CPU_FEATURES = ""  # those that the name implies, none that only this machine has
    numba.config.CACHE_LOCATOR_CLASSES = LOCATOR
    return str(target)
