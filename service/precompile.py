"""Compile the kernels ahead, for everyone to load: `python -m service.precompile`, where an image is built.

The machine code lies beside the sources. It is for the targets that are shipped for this kind of machine, or for those
named; a process compiles for one only, so each has its own, and none needs a processor that could run the code.
"""

import os
import subprocess
import sys

from service.engine import kernel_modules


def main() -> int:
    """Compile for one target that is named, or for several in a process each; return the exit status."""
    match sys.argv[1:]:
        case [target]:
            os.environ["NUMBA_CPU_NAME"] = target  # Numba reads it when it is imported
            return _compile(target)
        case targets:
            from core import compiling  # noqa: PLC0415 -- it imports Numba

            command = [sys.executable, "-m", "service.precompile"]
            running = [subprocess.Popen([*command, target]) for target in targets or compiling.shipped_targets()]  # noqa: S603
            return max(process.wait() for process in running)


def _compile(target: str) -> int:
    from core import compiling  # noqa: PLC0415 -- as above

    place = compiling.BESIDE_SOURCES
    kernels = compiling.load_kernels(kernel_modules(), [place])
    for entry in [place, *place.rglob("*")]:
        entry.chmod(0o755 if entry.is_dir() else 0o644)  # whoever runs the service reads it, root alone may write
    seconds = sum(made.seconds for made in kernels.made)
    sys.stdout.write(f"{len(kernels.made)} kernels for {target} in {seconds:.0f} s\n")
    return 0 if kernels.made else 1


if __name__ == "__main__":
    sys.exit(main())
