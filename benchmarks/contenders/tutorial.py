"""The classic three steps of spatial-transformer tutorials in NumPy: a grid over [-1, 1], the matrix, four neighbours.

This is the method in our own words, with what is usual there: both pictures span [-1, 1], samples lie on
linspace(-1, 1, width), and pixel (x + 1) width / 2 is read. So the picture drifts by up to a pixel towards its end, and
the weights of the last row and column come out wrong; it is measured for its speed.
"""

from collections.abc import Callable

import numpy as np

from benchmarks.contenders.contender import Contender, Filter, Job
from benchmarks.contenders.scikit_image import rounded
from benchmarks.kernels import Floats
from core import Pixels, Size
from core.homography import Matrix
from tests.oracles import unit_square


def affine_grid(src_from_dst: Matrix, canvas: Size) -> Floats:
    """Give the source of each output pixel in [-1, 1]: (2, height, width)."""
    x, y = np.meshgrid(np.linspace(-1, 1, canvas.width), np.linspace(-1, 1, canvas.height))
    ones = np.ones(x.size)
    points = src_from_dst @ np.vstack([x.ravel(), y.ravel(), ones])
    return points.reshape(2, canvas.height, canvas.width)


def bilinear_sample(pixels: Pixels, grid: Floats) -> Floats:
    """Read the four neighbours of each point, clipped to the picture."""
    height, width = pixels.shape[:2]
    x, y = (grid[0] + 1) * width / 2, (grid[1] + 1) * height / 2
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    columns = np.clip(left, 0, width - 1), np.clip(left + 1, 0, width - 1)
    rows = np.clip(top, 0, height - 1), np.clip(top + 1, 0, height - 1)
    to_right, to_bottom = x - columns[0], y - rows[0]
    weights = (
        ((1 - to_right) * (1 - to_bottom), rows[0], columns[0]),
        (to_right * (1 - to_bottom), rows[0], columns[1]),
        ((1 - to_right) * to_bottom, rows[1], columns[0]),
        (to_right * to_bottom, rows[1], columns[1]),
    )
    return sum(weight[..., np.newaxis] * pixels[row, column] for weight, row, column in weights)


def prepare(job: Job) -> Callable[[], Floats]:
    matrix = unit_square(job.src_from_dst, job.source, job.canvas)
    return lambda: bilinear_sample(job.pixels, affine_grid(matrix, job.canvas))


TUTORIAL = Contender("tutorial's NumPy", {"bilinear": Filter(None, None)}, lambda job: job.is_affine, prepare, rounded)
