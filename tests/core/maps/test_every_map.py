"""What holds for every map: the shapes of its answers, points that are nowhere, and points that are very far."""

import numpy as np
import pytest

from core.maps.arc import Arc
from core.maps.polar import Depolar
from tests.core.maps.examples import CENTRE, HEIGHT, MAPS, STRIP, WIDTH

METHODS = ("src_from_dst", "src_jacobian", "dst_from_src")
FAR = [0.0, 1.0, -1.0, 1e18, -1e18, 1e300, -1e300, np.inf, -np.inf, np.nan]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", MAPS)
def test_x_and_y_broadcast(name, method):
    function = getattr(MAPS[name], method)
    x, y = np.array([[3.0, 50.5, 120.25, 199.0]]), np.array([[7.5], [80.0], [149.0]])
    full = np.broadcast_arrays(x, y)
    for answer, expected in zip(function(x, y), function(*full), strict=True):
        assert answer.shape == (3, 4)
        np.testing.assert_array_equal(answer, expected)
    for answer, expected in zip(function(x[0, 1], y[1, 0]), function(*full), strict=True):
        assert np.shape(answer) == ()
        np.testing.assert_allclose(answer, expected[1, 1], rtol=1e-12)  # numbers and arrays may take different sines


@pytest.mark.parametrize("name", MAPS)
def test_a_point_is_nowhere_as_a_whole_and_far_points_do_no_harm(name):
    x, y = np.meshgrid(FAR, FAR)
    for method in METHODS:
        answer = np.stack(getattr(MAPS[name], method)(x, y))
        if method != "src_jacobian":
            nowhere = np.isnan(answer)
            np.testing.assert_array_equal(nowhere[0], nowhere[1])
            assert nowhere[0][np.isnan(x) | np.isnan(y)].all()
            assert not np.isinf(answer).any()


@pytest.mark.parametrize("name", [name for name, example in MAPS.items() if example.is_total])
def test_total_maps_have_a_source_everywhere(name):
    x, y = np.meshgrid(np.linspace(-2e4, 2e4, 41), np.linspace(-2e4, 2e4, 43))
    assert np.isfinite(MAPS[name].src_from_dst(x, y)).all()
    assert np.isfinite(MAPS[name].src_from_dst(*(np.array([number]) for number in CENTRE))).all()


@pytest.mark.parametrize(
    ("example", "pole"),
    [(Depolar(*STRIP, log=False), CENTRE), (Arc(2.0, WIDTH, HEIGHT), (WIDTH / 2, HEIGHT / 2 + WIDTH / 2))],
)
def test_a_pole_has_a_source_and_a_derivative_beside_it(example, pole):
    x, y = (np.array([number]) for number in pole)
    assert np.isfinite(example.src_from_dst(x, y)).all()
    assert np.isfinite(example.src_jacobian(x, y)).all()
