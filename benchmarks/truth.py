"""How far a warped picture is from the plain formula in float64: some rows of it, away from the picture's edge."""

from typing import NamedTuple

import numpy as np

from benchmarks.contenders.contender import Job
from benchmarks.kernels import Floats, Kernel
from core import Pixels, homography
from tests.oracles import source_points

ROWS = 16
"""Spread over the output; each of a megapixel has some thousand samples."""


class Error(NamedTuple):
    """Of the samples whose taps all lie in the picture.

    Attributes:
        largest: levels between a sample and the exact value before rounding; 0.5 is the least there can be.
        differing: share of the samples that are not the exact value rounded half up.
    """

    largest: float
    differing: float


def error(warped: Pixels, job: Job, kernel: Kernel) -> Error:
    """Measure a picture that a library made of a job, by the kernel that the library has."""
    full = np.iinfo(job.pixels.dtype).max
    samples, exact = [], []
    for row in np.linspace(0, job.canvas.height - 1, ROWS + 2).round().astype(int)[1:-1]:
        x, y = _row_of_points(job, int(row))
        inside = _all_taps_inside(x, job.source.width, kernel) & _all_taps_inside(y, job.source.height, kernel)
        samples.append(warped[row, inside].astype(np.float64).ravel())
        exact.append(np.clip(_read(job.pixels, x[inside], y[inside], kernel), 0, full).ravel())
    found, formula = np.clip(np.concatenate(samples), 0, full), np.concatenate(exact)
    return Error(float(np.abs(found - formula).max()), float(np.mean(found != np.floor(formula + 0.5))))


def _row_of_points(job: Job, row: int) -> tuple[Floats, Floats]:
    from_row = homography.compose(job.src_from_dst, homography.translate(0, row))
    x, y, _ = source_points(from_row, job.canvas.width, 1)
    return x[0], y[0]


def _all_taps_inside(at: Floats, side: int, kernel: Kernel) -> np.ndarray:
    return (at > kernel.radius) & (at < side - kernel.radius)


def _read(pixels: Pixels, x: Floats, y: Floats, kernel: Kernel) -> Floats:
    total = np.zeros((x.size, pixels.shape[2]))
    for row, down in _taps(y, kernel):
        for column, across in _taps(x, kernel):
            total += (down * across)[:, np.newaxis] * pixels[row, column]
    return total


def _taps(at: Floats, kernel: Kernel) -> list[tuple[np.ndarray, Floats]]:
    first = np.floor(at - 0.5).astype(int) - kernel.radius + 1
    indices = [first + number for number in range(2 * kernel.radius)]
    weights = [kernel.weight(at - 0.5 - index) for index in indices]
    return [(index, weight / sum(weights)) for index, weight in zip(indices, weights, strict=True)]
