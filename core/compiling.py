"""Kernels: loops over pixels that Numba makes machine code of.

    @kernel("void(uint8[:, :, ::1], float64[::1], uint8[:, :, ::1])")
    def shade(source, matrix, rows): ...

Compiling takes a second or more a kernel, so `prepare_kernels` does it before there is work to do, unless the code is
kept from an earlier time. A kernel's code is loaded at its first call, in some milliseconds.

This module and those that hold kernels need Numba; no other imports them, so `import core` does without.
"""

from __future__ import annotations

import inspect
import logging
import pickle
import platform
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple, TypeVar, cast

import numba
from llvmlite.binding import get_host_cpu_features
from numba.extending import is_jitted, register_jitable

from core.cpu_target import cpu_target, shipped_targets
from core.kernel_cache import BESIDE_SOURCES, LOCATOR, KernelLocator, files_of, kept_files

__all__ = [
    "BESIDE_SOURCES", "Kernel", "Made", "Prepared", "allocating_kernel", "allocating_part", "choose_target", "kernel",
    "part", "prepare_kernels", "shipped_targets",
]  # fmt: skip

logger = logging.getLogger("gridwarp.kernels")

Function = TypeVar("Function", bound=Callable[..., Any])

ALLOCATING: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": False}
"""What every kernel is made with: other threads run meanwhile, x / 0 is inf or nan, and no sum is reordered."""

OPTIONS = ALLOCATING | {"_nrt": False}
"""What those are made with that make no arrays themselves. Numba would count who uses which array, at each call of a
part: threads that read the same picture would wait for one another's counting, and each for all that it reads."""

KERNELS: dict[str, Kernel] = {}
"""All kernels of the modules that are imported, by their modules' and their own names."""


class Made(NamedTuple):
    """A kernel that is ready to run.

    Attributes:
        name: of its module and function.
        loaded: whether its machine code was there already.
        kept: whether another process will find it.
        seconds: how long that took.
    """

    name: str
    loaded: bool
    kept: bool
    seconds: float


class Prepared(NamedTuple):
    """What `prepare_kernels` came to.

    Attributes:
        target: the processor's name that the code is for, as LLVM knows it.
        total: how many kernels there are.
        made: those that were made ready to run: all that were not kept before, or else one, which shows that machine
            code runs on this machine at all.
    """

    target: str
    total: int
    made: tuple[Made, ...]


class Kernel:
    """A function as machine code, for some types of arguments and no others; other threads run while it runs.

    Attributes:
        function: what it is made of.
        signatures: as Numba takes them.
        options: likewise.
    """

    def __init__(self, function: FunctionType, signatures: tuple[Any, ...], options: dict[str, Any]) -> None:
        self.function = function
        self.signatures = signatures
        self.options = options
        self._compiled: Any = None
        self._making = threading.Lock()

    def __call__(self, *arguments: Any) -> Any:
        """Run it; TypeError: it is not for such arguments."""
        if self._compiled is None:
            self.make()
        return self._compiled(*arguments)

    @property
    def name(self) -> str:
        """Its module's and its own name."""
        return f"{self.function.__module__}.{self.function.__qualname__}"

    def make(self) -> Made:
        """Take the machine code from where it is kept, or make it and keep it; a cache that fails is done without."""
        with self._making:
            started = time.perf_counter()
            kept = KernelLocator.from_function(self.function, inspect.getfile(self.function)) is not None
            compiled = self._compiled
            try:
                compiled = compiled or self._compile(cache=kept)
            except (OSError, EOFError, pickle.UnpicklingError) as error:  # no space left, a damaged file
                logger.warning("no use of the cache for %s: %s", self.name, type(error).__name__)
                kept, compiled = False, self._compile(cache=False)
            self._compiled = compiled
            return Made(self.name, bool(compiled.stats.cache_hits), kept, time.perf_counter() - started)

    def _compile(self, *, cache: bool) -> Any:
        return numba.njit(list(self.signatures), cache=cache, **self.options)(self.function)


def kernel(*signatures: Any) -> Callable[[Function], Function]:
    """Make a kernel of a function that makes no arrays.

    Args:
        signatures: as Numba takes them: "void(uint8[:, ::1], int64)".

    Returns:
        A decorator that gives a `Kernel`; with NUMBA_DISABLE_JIT=1 the function as it is.

    Raises:
        TypeError: the function stands in another one and uses a compiled function of that one. Its code would never be
            found again (numba's issue 6264); a `part` may be used so, here and everywhere.
        ValueError: its module has a kernel of that name, whose files would be mixed up with its own. One that is made
            by another function needs a `__qualname__` of its own, and the `__module__` that has all it is made from.
    """
    return _kernel(signatures, OPTIONS)


def allocating_kernel(*signatures: Any) -> Callable[[Function], Function]:
    """Make a kernel of a function that makes arrays, as `kernel` does of others."""
    return _kernel(signatures, ALLOCATING)


def _kernel(signatures: tuple[Any, ...], options: dict[str, Any]) -> Callable[[Function], Function]:
    def make(function: Function) -> Function:
        made = Kernel(cast("FunctionType", function), signatures, options)
        taken = [cell.cell_contents for cell in made.function.__closure__ or ()]
        if any(isinstance(value, Kernel) or is_jitted(value) for value in taken):
            raise TypeError(f"{made.name}: what it takes from the function around it must be a part")
        if made.name in KERNELS:
            raise ValueError(f"there are two kernels {made.name}")
        if numba.config.DISABLE_JIT:
            return function
        KERNELS[made.name] = made
        choose_target()
        return cast("Function", made)

    return make


def part(function: Function) -> Function:
    """Let kernels call a function: it becomes a part of theirs, and stays an ordinary function everywhere else.

    It makes no arrays.
    """
    return cast("Function", register_jitable(**OPTIONS)(function))


def allocating_part(function: Function) -> Function:
    """Let kernels that make arrays call a function that does, as `part` does with others."""
    return cast("Function", register_jitable(**ALLOCATING)(function))


def prepare_kernels(
    modules: Sequence[str],
    places: Sequence[Path] = (BESIDE_SOURCES,),
    tell: Callable[[Made, int, int], None] = lambda *_: None,
    share: slice = slice(None),
    alone: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Prepared:
    """Import modules that hold kernels, and compile those that are not kept anywhere.

    Args:
        modules: their full names.
        places: folders of machine code, in the order in which they are looked into; what is compiled goes into the
            first that takes it. Without any it is compiled every time.
        tell: is called after each kernel, with its number and how many there are to be made; what it raises ends the
            matter.
        share: which of them to make, if other processes make the others.
        alone: is entered to compile, and may wait there for another process that compiles the same.

    Raises:
        RuntimeError: NUMBA_DISABLE_JIT is set, or there are no kernels; and a broken Numba may raise anything.
    """
    KernelLocator.places = places
    for module in modules:
        import_module(module)
    if not KERNELS:
        raise RuntimeError("NUMBA_DISABLE_JIT is set" if numba.config.DISABLE_JIT else "there are no kernels")
    mine = [*KERNELS.values()][share]
    made = []
    with alone() if _not_kept(mine) else nullcontext():
        to_make = _not_kept(mine) or mine[:1]
        for number, kernel in enumerate(to_make, 1):
            made.append(kernel.make())
            tell(made[-1], number, len(to_make))
    return Prepared(choose_target(), len(KERNELS), tuple(made))


def _not_kept(kernels: Sequence[Kernel]) -> list[Kernel]:
    kept = kept_files()
    return [kernel for kernel in kernels if files_of(kernel.function) not in kept]


@cache
def choose_target() -> str:
    """Tell Numba what to compile for and where its files are, before it does anything; give the target.

    NUMBA_CPU_NAME takes precedence: so code for other machines is made ahead of time.
    """
    target = numba.config.CPU_NAME or cpu_target(platform.machine(), get_host_cpu_features())
    numba.config.CPU_NAME = KernelLocator.target = target
    numba.config.CPU_FEATURES = ""  # those that the name implies, none that only this machine has
    numba.config.CACHE_LOCATOR_CLASSES = LOCATOR
    return str(target)
