"""Our core, told to do what the others do: constant border, opaque black, nothing averaged."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import pairwise

import numpy as np

from benchmarks.contenders.contender import Contender, Filter, Job
from benchmarks.engine import RENDER
from benchmarks.kernels import CUBIC_HALF, LANCZOS3, NEAREST, TRIANGLE
from benchmarks.strips import fill_in
from core import BLACK, Chain, Pixels, Size, homography, warp

FILTERS = {
    "nearest": Filter("nearest", NEAREST),
    "bilinear": Filter("bilinear", TRIANGLE),
    "bicubic": Filter("bicubic", CUBIC_HALF),
    "lanczos3": Filter("lanczos3", LANCZOS3),
}
MOST_THREADS = 2

_POOL = ThreadPoolExecutor(MOST_THREADS)


def strips(job: Job, rows: range) -> Iterator[Pixels]:
    """Warp a part of the output: the canvas begins at its first row."""
    from_part = homography.compose(job.src_from_dst, homography.translate(0, rows.start))
    canvas = Size(job.canvas.width, len(rows))
    return warp(
        job.pixels,
        Chain.inverse(from_part),
        canvas,
        filter=job.filter,
        border="constant",
        fill=BLACK,
        antialias=False,
        render=RENDER,
    )


def prepare(job: Job) -> Callable[[], Pixels]:
    """Put all strips together in one picture, as the others return one; each thread makes a band of it."""
    bands = _bands(job)

    def make(warped: Pixels, rows: range) -> None:
        fill_in(warped[rows.start : rows.stop], strips(job, rows))

    def run() -> Pixels:
        warped = np.empty((job.canvas.height, job.canvas.width, job.pixels.shape[2]), job.pixels.dtype)
        if len(bands) == 1:
            make(warped, bands[0])
        else:
            list(_POOL.map(partial(make, warped), bands))
        return warped

    return run


def prepare_strips(job: Job) -> Callable[[], None]:
    """Let each strip go once it is made, as the service does when it has been encoded."""

    def run() -> None:
        for _ in strips(job, range(job.canvas.height)):
            pass

    return run


def on_threads(_count: int) -> AbstractContextManager[None]:
    """Be told by the job."""
    return nullcontext()


def _bands(job: Job) -> list[range]:
    edges = np.linspace(0, job.canvas.height, job.threads + 1).round().astype(int).tolist()
    return [range(top, bottom) for top, bottom in pairwise(edges)]


OURS = Contender("ours", FILTERS, lambda _: True, prepare, on_threads=on_threads)
