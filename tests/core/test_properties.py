"""What holds for every picture and every map."""

import numpy as np
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core import BORDERS, CONVENTIONS, FILTERS, Colour, Size, State, homography
from core.filters import FARTHEST
from core.grid import SLACK, pixel_centres
from tests import pictures
from tests.core.maps import turn
from tests.core.rendering import PALE, assert_between, render, render_state, size_of
from tests.core.strategies import affine_maps, any_map, any_picture, borders, coordinates, filters

RADIUS = {"nearest": 0.5, "bilinear": 1, "bicubic": 2, "lanczos3": 3}
"""Of each filter, in pixels."""

linear_filters = st.sampled_from(["bilinear", "bicubic"])  # those that reproduce a linear picture


@given(any_picture(), borders, filters)
def test_the_identity_returns_the_same_samples(picture, border, filter):
    np.testing.assert_array_equal(render(picture, np.eye(3), border=border, filter=filter), picture, strict=True)


@settings(max_examples=50)
@given(any_picture(), any_map, filters, st.integers(1, 9), st.integers(1, 9))
def test_the_result_is_independent_of_the_strips(picture, src_from_dst, filter, width, strip_rows):
    size = Size(width, 11)
    whole = render(picture, src_from_dst, size, filter=filter, strip_rows=11)
    np.testing.assert_array_equal(render(picture, src_from_dst, size, filter=filter, strip_rows=strip_rows), whole)


@given(any_map, borders, filters, st.integers(0, 255))
def test_a_constant_picture_on_its_own_colour_stays_constant(src_from_dst, border, filter, level):
    picture = np.full((7, 9, 1), level, np.uint8)
    own = Colour(level, level, level, 255)
    warped = render(picture, src_from_dst, Size(12, 12), border=border, filter=filter, fill=own)
    np.testing.assert_array_equal(warped, np.full((12, 12, 1), level, np.uint8), strict=True)


@given(
    affine_maps(),
    st.sampled_from(["edge", "reflect", "mirror", "wrap"]),
    st.sampled_from(["nearest", "bilinear"]),
    any_picture(),
)
def test_under_the_folding_borders_every_value_comes_from_the_picture(src_from_dst, border, filter, picture):
    """Of the filters that do not overshoot, and without averages, whose pixels come from farther away."""
    warped = render(picture, src_from_dst, border=border, filter=filter, antialias=False)
    assert warped.shape == picture.shape
    warped, taps = seen(warped), seen(taps_around(picture, src_from_dst, border))
    assert np.all((taps.min(axis=0) <= warped) & (warped <= taps.max(axis=0)))


def seen(samples):
    """All samples but the colours under alpha 0."""
    hidden = np.zeros(samples.shape, bool)
    if samples.shape[-1] in {2, 4}:
        hidden[..., :-1] = samples[..., -1:] == 0
    return np.ma.array(samples, mask=hidden)


def taps_around(picture, src_from_dst, border):
    """The samples that a pixel of the output can be made of: up to nine, as a centre may lie on a line to SLACK."""
    height, width, _ = picture.shape
    x, y, _ = homography.apply(src_from_dst, *pixel_centres(range(height), width))
    fold = BORDERS[border]
    rows, columns = ([fold(index, side) for index in neighbours(at)] for at, side in ((y, height), (x, width)))
    return np.stack([picture[row, column] for row in rows for column in columns])


def neighbours(coordinate):
    lower = np.floor(coordinate - 0.5 - SLACK).astype(np.int64)
    upper = np.floor(coordinate - 0.5 + SLACK).astype(np.int64) + 1
    return lower, lower + 1, upper


@given(any_map, borders, any_picture(st.sampled_from([2, 4])), st.sampled_from(["nearest", "bilinear"]))
def test_white_stays_white_above_alpha_0_and_no_colour_remains_under_it(src_from_dst, border, picture, filter):
    """Of filters that do not overshoot: where little alpha remains of much, rounding is seen. See `test_image`."""
    src_from_dst = src_from_dst @ homography.translate(0.3, 0.4)
    noise = render(picture, src_from_dst, border=border, filter=filter)
    np.testing.assert_array_equal(noise[noise[..., -1] == 0], 0)
    white = picture.copy()
    white[..., :-1] = pictures.full(picture.dtype)
    warped = render(white, src_from_dst, border=border, filter=filter)
    np.testing.assert_array_equal(warped[..., -1], noise[..., -1])
    expected = np.where(warped[..., -1:] > 0, white[:1, :1, :-1], 0)
    np.testing.assert_array_equal(warped[..., :-1], expected)


@given(any_map, filters, borders, st.integers(0, 2**32))
def test_transparent_colour_never_leaks(src_from_dst, filter, border, seed):
    visible = pictures.random(7, 6, 4, seed=seed)
    clean, dirty = visible.copy(), visible.copy()
    hidden = visible[..., 3] == 0
    clean[hidden, :3], dirty[hidden, :3] = 0, 255
    src_from_dst = src_from_dst @ homography.translate(0.3, 0.4)
    np.testing.assert_array_equal(
        render(clean, src_from_dst, filter=filter, border=border),
        render(dirty, src_from_dst, filter=filter, border=border),
    )


@given(affine_maps(), linear_filters, st.integers(0, 3), st.integers(0, 3), st.integers(0, 60))
def test_a_linear_picture_is_reproduced_inside(src_from_dst, filter, a, b, c):
    """Averaged too, as an average is symmetric. It reaches as far as a parallelogram whose sides A have A A^T < J J^T,
    so along an axis half the root of 2 times the row of J; one knot more on each side; and then the filter's taps."""
    picture = linear_picture(40, 30, a, b, c)
    x, y, _ = homography.apply(src_from_dst, np.arange(20)[np.newaxis] + 0.5, np.arange(20)[:, np.newaxis] + 0.5)
    exact = a * (x - 0.5) + b * (y - 0.5) + c
    radius = {"bilinear": 0.5, "bicubic": 1.5}[filter]
    margin_x, margin_y = np.hypot(*src_from_dst[:2, :2].T) * np.sqrt(0.5) + 2 + radius
    averaged = (x >= margin_x) & (x <= 40 - margin_x) & (y >= margin_y) & (y <= 30 - margin_y)
    alone = (x >= radius) & (x <= 40 - radius) & (y >= radius) & (y <= 30 - radius)
    for antialias, inside, knots in ((True, averaged, 9 * 9), (False, alone, 1)):
        warped = render(picture, src_from_dst, Size(20, 20), filter=filter, border="edge", antialias=antialias)[..., 0]
        rounding = knots * 16 * 2**-24 * 255 * 1.25**2  # of each product's sum, at most 16 of them a knot
        np.testing.assert_array_less(np.abs(warped - exact)[inside], 0.501 + rounding)


@settings(max_examples=30)
@given(st.floats(8, 40), st.floats(0, 360), linear_filters)
def test_a_linear_picture_is_reproduced_at_a_lower_resolution(factor, degrees, filter):
    picture = linear_picture(300, 280, 60, 100, 0, np.uint16)
    src_from_dst = turn(degrees, factor, about=(150, 140)) @ homography.translate(150 - 1, 140 - 1)
    x, y, _ = homography.apply(src_from_dst, np.array([[0.5, 1.5]]), np.array([[0.5], [1.5]]))
    exact = 60 * (x - 0.5) + 100 * (y - 0.5)
    warped = render(picture, src_from_dst, Size(2, 2), filter=filter, border="edge")[..., 0]
    rounding = 2 * 17 * 17 * 2**-24 * 65535  # of each knot's share in two sums of up to 17 x 17
    np.testing.assert_array_less(np.abs(warped - exact), 0.5 + rounding)


def linear_picture(width, height, a, b, c, depth=np.uint8):
    column, row = np.meshgrid(np.arange(width), np.arange(height))
    return (a * column + b * row + c).astype(depth)[..., np.newaxis]


@given(any_picture(), st.integers(-30, 30), st.integers(-30, 30), filters)
def test_a_whole_shift_with_wrap_is_a_roll(picture, x, y, filter):
    warped = render(picture, homography.translate(x, y), border="wrap", filter=filter)
    np.testing.assert_array_equal(warped, np.roll(picture, (-y, -x), axis=(0, 1)), strict=True)


@given(any_picture(), st.integers(-8, 8))
def test_quarter_turns_are_rot90(picture, turns):
    state = State.start(size_of(picture)).then(homography.rotate(np.radians(90 * turns)))
    np.testing.assert_array_equal(render_state(picture, state, "expand"), np.rot90(picture, -turns), strict=True)


@given(any_map, any_map, coordinates, coordinates)
def test_composing_is_applying_one_after_the_other(outer, inner, x, y):
    inner_x, inner_y, inner_w = homography.apply(inner, np.array(x), np.array(y))
    expected = outer @ [inner_x * inner_w, inner_y * inner_w, np.asarray(inner_w)]
    point = homography.compose(outer, inner) @ [x, y, 1]
    terms = np.abs(outer) @ np.abs(inner) @ [abs(x), abs(y), 1]
    np.testing.assert_array_less(np.abs(point - expected), 16 * np.finfo(float).eps * terms + 1e-300)


@given(any_map, st.integers(1, 4000), st.integers(1, 4000))
def test_the_inverse_brings_the_frames_corners_back(matrix, width, height):
    """To the fraction of a pixel that rounding can cost, which is below the slack of every test of position.

    Each number on the way, of the adjugate (2 roundings, and 1 of the division by the determinant), of the point there
    (3 and 1) and back (3 and 1), is off by at most that many half-ulps of the sum of its terms without their signs. So
    (x, y, 1) comes back, up to a factor, with an error of `wrong`, and the division by the third number passes on that
    number's share. The determinant's own error is such a factor. 1e-300 is for shifts that underflow.
    """
    x, y = Size(width, height).corners
    corners = np.stack([x, y, np.ones(4)])
    there_x, there_y, denominator = homography.apply(matrix, x, y)
    assume(np.all(denominator))
    back_x, back_y, _ = homography.apply(homography.invert(matrix), there_x, there_y)
    unsigned = np.abs(matrix)
    roundings = 3 + 4 + 4
    wrong = unsigned_adjugate(unsigned) @ unsigned @ corners / abs(np.linalg.det(matrix))
    wrong *= roundings * np.finfo(float).eps / 2
    bound = (wrong[:2] + corners[:2] * wrong[2]) / (1 - wrong[2])
    assert bound.max() < SLACK
    np.testing.assert_array_less(np.abs([back_x - x, back_y - y]), bound + 1e-300)


def unsigned_adjugate(matrix):
    """The adjugate's sums of products, all added."""

    def permanent(row, column):
        (a, b), (c, d) = np.delete(np.delete(matrix, row, axis=0), column, axis=1)
        return a * d + b * c

    return np.array([[permanent(row, column) for row in range(3)] for column in range(3)])


@given(st.integers(1, 500), st.integers(1, 500), st.sampled_from(sorted(CONVENTIONS)))
def test_the_identity_is_the_identity_in_every_convention(width, height, convention):
    dst_from_src = CONVENTIONS[convention](np.eye(3), Size(width, height))
    np.testing.assert_allclose(dst_from_src, np.eye(3), rtol=0, atol=8 * np.finfo(float).eps * (width + height))


@given(st.integers(-(2**40), 2**40), st.integers(1, 500), borders)
def test_folding_stays_inside_and_keeps_what_is_inside(index, side, border):
    folded, kept = BORDERS[border](np.array([index, index % side]), side)
    assert 0 <= folded < side
    assert kept == index % side


@given(st.integers(-(2**39), 2**39), st.integers(2, 500))
def test_folding_is_periodic_and_reaches_every_pixel_in_a_period(index, side):
    for border, period in (("wrap", side), ("reflect", 2 * side), ("mirror", 2 * side - 2)):
        fold = BORDERS[border]
        np.testing.assert_array_equal(fold(np.array([index]), side), fold(np.array([index + period]), side))
        np.testing.assert_array_equal(np.unique(fold(index + np.arange(period), side)), np.arange(side))


@given(st.floats(-1e6, 1e6), filters)
def test_weights_are_a_partition_of_one_within_the_radius(x, filter):
    taps, radius = FILTERS[filter](np.array([x])), RADIUS[filter]
    assert all(abs(index + 0.5 - x) <= radius + SLACK for index, weight in taps if weight != 0)
    weights = np.concatenate([weight for _, weight in taps])
    assert np.all(np.abs(weights) <= 1)
    np.testing.assert_allclose(weights.astype(float).sum(), 1, rtol=0, atol=len(taps) * 2**-25)


@example([0.0] * 8 + [1.0], "clip", "bilinear")
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=9, max_size=9), borders, filters)
def test_any_finite_matrix_gives_pixels(numbers, border, filter):
    picture = pictures.ramp(4, 3, 3) + np.uint8(60)
    warped = render(picture, np.reshape(numbers, (3, 3)), border=border, filter=filter, fill=PALE)
    assert warped.shape == (3, 4, 3)
    assert_between(warped, picture, PALE, filter)


@given(st.floats(allow_nan=False, allow_infinity=False), filters)
def test_taps_of_any_finite_coordinate_are_the_indices_nearest_to_it(x, filter):
    for index, _ in FILTERS[filter](np.array([x])):
        assert abs(index.item()) <= FARTHEST + RADIUS[filter]
        assert abs(index.item() + 0.5 - np.clip(x, -FARTHEST, FARTHEST)) <= RADIUS[filter] + 0.5
