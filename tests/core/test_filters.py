import numpy as np
import pytest

from core import filters

NEXT_TO_A_TIE = 1e-6


@pytest.mark.parametrize(
    ("x", "index"),
    [
        (0.0, 0),
        (0.999, 0),
        (1.0 - 1.1 * NEXT_TO_A_TIE, 0),
        (1.0 - 0.9 * NEXT_TO_A_TIE, 1),  # a tie goes to the right
        (1.0, 1),
        (-0.5, -1),
        (-0.5 * NEXT_TO_A_TIE, 0),
    ],
)
def test_nearest_is_the_floor_with_ties_to_the_right(x, index):
    [(found, weight)] = filters.nearest(np.array([x]))
    np.testing.assert_array_equal(found, [index])
    np.testing.assert_array_equal(weight, 1)


@pytest.mark.parametrize(
    ("x", "index", "weights"),
    [
        (0.5, 0, (1, 0)),
        (0.75, 0, (0.75, 0.25)),
        (2.0, 1, (0.5, 0.5)),
        (0.25, -1, (0.25, 0.75)),
        (8000.625, 8000, (0.875, 0.125)),
    ],
)
def test_bilinear_weights_its_two_neighbours_by_nearness(x, index, weights):
    (left, left_weight), (right, right_weight) = filters.bilinear(np.array([x]))
    assert (left.item(), right.item()) == (index, index + 1)
    assert (left_weight.item(), right_weight.item()) == weights


@pytest.mark.parametrize("name", filters.FILTERS)
@pytest.mark.parametrize("x", [1e13, -1e13, 1e19, 1e300, -1e300])
def test_coordinates_beyond_all_integers_are_clamped(name, x):
    for index, weight in filters.FILTERS[name](np.array([x])):
        assert abs(index.item()) <= filters.FARTHEST + 1
        assert 0 <= weight.min() <= weight.max() <= 1
        assert np.sign(index.item()) == np.sign(x)
