"""Values of averaged pixels before they are rounded, for tests."""

import numpy as np

from core import Chain, SamplingGrid, Size
from core.antialias import sides
from core.light import LIGHTS
from core.maps.map import Jacobian
from core.pyramid import Pyramid
from core.sampling import sample
from tests.core.rendering import size_of

AVERAGING = ["bilinear", "bicubic", "lanczos3"]
ROUNDING = 2**-24
SHARPEST = {"bilinear": 1, "bicubic": 1.25**2, "lanczos3": 1.55**2}  # what the magnitudes of a point's weights sum to


def sides_of(jacobian, reduction=1):
    first, second = sides(Jacobian(*np.reshape(jacobian, (4, 1)).astype(float)), reduction)
    return first, second


def values_of(picture, chain, canvas, filter="bilinear", border="reflect", **options):
    """The unrounded output, and the sum of the weights."""
    grid = SamplingGrid(chain, canvas, size_of(picture), filter=filter, border=border, **options)
    return sample(Pyramid(picture, LIGHTS["srgb"]), grid.strip(range(canvas.height)), canvas[::-1])


def value_at(picture, src_from_dst, filter="bilinear"):
    """The unrounded first pixel."""
    return values_of(picture, Chain.inverse(src_from_dst), Size(1, 1), filter)[0][0, 0]


def seen_from(point, jacobian):
    """The affine map whose first pixel lies at a point."""
    src_from_dst = np.eye(3)
    src_from_dst[:2, :2] = jacobian
    src_from_dst[:2, 2] = np.asarray(point) - np.asarray(jacobian) @ [0.5, 0.5]
    return src_from_dst


def knot_by_knot(_grid, _level):
    """In place of `SamplingGrid.windows`, which gives None where no pixel reads a window."""
