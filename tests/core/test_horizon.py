"""Where points have an image: before the horizon, and no nearer to it than the slack."""

import math

import numpy as np
import pytest

from core import homography, image_of
from core.horizon import before_horizon

UPRIGHT = np.array([[1, 0, 0], [0, 1, 0], [-0.125, 0, 1.0]])  # w = 1 - x/8: the horizon is x = 8
SLANTED = np.array([[1, 2, 3], [4, 5, 6], [0.03, 0.04, -1.0]])  # 3x + 4y = 100, in front where it is more


def test_distance_is_in_pixels_of_the_source_and_signed():
    x, y = np.array([0.0, 7, 8, 10]), np.array([5.0, -3, 0, 2])
    np.testing.assert_allclose(before_horizon(UPRIGHT, x, y), [8, 1, 0, -2], atol=1e-14)
    np.testing.assert_allclose(before_horizon(SLANTED, np.array([0.0, 100]), np.array([0.0, 0])), [-20, 40], atol=1e-12)


def test_distance_does_not_depend_on_the_matrix_factor():
    x, y = np.array([3.0, 20]), np.array([11.0, -4])
    np.testing.assert_allclose(before_horizon(7.5 * SLANTED, x, y), before_horizon(SLANTED, x, y), rtol=1e-14)


@pytest.mark.parametrize("matrix", [np.eye(3), homography.shear(3, -2), homography.scale(-5, 1e-3)])
def test_affine_map_has_no_horizon(matrix):
    assert before_horizon(matrix, np.array([1e6]), np.array([-1e6])) == math.inf


def test_points_are_mapped_by_hand():
    x, y = image_of(UPRIGHT, np.array([0.0, 4, 6]), np.array([3.0, 1, -2]))
    np.testing.assert_allclose(x, [0, 8, 24], rtol=1e-15)
    np.testing.assert_allclose(y, [3, 2, -8], rtol=1e-15)


@pytest.mark.parametrize("matrix", [UPRIGHT, homography.invert(homography.invert(UPRIGHT)), 1e-7 * UPRIGHT])
@pytest.mark.parametrize(("x", "has_image"), [(8, False), (8 - 1e-7, False), (8 - 1e-5, True), (9, False), (-9, True)])
def test_on_and_beyond_the_horizon_there_is_no_image(matrix, x, has_image):
    """Also where rounding leaves a denominator of 1e-17 right on it."""
    found = np.array(image_of(matrix, np.array([float(x)]), np.array([1 / 3])))
    assert np.isfinite(found).all() == has_image
    assert np.isnan(found).all() != has_image
