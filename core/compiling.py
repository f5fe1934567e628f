"""Kernels: loops over pixels that Numba makes machine code of before they are called, and at no other time.

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
        name: of its module and function.
        loaded: whether its machine code came from the cache.
        kept: whether another process will find it there.
        seconds: how long that took.
    """

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


class _Promised(NamedTuple):
    name: str
    dispatcher: Any
    signatures: tuple[Any, ...]
    can_be_kept: bool


Tell = Callable[[Made, int, int], None]

_names: set[str] = set()
_made: list[Made] = []
_promised: list[_Promised] | None = None  # while modules are being loaded: what they have is counted, then made


def load_kernels(
    modules: Sequence[str],
    places: Sequence[Path] = (BESIDE_SOURCES,),
    tell: Tell = lambda *_: None,
    share: slice = slice(None),
) -> Kernels:
    """Import modules that hold kernels and make them ready: from the cache where they are, else by compiling.

    Args:
        modules: their full names.
        places: folders of machine code, in the order in which they are looked into; what is compiled goes into the
            first that takes it. Without any it is compiled every time.
        tell: is called after each kernel, with its number and how many there are; what it raises ends the matter.
        share: which of them to make, if other processes make the others for the cache.

    Returns:
        The kernels of these modules, and of those imported before.

    Raises:
        RuntimeError: NUMBA_DISABLE_JIT is set; and a broken Numba may raise anything.
    """
    global _promised  # noqa: PLW0603 -- a decorator at work during an import takes no further argument
    if numba.config.DISABLE_JIT:
        raise RuntimeError("NUMBA_DISABLE_JIT is set")
    KernelLocator.places = places
    promised: list[_Promised] = []
    _promised = promised
    try:
        for module in modules:
            import_module(module)
    finally:
        _promised = None
    mine = promised[share]
    for number, kernel in enumerate(mine, 1):
        tell(_make(kernel), number, len(mine))
    return Kernels(_choose_target(), tuple(_made))


def kernel(*signatures: Any) -> Callable[[Function], Function]:
    """Make machine code of a function, for these types of arguments and no others: now, or when `load_kernels` comes.

    Args:
        signatures: as Numba takes them: "void(uint8[:, ::1], int64)".

    Returns:
        A decorator. What it gives is called like the function, lets other threads run meanwhile, and refuses other
        types; with NUMBA_DISABLE_JIT=1 it is the function.

    Raises:
        TypeError: the function stands in another one and uses a compiled function of that one. Its code would never be
            found in the cache again (numba's issue 6264); a `part` may be used so.
        ValueError: its module has a kernel of that name, whose files would be mixed up with its own. One that is made
            by another function needs a `__qualname__` of its own, and the `__module__` that has all it is made from.
    """

    def make(function: Function) -> Function:
        if numba.config.DISABLE_JIT:
            return function
        name = f"{function.__module__}.{function.__qualname__}"
        for cell in getattr(function, "__closure__", None) or ():
            if is_jitted(cell.cell_contents):
                raise TypeError(f"{name}: what it takes from the function around it must be a part")
        if name in _names:
            raise ValueError(f"there are two kernels {name}")
        _names.add(name)
        _choose_target()
        can_be_kept = KernelLocator.from_function(cast("FunctionType", function), inspect.getfile(function)) is not None
        dispatcher = numba.njit(cache=can_be_kept, **OPTIONS)(function)
        promised = _Promised(name, dispatcher, signatures, can_be_kept)
        if _promised is None:
            _make(promised)
        else:
            _promised.append(promised)
        return cast("Function", dispatcher)

    return make


def part(function: Function) -> Function:
    """Let kernels call a function: it becomes a part of theirs, and stays an ordinary function everywhere else."""
    return cast("Function", register_jitable(**OPTIONS)(function))


def _make(promised: _Promised) -> Made:
    """Take the machine code from the cache, or make it and put it there; a cache that fails is done without."""
    name, dispatcher, signatures, kept = promised
    started = time.perf_counter()
    try:
        for signature in signatures:
            dispatcher.compile(signature)
    except (OSError, EOFError, pickle.UnpicklingError) as error:  # no space left, a damaged file
        logger.warning("no use of the cache for %s: %s", name, type(error).__name__)
        kept = False
        dispatcher._cache.disable()  # noqa: SLF001 -- no other way to go on with a function that is named already
        for signature in signatures:
            dispatcher.compile(signature)
    dispatcher.disable_compile()
    _made.append(Made(name, bool(dispatcher.stats.cache_hits), kept, time.perf_counter() - started))
    return _made[-1]


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
