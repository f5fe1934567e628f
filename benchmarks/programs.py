"""The programs that the benchmarks run beside Python, and the packages of Debian that have them.

    python -m benchmarks.programs

says what is missing and how to get it, and ends with 1 then.
"""

import shutil
import sys

PROGRAMS = {
    "wrk": (("wrk",), "wrk"),
    "Node": (("node", "nodejs"), "nodejs"),
    "npm": (("npm",), "npm"),
    "ImageMagick": (("magick", "convert-im6", "convert"), "imagemagick"),
}
"""What each may be called, and its package."""


def path_of(name: str) -> str | None:
    """Find a program of PROGRAMS by any of its names."""
    return next((path for each in PROGRAMS[name][0] if (path := shutil.which(each))), None)


def main() -> int:
    """See the module."""
    missing = [name for name in PROGRAMS if path_of(name) is None]
    if not missing:
        return 0
    packages = " ".join(PROGRAMS[name][1] for name in missing)
    print(f"The benchmarks need {', '.join(missing)}. Debian, Ubuntu: apt-get install {packages}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
