"""Reconstruction filters: which pixels a point reads, and how much of each.

A filter takes coordinates along one axis (pixels, corner origin) and gives its taps in a fixed order: pairs of the
pixel's index and its weight. The weights of a point sum to 1. Indices are int32 and weights
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

FARTHEST = float(2**30)
"""Pixels: coordinates are clamped here before they become integers, whose conversion is else undefined."""

LANCZOS3 = (
    (
        (0.09782608758664008, 0.038820827665132944, -0.0727848958191321, 0.028601058054064838, -0.01617637253156165,
         0.00842480422551794),
        (-0.2556977625009991, 0.21721811801827745, -0.09986919226582798, 0.06651881673921622, -0.04369765295314568,
         0.01849381973051273),
    ),
    (
        (-0.5434782601080753, 0.1091678083293625, -0.020532331682094916, 0.044246490746107724, -0.02599813957555621,
         0.009158413065772258),
        (0.7246376778393719, -0.4676176041615029, 0.2351755129855491, -0.1629891218026879, 0.10302564321542688,
         -0.04350029413758122),
    ),
    (
        (0.44565217252143524, -0.14798863599449544, 0.093317227501227, -0.07284754880017257, 0.04217451210711786,
         -0.0175832172912902),
        (-1.3466863311252963, 0.7946075422626109, -0.4674964465887676, 0.31481252659695236, -0.19282224719004884,
         0.0825223581933059),
    ),
)  # fmt: skip
"""Polynomials q of the point's place f between its two neighbours, in u = f - 1/2: coefficients of the even powers,
then of the odd ones, lowest first. The weights of the three pixels up to f are f(1-f) q0, f(1-f) q1 and (1-f) + f(1-f)
q2; those beyond are the same of 1 - f, where only the odd powers change their sign. The q interpolate the exact weights
at the 12 Chebyshev nodes, so that the six sum to 1 as those do. A polynomial is 5 times as fast as the sines, and the
same numbers come out of any machine."""


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

    Source: Duchon 1979, doi:10.1175/1520-0450(1979)018<1016:LFIOAT>2.0.CO;2; w(t) = sinc(t) sinc(t / 3), divided by
    the sum of the six, which is only nearly 1. The weights are polynomials that meet this to 6e-10: see LANCZOS3.
    A point on a pixel's centre reads that pixel alone.
    """
    lower, f = _split(x)
    u = f - 1 / 2
    square = u * u
    bump = f * (1.0 - f)
    ((even0, odd0), (even1, odd1), (even2, odd2)) = (
        (_polynomial(even, square), u * _polynomial(odd, square)) for even, odd in LANCZOS3
    )
    weights = (
        bump * (even0 + odd0),
        bump * (even1 + odd1),
        (1.0 - f) + bump * (even2 + odd2),
        f + bump * (even2 - odd2),
        bump * (even1 - odd1),
        bump * (even0 - odd0),
    )
    return _taps(lower - 2, weights)


def to_index(whole: Coordinates) -> Indices:
    """Turn whole numbers into indices, the farthest ones clamped; what is no number becomes the least of them."""
    return np.fmin(np.fmax(whole, -FARTHEST), FARTHEST).astype(np.int32)


FILTERS: dict[str, Filter] = {"nearest": nearest, "bilinear": bilinear, "bicubic": bicubic, "lanczos3": lanczos3}


def _split(x: Coordinates) -> tuple[Indices, Coordinates]:
    """Give the nearest pixel whose centre is not beyond the point, and how far beyond it the point is, 0 to 1."""
    position = lattice_position(x)
    lower = np.floor(position)
    return to_index(lower), position - lower


def _polynomial(coefficients: tuple[float, ...], x: Coordinates) -> Coordinates:
    """Evaluate by Horner's rule; the lowest power comes first."""
    *others, last = coefficients
    value = others.pop() + last * x
    for coefficient in reversed(others):
        value = coefficient + value * x
    return value


def _taps(first: Indices, weights: tuple[Coordinates, ...]) -> Taps:
    return [(first + number, weight.astype(np.float32)) for number, weight in enumerate(weights)]
