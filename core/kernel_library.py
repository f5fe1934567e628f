"""Machine code of all kernels in one file, a shared library: made where an image is built, and run without Numba.

There is one for each of `cpu_target.SHIPPED`. A kernel is a function of the library that takes its arguments as a
tuple, and looks at them before it runs: see `object_code`.
"""

import ctypes
import hashlib
import logging
import platform
import re
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.compiling import BESIDE_SOURCES, Kernel, import_kernels
from core.cpu_target import runnable_targets
from core.kernel_cache import is_trusted
from core.source_stamp import source_stamp

FOLDER = BESIDE_SOURCES / "libraries"

CPU_INFO = Path("/proc/cpuinfo")

_LINUX_TO_LLVM = {
    "pni": "sse3",
    "sse4_1": "sse4.1",
    "sse4_2": "sse4.2",
    "lahf_lm": "sahf",
    "abm": "lzcnt",
    "bmi1": "bmi",
}
"""Features of processors that Linux names otherwise."""

logger = logging.getLogger("gridwarp.kernels")


def library_file(target: str, modules: Sequence[str]) -> Path:
    """Name the library of a target by the sources of its kernels and of what makes it, as they are.

    Args:
        target: the processor's name, as LLVM knows it.
        modules: the full names of those that hold kernels.
    """
    made_from = [*sorted(modules), "core.object_code"]
    stamps = [source_stamp(module, sysconfig.get_platform()) for module in made_from]
    return FOLDER / f"{target}-{hashlib.sha256(''.join(stamps).encode()).hexdigest()[:20]}.so"


def symbol_of(kernel_name: str) -> str:
    """Give the name of a kernel's function in the library."""
    return re.sub(r"\W", "_", kernel_name)


def run_library(modules: Sequence[str]) -> str | None:
    """Let all kernels run what came with the service.

    Args:
        modules: the full names of those that hold kernels.

    Returns:
        The target, or None if nothing that this processor can run is there; then nothing has changed.

    Raises:
        RuntimeError: see `import_kernels`.
    """
    if not is_trusted(FOLDER):
        return None
    kernels = import_kernels(modules)
    for target in runnable_targets(platform.machine(), features_of(_cpu_info())):
        file = library_file(target, modules)
        if file.exists():
            try:
                library = ctypes.PyDLL(str(file))
                code = [_code_of(library, kernel) for kernel in kernels]
            except (OSError, AttributeError) as error:
                logger.warning("no use of %s: %s", file, error)
                continue
            for kernel, run in zip(kernels, code, strict=True):
                kernel.run(run)
            return target
    return None


def features_of(cpu_info: str) -> Mapping[str, bool]:
    """Read what a processor has from Linux's /proc/cpuinfo, by LLVM's names."""
    [*flags] = re.findall(r"^flags\s*:(.*)$", cpu_info, re.MULTILINE)[:1]
    return {_LINUX_TO_LLVM.get(flag, flag): True for flag in "".join(flags).split()}


def _cpu_info() -> str:
    return CPU_INFO.read_text() if CPU_INFO.exists() else ""


def _code_of(library: ctypes.PyDLL, kernel: Kernel) -> Callable[..., Any]:
    function = library[symbol_of(kernel.name)]
    function.argtypes, function.restype = (ctypes.py_object,), ctypes.py_object

    def run(*arguments: Any) -> Any:
        return function(arguments)

    return run
