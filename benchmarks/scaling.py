"""Whether a megapixel costs the same in a small picture and in a large one: core and PNG encoder, one thread.

    python -m benchmarks.scaling [--quick] [--save]

As the service does it: a strip is warped and encoded before the next one is begun. The sizes run in turn.
"""

from collections.abc import Callable
from statistics import median

from benchmarks import pairs
from benchmarks.contenders.contender import Job
from benchmarks.core import job_of
from benchmarks.engine import LOOPS, RENDER
from benchmarks.record import Row
from benchmarks.script import run_alone
from core import BLACK, Chain, warp
from service.png import PngFormat, PngStream, pack, strip_rows

SIZES = (1, 2, 4, 12, 24, 48)
QUICK_SIZES = (1, 2, 4)

PER_MEGAPIXEL = "core and encoder"


def to_png(job: Job) -> Callable[[], int]:
    """Give what is timed; it returns the bytes of the file."""
    fmt = PngFormat(*job.canvas, job.pixels.shape[2], 8 * job.pixels.itemsize)
    chain = Chain.inverse(job.src_from_dst)
    how = {"border": "constant", "fill": BLACK, "strip_rows": strip_rows(fmt), "render": RENDER}

    def run() -> int:
        stream, above, done = PngStream(fmt), None, 0
        written = len(stream.head())
        for strip in warp(job.pixels, chain, job.canvas, **how):
            done += len(strip)
            last = done == job.canvas.height
            written += len(stream.strip(pack(strip, above, last=last, loops=LOOPS)))
            above = strip[-1]
        return written + len(stream.tail())

    return run


def measure(quick: bool) -> list[Row]:
    """Measure all; see the module."""
    jobs = {megapixels: job_of(megapixels) for megapixels in (QUICK_SIZES if quick else SIZES)}
    runs = {str(megapixels): to_png(job) for megapixels, job in jobs.items()}
    sizes = {name: run() for name, run in runs.items()}  # which warms them too
    taken = pairs.in_turn(runs, pairs.QUICK if quick else pairs.FULL)
    return [
        {
            "table": PER_MEGAPIXEL,
            "MP": megapixels,
            "ms a megapixel": 1e9 * median(taken[str(megapixels)]) / job.canvas.pixels,
            "bytes a pixel": sizes[str(megapixels)] / job.canvas.pixels,
        }
        for megapixels, job in jobs.items()
    ]


if __name__ == "__main__":
    run_alone("scaling", measure, __doc__)
