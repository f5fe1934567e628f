"""libvips: affine, whole pictures from memory to memory. Its matrices go from the source to the output."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pyvips

from benchmarks.contenders.contender import Contender, Filter, Job
from benchmarks.kernels import CUBIC_HALF, NEAREST, TRIANGLE
from core import Pixels, homography
from tests.oracles import lattice

FILTERS = {
    "nearest": Filter("nearest", NEAREST),  # at the place rounded down, so that the picture is moved: see `prepare`
    "bilinear": Filter("bilinear", TRIANGLE),
    "bicubic": Filter("bicubic", CUBIC_HALF),
}
FORMATS = {"uint8": "uchar", "uint16": "ushort"}

pyvips.cache_set_max(0)  # else the second of two equal warps costs nothing


@contextmanager
def on_threads(count: int) -> Iterator[None]:
    """Let libvips have so many threads, and put its own number back."""
    before = pyvips.concurrency_get()
    pyvips.concurrency_set(count)
    try:
        yield
    finally:
        pyvips.concurrency_set(before)


def prepare(job: Job) -> Callable[[], Pixels]:
    (a, b, x), (c, d, y), _ = homography.invert(lattice(job.src_from_dst))
    to_middle = -0.5 if job.filter == "nearest" else 0.0
    shape = (job.canvas.height, job.canvas.width, job.pixels.shape[2])
    how = {
        "odx": x,
        "ody": y,
        "idx": to_middle,
        "idy": to_middle,
        "oarea": [0, 0, *job.canvas],
        "interpolate": pyvips.Interpolate.new(FILTERS[job.filter].theirs),
        "background": list(job.black),
    }
    dtype = job.pixels.dtype
    memory, form = np.ascontiguousarray(job.pixels), (*job.source, shape[2], FORMATS[dtype.name])

    def run() -> Pixels:
        source = pyvips.Image.new_from_memory(memory.data, *form)
        return np.frombuffer(source.affine([a, b, c, d], **how).write_to_memory(), dtype).reshape(shape)

    return run


LIBVIPS = Contender("libvips", FILTERS, lambda job: job.is_affine, prepare, on_threads=on_threads)
