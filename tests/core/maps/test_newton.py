"""Newton's method on a map whose inverse is known to have no closed form and a steep start."""

import numpy as np
import pytest

from core.grid import SLACK
from core.maps.map import Jacobian
from core.maps.newton import dst_by_newton


class Rippled:
    """x + depth sin x, and y sheared by it: for a depth below 1 it never folds, but Newton's steps overshoot."""

    def __init__(self, depth):
        self.depth = depth

    def src_from_dst(self, x, y):
        return x + self.depth * np.sin(x), y - x

    def src_jacobian(self, x, y):
        one = np.ones(np.broadcast_shapes(x.shape, y.shape))
        return Jacobian(one + self.depth * np.cos(x), 0 * one, -one, one)


@pytest.mark.parametrize("depth", [0.0, 0.5, 0.99])
def test_points_are_found_from_far_away(depth):
    x, y = np.meshgrid(np.linspace(-50, 50, 40), np.linspace(-3, 3, 5))
    warp = Rippled(depth)
    found_x, found_y = dst_by_newton(warp, warp.src_from_dst(x, y), (np.full(x.shape, 7.0), y), orientation=1)
    assert found_x.shape == x.shape
    steepest = 1 / (1 - depth)
    np.testing.assert_allclose(found_x, x, rtol=0, atol=SLACK * steepest)
    np.testing.assert_allclose(found_y, y, rtol=0, atol=2 * SLACK * steepest)


def test_a_point_in_a_fold_is_not_found():
    warp = Rippled(2.0)  # folds where cos x < -1/2
    in_fold = (np.array([np.pi]), np.array([0.0]))
    target = warp.src_from_dst(*in_fold)
    assert np.isnan(dst_by_newton(warp, target, in_fold, orientation=1)).all()
    np.testing.assert_allclose(dst_by_newton(warp, target, in_fold, orientation=-1), in_fold, atol=SLACK)


def test_targets_that_are_no_points_and_out_of_reach_are_nan():
    class Flat(Rippled):
        def src_from_dst(self, x, y):
            return np.tanh(x), y

        def src_jacobian(self, x, y):
            return Jacobian(1 - np.tanh(x) ** 2, 0 * x, 0 * y, 1 + 0 * y)

    target = (np.array([0.5, 2.0, np.nan, 0.5]), np.array([0.0, 0.0, 0.0, np.inf]))
    x, y = dst_by_newton(Flat(0), target, (np.zeros(4), np.zeros(4)), orientation=1)
    np.testing.assert_array_equal(np.isnan(x), [False, True, True, True])
    np.testing.assert_array_equal(np.isnan(y), np.isnan(x))
    np.testing.assert_allclose(x[0], np.arctanh(0.5), atol=SLACK)


def test_a_point_that_no_step_brings_nearer_is_soon_given_up():
    """Twenty halvings are enough to know: a hundred of them, for each pixel of a picture, would take hours."""

    class Elsewhere(Rippled):
        calls = 0

        def src_from_dst(self, x, y):
            self.calls += 1
            return 0 * x, 0 * y

    warp = Elsewhere(0.0)
    found = dst_by_newton(warp, (np.array([1.0]), np.array([1.0])), (np.zeros(1), np.zeros(1)), orientation=1)
    assert np.isnan(found).all()
    assert warp.calls == 1 + 21
