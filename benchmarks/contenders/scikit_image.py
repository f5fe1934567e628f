"""scikit-image: transform.warp. It computes in float64 and returns that; rounding it is left out of the time."""

from collections.abc import Callable

import numpy as np
import skimage.transform

from benchmarks.contenders.contender import Contender, Filter, Job
from benchmarks.kernels import CUBIC_HALF, NEAREST, TRIANGLE, Floats
from core import Pixels
from tests.oracles import lattice

FILTERS = {"nearest": Filter(0, NEAREST), "bilinear": Filter(1, TRIANGLE), "bicubic": Filter(3, CUBIC_HALF)}


def prepare(job: Job) -> Callable[[], Floats]:
    matrix, shape = lattice(job.src_from_dst), (job.canvas.height, job.canvas.width)
    order = FILTERS[job.filter].theirs
    return lambda: skimage.transform.warp(job.pixels, matrix, output_shape=shape, order=order, preserve_range=True)


def rounded(warped: Floats) -> Pixels:
    """Round half up, as we do; 16 bits hold 8."""
    return np.floor(warped + 0.5).astype(np.uint16)


SCIKIT_IMAGE = Contender("scikit-image", FILTERS, lambda _: True, prepare, rounded)
