"""The filters that libraries really have under the names of ours, as functions of the distance from the point."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tests.oracles import keys, triangle

Floats = NDArray[np.float64]


class Kernel(NamedTuple):
    """A weight by distance, 0 from `radius` on; a point's weights are divided by their sum."""

    weight: Callable[[Floats], Floats]
    radius: int


def lanczos(t: Floats, radius: int) -> Floats:
    """Duchon 1979: a sinc within a wider one."""
    return np.where(np.abs(t) < radius, np.sinc(t) * np.sinc(t / radius), 0)


def box(t: Floats) -> Floats:
    """Read the pixel that the point lies in; on the line between two, the right or lower one."""
    return ((t >= -0.5) & (t < 0.5)).astype(float)


NEAREST = Kernel(box, 1)
TRIANGLE = Kernel(triangle, 1)
CUBIC_HALF = Kernel(partial(keys, a=-0.5), 2)
CUBIC_THREE_QUARTERS = Kernel(partial(keys, a=-0.75), 2)
CUBIC_ONE = Kernel(partial(keys, a=-1.0), 2)
LANCZOS3 = Kernel(partial(lanczos, radius=3), 3)
LANCZOS4 = Kernel(partial(lanczos, radius=4), 4)
