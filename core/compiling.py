"""Kernels: loops over pixels that run as machine code.

    @kernel("void(uint8[:, :, ::1], float64[::1], uint8[:, :, ::1])")
    def shade(source, matrix, rows): ...

The code of all kernels may have come with the service, in one file (`core.kernel_library`). Otherwise Numba makes it,
which takes a second or more a kernel; so `prepare_kernels` does that before there is work to do, unless the code is
kept from an earlier time. Code that is kept is loaded at a kernel's first call, in some milliseconds.

Numba is imported when something has to be compiled or was kept, and not before.
"""

from __future__ import annotations

import inspect
import logging
import os
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

from core.cpu_target import cpu_target, known_targets, shipped_targets
from core.kernel_cache import BESIDE_SOURCES, LOCATOR, KernelLocator, files_of, kept_files

__all__ = [
    "BESIDE_SOURCES", "KERNELS", "Kernel", "Made", "Prepared", "choose_target", "compile_kernel", "import_kernels",
    "kernel", "kernel_of", "known_targets", "part", "prepare_kernels", "shipped_targets",
]  # fmt: skip

logger = logging.getLogger("gridwarp.kernels")

Function = TypeVar("Function", bound=Callable[..., Any])

OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": False, "_nrt": False}
"""What every kernel is made with: other threads run meanwhile, x / 0 is inf or nan, and no sum is reordered. None makes
an array. Numba would count who uses which, at each call of a part: threads that read the same picture would wait for
one another's counting, and each for all that it reads. And the code would need Numba to run."""

KERNELS: dict[str, Kernel] = {}
"""All kernels of the modules that are imported, by their modules' and their own names."""

_new_parts: list[FunctionType] = []
"""What Numba has not been told of yet."""

_telling = threading.Lock()


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
        name: its module's and its own.
        signatures: as Numba takes them.
    """

    def __init__(self, name: str, signatures: tuple[str, ...], make_function: Callable[[], FunctionType]) -> None:
        self.name = name
        self.signatures = signatures
        self._make_function = cache(make_function)
        self._code: Callable[..., Any] | None = None
        self._making = threading.RLock()

    def __call__(self, *arguments: Any) -> Any:
        """Run it; TypeError: it is not for such arguments."""
        if self._code is None:
            with self._making:  # those who have waited here find it made
                if self._code is None:
                    self.make()
        return cast("Callable[..., Any]", self._code)(*arguments)

    def function(self) -> FunctionType:
        """Give what it is made of."""
        with self._making:
            return self._make_function()

    def run(self, code: Callable[..., Any]) -> None:
        """Let this be what it runs."""
        with self._making:
            self._code = code

    def make(self) -> Made:
        """Take the machine code from where it is kept, or make it and keep it; a cache that fails is done without."""
        with self._making:
            started = time.perf_counter()
            choose_target()
            function = self.function()
            kept = KernelLocator.from_function(function, inspect.getfile(function)) is not None
            try:
                compiled = compile_kernel(self, cache=kept)
            except (OSError, EOFError, pickle.UnpicklingError) as error:  # no space left, a damaged file
                logger.warning("no use of the cache for %s: %s", self.name, type(error).__name__)
                kept, compiled = False, compile_kernel(self, cache=False)
            self._code = compiled
            return Made(self.name, bool(compiled.stats.cache_hits), kept, time.perf_counter() - started)


def kernel(*signatures: str) -> Callable[[Function], Function]:
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

    def make(function: Function) -> Function:
        code = cast("FunctionType", function)
        taken = [cell.cell_contents for cell in code.__closure__ or ()]
        if any(isinstance(value, Kernel) or type(value).__module__.startswith("numba.") for value in taken):
            raise TypeError(f"{code.__qualname__}: what it takes from the function around it must be a part")
        if _is_switched_off():
            return function
        return cast("Function", kernel_of(code.__module__, code.__qualname__, *signatures, make=lambda: code))

    return make


def kernel_of(module: str, name: str, *signatures: str, make: Callable[[], FunctionType]) -> Kernel:
    """Make a kernel of a function that is made when there is need of it.

    Args:
        module: the one that has all the function is made from, and its `__module__`.
        name: its `__qualname__`.
        signatures: see `kernel`.
        make: gives the function.

    Raises:
        ValueError: see `kernel`.
    """
    made = Kernel(f"{module}.{name}", signatures, make)
    if made.name in KERNELS:
        raise ValueError(f"there are two kernels {made.name}")
    KERNELS[made.name] = made
    return made


def part(function: Function) -> Function:
    """Let kernels call a function: it becomes a part of theirs, and stays an ordinary function everywhere else.

    It makes no arrays.
    """
    _new_parts.append(cast("FunctionType", function))
    return function


def compile_kernel(kernel: Kernel, *, cache: bool) -> Any:
    """Have Numba compile a kernel, or load it.

    Args:
        kernel: for the target that was chosen.
        cache: whether the code may be taken from where it is kept, and is kept.

    Returns:
        Numba's dispatcher.
    """
    import numba.extending  # noqa: PLC0415 -- a second, which who has machine code does without

    function = kernel.function()  # whose modules may have new parts
    with _telling:
        while _new_parts:
            numba.extending.register_jitable(**OPTIONS)(_new_parts.pop())
    return numba.njit(list(kernel.signatures), cache=cache, **OPTIONS)(function)


def import_kernels(modules: Sequence[str]) -> Sequence[Kernel]:
    """Import modules that hold kernels, and give all kernels that there are.

    Args:
        modules: their full names.

    Raises:
        RuntimeError: NUMBA_DISABLE_JIT is set, or there are no kernels.
    """
    for module in modules:
        import_module(module)
    if _is_switched_off() or not KERNELS:
        raise RuntimeError("NUMBA_DISABLE_JIT is set" if _is_switched_off() else "there are no kernels")
    return [*KERNELS.values()]


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
    all_kernels = import_kernels(modules)
    choose_target()
    mine = all_kernels[share]
    made: list[Made] = []
    with alone() if _not_kept(mine) else nullcontext():
        to_make = _not_kept(mine) or mine[:1]
        for number, kernel in enumerate(to_make, 1):
            made.append(kernel.make())
            tell(made[-1], number, len(to_make))
    return Prepared(choose_target(), len(all_kernels), tuple(made))


def _not_kept(kernels: Sequence[Kernel]) -> list[Kernel]:
    kept = kept_files()
    return [kernel for kernel in kernels if files_of(kernel.function()) not in kept]


def _is_switched_off() -> bool:
    return os.environ.get("NUMBA_DISABLE_JIT", "0") != "0"


@cache
def choose_target() -> str:
    """Tell Numba what to compile for and where its files are, before it does anything; give the target.

    NUMBA_CPU_NAME takes precedence: so code for other machines is made ahead of time.
    """
    import numba  # noqa: PLC0415 -- as above
    from llvmlite.binding import get_host_cpu_features  # noqa: PLC0415

    target = numba.config.CPU_NAME or cpu_target(platform.machine(), get_host_cpu_features())
    numba.config.CPU_NAME = KernelLocator.target = target
    numba.config.CPU_FEATURES = ""  # those that the name implies, none that only this machine has
    numba.config.CACHE_LOCATOR_CLASSES = LOCATOR
    return str(target)
