"""Compile the kernels ahead: `python -m service.precompile`, for this machine, and where an image is built `--shipped`.

The machine code lies beside the sources, for everyone to load. With `--shipped` it is for the targets that are worth
it on this kind of machine; other targets can be named. None needs a processor that could run it. A process compiles for
one target, and one kernel at a time, so there are as many processes as processors.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product

from core import compiling
from service.engine import kernel_modules
from service.processors import usable_processors

MOST_PROCESSES = 8
"""Each takes some 200 MB."""


def main() -> int:
    """Compile in processes, or be one of them; return the exit status."""
    processes = min(usable_processors(), MOST_PROCESSES)
    match sys.argv[1:]:
        case ["--share", first, number]:
            return _compile(slice(int(first), None, int(number)))
        case ["--shipped"]:
            targets = compiling.shipped_targets()
        case []:
            targets = (compiling.choose_target(),)
        case named:
            targets = tuple(named)
    with ThreadPoolExecutor(processes) as running:
        status = max(running.map(_run, product(targets, range(processes), [processes])))
    for entry in [compiling.BESIDE_SOURCES, *compiling.BESIDE_SOURCES.rglob("*")]:
        entry.chmod(0o755 if entry.is_dir() else 0o644)
    return status


def _run(share: tuple[str, int, int]) -> int:
    target, first, number = share
    command = [sys.executable, "-m", "service.precompile", "--share", str(first), str(number)]
    return subprocess.run(command, env=os.environ | {"NUMBA_CPU_NAME": target}, check=False).returncode  # noqa: S603


def _compile(share: slice) -> int:
    prepared = compiling.prepare_kernels(kernel_modules(), [compiling.BESIDE_SOURCES], _tell, share)
    return 0 if all(made.kept for made in prepared.made) else 1


def _tell(made: compiling.Made, number: int, total: int) -> None:
    if not made.loaded:
        target, name = compiling.choose_target(), made.name.rpartition(".")[2]
        sys.stdout.write(f"compiled for {target}, {number} of {total}: {name}, {made.seconds:.1f} s\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
