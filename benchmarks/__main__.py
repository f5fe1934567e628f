"""Runs every benchmark and writes docs/performance.md.

    python -m benchmarks [--quick] [NAME ...]

A benchmark's figures go into docs/performance/NAME.json as soon as it is done, so that one can be run again by itself.
"""

import argparse
import sys
import time

from benchmarks import averaging, core, end_to_end, grids, parts, png, report, scaling
from benchmarks.record import save
from benchmarks.script import Measure

BENCHMARKS: dict[str, Measure] = {
    "core": core.measure,
    "grids": grids.measure,
    "averaging": averaging.measure,
    "png": png.measure,
    "parts": parts.measure,
    "scaling": scaling.measure,
    "end_to_end": end_to_end.measure,
}


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="some minutes, and figures that only show that all works")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all by default")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    for name in asked.names or BENCHMARKS:
        start = time.monotonic()
        save(name, BENCHMARKS[name](asked.quick), quick=asked.quick)
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr)
    report.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
