"""What holds for every map: the shapes of its answers, points that are nowhere, and points that are very far."""

import numpy as np
import pytest

from core.maps.arc import Arc
from core.maps.displacement import Displacement
from core.maps.mesh import Mesh
from core.maps.polar import Depolar
from core.maps.thin_plate_spline import ThinPlateSpline
from core.size import Size
from tests import pictures
from tests.core.maps.examples import CENTRE, HEIGHT, MAPS, STRIP, WIDTH

FRAME = Size(WIDTH, HEIGHT)
NODES = np.array([[[3, -2], [60, 9], [198, 1]], [[-4, 80], [75, 70], [190, 90]], [[0, 149], [70, 155], [205, 140]]])
KNOTS = np.array([[0, 0], [200, 0], [0, 150], [200, 150], [91, 68], [40, 120]])
MOVED = np.add(KNOTS, [[5, -3], [-10, 10], [0, -9], [5, 5], [8.5, -8], [0, 0]])
ALL = {
    **MAPS,
    "spline": ThinPlateSpline.fit(KNOTS, MOVED),
    "mesh": Mesh(NODES.astype(np.float64), FRAME),
    "displacement": Displacement.from_samples(pictures.random(7, 5, 3), 9, -14, FRAME),
}

METHODS = ("src_from_dst", "src_jacobian", "dst_from_src")
FAR = [0.0, 1.0, -1.0, 1e18, -1e18, 1e300, -1e300, np.inf, -np.inf, np.nan]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ALL)
def test_x_and_y_broadcast(name, method):
    function = getattr(ALL[name], method)
    x, y = np.array([[3.0, 50.5, 120.25, 199.0]]), np.array([[7.5], [80.0], [149.0]])
    full = np.broadcast_arrays(x, y)
    for answer, expected in zip(function(x, y), function(*full), strict=True):
        assert answer.shape == (3, 4)
        np.testing.assert_array_equal(answer, expected)
    for answer, expected in zip(function(x[0, 1], y[1, 0]), function(*full), strict=True):
        assert np.shape(answer) == ()
        np.testing.assert_allclose(answer, expected[1, 1], rtol=1e-12)  # numbers and arrays may take different sines


@pytest.mark.parametrize("name", ALL)
def test_the_derivative_comes_with_the_same_points(name):
    """To the last bit: or pixels would move a little when they are averaged."""
    generator = np.random.default_rng(7)
    x, y = generator.uniform(-WIDTH, 2 * WIDTH, (2, 40, 50))
    point, _ = ALL[name].src_with_jacobian(x, y)
    np.testing.assert_array_equal(point, ALL[name].src_from_dst(x, y))
    assert np.isfinite(point).any()


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
