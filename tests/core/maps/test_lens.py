"""The lens: against OpenCV in both directions, and where its model folds."""

import math

import numpy as np
import pytest

from core.maps.lens import Lens
from core.maps.reversed import Reversed
from tests import oracles

WIDTH, HEIGHT = 97, 61
CENTRE = 45.3, 28.1
FLOAT64_ROUNDING = 100 * 2**-53 * max(WIDTH, HEIGHT)
"""A hundred roundings of a coordinate."""

LENSES = {
    "a barrel": ((-0.2, 0.05, -0.01), (1e-3, -2e-3), 80.0),
    "a pincushion": ((0.3, 0.1, 0.02), (-3e-3, 1e-3), 90.0),
    "tangential only": ((0, 0, 0), (2e-2, -1e-2), 97.0),
    "the first term only": ((-0.3, 0, 0), (0, 0), 97.0),
}


def lens(radial, tangential, focal):
    return Lens(*radial, *tangential, focal, *CENTRE)


@pytest.mark.parametrize("name", LENSES)
def test_source_is_opencvs(name):
    x, y = lens(*LENSES[name]).src_from_dst(*oracles.coordinate_pictures(WIDTH, HEIGHT))
    expected_x, expected_y = oracles.opencv_lens(*LENSES[name], CENTRE, WIDTH, HEIGHT)
    float32 = 2**-24 * np.max(np.abs([expected_x, expected_y]))  # OpenCV computes in float64 and stores float32
    np.testing.assert_allclose(x, expected_x, rtol=0, atol=float32 + FLOAT64_ROUNDING)
    np.testing.assert_allclose(y, expected_y, rtol=0, atol=float32 + FLOAT64_ROUNDING)


@pytest.mark.parametrize("name", LENSES)
def test_image_is_opencvs(name):
    points = oracles.coordinate_pictures(WIDTH, HEIGHT)
    x, y = lens(*LENSES[name]).dst_from_src(*points)
    expected_x, expected_y = oracles.opencv_undistorted(*LENSES[name], CENTRE, *points)
    np.testing.assert_allclose(x, expected_x, rtol=0, atol=10 * FLOAT64_ROUNDING)  # no derivative is above 10 here
    np.testing.assert_allclose(y, expected_y, rtol=0, atol=10 * FLOAT64_ROUNDING)


@pytest.mark.parametrize(
    ("radial", "radius"),
    [
        ((-0.3, 0, 0), 1 / math.sqrt(0.9)),
        ((0, -0.2, 0), 1),
        ((0, 0, -1 / 7), 1),
        ((-2 / 3, 0.2 / 2, 0), math.sqrt(2 - math.sqrt(2))),  # 1 - 2 s + s^2 / 2, which turns again beyond
        ((-2 / 3, 0.2, 0), math.inf),  # (1 - s)^2 touches 0 and goes on
        ((0.1, 0.2, 0.3), math.inf),
        ((0, 0, 0), math.inf),
        ((0, 0, -1e-30 / 7), 1e5),
        ((0.1, 0, 1e-20), math.inf),
    ],
)
def test_turning_radius_in_closed_form(radial, radius):
    example = Lens(*radial, 0, 0, 100, 0, 0)
    assert example.turning_radius == pytest.approx(radius, rel=1e-12)
    assert example.is_total == math.isinf(radius)


def test_beyond_the_turning_radius_is_nothing():
    example = Lens(-0.3, 0, 0, 0, 0, 100, 20, 10)  # folds at 105.4 px, which come from 70.3 px
    x = 20 + np.array([0, 105, -105, 106, -106, 300])
    src_x, src_y = example.src_from_dst(x, np.full(6, 10.0))
    np.testing.assert_allclose(src_x[:3], 20 + np.array([0, 105, -105]) * (1 - 0.3 * 1.05**2 * np.array([0, 1, 1])))
    np.testing.assert_array_equal(np.isnan(src_x), [False] * 3 + [True] * 3)
    np.testing.assert_array_equal(np.isnan(src_y), np.isnan(src_x))
    assert np.isnan(example.src_jacobian(x, np.full(6, 10.0)).y_y[3:]).all()


def test_what_no_point_comes_from_has_no_image():
    example = Lens(-0.3, 0, 0, 0, 0, 100, 20, 10)
    farthest = 100 / math.sqrt(0.9) * 2 / 3  # r (1 - 0.3 r^2) where 0.9 r^2 = 1
    x, y = example.dst_from_src(20 + farthest * np.array([0.99, 1.01, -1.01, 5]), np.full(4, 10.0))
    np.testing.assert_array_equal(np.isnan(x), [False, True, True, True])
    np.testing.assert_array_equal(np.isnan(y), np.isnan(x))
    assert x[0] - 20 < 100 / math.sqrt(0.9)


def test_the_tangential_part_may_carry_points_beyond_the_radial_one():
    example = Lens(-0.3, 0, 0, 0, 0.01, 100, 20, 10)
    at = np.array([20 + 0.97 * 100 / math.sqrt(0.9)]), np.array([10.0])
    source = example.src_from_dst(*at)
    assert source[0] - 20 > 100 / math.sqrt(0.9) * 2 / 3
    np.testing.assert_allclose(example.dst_from_src(*source), at, rtol=0, atol=20 * FLOAT64_ROUNDING)  # slope 0.1


def test_reversed_puts_the_distortion_in():
    example = Lens(-0.2, 0.05, 0, 1e-3, 2e-3, 200, 90, 70)
    points = np.array([3.0, 90.0, 170.0]), np.array([5.0, 70.0, 33.0])
    np.testing.assert_array_equal(Reversed(example).src_from_dst(*points), example.dst_from_src(*points))
    np.testing.assert_array_equal(Reversed(example).dst_from_src(*points), example.src_from_dst(*points))
    assert not Reversed(example).is_total
