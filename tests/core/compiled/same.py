"""The compiled core beside the reference, for tests."""

from itertools import product
from typing import NamedTuple

import numpy as np

from core import BLACK, TRANSPARENT, Colour, warp_through
from core.compiled.render import render
from tests import pictures

FILLS = {
    "transparent": TRANSPARENT,
    "opaque": BLACK,
    "coloured": Colour(90, 140, 190, 255),
    "half transparent": Colour(200, 17, 3, 100),
}
LIGHTS = ("srgb", "linear")


class Look(NamedTuple):
    """What a picture is made of, and what it is laid over."""

    channels: int
    depth: type
    light: str
    fill: Colour

    def picture(self, size, seed=0):
        return pictures.random(*size, self.channels, self.depth, seed)


LOOKS = [Look(*look) for look in product(pictures.CHANNELS, pictures.DEPTHS, LIGHTS, FILLS.values())]


def whole(grid, pixels, **options):
    return np.concatenate(list(warp_through(grid, pixels, **options)))


def assert_same(grid, pixels, *, strip_rows=None, **options):
    """Every bit of the compiled core's output is the reference's."""
    compiled = whole(grid, pixels, strip_rows=strip_rows, render=render, **options)
    np.testing.assert_array_equal(compiled, whole(grid, pixels, **options), strict=True)
