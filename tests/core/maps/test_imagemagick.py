"""ImageMagick's -distort and our maps: the same samples, to the rounding of its 16 bits."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from core import homography
from core.maps.barrel import Barrel
from tests import oracles

GOLDEN = np.load(Path(__file__).parents[2] / "golden" / "imagemagick.npz")
PIXELS = GOLDEN["pixels"]
HEIGHT, WIDTH = PIXELS.shape[:2]
ROUNDED = 0.5 + 257 * oracles.FLOAT64_ERROR
"""16-bit levels: ImageMagick rounds to the nearest, after arithmetic in float64."""


def projective(dst_from_src):
    """Where the output pixels' centres come from, by one of our matrices."""
    x, y, denominator = homography.apply(homography.invert(dst_from_src), *centres())
    assert np.all(np.asarray(denominator) > 0)
    return x, y


def centres():
    return np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)


def affine_points(arguments):
    src, dst = control_points(arguments)
    return projective(np.vstack([np.linalg.solve(np.column_stack([src, np.ones(3)]), dst).T, [0, 0, 1]]))


def scaled_rotated_translated(arguments):
    numbers = [float(number) for number in arguments.replace(",", " ").split()]
    x, y, scale_x, scale_y, degrees, new_x, new_y = numbers
    turned = homography.compose(homography.rotate(np.radians(degrees)), homography.scale(scale_x, scale_y))
    return projective(homography.compose(homography.translate(new_x, new_y), turned, homography.translate(-x, -y)))


def perspective(arguments):
    return projective(cv2.getPerspectiveTransform(*(points.astype(np.float32) for points in control_points(arguments))))


def barrel(arguments):
    a, b, c, *rest = (float(number) for number in arguments.split(","))
    d = rest[0] if rest else 1 - a - b - c
    centre = rest[1:] or (WIDTH / 2, HEIGHT / 2)
    return Barrel(a, b, c, d, min(WIDTH, HEIGHT) / 2, *centre).src_from_dst(*centres())


def control_points(arguments):
    points = np.array(arguments.replace(",", " ").split(), float).reshape(-1, 2, 2)
    return points[:, 0], points[:, 1]


SOURCES = {
    "Affine": affine_points,
    "SRT": scaled_rotated_translated,
    "Perspective": perspective,
    "Barrel": barrel,
}


def test_every_method_is_recorded():
    assert set(GOLDEN["method"]) == set(SOURCES)
    assert "-filter point -interpolate bilinear" in str(GOLDEN["settings"])
    assert "ImageMagick 6" in str(GOLDEN["version"])


@pytest.mark.parametrize("index", range(len(GOLDEN["method"])), ids=lambda index: str(GOLDEN["arguments"][index]))
def test_imagemagick_draws_the_same(index):
    x, y = SOURCES[str(GOLDEN["method"][index])](str(GOLDEN["arguments"][index]))
    expected = oracles.interpolate(257.0 * PIXELS, x, y, "edge")
    np.testing.assert_array_less(np.abs(GOLDEN["warped"][index] - expected), ROUNDED)
