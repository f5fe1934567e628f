"""Swirl, wave and arc: closed forms, points by hand, and scikit-image's swirl."""

import math

import numpy as np
import pytest

from core.maps.arc import Arc
from core.maps.swirl import Swirl
from core.maps.wave import Wave
from tests import oracles

ROUNDING = 100 * 2**-53 * 200
"""Pixels: a hundred roundings of a coordinate below 200."""


@pytest.mark.parametrize(("strength", "radius"), [(3.0, 50.0), (-1.2, 120.0)])
def test_swirl_is_scikit_images(strength, radius):
    pictures, centre = oracles.coordinate_pictures(80, 60), (37.3, 28.1)
    x, y = Swirl(strength, radius, *centre).src_from_dst(*pictures)
    read_x, read_y = (oracles.scikit_image_swirl(picture, strength, radius, centre) for picture in pictures)
    inside = (x > 1) & (x < 79) & (y > 1) & (y < 59)
    assert np.count_nonzero(inside) > 3500
    np.testing.assert_array_less(np.abs(read_x - x)[inside], oracles.FLOAT64_ERROR)
    np.testing.assert_array_less(np.abs(read_y - y)[inside], oracles.FLOAT64_ERROR)


def test_swirl_turns_clockwise_by_its_strength_near_the_centre():
    example = Swirl(math.pi / 2, 1e9, 50, 40)  # so wide that the turn is the same all over the picture, to 1e-7
    x, y = example.dst_from_src(np.array([60.0, 50.0]), np.array([40.0, 20.0]))
    np.testing.assert_allclose((x, y), ([50, 70], [50, 40]), rtol=0, atol=20 * math.pi / 2 * 20 / 1e8)


def test_swirl_keeps_circles():
    x, y = oracles.coordinate_pictures(80, 60)
    src_x, src_y = Swirl(4, 60, 30.5, 20.25).src_from_dst(x, y)
    distances = np.hypot(src_x - 30.5, src_y - 20.25)
    np.testing.assert_allclose(distances, np.hypot(x - 30.5, y - 20.25), rtol=0, atol=ROUNDING)


def test_wave_by_hand():
    x, y = np.array([10.0, 10, 10, 10]), np.array([0.0, 5, 10, 15])
    src_x, src_y = Wave(3, 20, 0, "x").src_from_dst(x, y)
    np.testing.assert_allclose(src_x, [10, 7, 10, 13], rtol=0, atol=ROUNDING)
    np.testing.assert_array_equal(src_y, y)
    src_x, src_y = Wave(3, 20, math.pi / 2, "y").src_from_dst(y, x)
    np.testing.assert_array_equal(src_x, y)
    np.testing.assert_allclose(src_y, [7, 10, 13, 10], rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(Wave(3, 20, 0, "x").dst_from_src(x, y)[0], [10, 13, 10, 7], rtol=0, atol=ROUNDING)


QUARTER = Arc(math.pi / 2, 100, 40)
R = 100 / (math.pi / 2)


def test_arc_by_hand():
    """A picture of 100 x 40 over a quarter turn: the centre is 63.7 px below the middle, the ends 45 degrees to it."""
    x, y = QUARTER.dst_from_src(np.array([50.0, 50, 50, 100, 0, 100]), np.array([20.0, 0, 40, 20, 20, 0]))
    reach = np.array([R, R, R + 20]) * math.sqrt(0.5)
    np.testing.assert_allclose(x, [50, 50, 50, *(50 + reach * [1, -1, 1])], rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(y, [20, 0, 40, *(20 + R - reach)], rtol=0, atol=ROUNDING)
    x, y = QUARTER.src_from_dst(np.array([50.0, 50 + R, 50 - R, 50]), np.array([20 + 2 * R, 20 + R, 20 + R, 20 + R]))
    np.testing.assert_allclose(x[:3], [50 + 200, 150, -50], rtol=0, atol=ROUNDING)  # down is phi = pi, not -pi
    np.testing.assert_allclose(y, [20, 20, 20, 20 + R], rtol=0, atol=ROUNDING)


def test_arc_keeps_the_length_of_the_middle_row():
    x, y = QUARTER.dst_from_src(np.linspace(0, 100, 1001), np.full(1001, 20.0))
    chords = np.hypot(np.diff(x), np.diff(y)).sum()
    np.testing.assert_allclose(chords, 100, rtol=0, atol=100 * (math.pi / 2 / 1000) ** 2 / 24 + ROUNDING)


def test_negative_arc_is_the_mirror_image():
    x, y = oracles.coordinate_pictures(100, 40)
    for direction in ("src_from_dst", "dst_from_src"):
        bent_x, bent_y = getattr(Arc(-1.3, 100, 40), direction)(x, y)
        mirrored_x, mirrored_y = getattr(Arc(1.3, 100, 40), direction)(x, 40 - y)
        np.testing.assert_allclose(bent_x, mirrored_x, rtol=0, atol=ROUNDING)
        np.testing.assert_allclose(bent_y, 40 - mirrored_y, rtol=0, atol=ROUNDING)


def test_nearly_straight_arc_loses_no_digits():
    x, y = oracles.coordinate_pictures(100, 40)
    radius = 100 / 1e-9
    for bent_x, bent_y in (Arc(1e-9, 100, 40).src_from_dst(x, y), Arc(1e-9, 100, 40).dst_from_src(x, y)):
        # to the first order in 1 / R a point moves by (dx dy, dx^2 / 2) / R
        np.testing.assert_allclose(bent_x, x, rtol=0, atol=50 * 20 / radius + ROUNDING)
        np.testing.assert_allclose(bent_y, y, rtol=0, atol=50**2 / 2 / radius + ROUNDING)


def test_rows_beyond_the_centre_have_no_image():
    y = 20 + np.array([R - 0.001, R, R + 0.001, R + 50])
    x, image_y = QUARTER.dst_from_src(np.full(4, 60.0), y)
    np.testing.assert_array_equal(np.isnan(x), [False, False, True, True])
    np.testing.assert_array_equal(np.isnan(image_y), np.isnan(x))


def test_columns_beyond_half_a_turn_have_no_image_but_both_its_ends_have():
    ring = Arc(math.tau, 100, 20)
    x, y = ring.dst_from_src(np.array([0.0, 100, -0.001, 100.001]), np.full(4, 5.0))
    np.testing.assert_array_equal(np.isnan(x), [False, False, True, True])
    np.testing.assert_allclose(x[:2], 50, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(y[:2], 10 + 100 / math.tau + (100 / math.tau + 5), rtol=0, atol=ROUNDING)
