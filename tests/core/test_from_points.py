"""Maps from pairs of points, against OpenCV, NumPy's least squares, and what the points themselves say."""

import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core import homography
from core.errors import DegeneratePoints, InvalidQuad
from core.from_points import affine_from_points, perspective_from_quads
from tests.core.maps import turn

EPS = np.finfo(np.float64).eps
RECTANGLE = np.array([[0, 0], [640, 0], [640, 479], [0, 479.0]])
LEANING = np.array([[30, 20], [600, 50], [640, 480], [0, 400.0]])
whole = st.integers(-1000, 1000)


def moved(matrix, points):
    return np.column_stack(homography.apply(matrix, *points.T)[:2])


def rounding(matrix, points):
    """How far a mapped point may be off: each of about eight roundings is at most eps of the largest term."""
    terms = np.abs(matrix) @ np.vstack([np.abs(points.T), np.ones(len(points))])
    denominators = np.abs(matrix[2] @ np.vstack([points.T, np.ones(len(points))]))
    found = np.abs(moved(matrix, points)).max(axis=1)
    return 8 * EPS * (terms[:2].max(axis=0) + terms[2] * found) / denominators


def unscaled_condition(src):
    """The condition of the equations that OpenCV and NumPy solve, in pixels as they come."""
    return np.linalg.cond(np.column_stack([src, np.ones(len(src))]))


@st.composite
def whole_points(draw, least, most):
    count = draw(st.integers(least, most))
    return np.array([[draw(whole), draw(whole)] for _ in range(count)], dtype=np.float64)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("shift", [(0, 0), (-7, 1003)])
def test_points_that_only_shift_give_the_exact_shift(count, shift):
    src = RECTANGLE[:count] / 3  # not whole
    expected = homography.translate(*shift)
    np.testing.assert_array_equal(affine_from_points(RECTANGLE[:count], RECTANGLE[:count] + shift), expected)
    np.testing.assert_array_equal(affine_from_points(src, src), homography.identity())


def test_two_pairs_turn_and_scale_and_do_not_mirror():
    src, dst = np.array([[10, 0], [20, 0.0]]), np.array([[5, 5], [5, 25.0]])
    np.testing.assert_array_equal(affine_from_points(src, dst), [[0, -2, 5], [2, 0, -15], [0, 0, 1]])


@pytest.mark.parametrize("seed", range(20))
def test_three_pairs_agree_with_opencv(seed):
    src, dst = np.random.default_rng(seed).integers(-500, 500, (2, 3, 2)).astype(np.float32)
    expected = cv2.getAffineTransform(src, dst)
    found = affine_from_points(src.astype(np.float64), dst.astype(np.float64))
    tolerance = 6 * EPS * unscaled_condition(src) * np.abs(expected).max()
    np.testing.assert_allclose(found[:2], expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("seed", range(20))
def test_more_pairs_agree_with_least_squares_in_dst(seed):
    src, dst = np.random.default_rng(seed).normal(size=(2, 4 + seed, 2)) * 300
    expected, *_ = np.linalg.lstsq(np.column_stack([src, np.ones(len(src))]), dst)
    tolerance = len(src) * EPS * unscaled_condition(src) ** 2 * np.abs(dst).max()  # squared: the residual is large
    np.testing.assert_allclose(affine_from_points(src, dst)[:2], expected.T, rtol=0, atol=tolerance)


def test_the_distances_are_those_in_dst():
    """The nearest map in dst, undone, is not the nearest in src."""
    there, back = affine_from_points(RECTANGLE, LEANING), affine_from_points(LEANING, RECTANGLE)
    missed = moved(there, RECTANGLE) - LEANING
    np.testing.assert_allclose(missed.T @ np.column_stack([RECTANGLE, np.ones(4)]), 0, atol=100 * EPS * 640**2)
    assert np.abs(moved(homography.invert(back), RECTANGLE) - moved(there, RECTANGLE)).max() > 1


@given(src=whole_points(3, 8), entries=st.lists(whole, min_size=6, max_size=6))
def test_whole_points_of_a_whole_map_give_it_exactly(src, entries):
    assume(np.linalg.matrix_rank(src - src.mean(axis=0)) == 2)
    linear, shift = np.reshape(entries[:4], (2, 2)), np.array(entries[4:])
    found = affine_from_points(src, src @ linear.T + shift)
    np.testing.assert_array_equal(found, [[*linear[0], shift[0]], [*linear[1], shift[1]], [0, 0, 1]])


def test_far_away_points_lose_no_digit():
    src = RECTANGLE / 100 + 1e6
    matrix = affine_from_points(src, LEANING)
    near = affine_from_points(src - 1e6, LEANING)
    np.testing.assert_allclose(matrix[:2, :2], near[:2, :2], rtol=1e-10)  # 1e6 leaves ten digits of the corners


@pytest.mark.parametrize(
    "src",
    [
        np.array([[3, 4], [3, 4.0]]),
        np.array([[3, 4], [3, 4 + 1e-7]]),
        np.array([[1, 1], [1, 1], [1, 1.0]]),
        np.array([[0, 0], [1, 1 / 3], [700, 700 / 3]]),
        np.add(np.outer([0, 0.1, 0.7, 1], [399, 171]), [31, 7]),
    ],
)
def test_points_that_coincide_or_lie_on_a_line_are_refused(src):
    with pytest.raises(DegeneratePoints, match="src"):
        affine_from_points(src, RECTANGLE[: len(src)])


@pytest.mark.parametrize("build", [affine_from_points, perspective_from_quads])
@pytest.mark.parametrize(
    ("src", "dst", "words"),
    [
        (RECTANGLE, RECTANGLE[:3], "same number"),
        (np.empty((0, 2)), np.empty((0, 2)), "at least one"),
        (np.zeros((4, 3)), np.zeros((4, 3)), "same number"),
        (RECTANGLE, RECTANGLE * np.nan, "finite"),
        (RECTANGLE * 1e12, RECTANGLE, "2.40"),
    ],
)
def test_what_is_no_list_of_pairs_is_refused(build, src, dst, words):
    with pytest.raises(DegeneratePoints, match=words):
        build(src, dst)


@pytest.mark.parametrize("seed", range(20))
def test_quads_agree_with_opencv(seed):
    generator = np.random.default_rng(seed)
    src, dst = (RECTANGLE + generator.integers(-100, 100, (2, 4, 2))).astype(np.float32)
    expected = cv2.getPerspectiveTransform(src, dst)
    found = perspective_from_quads(src.astype(np.float64), dst.astype(np.float64))
    corners = src.astype(np.float64)
    np.testing.assert_allclose(moved(found, corners), dst, rtol=0, atol=rounding(found, corners).max())
    # OpenCV solves eight equations in pixels: its own corners tell how many digits it has.
    off = np.abs(moved(expected, corners) - dst).max() + rounding(expected, corners).max()
    scaled = found / found[2, 2]
    far = np.array([[300.25, 200.5], [11, 7], [555.5, 400]])
    np.testing.assert_allclose(moved(scaled, far), moved(expected, far), rtol=0, atol=16 * off)


@given(
    src=st.lists(st.floats(-0.24, 0.24), min_size=8, max_size=8),
    dst=st.lists(st.floats(-0.24, 0.24), min_size=8, max_size=8),
    size=st.floats(1e-2, 1e4),
    away=st.floats(-1e4, 1e4),
    mirrored=st.booleans(),
)
def test_corners_go_to_corners_and_lie_in_front(src, dst, size, away, mirrored):
    """Corners less than a quarter of a square's side away from its own are convex always."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1.0]])
    src, dst = ((square + np.reshape(jitter, (4, 2))) * size + [away, -away / 3] for jitter in (src, dst))
    dst = dst * [-1, 1] if mirrored else dst
    matrix = perspective_from_quads(src, dst)
    missed = np.abs(moved(matrix, src) - dst).max(axis=1)
    np.testing.assert_array_less(missed, rounding(matrix, src) + EPS)
    assert (matrix[2] @ np.vstack([src.T, np.ones(4)]) > 0).all()
    assert np.sign(np.linalg.det(matrix)) == (-1 if mirrored else 1)


@pytest.mark.parametrize("mirror", [1, -1])
def test_a_rectangle_to_a_rectangle_is_affine_to_the_last_bit(mirror):
    third = np.array([[1 / 3, 0.1], [200.7, 0.1], [200.7, 97.3], [1 / 3, 97.3]])
    matrix = perspective_from_quads(third, RECTANGLE * [mirror, 1])
    assert homography.is_affine(matrix)
    assert matrix[0, 1] == matrix[1, 0] == 0
    np.testing.assert_array_equal(perspective_from_quads(third, third), homography.identity())
    np.testing.assert_array_equal(perspective_from_quads(LEANING, LEANING), homography.identity())


@pytest.mark.parametrize("degrees", [0.1, 33, 90, 179, -71])
def test_a_turned_rectangle_is_affine_in_spite_of_rounding(degrees):
    turned = moved(turn(degrees, 1.7, about=(3001, -777)), RECTANGLE)
    for src, dst in ((RECTANGLE, turned), (turned, RECTANGLE), (turned, turned[[1, 2, 3, 0]])):
        matrix = perspective_from_quads(src, dst)
        assert homography.is_affine(matrix)
        np.testing.assert_allclose(moved(matrix, src), dst, rtol=0, atol=16 * EPS * 2 * np.abs(turned).max())


def test_a_slight_perspective_is_kept():
    dst = RECTANGLE + np.array([[0, 0], [0, 0], [1e-9, 0], [0, 0]])  # far more than rounding
    assert not homography.is_affine(perspective_from_quads(RECTANGLE, dst))


@pytest.mark.parametrize(
    ("quad", "words"),
    [
        (RECTANGLE[[0, 2, 1, 3]], "cross"),
        (RECTANGLE[[0, 1, 3, 2]], "cross"),
        (np.array([[0, 0], [640, 0], [200, 150], [0, 479.0]]), "dent"),
        (np.array([[0, 0], [320, 0], [640, 0], [0, 479.0]]), "one line"),
        (np.array([[0, 0], [100 / 3, 100 / 7], [640, 640 * 3 / 7], [0, 479.0]]), "one line"),
        (np.array([[0, 0], [0, 0], [640, 0], [0, 479.0]]), "coincide"),
        (np.array([[0, 0], [640, 0], [0, 0], [0, 479.0]]), "coincide"),
        (np.zeros((4, 2)), "coincide"),
    ],
)
def test_quads_that_are_not_strictly_convex_are_refused(quad, words):
    with pytest.raises(InvalidQuad, match=f"corners in src .*{words}") as refused:
        perspective_from_quads(quad, LEANING)
    assert refused.value.plane == "src"
    with pytest.raises(InvalidQuad, match=f"corners in dst .*{words}"):
        perspective_from_quads(LEANING, quad * [-1, 1])


def test_a_quad_has_four_corners():
    with pytest.raises(DegeneratePoints, match="exactly four"):
        perspective_from_quads(RECTANGLE[:3], LEANING[:3])
