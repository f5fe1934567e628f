"""Our core, told to do what the others do: constant border, opaque black, nothing averaged."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from benchmarks.contenders.contender import Contender, Filter, Job
from benchmarks.engine import RENDER
from benchmarks.kernels import CUBIC_HALF, LANCZOS3, NEAREST, TRIANGLE
from benchmarks.strips import put_together, strips
from core import BLACK, Chain, Pixels, RowsOf, SamplingGrid, warped_rows

FILTERS = {
    "nearest": Filter("nearest", NEAREST),
    "bilinear": Filter("bilinear", TRIANGLE),
    "bicubic": Filter("bicubic", CUBIC_HALF),
    "lanczos3": Filter("lanczos3", LANCZOS3),
}


def prepare(job: Job) -> Callable[[], Pixels]:
    """Put all strips together in one picture, as the others return one."""
    return lambda: put_together(_rows_of(job), job.canvas, job.pixels, job.threads)


def prepare_strips(job: Job) -> Callable[[], None]:
    """Let each strip go once it is made, as the service does when it has been encoded."""

    def run() -> None:
        rows_of = _rows_of(job)
        for rows in strips(job.canvas):
            rows_of(rows)

    return run


def on_threads(_count: int) -> AbstractContextManager[None]:
    """Be told by the job."""
    return nullcontext()


def _rows_of(job: Job) -> RowsOf:
    grid = SamplingGrid(
        Chain.inverse(job.src_from_dst),
        job.canvas,
        job.source,
        filter=job.filter,
        border="constant",
        antialias=False,
    )
    return warped_rows(grid, job.pixels, fill=BLACK, render=RENDER)


OURS = Contender("ours", FILTERS, lambda _: True, prepare, on_threads=on_threads)
