"""Windows of weights, by which affine maps average: what they are made of, and that nothing jumps by them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import shrinking
from core import BORDERS, FILTERS, Chain, SamplingGrid, Size
from core.antialias import LONGEST_OF_FINER, Side
from core.windows import SHARP, corner_shares, has_window, place, windows
from tests import pictures
from tests.core.averages import AVERAGING, ROUNDING, SHARPEST, knot_by_knot, seen_from, sides_of, value_at, values_of
from tests.core.maps import turn
from tests.core.rendering import size_of

FOLDED = [border for border in BORDERS if border != "clip"]
ALL = np.float32(1)
LEVEL = 1.0
"""Of 255: as far as the output may jump where the scale hardly changes."""

JACOBIANS = {
    "hardly shrunk": turn(30, 1.01)[:2, :2],
    "halved": turn(-50, 2)[:2, :2],
    "by 4": turn(30, 4)[:2, :2],
    "by 4, mirrored": turn(30, 4)[:2, :2] @ np.diag([1, -1]),
    "one way": turn(20)[:2, :2] @ np.diag([6.0, 0.7]) @ turn(40)[:2, :2],
    "sheared": np.array([[1.1, 7], [0.2, 2]]),
    "by 17": turn(70, 17)[:2, :2],
}


def windows_of(jacobian, filter):
    return windows(FILTERS[filter], *sides_of(jacobian), ALL)


@pytest.mark.parametrize("filter", AVERAGING)
@pytest.mark.parametrize("name", JACOBIANS)
def test_the_weights_at_every_place_sum_to_1_about_the_point(name, filter):
    found = windows_of(JACOBIANS[name], filter)
    down, across, rows, columns = found.weights.shape
    assert (down, across) == (found.places + 1, found.places + 1)
    weights = found.weights.astype(float)
    rounding = 2**-25 * rows * columns * SHARPEST[filter]
    np.testing.assert_allclose(weights.sum(axis=(2, 3)), 1, rtol=0, atol=rounding)
    if filter != "lanczos3":  # which reproduces no ramp
        places = np.arange(found.places + 1) / found.places
        row, column = found.first_row + np.arange(rows), found.first_column + np.arange(columns)
        reach = np.abs([*row, *column]).max()
        for middles, expected in (
            (np.einsum("pqrc,r->pq", weights, row), places[:, np.newaxis]),
            (np.einsum("pqrc,c->pq", weights, column), places[np.newaxis, :]),
        ):
            np.testing.assert_allclose(middles, expected + 0 * middles, rtol=0, atol=rounding * (reach + 1))


@pytest.mark.parametrize("border", FOLDED)
@pytest.mark.parametrize("filter", AVERAGING)
@pytest.mark.parametrize("name", JACOBIANS)
def test_a_window_has_what_the_knots_read_with_lines_between_the_places(name, filter, border, monkeypatch):
    """The knots, one by one, at the four places around the point; also where they reach beyond the picture."""
    picture, jacobian = pictures.random(60, 50, 2), JACOBIANS[name]
    places = windows_of(jacobian, filter).places
    for point in ((31.2, 22.9), (1.33, 48.7), (-2.6, 12.55), (59.97, 0.01)):
        found = read_at(picture, jacobian, point, filter, border)
        with monkeypatch.context() as patch:
            patch.setattr(SamplingGrid, "windows", knot_by_knot)
            expected = between_places(lambda x, y: read_at(picture, jacobian, (x, y), filter, border), point, places)
        summed = 17 * 17 + 52 * 52  # knots there, weights of a window here
        np.testing.assert_allclose(found, expected, rtol=0, atol=summed * ROUNDING * 255 * SHARPEST[filter])


def read_at(picture, jacobian, point, filter, border):
    """The unrounded pixel at a point, and the sum of its weights in units of a full sample."""
    values, total = values_of(picture, Chain.inverse(seen_from(point, jacobian)), Size(1, 1), filter, border)
    return np.append(values[0, 0], 255 * total[0, 0])


def between_places(read, point, places):
    steps = (np.array(point) - 0.5) * places
    low = np.floor(steps)
    (left, upper), (right, lower) = low / places + 0.5, (low + 1) / places + 0.5
    across, down = steps - low
    return (1 - down) * ((1 - across) * read(left, upper) + across * read(right, upper)) + down * (
        (1 - across) * read(left, lower) + across * read(right, lower)
    )


@given(st.floats(-1e6, 1e6), st.sampled_from([16, 32]))
def test_a_place_is_the_step_before_the_point(x, places):
    """To what two roundings of the coordinate are, in steps."""
    lower, step, rest = (part.item() for part in place(np.array([x]), places))
    assert 0 <= step < places
    assert 0 <= rest <= 1
    exact = float(lower) + (step + rest) / places
    np.testing.assert_allclose(exact, x - 0.5, rtol=0, atol=2 * np.spacing(abs(x) + 1) + 2**-24 / places)


@given(st.floats(0, 1, width=32), st.floats(0, 1, width=32))
def test_the_shares_of_the_corners_are_areas(down, across):
    shares = corner_shares(np.float32(down), np.float32(across))
    expected = [(1 - down) * (1 - across), (1 - down) * across, down * (1 - across), down * across]
    np.testing.assert_allclose(shares, expected, rtol=0, atol=2**-23)


def test_only_a_parallelogram_that_the_coarsest_resolution_alone_reads_has_no_window():
    for length, expected in ((0.0, True), (LONGEST_OF_FINER, True), (LONGEST_OF_FINER * (1 + 1e-12), False)):
        side, none = (Side(np.array([along]), np.zeros(1), np.array([along])) for along in (length, 0.0))
        assert has_window(side, none) == has_window(none, side) == expected


# Nothing jumps.


@settings(max_examples=60, deadline=None)
@given(st.floats(1.00001, 60), st.floats(0.2, 1), st.floats(0, 360), st.sampled_from(AVERAGING))
def test_a_scale_that_hardly_changes_hardly_changes_a_pixel(scale, evenness, degrees, filter):
    """By 1e-9 of it: a knot moves by as much, and a weight or a share changes by a few times as much of itself; but for
    the side at which fewer places do."""
    picture = pictures.random(90, 80, 1)
    turned, uneven = turn(degrees)[:2, :2], np.diag([scale, scale * evenness])
    near, far = (value_at(picture, seen_from((43.3, 38.7), turned @ uneven * by), filter) for by in (1, 1 + 1e-9))
    summed = 2 * (17 * 17 + 52 * 52)
    crosses = len({side_is_sharp(turned @ uneven * by) for by in (1, 1 + 1e-9)}) > 1
    bound = LEVEL if crosses else summed * ROUNDING * 255 * SHARPEST[filter] + 1e-9 * 60 * 255 * summed
    np.testing.assert_allclose(near, far, rtol=0, atol=bound)


def side_is_sharp(jacobian):
    return max(side.length.item() for side in sides_of(jacobian)) <= SHARP


@pytest.mark.parametrize("filter", AVERAGING)
@pytest.mark.parametrize("degrees", [0.01, 30, 45])
@pytest.mark.parametrize("scale", [1.0, np.sqrt(1 + SHARP**2)], ids=["at 1", "where fewer places do"])
def test_the_way_of_reading_changes_without_a_jump(scale, degrees, filter):
    """For a zone plate and a photo, to a level: from one point a pixel to a window, and to one of fewer places."""
    for picture in (shrinking.zone_plate(128)[..., :1], pictures.astronaut()[100:228, 150:278]):
        before, after = (
            values_of(picture, Chain.inverse(turn(degrees, scale * by, about=(64, 64))), size_of(picture), filter)[0]
            for by in (1 - 2e-6, 1 + 2e-6)
        )
        assert np.any(before != after)
        np.testing.assert_allclose(before, after, rtol=0, atol=LEVEL)
