"""The strip and back: against OpenCV and scikit-image, whose bins start half a pixel earlier."""

import math

import numpy as np
import pytest

from core.maps.polar import Depolar, Polar
from tests import oracles

WIDTH, HEIGHT = 80, 60
CENTRE = 37.3, 28.1
RADIUS, ANGLES = 40, 126


def inside(x, y):
    """Points that a library reads between four pixels of the picture."""
    return (x > 1) & (x < WIDTH - 1) & (y > 1) & (y < HEIGHT - 1)


@pytest.mark.parametrize("log", [False, True])
def test_source_is_opencvs(log):
    x, y = Polar(*CENTRE, RADIUS, ANGLES, log).src_from_dst(*oracles.bin_starts(RADIUS, ANGLES))
    pictures = oracles.coordinate_pictures(WIDTH, HEIGHT)
    read_x, read_y = (oracles.opencv_polar(picture, CENTRE, RADIUS, ANGLES, log) for picture in pictures)
    error = 16 * 2**-24 * WIDTH  # float32 coordinates and weights: some 16 roundings
    assert np.count_nonzero(inside(x, y)) > 4000
    np.testing.assert_array_less(np.abs(read_x - x)[inside(x, y)], error)
    np.testing.assert_array_less(np.abs(read_y - y)[inside(x, y)], error)


def test_source_is_scikit_images():
    x, y = Polar(*CENTRE, RADIUS, ANGLES, log=False).src_from_dst(*oracles.bin_starts(RADIUS, ANGLES))
    pictures = oracles.coordinate_pictures(WIDTH, HEIGHT)
    read_x, read_y = (oracles.scikit_image_polar(picture, CENTRE, RADIUS, ANGLES) for picture in pictures)
    np.testing.assert_array_less(np.abs(read_x - x)[inside(x, y)], oracles.FLOAT64_ERROR)
    np.testing.assert_array_less(np.abs(read_y - y)[inside(x, y)], oracles.FLOAT64_ERROR)


def test_strip_by_hand():
    strip = Polar(50, 40, 30, 100, log=False)
    x, y = strip.src_from_dst(np.array([10.0, 10, 10, 10, 0, 30]), np.array([0.0, 25, 50, 75, 33, 125]))
    np.testing.assert_allclose(x, [60, 50, 40, 50, 50, 50], atol=1e-13)  # from +x clockwise: right, down, left, up
    np.testing.assert_allclose(y, [40, 50, 40, 30, 40, 70], atol=1e-13)
    x, y = strip.dst_from_src(np.array([60.0, 50, 40, 50, 50]), np.array([40.0, 50, 40, 30, 40]))
    np.testing.assert_allclose(x, [10, 10, 10, 10, 0], atol=1e-13)
    np.testing.assert_allclose(y, [0, 25, 50, 75, 0], atol=1e-13)


def test_log_strip_by_hand():
    strip = Polar(50, 40, 30, 100, log=True)
    x, _ = strip.src_from_dst(np.array([0.0, 15, 30]), np.zeros(3))
    np.testing.assert_allclose(x, 50 + np.array([0, math.sqrt(31) - 1, 30]), rtol=1e-14)  # R to R; halfway the root
    x, _ = strip.dst_from_src(np.array([50.0, 60, 80]), np.full(3, 40.0))
    np.testing.assert_allclose(x, [0, 30 * math.log(11) / math.log(31), 30], atol=1e-13)


@pytest.mark.parametrize("log", [False, True])
def test_left_of_the_strip_is_nothing(log):
    strip, rolled = Polar(50, 40, 30, 100, log), Depolar(50, 40, 30, 100, log)
    x, y = np.array([-0.1, -5, 0, -1e-9]), np.array([3.0, 50, 70, 20])
    for nowhere in (strip.src_from_dst(x, y)[0], strip.src_jacobian(x, y).y_x, rolled.dst_from_src(x, y)[1]):
        np.testing.assert_array_equal(np.isnan(nowhere), [True, True, False, False])  # the last within the slack


@pytest.mark.parametrize("log", [False, True])
def test_depolar_is_polar_exchanged(log):
    strip, rolled = (kind(*CENTRE, RADIUS, ANGLES, log) for kind in (Polar, Depolar))
    x, y = oracles.coordinate_pictures(WIDTH, HEIGHT)
    np.testing.assert_array_equal(rolled.src_from_dst(x, y), strip.dst_from_src(x, y))
    np.testing.assert_array_equal(rolled.dst_from_src(x, y), strip.src_from_dst(x, y))
    assert rolled.is_total
    assert not strip.is_total


def test_rows_lie_on_the_strip_whatever_the_angle():
    rolled = Depolar(0, 0, 30, 7, log=False)
    tiny = np.array([0.0, -0.0, 1e-300, -1e-300, -1e-17, -1e-16, -1e-15, 1e-15])
    _, y = rolled.src_from_dst(np.ones(8), tiny)
    assert np.all((y >= 0) & (y < 7))


def test_rows_repeat_after_a_whole_turn():
    rolled, y = Depolar(*CENTRE, RADIUS, ANGLES, log=False), np.array([3.0, 60.5, 125.0])
    once, again = (rolled.dst_from_src(np.full(3, 20.0), y + turns * ANGLES) for turns in (0, -2))
    np.testing.assert_allclose(again, once, rtol=0, atol=20 * 2**-53 * 1000)  # an angle of 6 turns, times 20 px
