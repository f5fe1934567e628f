"""The thin-plate spline against scikit-image and SciPy, which fit the same formula by other code."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import RBFInterpolator
from skimage.transform import ThinPlateSplineTransform

from core.errors import DegeneratePoints
from core.from_points import affine_from_points
from core.grid import SLACK, pixel_centres
from core.maps.thin_plate_spline import ThinPlateSpline

EPS = np.finfo(np.float64).eps
KNOTS = np.array([[10, 20], [600, 35], [590, 410], [25, 395], [300, 200], [150, 333.0]])
MOVED = np.array([[0, 0], [640, 0], [640, 480], [0, 480], [320, 190], [140, 350.0]])
X, Y = np.meshgrid(np.linspace(-100, 700, 23), np.linspace(-80, 560, 17))
GRID = np.column_stack([X.ravel(), Y.ravel()])


def read(warp, points):
    return np.column_stack(warp.src_from_dst(*points.T))


def condition(knots, smoothing=0.0):
    """Of the spline's equations: how many roundings each of its values may be off by."""
    squared = np.sum((knots[:, None] - knots) ** 2, axis=2)
    bending = squared * np.log(np.where(squared > 0, squared, 1)) + smoothing * np.eye(len(knots))
    plane = np.column_stack([np.ones(len(knots)), knots])
    return np.linalg.cond(np.block([[bending, plane], [plane.T, np.zeros((3, 3))]]))


def determinant(warp, x, y):
    slope = warp.src_jacobian(x, y)
    return slope.x_x * slope.y_y - slope.x_y * slope.y_x


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_scikit_image(seed):
    generator = np.random.default_rng(seed)
    dst = np.vstack([KNOTS, generator.uniform(0, 600, (3 * seed, 2))])
    src = dst + generator.normal(size=dst.shape) * 10
    expected = ThinPlateSplineTransform.from_estimate(dst, src)(GRID)
    tolerance = condition(dst) * EPS * np.abs(src).max()  # scikit-image solves in pixels, as they come
    np.testing.assert_allclose(read(ThinPlateSpline.fit(src, dst), GRID), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("smoothing", [0.0, 0.01, 3.0])
def test_it_agrees_with_scipy_which_has_half_the_kernel(smoothing):
    warp = ThinPlateSpline.fit(MOVED, KNOTS, smoothing)
    centre, radius = KNOTS.mean(axis=0), np.sqrt(np.sum((KNOTS - KNOTS.mean(axis=0)) ** 2) / len(KNOTS))
    in_radii = (KNOTS - centre) / radius
    oracle = RBFInterpolator(in_radii, MOVED, smoothing=smoothing / 2, kernel="thin_plate_spline", degree=1)
    tolerance = condition(in_radii, smoothing) * EPS * np.abs(MOVED).max()
    np.testing.assert_allclose(read(warp, GRID), oracle((GRID - centre) / radius), rtol=0, atol=tolerance)


def test_without_smoothing_every_point_is_met():
    np.testing.assert_allclose(read(ThinPlateSpline.fit(MOVED, KNOTS), KNOTS), MOVED, rtol=0, atol=1e4 * EPS * 640)


def test_points_of_an_affine_map_give_it_everywhere():
    linear, shift = np.array([[0.8, 0.3], [-0.2, 1.4]]), np.array([7, -30])
    warp = ThinPlateSpline.fit(KNOTS @ linear.T + shift, KNOTS)
    far = np.vstack([GRID, [[5000, -4000]]])
    np.testing.assert_allclose(read(warp, far), far @ linear.T + shift, rtol=0, atol=SLACK / 1000)


def test_much_smoothing_gives_the_affine_map_of_least_squares():
    warp = ThinPlateSpline.fit(MOVED, KNOTS, 1e12)
    affine = affine_from_points(KNOTS, MOVED)
    expected = GRID @ affine[:2, :2].T + affine[:2, 2]
    np.testing.assert_allclose(read(warp, GRID), expected, rtol=0, atol=640 * 100 / 1e12 + 1e4 * EPS * 640)


@pytest.mark.parametrize("factor", [0.01, 7.0])
def test_smoothing_means_the_same_at_any_scale(factor):
    plain = ThinPlateSpline.fit(MOVED, KNOTS, 0.05)
    scaled = ThinPlateSpline.fit(factor * MOVED, factor * KNOTS, 0.05)
    np.testing.assert_allclose(read(scaled, factor * GRID) / factor, read(plain, GRID), rtol=0, atol=1e4 * EPS * 640)


@pytest.mark.parametrize("points", [GRID, KNOTS])
def test_the_jacobian_is_the_complex_step_derivative(points):
    """f(x + ih) = f(x) + ih f'(x) without any difference: Squire and Trapp 1998, doi:10.1137/S003614459631241X."""
    warp = ThinPlateSpline.fit(MOVED, KNOTS, 0.001)
    (x, y), step = points.T, 1e-200
    by_x, by_y = warp.src_from_dst(x + 1j * step, y + 0j), warp.src_from_dst(x + 0j, y + 1j * step)
    slope = warp.src_jacobian(x, y)
    steepest = 2 * 3 * (np.log(3**2) + 1) * np.abs(warp.weights).sum() / warp.radius + 10  # within 3 radii
    for found, by in ((slope.x_x, by_x[0]), (slope.x_y, by_y[0]), (slope.y_x, by_x[1]), (slope.y_y, by_y[1])):
        np.testing.assert_allclose(found, by.imag / step, rtol=0, atol=8 * len(KNOTS) * EPS * steepest)


@given(st.lists(st.floats(-18, 18), min_size=12, max_size=12), st.sampled_from([-1, 1]))
@settings(max_examples=30)
def test_points_come_back_where_the_spline_does_not_fold(shifts, mirror):
    src = (KNOTS + np.reshape(shifts, (6, 2))) * [mirror, 1]
    warp = ThinPlateSpline.fit(src, KNOTS)
    assert warp.orientation == mirror
    assert (determinant(warp, X, Y) * mirror > 0.1).all()  # such shifts are too small to fold it
    np.testing.assert_allclose(warp.dst_from_src(*warp.src_from_dst(X, Y)), (X, Y), rtol=0, atol=SLACK)


def test_where_it_folds_there_is_no_image_or_an_upright_one():
    dst = np.array([[0, 0], [100, 0], [0, 100], [100, 100], [40, 50], [60, 50.0]])
    warp = ThinPlateSpline.fit(dst[[0, 1, 2, 3, 5, 4]], dst)  # two neighbours exchanged
    assert (determinant(warp, *np.meshgrid(range(40, 61), range(45, 56))) < 0).any()
    src_x, src_y = np.meshgrid(np.linspace(1, 99, 50), np.linspace(1, 99, 50))
    x, y = warp.dst_from_src(src_x, src_y)
    found = np.isfinite(x)
    assert 0 < np.count_nonzero(~found) < found.size / 2
    np.testing.assert_array_equal(found, np.isfinite(y))
    assert (determinant(warp, x[found], y[found]) > 0).all()
    back_x, back_y = warp.src_from_dst(x[found], y[found])
    np.testing.assert_allclose((back_x, back_y), (src_x[found], src_y[found]), rtol=0, atol=SLACK)


def test_flat_src_has_no_image():
    warp = ThinPlateSpline.fit(KNOTS * [1, 0], KNOTS)
    assert np.isnan(warp.dst_from_src(np.array([300.0, 5]), np.array([0.0, 3]))).all()


def test_no_point_depends_on_the_others():
    warp = ThinPlateSpline.fit(MOVED, KNOTS)
    x, y = pixel_centres(range(40), 301)
    whole = warp.src_from_dst(x, y)
    np.testing.assert_array_equal(whole[0][7:9], warp.src_from_dst(x, y[7:9])[0])
    np.testing.assert_array_equal(whole[1][7:8, 5:6], warp.src_from_dst(x[:, 5:6], y[7:8])[1])
    assert whole[0].shape == warp.src_jacobian(x, y).x_y.shape == (40, 301)


def test_a_point_that_is_nowhere_comes_from_nowhere_and_a_far_one_from_somewhere():
    warp = ThinPlateSpline.fit(MOVED, KNOTS)
    x, y = np.array([np.nan, 1e9]), np.array([np.nan, -1e9])
    for found in (*warp.src_from_dst(x, y), *warp.src_jacobian(x, y)):
        np.testing.assert_array_equal(np.isfinite(found), [False, True])
    assert np.isnan(warp.dst_from_src(x[:1], y[:1])).all()
    assert warp.is_total


@pytest.mark.parametrize(
    ("dst", "words"),
    [
        (KNOTS[:2], "three points"),
        (np.outer([0, 1, 5], [1, 1 / 3]), "three points"),
        (np.vstack([KNOTS, KNOTS[2]]), "coincide"),
        (np.vstack([KNOTS, KNOTS[2] + 1e-7]), "coincide"),
        (KNOTS * np.inf, "finite"),
    ],
)
def test_knots_that_determine_no_spline_are_refused(dst, words):
    with pytest.raises(DegeneratePoints, match=words):
        ThinPlateSpline.fit(np.resize(MOVED, dst.shape), dst, 0.1)
