"""SciPy: ndimage.affine_transform, by channels. Its order 3 is a B-spline, whose prefilter is part of the work."""

from collections.abc import Callable

import numpy as np
import scipy.ndimage

from benchmarks.contenders.contender import Contender, Filter, Job
from benchmarks.kernels import NEAREST, TRIANGLE
from core import Pixels
from tests.oracles import lattice

FILTERS = {
    "nearest": Filter(0, NEAREST),
    "bilinear": Filter(1, TRIANGLE),
    "bicubic": Filter(3, None, "B-spline"),
}


def prepare(job: Job) -> Callable[[], list[Pixels]]:
    matrix = lattice(job.src_from_dst)
    linear, shift = matrix[:2, :2][::-1, ::-1], matrix[:2, 2][::-1]  # it counts (row, column)
    channels = [np.ascontiguousarray(channel) for channel in np.moveaxis(job.pixels, -1, 0)]
    how = {
        "output_shape": (job.canvas.height, job.canvas.width),
        "order": FILTERS[job.filter].theirs,
        "mode": "grid-constant",
    }
    return lambda: [scipy.ndimage.affine_transform(channel, linear, shift, **how) for channel in channels]


SCIPY = Contender("SciPy", FILTERS, lambda job: job.is_affine, prepare, lambda planes: np.stack(planes, axis=-1))
