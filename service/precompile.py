"""Compile the kernels ahead: `python -m service.precompile`, for this machine.

Numba keeps the machine code beside the sources. With `--shipped` libraries are made there, which run without Numba, for
the targets that are worth it on this kind of machine, whether or not it could run them; others that are known can be
named. `--into FOLDER` makes one for this machine in a folder where nobody looks for it. A process compiles for one
target, and one kernel at a time, so there are as many processes as processors.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from core import compiling
from core.kernel_library import FOLDER, library_file, symbol_of
from service.engine import kernel_modules
from service.processors import usable_processors

MOST_PROCESSES = 8
"""Each takes some 200 MB."""

_LINKING = ["-shared", "--strip-all", "--hash-style=gnu", "-z", "relro", "-z", "now", "-z", "noexecstack"]
"""Options of `ld`, the system's linker."""


def main() -> int:
    """Compile in processes, or be one of them; return the exit status."""
    match sys.argv[1:]:
        case ["--keep", first, step]:
            return _keep(slice(int(first), None, int(step)))
        case ["--objects", folder, first, step]:
            return _write_objects(Path(folder), slice(int(first), None, int(step)))
        case ["--into", folder]:
            return _make_library(compiling.choose_target(), Path(folder))
        case ["--shipped"]:
            status = max(_make_library(target, FOLDER) for target in compiling.shipped_targets())
        case []:
            status = _in_processes(compiling.choose_target(), "--keep")
        case targets if unknown := set(targets) - set(known := compiling.known_targets()):
            sys.stderr.write(f"{', '.join(sorted(unknown))}: unknown target; there are {', '.join(known)}\n")
            return 2
        case targets:
            status = max(_make_library(target, FOLDER) for target in targets)
    for entry in [compiling.BESIDE_SOURCES, *compiling.BESIDE_SOURCES.rglob("*")]:
        entry.chmod(0o755 if entry.is_dir() else 0o644)
    return status


def _make_library(target: str, into: Path) -> int:
    """Make the library of a target in a folder."""
    library = into / library_file(target, kernel_modules()).name
    with TemporaryDirectory() as objects:
        if status := _in_processes(target, "--objects", objects):
            return status
        library.parent.mkdir(parents=True, exist_ok=True)
        link(Path(objects), library)
    sys.stdout.write(f"{library.name}: {library.stat().st_size / 1e6:.1f} MB\n")
    return 0


def link(objects: Path, library: Path) -> None:
    """Link all object code of a folder.

    Raises:
        FileNotFoundError: there is no linker.
        CalledProcessError: it failed, and said why.
    """
    subprocess.run(["ld", *_LINKING, "-o", library, *sorted(objects.iterdir())], check=True)  # noqa: S603, S607


def _in_processes(target: str, *work: str) -> int:
    """Share the kernels out to processes that compile for a target; give the worst exit status."""
    processes = min(usable_processors(), MOST_PROCESSES)

    def run(first: int) -> int:
        command = [sys.executable, "-m", "service.precompile", *work, str(first), str(processes)]
        return subprocess.run(command, env=os.environ | {"NUMBA_CPU_NAME": target}, check=False).returncode  # noqa: S603

    with ThreadPoolExecutor(processes) as running:
        return max(running.map(run, range(processes)))


def _keep(share: slice) -> int:
    def tell(made: compiling.Made, number: int, total: int) -> None:
        if not made.loaded:
            _tell(made.name, number, total, made.seconds)

    prepared = compiling.prepare_kernels(kernel_modules(), [compiling.BESIDE_SOURCES], tell, share)
    return 0 if all(made.kept for made in prepared.made) else 1


def _write_objects(folder: Path, share: slice) -> int:
    from core.object_code import object_code  # noqa: PLC0415 -- it needs Numba, which the others do without

    kernels = compiling.import_kernels(kernel_modules())[share]
    for number, kernel in enumerate(kernels, 1):
        started = time.perf_counter()
        (folder / f"{symbol_of(kernel.name)}.o").write_bytes(object_code(kernel))
        _tell(kernel.name, number, len(kernels), time.perf_counter() - started)
    return 0


def _tell(name: str, number: int, total: int, seconds: float) -> None:
    target = compiling.choose_target()
    sys.stdout.write(f"compiled for {target}, {number} of {total}: {name.rpartition('.')[2]}, {seconds:.1f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
