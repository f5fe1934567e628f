"""Every map's own derivative against differences of the map itself."""

import numpy as np
import pytest

from tests.core.maps.examples import MAPS, points

STEP = 1 / 64
"""Pixels: a power of two, so that it moves a point without rounding; the difference's own error is then of the order
of (STEP / size of the structure)^4, or of STEP where a second derivative jumps."""

ROUNDING = 1000 * 100 * 2**-53 / STEP
"""A hundred roundings of a coordinate below 1000, over the step that they are divided by."""


def difference(function, x, y, dx, dy):
    """The derivative along (dx, dy) from five points, exact for polynomials of the fourth degree."""
    far, near, back, far_back = (np.stack(function(x + i * dx, y + i * dy)) for i in (2, 1, -1, -2))
    return (8 * (near - back) - (far - far_back)) / (12 * np.hypot(dx, dy))


@pytest.mark.parametrize("name", MAPS)
def test_jacobian_is_the_derivative(name):
    x, y = points()
    jacobian = MAPS[name].src_jacobian(x, y)
    for along, (dx, dy) in (((jacobian.x_x, jacobian.y_x), (1, 0)), ((jacobian.x_y, jacobian.y_y), (0, 1))):
        fine = difference(MAPS[name].src_from_dst, x, y, dx * STEP, dy * STEP)
        coarse = difference(MAPS[name].src_from_dst, x, y, 2 * dx * STEP, 2 * dy * STEP)
        bound = np.abs(coarse - fine) + ROUNDING  # halving the step takes away at least half of the error
        assert np.isfinite(bound).all()
        assert np.median(bound) < 1e-8
        np.testing.assert_array_less(np.abs(np.stack(along) - fine), bound)
