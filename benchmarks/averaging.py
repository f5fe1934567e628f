"""How fast the core shrinks: a photo turned by 30 degrees and made four times smaller, each pixel an average.

    python -m benchmarks.averaging [--quick] [--save]

Beside ImageMagick's -distort, which averages too (over ellipses), on one thread. ImageMagick is a process of its own,
so the time of the same command without -distort is taken off: starting, and reading the photo as bare samples. Neither
command writes anything. What both make of a photo, in decibels: docs/shrinking.md.
Needs Debian's imagemagick.
"""

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks import pairs
from benchmarks.engine import RENDER
from benchmarks.photos import photo, size_of
from benchmarks.programs import path_of
from benchmarks.record import Row
from benchmarks.script import run_alone
from benchmarks.strips import put_together
from core import BLACK, Chain, SamplingGrid, Size, homography, warped_rows
from core.homography import Matrix

FACTOR = 4
SIZES = (1, 4, 12)
QUICK_SIZES = (1,)
ONE_THREAD = os.environ | {"MAGICK_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}

SHRUNK = "turned and shrunk to a quarter"


def src_from_dst(source: Size, canvas: Size) -> Matrix:
    """Centre upon centre."""
    about_the_centre = homography.compose(homography.rotate(np.radians(30)), homography.scale(FACTOR, FACTOR))
    return homography.compose(
        homography.translate(*source.centre),
        about_the_centre,
        homography.translate(-canvas.width / 2, -canvas.height / 2),
    )


def distort(matrix: Matrix, canvas: Size) -> list[str]:
    """Tell ImageMagick the same; its matrices go from the source to the output, from the corners as ours."""
    (a, b, c), (d, e, f), _ = homography.invert(matrix)
    numbers = ",".join(f"{number:.17g}" for number in (a, d, b, e, c, f))
    viewport = f"distort:viewport={canvas.width}x{canvas.height}+0+0"
    return ["-virtual-pixel", "black", "-define", viewport, "-distort", "AffineProjection", numbers]


def process(samples: Path, source: Size, how: list[str]) -> Callable[[], object]:
    """Run ImageMagick on a file of bare samples."""
    read = ["-limit", "thread", "1", "-size", f"{source.width}x{source.height}", "-depth", "8", f"rgb:{samples}"]
    return lambda: subprocess.run([path_of("ImageMagick"), *read, *how, "null:"], env=ONE_THREAD, check=True)


def compare(megapixels: float, effort: pairs.Effort) -> Row:
    """Time both, and ImageMagick's start and reading, in turn."""
    pixels, source = photo(megapixels), size_of(megapixels)
    canvas = Size(source.width // FACTOR, source.height // FACTOR)
    matrix = src_from_dst(source, canvas)
    chain = Chain.inverse(matrix)
    with tempfile.NamedTemporaryFile(suffix=".rgb") as samples:
        samples.write(pixels.tobytes())
        samples.flush()
        path = Path(samples.name)
        runs = {
            "ours": lambda: put_together(
                warped_rows(
                    SamplingGrid(chain, canvas, source, filter="bilinear", border="clip"),
                    pixels,
                    fill=BLACK,
                    render=RENDER,
                ),
                canvas,
                pixels,
            ),
            "whole": process(path, source, distort(matrix, canvas)),
            "reading": process(path, source, []),
        }
        for run in runs.values():
            run()
        taken = pairs.in_turn(runs, effort)
    theirs = [whole - reading for whole, reading in zip(taken["whole"], taken["reading"], strict=True)]
    return {
        "table": SHRUNK,
        "source MP": megapixels,
        "peer": "ImageMagick",
        "its ms": 1000 * median(theirs),
        "our ms": 1000 * median(taken["ours"]),
        "its process without -distort, ms": 1000 * median(taken["reading"]),
        "ahead": pairs.times_as_fast(taken["ours"], theirs),
    }


def measure(quick: bool) -> list[Row]:
    """Measure all; see the module."""
    effort = pairs.QUICK if quick else pairs.FULL
    return [compare(megapixels, effort) for megapixels in (QUICK_SIZES if quick else SIZES)]


if __name__ == "__main__":
    run_alone("averaging", measure, __doc__)
