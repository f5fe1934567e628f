"""Barrel and bulge, by hand and where they fold; what they share."""

import math

import numpy as np
import pytest

from core.maps.barrel import Barrel
from core.maps.bulge import Bulge
from core.maps.radial import first_turn, radius_at


def test_barrel_by_hand():
    example = Barrel(0.1, -0.2, 0.3, 0.8, 10, 50, 40)
    # 5 px down are r = 0.5: a ratio of 0.0125 - 0.05 + 0.15 + 0.8; 20 px to the left are r = 2: 0.8 - 0.8 + 0.6 + 0.8
    x, y = example.src_from_dst(np.array([50.0, 30.0, 50.0]), np.array([45.0, 40.0, 40.0]))
    np.testing.assert_allclose(x, [50, 50 - 20 * 1.4, 50], rtol=1e-15)
    np.testing.assert_allclose(y, [40 + 5 * 0.9125, 40, 40], rtol=1e-15)


def test_barrel_folds_and_goes_on():
    example = Barrel(0, 0, -0.25, 1, 10, 0, 0)  # r - r^2 / 4 turns at r = 2, which comes from r = 1
    assert example.turning_radius == pytest.approx(2, rel=1e-15)
    x, _ = example.src_from_dst(np.array([10.0, 30.0, 50.0]), np.zeros(3))
    np.testing.assert_allclose(x, [7.5, 7.5, -12.5])
    back, _ = example.dst_from_src(np.array([7.5, -7.5, 9.999, 10.001, 30]), np.zeros(5))
    np.testing.assert_allclose(back[:3], [10, -10, 20 - 0.2], rtol=1e-12)  # r = 2 - 2 sqrt(1 - r_src)
    assert np.isnan(back[3:]).all()


@pytest.mark.parametrize("d", [0.0, -1.0, 1e-320])
def test_a_barrel_that_folds_at_once_has_no_image(d):
    example = Barrel(1, 0, 1, d, 10, 50, 40)
    assert example.turning_radius == 0
    assert np.isnan(example.dst_from_src(np.array([50.0, 60.0]), np.array([40.0, 45.0]))).all()
    assert np.isfinite(example.src_from_dst(np.array([50.0, 60.0]), np.array([40.0, 45.0]))).all()


@pytest.mark.parametrize("strength", [0.95, 0.3, 0, -1])
def test_bulge_by_hand(strength):
    example = Bulge(strength, 20, 50, 40)
    x, y = np.array([50.0, 60.0, 50.0, 70.0, 90.0]), np.array([40.0, 40.0, 24.0, 40.0, 10.0])
    src_x, src_y = example.src_from_dst(x, y)
    ratios = 1 - strength * np.array([1, 0.75**2, (1 - 0.8**2) ** 2])
    np.testing.assert_allclose(src_x[:3], [50, 50 + 10 * ratios[1], 50], rtol=1e-15)
    np.testing.assert_allclose(src_y[:3], [40, 40, 40 - 16 * ratios[2]], rtol=1e-15)
    np.testing.assert_array_equal((src_x[3:], src_y[3:]), (x[3:], y[3:]))
    at_centre = example.src_jacobian(np.array([50.0]), np.array([40.0]))
    np.testing.assert_allclose(np.concatenate(at_centre), [1 - strength, 0, 0, 1 - strength], atol=1e-15)


def test_bulge_moves_nothing_outside_in_either_direction():
    generator = np.random.default_rng(1)
    angle, rho = generator.uniform(0, math.tau, 100), generator.uniform(20.001, 1e4, 100)
    x, y = 50.3 + rho * np.cos(angle), 40.7 + rho * np.sin(angle)
    example = Bulge(-0.9, 20, 50.3, 40.7)
    np.testing.assert_array_equal(example.src_from_dst(x, y), (x, y))
    np.testing.assert_array_equal(example.dst_from_src(x, y), (x, y))


@pytest.mark.parametrize(
    ("slope", "turn"),
    [
        ((1, -3, 2), 0.5),
        ((1, -2, 1), math.inf),
        ((2, 0, 0, -0.25), 2),
        ((1, 1, 1), math.inf),
        ((1,), math.inf),
        ((0, 1), 0),
        ((-1, 1), 0),
        ((6, -11, 6, -1), 1),
    ],
)
def test_first_turn_in_closed_form(slope, turn):
    assert first_turn(slope) == pytest.approx(turn, rel=1e-12)


def test_radius_at_close_to_the_turn():
    # r - r^3 / 3 = 2/3 - e has its root near 1 - sqrt(e), where the derivative is 2 sqrt(e)
    gap = np.logspace(-14, -1, 40)
    root = radius_at(lambda r: r - r**3 / 3, lambda r: 1 - r * r, 2 / 3 - gap, 1.0)
    expected = 2 * np.sin(np.arcsin(np.minimum(1, (2 / 3 - gap) * 3 / 2)) / 3)  # sin 3a = 3 sin a - 4 sin^3 a
    np.testing.assert_array_less(np.abs(root - expected), 16 * 2**-52 / np.sqrt(gap))
    assert np.isnan(
        radius_at(lambda r: r - r**3 / 3, lambda r: 1 - r * r, np.array([0.6667, 1.0, np.inf, np.nan]), 1.0)
    ).all()


def test_radius_at_far_beyond_any_bound():
    target = np.array([0.0, 1e-9, 1.0, 7.3e5, 1e12])
    root = radius_at(lambda r: r / 1e6, lambda r: np.full_like(r, 1e-6), target, math.inf)
    np.testing.assert_allclose(root, 1e6 * target, rtol=1e-14)
