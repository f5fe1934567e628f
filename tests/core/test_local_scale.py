"""The extreme local scales: against closed forms, a search over the whole picture, and derivatives of another kind."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from core import Size, homography, local_scale

SIZE = Size(40, 30)
FOUND = 1e-9
"""Relative: how exactly an extreme is found. Rounding alone would be 1e-12 for the maps here (their condition by eps);
the search that it is compared with finds a place to 1e-8 of an edge, and a flat extreme to the square of that."""


def singular_values(matrix, x, y):
    """Both, from the map itself by complex steps: f(x + ih) = f(x) + ih f'(x) without any cancellation."""
    step = 1e-30

    def image(x, y):
        w = matrix[2][0] * x + matrix[2][1] * y + matrix[2][2]
        return [(row[0] * x + row[1] * y + row[2]) / w for row in matrix[:2]]

    (a, b), (c, d) = (
        [value.imag / step for value in column] for column in (image(x + step * 1j, y), image(x, y + step * 1j))
    )  # [[a, c], [b, d]], columns first
    half_sum, half_difference = np.hypot(a + d, b - c) / 2, np.hypot(a - d, b + c) / 2
    return np.abs(half_sum - half_difference), half_sum + half_difference


def denominator(matrix, x, y):
    return matrix[2][0] * x + matrix[2][1] * y + matrix[2][2]


def searched(matrix, size, samples=300):
    """Both extremes before the horizon: of a grid over the whole picture, and near the best sample of each edge.

    The grid covers the inside too, so that nothing is taken for granted of where the extremes are.
    """
    x, y = np.meshgrid(np.linspace(0, size.width, samples), np.linspace(0, size.height, samples))
    front = denominator(matrix, x, y) > 0
    least, greatest = (np.where(front, values, np.nan) for values in singular_values(matrix, x, y))
    if not front.any():
        return math.inf, math.inf
    smallest, largest = float(np.nanmin(least)), float(np.nanmax(greatest))
    for begin, end in zip(corners(size), corners(size)[1:] + corners(size)[:1], strict=True):
        smallest = min(smallest, refined(matrix, begin, end, 0, 1))
        largest = max(largest, -refined(matrix, begin, end, 1, -1))
    return smallest, largest if front.all() else math.inf


def refined(matrix, begin, end, which, sign):
    """The least of sign * singular value along an edge, from the best of many samples on."""
    (x0, y0), (x1, y1) = begin, end

    def value(t):
        x, y = x0 + t * (x1 - x0), y0 + t * (y1 - y0)
        return np.where(denominator(matrix, x, y) > 0, sign * singular_values(matrix, x, y)[which], 1e99)

    t = np.linspace(0, 1, 501)
    best = int(np.argmin(value(t)))
    bounds = t[max(best - 1, 0)], t[min(best + 1, 500)]
    return float(min(minimize_scalar(value, bounds=bounds, method="bounded", options={"xatol": 1e-12}).fun, *value(t)))


def corners(size):
    width, height = size
    return [(0, 0), (width, 0), (width, height), (0, height)]


CLOSED_FORMS = {
    "identity": (np.eye(3), 1, 1),
    "shift": (homography.translate(1e6, -1e6), 1, 1),
    "turn": (homography.rotate(0.7), 1, 1),
    "stretch": (homography.scale(3, 0.25), 0.25, 3),
    "mirror": (homography.scale(-1, 1), 1, 1),
    "mirrored stretch": (homography.scale(0.5, -7), 0.5, 7),
    "turned stretch": (homography.compose(homography.rotate(1), homography.scale(2, 5), homography.rotate(-0.3)), 2, 5),
    "exchanged axes": (homography.transpose(), 1, 1),
    # s - 1/s = k for a shear by k, and the product of both is 1.
    "shear by 1.5": (homography.shear(1.5, 0), 0.5, 2),
    "shear by -1.5, down": (homography.shear(0, -1.5), 0.5, 2),
    "shears both ways": (homography.shear(0.5, 0.5), 0.5, 1.5),
}


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_affine_maps_have_the_scales_of_their_closed_forms(name):
    matrix, smallest, largest = CLOSED_FORMS[name]
    assert local_scale(matrix, SIZE) == pytest.approx((smallest, largest), rel=1e-14)


@pytest.mark.parametrize("c", [0.01, -0.01, 0.02])
def test_a_perspective_by_hand(c):
    """(x, y) / w with w = 1 - c x has the Jacobian [[1, 0], [c y, w]] / w^2; its extremes are at the lower corners."""
    matrix = np.array([[1, 0, 0], [0, 1, 0], [-c, 0, 1]])
    far, near = sorted([1.0, 1 - 40 * c], reverse=True)
    smallest = (math.hypot(1 + far, 30 * c) - math.hypot(1 - far, 30 * c)) / 2 / far**2
    largest = (math.hypot(1 + near, 30 * c) + math.hypot(1 - near, 30 * c)) / 2 / near**2
    assert local_scale(matrix, SIZE) == pytest.approx((smallest, largest), rel=1e-13)


WITHIN_AN_EDGE = {
    "greatest": np.array([[-1.134, -0.163, 4.094], [1.045, 0.59, -14.105], [0.006, -0.03, 1.0]]),
    "least": np.array([[-0.847, 0.375, 5.071], [-1.179, 1.462, 1.241], [-0.016, 0.047, 1.0]]),
}


@pytest.mark.parametrize("name", WITHIN_AN_EDGE)
def test_an_extreme_within_an_edge_is_found(name):
    """The corners alone would be 24 % off for the one and 0.4 % for the other."""
    matrix = WITHIN_AN_EDGE[name]
    found = local_scale(matrix, SIZE)
    assert found == pytest.approx(searched(matrix, SIZE), rel=FOUND)
    at_corners = [singular_values(matrix, x, y) for x, y in corners(SIZE)]
    if name == "greatest":
        assert found.largest > 1.2 * max(greatest for _, greatest in at_corners)
    else:
        assert found.smallest < 0.997 * min(least for least, _ in at_corners)


factors = st.floats(-3, 3)
sides = st.integers(1, 60)


@st.composite
def maps(draw):
    """Perspectives of every strength, the horizon anywhere; no flatter than 1 to 1000."""
    tilt = st.floats(-0.1, 0.1) | st.floats(-1e-3, 1e-3) | st.just(0.0)
    matrix = np.array(
        [
            [draw(factors), draw(factors), draw(st.floats(-1e3, 1e3))],
            [draw(factors), draw(factors), draw(st.floats(-1e3, 1e3))],
            [draw(tilt), draw(tilt), 1.0],
        ]
    )
    assume(abs(matrix[0] @ np.cross(matrix[1], matrix[2])) > 1e-3)
    return matrix


@given(maps(), sides, sides)
def test_extremes_are_those_of_a_search_over_the_whole_picture(matrix, width, height):
    size = Size(width, height)
    distances = [denominator(matrix, x, y) for x, y in corners(size)]
    assume(min(map(abs, distances)) > 1e-3)  # nearer to the horizon a grid says nothing of the largest
    found, expected = local_scale(matrix, size), searched(matrix, size)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, rel=FOUND)


@given(maps(), st.floats(1e-6, 1e6))
def test_a_factor_on_the_matrix_changes_nothing(matrix, factor):
    assert local_scale(factor * matrix, SIZE) == pytest.approx(local_scale(matrix, SIZE), rel=1e-10)


@given(maps(), st.sampled_from([(-1, 1), (1, -1), (-1, -1)]))
def test_a_mirror_changes_nothing(matrix, axes):
    mirror = homography.scale(*axes)
    assert local_scale(mirror @ matrix, SIZE) == pytest.approx(local_scale(matrix, SIZE), rel=1e-10)
    in_place = homography.about(*SIZE.centre, mirror)
    assert local_scale(matrix @ in_place, SIZE) == pytest.approx(local_scale(matrix, SIZE), rel=1e-8)


def test_the_inverse_of_an_affine_map_has_the_inverse_scales():
    matrix = homography.compose(homography.rotate(0.4), homography.scale(3, 0.5), homography.shear(0.7, 0))
    there, back = local_scale(matrix, SIZE), local_scale(homography.invert(matrix), SIZE)
    assert there.smallest * back.largest == pytest.approx(1, rel=1e-13)
    assert there.largest * back.smallest == pytest.approx(1, rel=1e-13)
    assert there.largest > 1.2 * back.largest


def horizon_at(x):
    """w = 1 - x / X: the front is to the left."""
    return np.array([[1, 0, 0], [0, 1, 0], [-1 / x, 0, 1]])


@pytest.mark.parametrize("x", [20, 1, 39.999, 40, 40 + 1e-8])
def test_where_the_horizon_meets_the_picture_the_largest_has_no_bound(x):
    """The smallest is that of what lies before it: here at the left edge, where w = 1, at the bottom."""
    found = local_scale(horizon_at(x), SIZE)
    assert found.largest == math.inf
    assert found.smallest == pytest.approx((math.hypot(2, 30 / x) - 30 / x) / 2, rel=1e-12)


@pytest.mark.parametrize("beyond", [1e-5, 1e-3, 1])
def test_before_the_horizon_it_has_one(beyond):
    largest = local_scale(horizon_at(40 + beyond), SIZE).largest
    assert largest == pytest.approx(float(singular_values(horizon_at(40 + beyond), 40, 30)[1]), rel=1e-9)


@pytest.mark.parametrize("matrix", [-horizon_at(50), -np.eye(3), -horizon_at(40)])
def test_of_a_picture_beyond_the_horizon_nothing_is_seen(matrix):
    assert local_scale(matrix, SIZE) == (math.inf, math.inf)


def test_a_long_way_off_it_is_the_same():
    """The image's place does not matter, though it takes digits: 1e6 px of 1e16."""
    matrix = np.array([[0.9, 0.1, 5], [-0.05, 0.8, 20], [4e-4, -6e-4, 1]])
    assert local_scale(homography.translate(1e6, -1e6) @ matrix, SIZE) == pytest.approx(
        local_scale(matrix, SIZE), rel=1e-8
    )
