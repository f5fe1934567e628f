"""How fast the core warps, beside other libraries on the same work.

    python -m benchmarks.core [--quick] [--save]

A picture is turned by 30 degrees about its centre, or seen in perspective; outside is black, and nothing is averaged.
A speed is that of the whole warp, from a picture in memory to another one; pixels of the output a second. The error
beside it is against the plain formula in float64 of the very filter that the library has: see `benchmarks/truth.py`.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from statistics import median
from typing import Any

import numpy as np

from benchmarks import pairs
from benchmarks.contenders import ours
from benchmarks.contenders.contender import Contender, Job
from benchmarks.contenders.opencv import OPENCV
from benchmarks.contenders.ours import OURS
from benchmarks.contenders.pillow import PILLOW
from benchmarks.contenders.scikit_image import SCIKIT_IMAGE
from benchmarks.contenders.scipy_ndimage import SCIPY
from benchmarks.contenders.tutorial import TUTORIAL
from benchmarks.photos import KINDS, photo, size_of
from benchmarks.record import Row
from benchmarks.script import run_alone
from benchmarks.truth import error
from core import FILTERS, Size, homography
from core.homography import Matrix

PEERS = (OPENCV, PILLOW, SCIPY, SCIKIT_IMAGE, TUTORIAL)
OPTIONAL = {"pyvips": ("libvips", "LIBVIPS"), "torch": ("pytorch", "PYTORCH")}
"""Peers that need not be there, by the package that they come with."""

SWIFT = {"OpenCV", "libvips", "Pillow"}
"""Those that are worth waiting for with large pictures."""

SIZES = (0.25, 1, 4, 12, 48)
QUICK_SIZES = (0.25, 1, 4)
TWO_THREADS_FROM = 4  # megapixels

AFFINE, PERSPECTIVE = "affine", "perspective"
ONE_THREAD, TWO_THREADS, SPEED_UP = "by size, one thread", "by size, two threads", "two threads and one"


def turned(size: Size) -> Matrix:
    """By 30 degrees about the centre: src_from_dst."""
    return homography.about(*size.centre, homography.rotate(np.radians(30)))


def in_perspective(size: Size) -> Matrix:
    """Turned a little and leaning back: no horizon in view, and nothing is shrunk by half."""
    leaning = np.array([[0.8, -0.1, 0], [0.12, 0.85, 0], [0.2 / size.width, -0.15 / size.height, 1]])
    return homography.about(*size.centre, leaning)


def job_of(megapixels: float, kind: str = "RGB", matrix: Callable[[Size], Matrix] = turned, **more: Any) -> Job:
    """Warp a photo onto a canvas of its own size."""
    size = size_of(megapixels)
    return Job(photo(megapixels, kind), matrix(size), size, **more)


def peers() -> tuple[Contender, ...]:
    """Give all that are installed. The tests do without libvips; PyTorch is so large that nobody has to have it."""
    found = [
        getattr(import_module(f"benchmarks.contenders.{module}"), name)
        for package, (module, name) in OPTIONAL.items()
        if find_spec(package) is not None
    ]
    return (*PEERS, *found)


def race(table: str, job: Job, kind: str, against: tuple[Contender, ...], effort: pairs.Effort) -> Iterator[Row]:
    """Run a job by all who can do it, in turn with us."""
    racers = [contender for contender in (OURS, *against) if contender.can(job)]
    with ExitStack() as threads:
        for racer in racers:
            threads.enter_context(racer.on_threads(job.threads))
        runs = {racer.name: racer.prepare(job) for racer in racers}
        errors = {racer.name: _error_of(racer, job, runs[racer.name]()) for racer in racers}  # which warms them too
        taken = pairs.in_turn(runs | {"strips": ours.prepare_strips(job)} if job.threads == 1 else runs, effort)
    speeds = {name: job.canvas.pixels / 1e6 / median(seconds) for name, seconds in taken.items()}
    for peer in racers[1:]:
        yield {
            "table": table,
            "picture": kind,
            "MP": round(job.canvas.pixels / 1e6, 2),
            "filter": job.filter,
            "threads": job.threads,
            "peer": peer.name,
            "its filter": peer.filters[job.filter].note,
            "its MP/s": speeds[peer.name],
            "our MP/s": speeds[OURS.name],
            "ours in strips, MP/s": speeds.get("strips"),
            "ahead": pairs.times_as_fast(taken[OURS.name], taken[peer.name]),
            **{f"its {name}": value for name, value in errors[peer.name].items()},
            **{f"our {name}": value for name, value in errors[OURS.name].items()},
        }


def speed_up(megapixels: float, effort: pairs.Effort) -> Row:
    """Compare ourselves on two threads with ourselves on one."""
    runs = {str(count): OURS.prepare(job_of(megapixels, threads=count)) for count in (1, 2)}
    for run in runs.values():
        run()
    taken = pairs.in_turn(runs, effort)
    return {"table": SPEED_UP, "MP": megapixels, "speed-up": pairs.times_as_fast(taken["2"], taken["1"])}


def measure(quick: bool) -> list[Row]:
    """Measure all; see the module."""
    effort = pairs.QUICK if quick else pairs.FULL
    sizes = QUICK_SIZES if quick else SIZES
    affine = [(kind, job_of(1, kind, filter=name)) for kind, name in product(KINDS, FILTERS)]
    perspective = [
        (kind, job_of(1, kind, in_perspective, filter=name))
        for kind, name in product(("gray", "RGB", "RGBA"), ("bilinear", "bicubic"))
    ]
    swift = tuple(peer for peer in peers() if peer.name in SWIFT)
    races = [partial(race, AFFINE, job, kind, peers()) for kind, job in affine]
    races += [partial(race, PERSPECTIVE, job, kind, peers()) for kind, job in perspective]
    for table, threads in ((ONE_THREAD, 1), (TWO_THREADS, 2)):
        races += [partial(race, table, job_of(megapixels, threads=threads), "RGB", swift) for megapixels in sizes]
    rows = []
    for number, run in enumerate(races, 1):
        print(f"core: {number} of {len(races)}", file=sys.stderr)
        rows += run(effort)
    return rows + [speed_up(megapixels, effort) for megapixels in sizes if megapixels >= TWO_THREADS_FROM]


def _error_of(racer: Contender, job: Job, result: Any) -> dict[str, float | None]:
    kernel = racer.filters[job.filter].kernel
    if kernel is None:
        return {"largest error": None, "rounded otherwise, %": None}
    found = error(racer.pixels_of(result), job, kernel)
    largest = None if job.filter == "nearest" else found.largest
    return {"largest error": largest, "rounded otherwise, %": 100 * found.differing}


if __name__ == "__main__":
    run_alone("core", measure, __doc__)
