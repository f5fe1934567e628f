"""The examples that people know from the classic spatial-transformer tutorial, on the lattice where it means them."""

import numpy as np
import skimage.transform

from core import BLACK, homography, warp_batch
from tests import oracles, pictures
from tests.core.rendering import render_matrix, render_operations, size_of, state_after

IDENTITY = [[1, 0, 0], [0, 1, 0]]
SHIFT = [[1, 0, 0.5], [0, 1, 0]]
TURN = [[0.707, -0.707, 0], [0.707, 0.707, 0]]


def test_the_identity_reproduces_the_picture_to_the_last_row_and_column():
    for picture in (pictures.astronaut(), pictures.coffee(), pictures.chelsea()):
        np.testing.assert_array_equal(render_matrix(picture, IDENTITY, "normalized"), picture, strict=True)


def test_a_shift_of_a_half_moves_the_picture_left_by_a_quarter_of_its_width():
    picture = pictures.coffee()
    warped = render_matrix(picture, SHIFT, "normalized", fill=BLACK)
    np.testing.assert_array_equal(warped[:, :450], picture[:, 150:], strict=True)
    np.testing.assert_array_equal(warped[:, 450:], 0)


def test_the_turn_takes_a_mark_on_the_right_to_the_upper_right():
    mark = pictures.lit_pixel(101, 101, column=90, row=50)  # 40 to the right of the centre
    warped = render_matrix(mark, TURN, "normalized", fill=BLACK)[..., 0]
    row, column = np.unravel_index(warped.argmax(), warped.shape)
    assert (column, row) == (50 + 28, 50 - 28)  # 40 / sqrt(2), up and to the right: counter-clockwise as seen


def test_the_turn_is_scikit_images_rotation_by_45_degrees_of_a_square_picture():
    picture = pictures.astronaut()[:201, 150:351]
    exact_turn = [[np.sqrt(0.5), -np.sqrt(0.5), 0], [np.sqrt(0.5), np.sqrt(0.5), 0]]
    rotated = skimage.transform.rotate(picture.astype(np.float64), 45, order=1, clip=False)  # counter-clockwise
    warped = render_matrix(picture, exact_turn, "normalized", border="constant", fill=BLACK)
    np.testing.assert_array_less(np.abs(warped - rotated), 0.502)


def test_on_a_wide_picture_the_turn_also_stretches():
    mark = pictures.lit_pixel(301, 101, column=270, row=50)  # 120 to the right: 0.797 of half the width
    warped = render_matrix(mark, TURN, "normalized", fill=BLACK)[..., 0]
    row, column = np.unravel_index(warped.argmax(), warped.shape)
    spread = np.sqrt(0.5) * (1 + 301 / 101)  # of one source pixel over the output's
    lands_on = (120 / np.sqrt(2), -120 / np.sqrt(2) * 101 / 301)
    np.testing.assert_allclose((column - 150, row - 50), lands_on, rtol=0, atol=spread)


def test_two_photographs_go_through_one_batch_with_two_matrices():
    batch = np.stack([pictures.astronaut()[:300, :400], pictures.coffee()[:300, :400]])
    turned, shifted = warp_batch(batch, np.array([TURN, SHIFT]))
    np.testing.assert_array_equal(shifted[:, :300], batch[1][:, 100:])
    np.testing.assert_array_equal(turned, render_matrix(batch[0], TURN, "normalized", fill=BLACK))


def test_shear_then_scale_then_rotate_is_one_matrix_read_from_the_right():
    picture = pictures.coffee()[:120, :160]
    shear, scale, rotate = homography.shear(0.2, 0), homography.scale(1.5, 0.8), homography.rotate(np.radians(25))
    together = rotate @ (scale @ shear)
    state = state_after(picture, shear, scale, rotate)
    np.testing.assert_array_equal(state.map.projective.dst_from_src_matrix, together)
    options = {"fill": BLACK, "antialias": False}
    listed = render_operations(picture, shear, scale, rotate, **options)
    np.testing.assert_array_equal(listed, render_matrix(picture, together[:2], "css", **options), strict=True)
    inverse = np.linalg.inv(together)
    exact = oracles.bilinear(picture, inverse, *size_of(picture), "edge")
    x, y, _ = oracles.source_points(inverse, *size_of(picture))
    inside = (np.abs(x - 80) < 78) & (np.abs(y - 60) < 58)
    np.testing.assert_array_less(np.abs(listed - exact)[inside], 0.502)
