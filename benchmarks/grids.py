"""How fast the core reads through sampling grids that no matrix describes, and through grids that are kept.

    python -m benchmarks.grids [--quick] [--save]

- A lens is straightened from its coefficients: beside OpenCV's initUndistortRectifyMap and remap.
- The same with the coordinates worked out before the clock starts: beside remap alone.
- A grid that is kept, for the pictures of a batch: the first picture through it and the next ones.

All on one thread; outside is black, and nothing is averaged.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from statistics import median

import cv2
import numpy as np

from benchmarks import pairs
from benchmarks.contenders import opencv
from benchmarks.engine import RENDER
from benchmarks.photos import photo, size_of
from benchmarks.record import Row
from benchmarks.script import run_alone
from benchmarks.strips import put_together
from core import BLACK, FILTERS, Chain, Lens, Pixels, SamplingGrid, Size, warped_rows
from tests.oracles import opencv_camera

MEGAPIXELS = 1
K1, K2 = -0.12, 0.02
KEPT_BYTES = 1 << 30
"""More than any grid here takes."""

FROM_COEFFICIENTS, COORDINATES_KEPT, SHARED = "lens from its coefficients", "coordinates kept", "a grid shared"

Warp = Callable[[], Pixels]


def lens(size: Size) -> Lens:
    """A wide-angle lens that turns back nowhere in the picture."""
    return Lens(K1, K2, 0.0, 0.0, 0.0, float(max(size)), *size.centre)


def grid_of(size: Size, filter: str, border: str = "constant") -> SamplingGrid:
    """Lay the lens over a canvas of the picture's size."""
    return SamplingGrid(
        Chain((lens(size),)), size, size, filter=filter, border=border, antialias=False, kept_bytes=KEPT_BYTES
    )


def through(grid: SamplingGrid, pixels: Pixels) -> Pixels:
    """Warp a picture, outside black."""
    return put_together(warped_rows(grid, pixels, fill=BLACK, render=RENDER), grid.canvas, pixels)


def opencv_coordinates(size: Size) -> tuple[np.ndarray, np.ndarray]:
    """Work out where each pixel of the output is read."""
    camera, coefficients = opencv_camera((K1, K2, 0.0), (0.0, 0.0), float(max(size)), size.centre)
    return cv2.initUndistortRectifyMap(camera, coefficients, None, camera, size, cv2.CV_32FC1)


def opencv_remap(coordinates: tuple[np.ndarray, np.ndarray], pixels: Pixels, filter: str) -> Pixels:
    """Read it there."""
    how = opencv.FILTERS[filter].theirs
    return opencv.with_channels(cv2.remap(pixels, *coordinates, how, borderMode=cv2.BORDER_CONSTANT))


def beside_opencv(kind: str, filter: str, effort: pairs.Effort) -> Iterator[Row]:
    """Compare with OpenCV, both from the coefficients and from kept coordinates."""
    pixels, size = photo(MEGAPIXELS, kind), size_of(MEGAPIXELS)
    kept_grid, kept_coordinates = grid_of(size, filter), opencv_coordinates(size)
    tables = {
        FROM_COEFFICIENTS: (
            lambda: through(grid_of(size, filter), pixels),
            lambda: opencv_remap(opencv_coordinates(size), pixels, filter),
        ),
        COORDINATES_KEPT: (
            lambda: through(kept_grid, pixels),
            lambda: opencv_remap(kept_coordinates, pixels, filter),
        ),
    }
    with opencv.on_threads(1):
        for table, (ours, theirs) in tables.items():
            check_same_work(ours(), theirs(), filter)
            taken = pairs.in_turn({"ours": ours, "theirs": theirs}, effort)
            yield {
                "table": table,
                "picture": kind,
                "MP": MEGAPIXELS,
                "filter": filter,
                "peer": "OpenCV",
                "its filter": opencv.FILTERS[filter].note,
                "its MP/s": size.pixels / 1e6 / median(taken["theirs"]),
                "our MP/s": size.pixels / 1e6 / median(taken["ours"]),
                "ahead": pairs.times_as_fast(taken["ours"], taken["theirs"]),
            }


def shared(filter: str, border: str, effort: pairs.Effort) -> Row:
    """Compare the first picture through a grid with the next."""
    pixels, size = photo(MEGAPIXELS), size_of(MEGAPIXELS)
    used = grid_of(size, filter, border)
    np.testing.assert_array_equal(through(used, pixels), through(used, pixels))  # and warm it
    runs = {"first": lambda: through(grid_of(size, filter, border), pixels), "next": lambda: through(used, pixels)}
    taken = pairs.in_turn(runs, effort)
    return {
        "table": SHARED,
        "filter": filter,
        "border": border,
        "first, ms": 1000 * median(taken["first"]),
        "next, ms": 1000 * median(taken["next"]),
        "first / next": pairs.times_as_fast(taken["next"], taken["first"]),
    }


def check_same_work(ours: Pixels, theirs: Pixels, filter: str) -> None:
    """Hold the middle halves against each other, where the filter is the same: they agree to a level, by rounding."""
    if filter == "bilinear":
        height, width = ours.shape[:2]
        middle = np.s_[height // 4 : -height // 4, width // 4 : -width // 4]
        np.testing.assert_array_less(np.abs(ours[middle].astype(int) - theirs[middle]), 2)


def measure(quick: bool) -> list[Row]:
    """Measure all; see the module."""
    effort = pairs.QUICK if quick else pairs.FULL
    runs = [
        partial(beside_opencv, kind, name) for kind, name in product(("gray", "RGB", "RGBA"), ("bilinear", "bicubic"))
    ]
    rows = []
    for number, run in enumerate(runs, 1):
        print(f"grids: {number} of {len(runs)}", file=sys.stderr)
        rows += run(effort)
    return rows + [shared(name, border, effort) for name, border in product(FILTERS, ("clip", "edge"))]


if __name__ == "__main__":
    run_alone("grids", measure, __doc__)
