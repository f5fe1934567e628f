"""Reconstruction filters: which pixels a point reads, and how much of each.

A filter takes coordinates along one axis (pixels, corner origin) and gives its taps in a fixed order: pairs of the
pixel's index and its weight. The weights of a point sum to 1. Indices are int64 and weights
float32, both of the shape of the coordinates but for the weight of `nearest`, which broadcasts.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.border import Indices
from core.grid import SLACK, Coordinates, lattice_position

Weights = NDArray[np.float32]
Taps = list[tuple[Indices, Weights]]
Filter = Callable[[Coordinates], Taps]

FARTHEST = float(2**40)
"""Pixels: coordinates are clamped here before they become integers, whose conversion is else undefined."""


def nearest(x: Coordinates) -> Taps:
    """Read the pixel that the point lies in; on the line between two, the right or lower one."""
    return [(to_index(np.floor(x + SLACK)), np.ones(1, np.float32))]


def bilinear(x: Coordinates) -> Taps:
    """Read the two neighbours in proportion to their nearness: the triangle filter of radius 1."""
    lower, fraction = _split(x)
    to_right = fraction.astype(np.float32)
    return [(lower, np.float32(1.0) - to_right), (lower + 1, to_right)]


def bicubic(x: Coordinates) -> Taps:
    """Read four neighbours by the cubic convolution of radius 2 that reproduces parabolas: Keys with a = -1/2.

    Source: Keys 1981, doi:10.1109/TASSP.1981.1163711, equation 15. Pillow's resize has the same filter; OpenCV and
    PyTorch have a = -3/4.
    """
    lower, f = _split(x)
    weights = (
        ((-0.5 * f + 1.0) * f - 0.5) * f,
        (1.5 * f - 2.5) * f * f + 1.0,
        ((-1.5 * f + 2.0) * f + 0.5) * f,
        (0.5 * f - 0.5) * f * f,
    )
    return _taps(lower - 1, weights)


def lanczos3(x: Coordinates) -> Taps:
    """Read six neighbours by the sinc of the distance, windowed by a wider sinc: radius 3, normalized.

    Source: Duchon 1979, doi:10.1175/1520-0450(1979)018<1016:LFIOAT>2.0.CO;2; w(t) = sinc(t) sinc(t / 3). The weights
    are divided by their sum, which is only nearly 1. A point on a pixel's centre reads that pixel alone.
    """
    lower, fraction = _split(x)
    distances = [fraction + 2 - tap for tap in range(6)]
    # sin(pi (f + n)) is (-1)^n sin(pi f): from one sine the weights at a centre come out as exact zeros.
    sine = np.sin(np.pi * fraction)
    signs = (1, -1, 1, -1, 1, -1)
    products = [
        np.where(t == 0, 1.0, 3 * sign * sine * np.sin(np.pi * t / 3) / np.where(t == 0, 1.0, np.pi**2 * t * t))
        for sign, t in zip(signs, distances, strict=True)
    ]
    total = ((((products[0] + products[1]) + products[2]) + products[3]) + products[4]) + products[5]
    return _taps(lower - 2, tuple(product / total for product in products))


def to_index(whole: Coordinates) -> Indices:
    """Turn whole numbers into indices, the farthest ones clamped."""
    return np.clip(whole, -FARTHEST, FARTHEST).astype(np.int64)


FILTERS: dict[str, Filter] = {"nearest": nearest, "bilinear": bilinear, "bicubic": bicubic, "lanczos3": lanczos3}


def _split(x: Coordinates) -> tuple[Indices, Coordinates]:
    """Give the nearest pixel whose centre is not beyond the point, and how far beyond it the point is, 0 to 1."""
    position = lattice_position(x)
    lower = np.floor(position)
    return to_index(lower), position - lower


def _taps(first: Indices, weights: tuple[Coordinates, ...]) -> Taps:
    return [(first + number, weight.astype(np.float32)) for number, weight in enumerate(weights)]
