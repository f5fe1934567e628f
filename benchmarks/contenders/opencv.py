"""OpenCV: warpAffine and warpPerspective."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import cv2
import numpy as np

from benchmarks.contenders.contender import Contender, Filter, Job
from benchmarks.kernels import CUBIC_THREE_QUARTERS, LANCZOS4, NEAREST, TRIANGLE
from core import Pixels
from tests.oracles import lattice

FILTERS = {
    "nearest": Filter(cv2.INTER_NEAREST, NEAREST),
    "bilinear": Filter(cv2.INTER_LINEAR, TRIANGLE),
    "bicubic": Filter(cv2.INTER_CUBIC, CUBIC_THREE_QUARTERS, "a = -3/4"),
    "lanczos3": Filter(cv2.INTER_LANCZOS4, LANCZOS4, "Lanczos4, 64 taps to our 36"),
}


@contextmanager
def on_threads(count: int) -> Iterator[None]:
    """Let OpenCV have so many threads, and put its own number back."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(count)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


def prepare(job: Job) -> Callable[[], Pixels]:
    how = {
        "flags": FILTERS[job.filter].theirs | cv2.WARP_INVERSE_MAP,
        "borderMode": cv2.BORDER_CONSTANT,
        "borderValue": job.black,
    }
    matrix = lattice(job.src_from_dst)
    if job.is_affine:
        return lambda: cv2.warpAffine(job.pixels, matrix[:2], job.canvas, **how)
    return lambda: cv2.warpPerspective(job.pixels, matrix, job.canvas, **how)


def with_channels(warped: Pixels) -> Pixels:
    """Give a gray picture its axis back."""
    return np.atleast_3d(warped)


OPENCV = Contender("OpenCV", FILTERS, lambda _: True, prepare, with_channels, on_threads)
