"""What a pixel is averaged over where a map shrinks the picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import FILTERS, Chain, Projective, SamplingGrid, Size
from core.antialias import Side, along, averaged, count_knots, knots, knots_of, sides
from core.maps.map import Jacobian
from core.sampled import count_averaged
from tests import oracles, pictures
from tests.core import maps
from tests.core.averages import (
    AVERAGING,
    ROUNDING,
    SHARPEST,
    knot_by_knot,
    seen_from,
    sides_of,
    value_at,
    values_of,
)
from tests.core.maps import turn
from tests.core.rendering import render

entries = st.floats(-30, 30)


def average_of(jacobian, reduction=1):
    """The sides as columns, from the singular axes: U sqrt(S^2 - covered) V^T, in pixels of the source."""
    left, singular_values, right = np.linalg.svd(jacobian)
    covered = 1 if reduction == 1 else 3 * reduction**2 - 1
    return left @ np.diag(np.sqrt(np.maximum(0, singular_values**2 - covered))) @ right


@given(entries, entries, entries, entries, st.sampled_from([1, 2, 4, 8]))
def test_the_squares_of_the_widths_add_up(a, b, c, d, reduction):
    """A A^T = (J J^T - I)+: what is averaged, and what the filter covers by itself, make the pixel together.

    Where a singular value is within the slack of 1 the side is 0; the entries' rounding is that of a root near 0.
    """
    jacobian = np.array([[a, b], [c, d]])
    first, second = sides_of(jacobian, reduction)
    found = np.array([[first.x, second.x], [first.y, second.y]])[..., 0] * reduction
    eigenvalues, axes = np.linalg.eigh(jacobian @ jacobian.T)
    covered = 1 if reduction == 1 else 3 * reduction**2 - 1
    expected = axes @ np.diag(np.maximum(0, eigenvalues - covered)) @ axes.T
    np.testing.assert_allclose(found @ found.T, expected, rtol=0, atol=4e-6 * max(1, eigenvalues.max()))
    np.testing.assert_allclose([first.length, second.length], np.hypot(*found)[:, np.newaxis] / reduction, atol=1e-12)


@pytest.mark.parametrize(
    "jacobian",
    [
        np.diag([3.0, 1.5]),
        np.diag([-2.0, 2.0]),
        turn(30, 2.5)[:2, :2],
        turn(30)[:2, :2] @ np.diag([4.0, 0.5]),
        turn(-50)[:2, :2] @ np.diag([1.2, 9.0]) @ turn(20)[:2, :2],
        [[2, 3], [0, 1]],
        [[0, 7], [-2, 0]],
    ],
)
def test_the_sides_are_those_of_the_singular_axes(jacobian):
    first, second = sides_of(np.array(jacobian, float))
    found = np.array([[first.x, second.x], [first.y, second.y]])[..., 0]
    np.testing.assert_allclose(found, average_of(np.array(jacobian, float)), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("jacobian", [np.full((2, 2), np.nan), [[np.inf, 0], [0, 1]], np.diag([1e200, 1e200])])
def test_without_a_usable_derivative_there_is_no_average(jacobian):
    for side in sides_of(np.array(jacobian, float)):
        assert (side.x, side.y, side.length) == (0, 0, 0)


@given(entries, entries, entries, entries)
def test_the_knots_of_a_pixel_weigh_1_and_lie_about_its_middle(a, b, c, d):
    first, second = sides_of([[a, b], [c, d]])
    found = knots(first, second)
    np.testing.assert_array_equal(found.owner, np.zeros(count_knots(first, second)))
    assert np.all(found.weight >= 0)
    np.testing.assert_allclose(found.weight.sum(), 1, rtol=1e-12)
    middle = [found.weight @ found.x, found.weight @ found.y]
    np.testing.assert_allclose(middle, [0, 0], atol=1e-12 * (1 + np.abs([a, b, c, d]).max()))
    assert found.x.size <= 17 * 17


def test_many_pixels_have_the_knots_that_each_has_alone():
    generator = np.random.default_rng(3)
    jacobians = generator.uniform(-1, 1, (50, 4)) * np.geomspace(0.5, 60, 50)[:, np.newaxis]
    together = knots(*sides(Jacobian(*jacobians.T)))
    for owner, jacobian in enumerate(jacobians):
        alone = knots(*sides_of(jacobian))
        for name in ("x", "y", "weight"):
            np.testing.assert_array_equal(getattr(together, name)[together.owner == owner], getattr(alone, name))


@pytest.mark.parametrize("filter", AVERAGING)
@pytest.mark.parametrize(
    "src_from_dst",
    [
        turn(30),
        turn(-77, 0.4),
        turn(12, 1 + 0.9e-6),
        np.diag([0.5, 1, 1]),
        np.diag([0.3, 1 + 0.9e-6, 1]),
        np.array([[0.6, 0.1, 5], [-0.05, 0.5, 3], [4e-4, 6e-4, 1]]),
    ],
)
def test_what_is_not_shrunk_is_read_as_ever(src_from_dst, filter):
    picture = pictures.random(40, 30, 4)
    alone = render(picture, src_from_dst, filter=filter, antialias=False)
    np.testing.assert_array_equal(render(picture, src_from_dst, filter=filter), alone, strict=True)


@pytest.mark.parametrize("src_from_dst", [turn(30, 3), np.diag([4.0, 2, 1]), maps.PROJECTIVE["seen from below"]])
def test_nearest_is_never_averaged(src_from_dst):
    picture = pictures.random(40, 30, 3)
    alone = render(picture, src_from_dst, filter="nearest", antialias=False)
    np.testing.assert_array_equal(render(picture, src_from_dst, filter="nearest"), alone, strict=True)


@pytest.mark.parametrize("filter", AVERAGING)
@pytest.mark.parametrize("name", ["even", "turned", "uneven", "along the axes", "far", "seen in perspective"])
def test_the_weights_of_every_pixel_sum_to_1(name, filter):
    src_from_dst = {
        "even": turn(0.001, 3),
        "turned": turn(30, 7.7),
        "uneven": turn(20) @ np.diag([11.0, 1.5, 1]),
        "along the axes": np.diag([3.3, 70, 1]),
        "far": turn(10, 900),
        "seen in perspective": np.array([[1, 0.2, -3], [0.1, 1, 2], [0.04, 0.03, 0.1]]),
    }[name]
    _, total = values_of(pictures.random(90, 70), Chain.inverse(src_from_dst), Size(9, 8), filter)
    summed = 2 * 17 * 17 + 36  # weights after one another
    np.testing.assert_allclose(total, 1, rtol=0, atol=summed * ROUNDING * SHARPEST[filter])


@given(st.floats(2e-6, 300), st.integers(-40, 40))
def test_a_knot_beyond_the_ends_of_a_side_weighs_nothing(length, number):
    """But for what two half areas of 1/2 are rounded by, in shares of the side."""
    side, none = (Side(np.array([along_x]), np.zeros(1), np.array([along_x])) for along_x in (length, 0.0))
    spacing = np.clip(length / 8, 21 / 32, max(1, length / 16))
    place, weight = along(side, np.array([number]))
    np.testing.assert_allclose(place * length, [number * spacing], rtol=1e-12)
    least = -4 * 2**-53 * spacing / length
    assert least <= weight.item() <= (-least if abs(number) > knots_of(side) else 1 + 1e-12)
    assert knots_of(none) == 0
    assert along(none, np.array([number]))[1] == (number == 0)


# What the average is.


@pytest.mark.parametrize("filter", AVERAGING)
@pytest.mark.parametrize(("across", "down"), [(1.7, 2.9), (4.1, 1.1), (0.4, 3.6), (-2.2, 4.0)])
@pytest.mark.parametrize("exchanged", [False, True])
def test_along_the_axes_the_short_cut_is_the_general_way(exchanged, across, down, filter, monkeypatch):
    """Sides of up to 5 pixels have the same knots in both."""
    picture = pictures.random(60, 50, 4)
    jacobian = [[0, across], [down, 0]] if exchanged else [[across, 0], [0, down]]
    chain = Chain.inverse(seen_from((9.3, 8.2), jacobian))
    short_cut = values_of(picture, chain, Size(12, 11), filter)
    monkeypatch.setattr(Projective, "keeps_to_axes", False)
    monkeypatch.setattr(SamplingGrid, "windows", knot_by_knot)
    general = values_of(picture, chain, Size(12, 11), filter)
    summed = 9 * 9 + 36
    for ours, theirs, full in zip(short_cut, general, (255, 1), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=2 * summed * ROUNDING * full * SHARPEST[filter])


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("length", [0, 1e-3, 0.7, 1, 3.3, 40, 255.9])
def test_taps_along_an_axis_are_as_many_as_counted(length, filter):
    assert count_averaged(FILTERS[filter], length) == len(averaged(FILTERS[filter], np.zeros((1, 1)), length))


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("length", [0, 1e-3, 0.7, 3.3, 40, 255.9])
def test_taps_along_an_axis_are_consecutive_and_sum_to_1(length, filter):
    x = np.linspace(-5.2, 90.7, 13)[np.newaxis]
    taps = averaged(FILTERS[filter], x, length)
    indices = np.stack([index for index, _ in taps])
    np.testing.assert_array_equal(np.diff(indices, axis=0), 1)
    weights = np.stack([np.broadcast_to(weight, x.shape) for _, weight in taps]).astype(float)
    np.testing.assert_allclose(weights.sum(axis=0), 1, rtol=0, atol=len(taps) * 2**-25)
    centre_of_mass = np.sum(weights * (indices + 0.5), axis=0)
    if filter in {"bilinear", "bicubic"}:
        np.testing.assert_allclose(centre_of_mass, x, rtol=0, atol=len(taps) * 2**-25 * (len(taps) + 100))


def smooth_picture(width, height):
    x, y = np.arange(width)[np.newaxis], np.arange(height)[:, np.newaxis]
    waves = np.sin(0.31 * x + 0.17 * y) + np.sin(0.05 * x * y / 20 + 0.4) + np.cos(0.23 * y - 0.11 * x)
    return np.rint((waves + 3) * 10_000).astype(np.uint16)[..., np.newaxis]


def steepest_bend(picture):
    """The greatest second difference of neighbours, along and across."""
    values = picture[..., 0].astype(float)
    along, down = np.diff(values, 2, axis=1), np.diff(values, 2, axis=0)
    return max(np.abs(bend).max() for bend in (along, down, np.diff(np.diff(values, axis=0), axis=1)))


@pytest.mark.parametrize(
    "jacobian",
    [
        np.diag([2.5, 1.7]),
        turn(30, 1.3)[:2, :2],
        turn(30, 4)[:2, :2],
        turn(70)[:2, :2] @ np.diag([3.5, 0.4]),
        turn(-20)[:2, :2] @ np.diag([6.5, 2.0]) @ turn(40)[:2, :2],
        turn(-20)[:2, :2] @ np.diag([15.0, 12.0]) @ turn(40)[:2, :2],
        [[2, 3], [0, 1.5]],
    ],
)
def test_the_average_is_the_integral_over_the_parallelogram(jacobian):
    """Of the bilinear picture, by 80 x 80 midpoints.

    Lines between knots h apart differ from what lies between by h / 4 of what the slope changes by from knot to knot:
    at one line of pixel centres across and one down by a second difference D each, of which a direction sees sqrt(2),
    and h D in between. So much along each side.
    """
    picture = smooth_picture(160, 140)
    side_vectors = average_of(np.array(jacobian, float))
    lengths = np.hypot(*side_vectors)
    spacing = np.clip(lengths.max() / 8, 21 / 32, 1)
    bend = steepest_bend(picture)
    bound = 2 * spacing / 4 * (np.sqrt(2) + spacing) * bend + lengths.max() / 80 * bend
    steps = (np.arange(80) + 0.5) / 80 - 0.5
    first, second = (share.ravel() for share in np.meshgrid(steps, steps))
    for point in [(80.3, 70.8), (71.5, 66.5), (90.0, 75.25)]:
        x, y = np.array(point)[:, np.newaxis] + side_vectors @ [first, second]
        exact = oracles.interpolate(picture.astype(float), x, y, "edge").mean()
        found = value_at(picture, seen_from(point, jacobian)).item()
        np.testing.assert_allclose(found, exact, rtol=0, atol=bound)
