"""Compile the kernels ahead, for everyone to load: `python -m service.precompile`, where an image is built.

The machine code lies beside the sources. It is for the targets that are shipped for this kind of machine, or for those
named; none needs a processor that could run it. A process compiles for one target, and one kernel at a time, so there
are as many processes as processors.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product

from core import compiling
from service.engine import kernel_modules
from service.processors import usable_processors

SHARES = 4
"""In how many parts the kernels of a target are made: it takes a second to get Numba going for each."""


def main() -> int:
    """Compile in processes, or be one of them; return the exit status."""
    match sys.argv[1:]:
        case [_, "--share", first]:
            return _compile(slice(int(first), None, SHARES))
        case targets:
            shares = product(targets or compiling.shipped_targets(), range(SHARES))
            with ThreadPoolExecutor(usable_processors()) as processes:
                status = max(processes.map(_run, shares))
            for entry in [compiling.BESIDE_SOURCES, *compiling.BESIDE_SOURCES.rglob("*")]:
                entry.chmod(0o755 if entry.is_dir() else 0o644)  # whoever runs the service reads it
            return status


def _run(share: tuple[str, int]) -> int:
    target, first = share
    command = [sys.executable, "-m", "service.precompile", target, "--share", str(first)]
    return subprocess.run(command, env=os.environ | {"NUMBA_CPU_NAME": target}, check=False).returncode  # noqa: S603


def _compile(share: slice) -> int:
    prepared = compiling.prepare_kernels(kernel_modules(), [compiling.BESIDE_SOURCES], share=share)
    compiled = [made for made in prepared.made if not made.loaded]
    seconds = sum(made.seconds for made in compiled)
    sys.stdout.write(f"{prepared.target}: {len(compiled)} of {prepared.total} kernels compiled in {seconds:.0f} s\n")
    return 0 if all(made.kept for made in prepared.made) else 1


if __name__ == "__main__":
    sys.exit(main())
