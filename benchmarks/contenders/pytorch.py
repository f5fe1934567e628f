"""PyTorch: affine_grid and grid_sample on float32 planes, as they lie in a network; bytes to planes is not timed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch.nn import functional

from benchmarks.contenders.contender import Contender, Filter, Job
from benchmarks.contenders.scikit_image import rounded
from benchmarks.kernels import CUBIC_THREE_QUARTERS, NEAREST, TRIANGLE
from core import Pixels
from tests.oracles import unit_square

FILTERS = {
    "nearest": Filter("nearest", NEAREST),
    "bilinear": Filter("bilinear", TRIANGLE),
    "bicubic": Filter("bicubic", CUBIC_THREE_QUARTERS, "a = -3/4"),
}


@contextmanager
def on_threads(count: int) -> Iterator[None]:
    """Let PyTorch have so many threads, and put its own number back."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def prepare(job: Job) -> Callable[[], torch.Tensor]:
    planes = torch.from_numpy(np.ascontiguousarray(np.moveaxis(job.pixels, -1, 0)[np.newaxis], np.float32))
    theta = torch.from_numpy(unit_square(job.src_from_dst, job.source, job.canvas)[np.newaxis]).float()
    shape, mode = [1, planes.shape[1], job.canvas.height, job.canvas.width], FILTERS[job.filter].theirs

    def run() -> torch.Tensor:
        grid = functional.affine_grid(theta, shape, align_corners=False)
        return functional.grid_sample(planes, grid, mode=mode, padding_mode="zeros", align_corners=False)

    return run


def pixels_of(planes: torch.Tensor) -> Pixels:
    """Round; what bicubic overshoots stays within 16 bits, and beyond 8 it is cut where it is compared."""
    return rounded(np.moveaxis(planes.numpy()[0].clip(0, 65535), 0, -1))


PYTORCH = Contender("PyTorch", FILTERS, lambda job: job.is_affine, prepare, pixels_of, on_threads)
