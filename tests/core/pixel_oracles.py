"""What another library makes of an operation, told in its own words, and how near our pixels must come.

An oracle turns one plane of float64 into the unrounded output. Of the planes x and y it tells where it reads, and of
a plane of ones where it reads nothing from outside; compared is the interior, a pixel away from the picture's edge. The
picture is noise: samples side by side may differ by 255, so that a coordinate off by a pixel makes as many levels.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy.ndimage
import skimage.transform
from PIL import Image

from core import Chain, Projective, Size
from tests import oracles, pictures
from tests.core.rendering import render_chain

WIDTH, HEIGHT = 120, 90
FRAME = Size(WIDTH, HEIGHT)
CENTRE = 55.25, 41.5
RADIUS, ANGLES = 75, 236

OURS = 0.502
"""Levels: half a level of rounding, and the float32 weights; see test_exactness."""

SLOPE = 2 * 255
"""Levels a pixel, for both coordinates together."""

FLOAT64 = 100 * 2**-53 * RADIUS * np.pi * SLOPE
"""Levels: a hundred roundings of a coordinate."""

ROUNDINGS = 16 * 2**-24
"""Relative: what OpenCV's float32 coordinates and sums lose."""

FLOAT32 = ROUNDINGS * max(WIDTH, HEIGHT, ANGLES) * SLOPE
"""Levels: the same of a coordinate."""


class Example(NamedTuple):
    """A map of ours and what another library makes of the same operation; the error is the library's, in levels."""

    chain: Chain
    oracle: Callable[[np.ndarray], np.ndarray]
    canvas: Size = FRAME
    error: float = FLOAT64


def through(*links):
    chain = Chain()
    for link in links:
        chain = chain.then(link)
    return chain


def forward(dst_from_src):
    return through(Projective.forward(np.asarray(dst_from_src, float)))


def centres(size=FRAME):
    return np.meshgrid(np.arange(size.width) + 0.5, np.arange(size.height) + 0.5)


def read(plane, x, y):
    """SciPy at points whose formula the caller has worked out."""
    return scipy.ndimage.map_coordinates(plane, [y - 0.5, x - 0.5], order=1, mode="nearest")


def plane32(plane):
    return plane.astype(np.float32)


def skimage_warp(src_from_dst, plane):
    return skimage.transform.warp(plane, src_from_dst, order=1, mode="edge", clip=False)


def pillow_resized(plane, canvas, name):
    """Of float32 pixels, unrounded; Pillow sums in float64."""
    return np.asarray(Image.fromarray(plane32(plane)).resize(canvas, Image.Resampling[name]))


def interior_of(oracle):
    x, y = (oracle(plane) for plane in oracles.coordinate_pictures(WIDTH, HEIGHT))
    whole = oracle(np.ones((HEIGHT, WIDTH))) > 1 - ROUNDINGS
    return whole & (x > 1) & (x < WIDTH - 1) & (y > 1) & (y < HEIGHT - 1)


def assert_pixels_are_the_oracles(example):
    pixels = pictures.random(WIDTH, HEIGHT, 3)
    expected = np.stack([example.oracle(plane.astype(float)) for plane in np.moveaxis(pixels, -1, 0)], axis=-1)
    interior = interior_of(example.oracle)
    assert np.count_nonzero(interior) > 4000
    warped = render_chain(pixels, example.chain, example.canvas, border="edge", antialias=False)
    np.testing.assert_array_equal(warped[interior][:, 3:], 255)  # where there is alpha: all of it is covered
    np.testing.assert_array_less(np.abs(warped[..., :3] - expected)[interior], OURS + example.error)
