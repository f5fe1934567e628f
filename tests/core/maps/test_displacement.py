"""Displacement maps against SciPy's interpolation in float64 and OpenCV's resize."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from core.grid import SLACK, pixel_centres
from core.maps.displacement import Displacement
from core.size import Size

EPS = np.finfo(np.float64).eps
FRAME = Size(64, 40)


def rough(height, width, seed, amplitude=5.0):
    return np.random.default_rng(seed).uniform(-amplitude, amplitude, (2, height, width))


def resized(raster, x, y):
    """The raster stretched over the frame, by SciPy; `nearest` holds the edge value."""
    rows, columns = y * raster.shape[0] / FRAME.height - 0.5, x * raster.shape[1] / FRAME.width - 0.5
    return map_coordinates(raster, np.broadcast_arrays(rows, columns), order=1, mode="nearest")


@pytest.mark.parametrize("shape", [(40, 64), (5, 8), (7, 3), (1, 9), (6, 1), (1, 1), (111, 90)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_points_are_read_at_scipys_offset(shape, dtype):
    shift_x, shift_y = rough(*shape, seed=1).astype(dtype)
    x, y = np.linspace(-20, 90, 67)[np.newaxis], np.linspace(-20, 60, 53)[:, np.newaxis]
    src_x, src_y = Displacement(shift_x, shift_y, FRAME).src_from_dst(x, y)
    rounding = 8 * EPS * (max(shape) * 5 + 100)  # of the position in the raster, and of the sum
    np.testing.assert_allclose(src_x, x + resized(shift_x.astype(np.float64), x, y), rtol=0, atol=rounding)
    np.testing.assert_allclose(src_y, y + resized(shift_y.astype(np.float64), x, y), rtol=0, atol=rounding)


def test_pixels_get_the_offsets_that_opencv_resizes_to():
    shift_x, shift_y = np.rint(rough(10, 8, seed=2))  # 8 and 4 times enlarged: weights in 16ths, which float32 holds
    x, y = pixel_centres(range(FRAME.height), FRAME.width)
    src_x, src_y = Displacement(shift_x, shift_y, FRAME).src_from_dst(x, y)
    np.testing.assert_array_equal(src_x - x, cv2.resize(shift_x, FRAME, interpolation=cv2.INTER_LINEAR))
    np.testing.assert_array_equal(src_y - y, cv2.resize(shift_y, FRAME, interpolation=cv2.INTER_LINEAR))


@pytest.mark.parametrize("shape", [(5, 8), (7, 3), (1, 9), (6, 1), (1, 1)])
def test_the_jacobian_is_the_slope_of_each_piece(shape):
    """In a piece the map is linear in x and in y, so that a difference within it is its slope but for rounding."""
    warp = Displacement(*rough(*shape, seed=3), FRAME)
    step = 2.0**-8
    x, y = np.meshgrid(np.arange(-8, 75) + 0.31, np.arange(-7, 50) + 0.17)  # no line of the raster is so near
    slope = warp.src_jacobian(x, y)
    rounding = 16 * EPS * 100 / step
    for axis, (by_x, by_y) in enumerate((slope[:2], slope[2:])):
        right, left = warp.src_from_dst(x + step, y)[axis], warp.src_from_dst(x - step, y)[axis]
        below, above = warp.src_from_dst(x, y + step)[axis], warp.src_from_dst(x, y - step)[axis]
        np.testing.assert_allclose(by_x, (right - left) / (2 * step), rtol=0, atol=rounding)
        np.testing.assert_allclose(by_y, (below - above) / (2 * step), rtol=0, atol=rounding)


@pytest.mark.parametrize(("dtype", "samples"), [(np.uint8, [0, 64, 128, 255]), (np.uint16, [0, 16384, 32768, 65535])])
@pytest.mark.parametrize("alpha", [[], [7]])
def test_red_moves_along_x_and_green_along_y(dtype, samples, alpha):
    pixels = np.array([[[red, green, 9, *alpha] for red in samples] for green in samples[:3]], dtype=dtype)
    warp = Displacement.from_samples(pixels, 30, -10, FRAME)
    highest = (samples[3] - samples[2]) / samples[2]
    np.testing.assert_allclose(warp.shift_x, [[-30, -15, 0, 30 * highest]] * 3, rtol=2**-23)
    np.testing.assert_allclose(warp.shift_y, np.transpose([[10, 5, 0]] * 4), rtol=2**-23)
    assert warp.shift_x.dtype == np.float32


@pytest.mark.parametrize("alpha", [[], [7]])
def test_gray_moves_along_both(alpha):
    pixels = np.array([[[0, *alpha], [192, *alpha]]], dtype=np.uint8)
    warp = Displacement.from_samples(pixels, 30, -10, FRAME)
    np.testing.assert_array_equal(warp.shift_x, [[-30, 15]])
    np.testing.assert_array_equal(warp.shift_y, [[10, -5]])


def test_the_middle_moves_nothing():
    warp = Displacement.from_samples(np.full((3, 4, 1), 128, dtype=np.uint8), 1e6, 1e6, FRAME)
    x, y = pixel_centres(range(3), 7)
    np.testing.assert_array_equal(warp.src_from_dst(x, y), np.broadcast_arrays(x, y))


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 10**6), st.floats(-50, 50))
@settings(max_examples=50)
def test_points_come_back_where_nothing_folds(height, width, seed, away):
    """Offsets change by at most 0.4 pixels a pixel along either axis: the determinant is 0.6^2 - 0.4^2 at least."""
    amplitude = 0.2 * min(FRAME.width / width, FRAME.height / height)
    warp = Displacement(*(rough(height, width, seed, amplitude) + away), FRAME)
    x, y = np.meshgrid(np.linspace(-9, 75, 29), np.linspace(-7, 46, 27))
    np.testing.assert_allclose(warp.dst_from_src(*warp.src_from_dst(x, y)), (x, y), rtol=0, atol=SLACK)


def test_where_it_folds_there_is_no_image_or_an_upright_one():
    warp = Displacement(*rough(6, 9, seed=4, amplitude=6), FRAME)
    src_x, src_y = np.meshgrid(np.linspace(0, 64, 60), np.linspace(0, 40, 50))
    x, y = warp.dst_from_src(src_x, src_y)
    found = np.isfinite(x)
    assert 0 < np.count_nonzero(~found) < found.size / 2
    np.testing.assert_array_equal(found, np.isfinite(y))
    slope = warp.src_jacobian(x[found], y[found])
    assert (slope.x_x * slope.y_y > slope.x_y * slope.y_x).all()
    back = warp.src_from_dst(x[found], y[found])
    np.testing.assert_allclose(back, (src_x[found], src_y[found]), rtol=0, atol=SLACK)


def test_points_that_are_nowhere_come_from_nowhere_and_far_ones_from_the_edges_offset():
    warp = Displacement(*rough(3, 4, seed=5), FRAME)
    x, y = np.array([np.nan, 1e9, 3.0]), np.array([np.nan, -1e9, np.nan])
    for found in (*warp.src_from_dst(x, y), *warp.src_jacobian(x, y)):
        assert np.isnan(found[0])
        assert np.isfinite(found[1])
    assert np.isnan(warp.src_jacobian(x, y).x_x[2])
    np.testing.assert_array_equal(np.array(warp.src_jacobian(x, y))[:, 1], [1, 0, 0, 1])
    assert warp.src_from_dst(x, y)[0][1] == 1e9 + warp.shift_x[0, -1]
    assert np.isnan(warp.dst_from_src(x[:1], y[:1])).all()
    assert warp.is_total


def test_no_point_depends_on_the_others():
    warp = Displacement(*rough(9, 5, seed=6), FRAME)
    x, y = pixel_centres(range(40), 64)
    np.testing.assert_array_equal(warp.src_from_dst(x, y[7:9])[1], warp.src_from_dst(x, y)[1][7:9])
