"""Pillow: Image.transform. It has no 16-bit colours, and of `I;16` it makes noise between the pixels."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from benchmarks.contenders.contender import Contender, Filter, Job
from benchmarks.contenders.opencv import with_channels
from benchmarks.kernels import CUBIC_ONE, NEAREST, TRIANGLE

FILTERS = {
    "nearest": Filter(Image.Resampling.NEAREST, NEAREST),
    "bilinear": Filter(Image.Resampling.BILINEAR, TRIANGLE, "rounds down"),
    "bicubic": Filter(Image.Resampling.BICUBIC, CUBIC_ONE, "a = -1, rounds down"),
}


def prepare(job: Job) -> Callable[[], Image.Image]:
    source = Image.fromarray(job.pixels.squeeze(axis=2) if job.pixels.shape[2] == 1 else job.pixels)
    how, count = (Image.Transform.AFFINE, 6) if job.is_affine else (Image.Transform.PERSPECTIVE, 8)
    numbers = tuple((job.src_from_dst / job.src_from_dst[2, 2]).ravel()[:count])
    resample = FILTERS[job.filter].theirs
    return lambda: source.transform(job.canvas, how, numbers, resample=resample, fillcolor=job.black)


PILLOW = Contender(
    "Pillow", FILTERS, lambda job: job.is_8_bit, prepare, lambda warped: with_channels(np.asarray(warped))
)
