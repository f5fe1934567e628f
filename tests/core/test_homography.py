import re
from fractions import Fraction

import numpy as np
import pytest

from core import HorizonAtCentre, InvalidMatrix, SingularMap, Size, homography

FRAME = Size(8, 6)
HORIZON_ACROSS = np.array([[1, 0, 0], [0, 1, 0], [0.5, 0, -1.0]])  # denominator x/2 - 1: 0 at x = 2


def moved(matrix, x, y):
    return tuple(np.asarray(matrix @ [x, y, 1.0])[:2])


@pytest.mark.parametrize(
    ("matrix", "lands_on"),
    [
        (homography.identity(), (3, 1)),
        (homography.translate(10, 20), (13, 21)),
        (homography.scale(2, -5), (6, -5)),
        (homography.rotate(np.pi / 2), (-1, 3)),  # clockwise as seen: what lay to the right now lies below
        (homography.transpose(), (1, 3)),
        (homography.shear(10, 0), (13, 1)),
        (homography.shear(0, 10), (3, 31)),
        (homography.about(3, 1, homography.scale(7, 9)), (3, 1)),
        (homography.about(2, 1, homography.scale(7, 9)), (9, 1)),
    ],
)
def test_the_point_3_1_lands_where_worked_by_hand(matrix, lands_on):
    assert moved(matrix, 3, 1) == lands_on


@pytest.mark.parametrize("turns", [*range(-9, 10), 4_000_001])
def test_quarter_turns_have_whole_cosines(turns):
    matrix = homography.rotate(np.radians(90 * turns))
    np.testing.assert_array_equal(matrix[:2, :2], np.linalg.matrix_power([[0, -1], [1, 0]], turns % 4))


def test_compose_applies_the_last_map_first():
    both = homography.compose(homography.scale(2, 2), homography.translate(1, 0))
    assert moved(both, 3, 1) == (8, 2)


def test_the_inverse_of_a_copy_is_exact():
    copy = np.array([[0, -1, 4001], [1, 0, -37], [0, 0, 1.0]])
    np.testing.assert_array_equal(homography.invert(copy), [[0, 1, 37], [-1, 0, 4001], [0, 0, 1]])


def test_the_inverse_of_an_affine_map_is_affine():
    for seed in range(500):
        matrix = homography.from_rows(np.random.default_rng(seed).normal(size=(2, 3)) * 100)
        assert homography.is_affine(homography.invert(matrix))


def test_the_inverse_keeps_the_sign_of_the_denominator():
    for sign in (1, -1):
        forward = sign * HORIZON_ACROSS
        x, y, denominator = homography.apply(forward, np.array([5.0]), np.array([1.0]))
        back_x, back_y, back = homography.apply(homography.invert(forward), x, y)
        np.testing.assert_allclose((back_x, back_y), ([5], [1]), rtol=1e-14)
        assert np.sign(back) == np.sign(denominator) == sign


def test_apply_divides_by_the_denominator():
    x, y, denominator = homography.apply(HORIZON_ACROSS, np.array([[0.0, 4.0]]), np.array([[3.0], [6.0]]))
    np.testing.assert_array_equal(x, [[0, 4], [0, 4]])
    np.testing.assert_array_equal(y, [[-3, 3], [-6, 6]])
    np.testing.assert_array_equal(denominator, [[-1, 1], [-1, 1]])


def test_overflow_gives_no_warning_and_no_finite_point():
    x, _, _ = homography.apply(homography.scale(1e308, 1), np.array([0.5, 100.0]), np.zeros(2))
    np.testing.assert_array_equal(np.isfinite(x), [True, False])


def test_rows_of_2x3_and_3x3_are_read_and_scaled():
    np.testing.assert_array_equal(homography.from_rows([[1, 2, 3], [4, 5, 6]]), [[1, 2, 3], [4, 5, 6], [0, 0, 1]])
    np.testing.assert_array_equal(
        homography.from_rows([[2, 4, 6], [0, 2, 8], [0, 0, 2]]), [[1, 2, 3], [0, 1, 4], [0, 0, 1]]
    )
    np.testing.assert_array_equal(homography.from_rows(HORIZON_ACROSS), HORIZON_ACROSS)


@pytest.mark.parametrize(
    "rows",
    [
        [[1, 0], [0, 1]],
        [1, 0, 0, 0, 1, 0],
        [[1, 0, np.nan], [0, 1, 0]],
        [[1, 0, np.inf], [0, 1, 0]],
        [[1, 0, 0], [0, 1, 0], [0, 0, 0]],
    ],
)
def test_other_rows_are_refused(rows):
    with pytest.raises(InvalidMatrix):
        homography.from_rows(rows)


@pytest.mark.parametrize(
    "matrix",
    [
        homography.scale(0, 1),
        homography.scale(1e-7, 1e6),
        homography.shear(2, 0.5),
        np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0.0]]) @ np.diag([1, 1, 0]),
    ],
)
def test_maps_that_flatten_the_picture_are_refused(matrix):
    with pytest.raises(SingularMap):
        homography.check_invertible(matrix, FRAME)


@pytest.mark.parametrize(
    ("rows", "condition"),
    [
        ([[1, 2, 0], [2, 4, 0]], "inf"),
        ([[1, 3, 0], [1 / 3, 1, 0]], "inf"),
        ([[0, 0, 5], [0, 0, 7]], "inf"),
        ([[1, 0, 0], [0, 1e-14, 0]], "1e+14"),
    ],
)
def test_a_map_that_is_singular_but_for_rounding_is_told_to_be_so(rows, condition):
    """By rounding alone each processor would have a number of its own."""
    with pytest.raises(SingularMap, match=f"condition number is {re.escape(condition)}, at most"):
        homography.check_invertible(homography.from_rows(rows), FRAME)


@pytest.mark.parametrize("matrix", [homography.scale(1e-5, 1e6), homography.translate(1e9, -1e9), HORIZON_ACROSS])
def test_steep_and_far_maps_are_taken(matrix):
    homography.check_invertible(matrix, FRAME)


def test_a_map_that_overflowed_is_refused():
    with pytest.raises(InvalidMatrix):
        homography.check_invertible(homography.scale(np.inf, 1), FRAME)


def test_a_projective_map_faces_the_frames_centre():
    for matrix in (HORIZON_ACROSS, -HORIZON_ACROSS):  # the centre (4, 3) lies beyond x = 2
        np.testing.assert_array_equal(homography.facing(matrix, FRAME), HORIZON_ACROSS)
    np.testing.assert_array_equal(homography.facing(HORIZON_ACROSS, Size(2, 2)), -HORIZON_ACROSS)


@pytest.mark.parametrize(
    ("last_row", "frame"),
    [([0.5, 0, -1], Size(4, 4)), ([0.1, -1 / 11, -1], Size(200, 198)), ([1 / 49, 0, -1], Size(98, 10))],
)
def test_a_horizon_through_the_frames_centre_is_refused_in_spite_of_rounding(last_row, frame):
    """Each of these maps is its own inverse, so that source and output have the same horizon."""
    matrix = np.array([[1, 0, 0], [0, 1, 0], last_row])
    with pytest.raises(HorizonAtCentre):
        homography.facing(matrix, frame)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    "last_row",
    [
        [0.001, 0.001, 1],  # the horizon leaves the frame whole: all of it is in front
        [-0.01, 0, 1],  # it cuts the frame at x = 100, and the frame's centre shows the source at x = 69
        [0.001, -0.01, 1],  # at y = 100 and lower: the road in a photo with the sky behind the horizon
    ],
)
def test_the_front_is_the_whole_frame_or_what_its_centre_shows(last_row, sign):
    matrix = np.array([[1, 0, 0], [0, 1, 0], last_row])
    np.testing.assert_array_equal(homography.facing(sign * matrix, Size(451, 300)), matrix)


@pytest.mark.parametrize(("slip", "snaps"), [(0.9e-6, True), (1.1e-6, False)])
def test_a_map_snaps_if_it_moves_no_corner_by_a_millionth_of_a_pixel(slip, snaps):
    copy = homography.translate(3, -7)
    shifted = homography.translate(3, -7 - slip)
    np.testing.assert_array_equal(homography.snap(shifted, FRAME), copy if snaps else shifted)
    tilted = copy.copy()
    tilted[1, 0] = slip / FRAME.width
    np.testing.assert_array_equal(homography.snap(tilted, FRAME), copy if snaps else tilted)


@pytest.mark.parametrize(
    "matrix", [homography.rotate(0.5), homography.translate(0.5, 0), homography.scale(2, 1), HORIZON_ACROSS]
)
def test_other_maps_do_not_snap(matrix):
    np.testing.assert_array_equal(homography.snap(matrix, FRAME), matrix)


def test_a_scaled_copy_snaps_and_its_mirror_through_the_horizon_does_not():
    np.testing.assert_array_equal(homography.snap(homography.identity() * 3, FRAME), homography.identity())
    behind = -homography.identity()
    np.testing.assert_array_equal(homography.snap(behind, FRAME), behind)


@pytest.mark.parametrize("thinness", [1e-6, 1e-8, 1e-10])
def test_the_inverse_of_a_thin_map_has_the_right_sign_and_digits(thinness):
    """Against exact arithmetic; in floating point the determinant's sign is noise from 1e-8 on."""
    generator = np.random.default_rng(1)
    for _ in range(50):
        left, right = (np.linalg.qr(generator.normal(size=(3, 3)))[0] for _ in range(2))
        matrix = left @ np.diag([1.0, thinness, thinness]) @ right
        inverse = homography.invert(matrix)
        exact = [[Fraction(entry) for entry in row] for row in matrix.tolist()]
        product = [
            [float(sum(exact[i][k] * Fraction(float(inverse[k, j])) for k in range(3))) for j in range(3)]
            for i in range(3)
        ]
        factor = product[0][0]  # a power of two
        assert factor > 0
        # Each entry of the inverse is rounded once, and 1 / thinness large.
        np.testing.assert_allclose(
            np.array(product) / factor, np.eye(3), rtol=0, atol=4 * np.finfo(float).eps / thinness
        )


def test_what_has_no_inverse_is_told():
    with pytest.raises(SingularMap):
        homography.invert(np.array([[1.0, 2.0, 0.0], [2.0, 4.0, 0.0], [0.0, 0.0, 1.0]]))


@pytest.mark.parametrize("matrix", [np.zeros((3, 3)), np.diag([0.0, 1.0, 1.0])])
def test_a_matrix_whose_determinant_has_no_terms_has_no_inverse(matrix):
    with pytest.raises(SingularMap):
        homography.invert(matrix)
