"""What computes the pixels: compiled kernels, or the NumPy reference, which gives the same numbers slowly.

Chosen once, at start. Machine code came with the service as a library (`service.precompile`), was kept by an earlier
start, or is compiled now; where there is none and Numba is missing or fails, the service runs on the reference and says
so.
"""

import logging
import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from core import Render, compiling, reference
from core.compiled.render import render
from core.kernel_library import run_library
from service.png import REFERENCE as LOOPS
from service.png import Loops
from service.png.compiled import COMPILED

VERSION = version("gridwarp")

KERNEL_PACKAGES = ("core.compiled", "service.png.compiled")
"""Where the modules are that hold kernels."""

logger = logging.getLogger("gridwarp.engine")

Tell = Callable[[str], None]
Alone = Callable[[], AbstractContextManager[object]]


class ChoiceStopped(Exception):
    """The choice of an engine is not wanted any more."""


@dataclass(frozen=True)
class Engine:
    """What computes the pixels.

    Attributes:
        core: "compiled" or "reference".
        target: the processor's name that the kernels are compiled for, as LLVM knows it; empty without any.
        kernels: "loaded" if all were compiled before, else "compiled"; empty without any.
        render: computes strips of an output.
        loops: filter and deflate strips of a PNG.
    """

    core: str
    target: str = ""
    kernels: str = ""
    render: Render = field(default=reference.render, compare=False)
    loops: Loops = field(default=LOOPS, compare=False)

    def __str__(self) -> str:
        return f"{VERSION}; {self.core}"

    @property
    def description(self) -> str:
        """What it is, for people."""
        return f"{self.core} core{self.target and f' for {self.target}'}"


REFERENCE = Engine("reference")

_in_use = REFERENCE


def engine_in_use() -> Engine:
    """Give the engine that computes pixels in this process: the reference until another one is chosen."""
    return _in_use


def choose_engine(cache_folder: str, tell: Tell, alone: Alone = nullcontext) -> Engine:
    """Make the kernels ready, or stay with the reference. It takes a moment, or a minute if there is much to compile.

    Args:
        cache_folder: where compiled code may be kept that did not come with the service; empty: the user's usual folder
            for such things, else the system's for temporary files.
        tell: is called with a line for people after each kernel that had to be compiled.
        alone: what has to be compiled is compiled within it, so that other processes find it done.

    Returns:
        The engine, which from now on is in use.

    Raises:
        ChoiceStopped: by `tell` or `alone`.
    """
    global _in_use  # noqa: PLW0603 -- machine code belongs to the process as well
    if os.environ.get("NUMBA_DISABLE_JIT", "0") != "0":  # asked for, so there is nothing to complain of
        return _in_use
    try:
        _in_use = _load(kernel_modules(), cache_places(cache_folder), tell, alone)
    except ChoiceStopped:
        raise
    except Exception as error:  # whatever ails Numba, LLVM or the machine: there is a way without
        logger.warning(
            "no compiled kernels (%s: %s); the NumPy reference warps the pictures, to the same pixels but slowly",
            type(error).__name__,
            error,
        )
        logger.debug("no compiled kernels", exc_info=error)
    return _in_use


def kernel_modules() -> list[str]:
    """List the modules that may hold kernels."""
    return [
        f"{package}.{path.stem}" for package in KERNEL_PACKAGES for path in sorted(_folder(package).glob("[!_]*.py"))
    ]


def _folder(package: str) -> Path:
    return Path(__file__).parents[1].joinpath(*package.split("."))


def cache_places(folder: str) -> list[Path]:
    """List the folders for machine code that did not come with the service; each is made when there is need of it."""
    own = f"gridwarp-{os.geteuid()}"  # in folders that are everybody's
    if folder:
        return [Path(folder) / own]
    for_user = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    return [for_user / "gridwarp", Path(os.environ.get("TMPDIR") or "/tmp") / own]  # noqa: S108 -- closed, and checked


def _load(modules: Sequence[str], places: Sequence[Path], tell: Tell, alone: Alone) -> Engine:
    if target := run_library(modules):
        return Engine("compiled", target, "loaded", render, COMPILED)

    def tell_of(made: compiling.Made, number: int, total: int) -> None:
        if made.loaded:
            return
        if number == 1:
            tell("Compiling the kernels, once for each kind of processor.")
        tell(f"  {number} of {total}: {made.name.rpartition('.')[2]}, {made.seconds:.1f} s")

    prepared = compiling.prepare_kernels(modules, (compiling.BESIDE_SOURCES, *places), tell_of, alone=alone)
    if not all(made.kept for made in prepared.made):
        logger.warning("compiled kernels are lost at the end; GRIDWARP_CACHE_DIR can name a folder that keeps them")
    kernels = "loaded" if all(made.loaded for made in prepared.made) else "compiled"
    return Engine("compiled", prepared.target, kernels, render, COMPILED)
