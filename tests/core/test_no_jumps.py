"""That nothing jumps when the scale changes.

A path of maps, cut where anything in how a pixel is read changes, must give the same on both sides.
"""

from itertools import pairwise

import numpy as np
import pytest

from core import Chain, Size, homography, sampling_grid
from core.antialias import coarseness, knots_of, level_share
from core.pyramid import top_level
from tests import pictures
from tests.core.averages import AVERAGING, ROUNDING, SHARPEST, seen_from, sides_of, value_at, values_of
from tests.core.maps import turn
from tests.core.rendering import size_of


def how_it_is_read(jacobian, raster):
    """All that may jump: the levels that count, and the knots in each."""
    coarse, top = coarseness(*sides_of(jacobian)), top_level(raster)
    counted = [level for level in range(top + 1) if level_share(coarse, level, top) > 0]
    return counted, [knots_of(side).item() for level in counted for side in sides_of(jacobian, 1 << level)]


def thresholds(read_at, start, stop, samples=400):
    """Pairs of parameters, as near to one another as float64 allows, between which something changes."""
    places = np.geomspace(start, stop, samples)
    reads = [read_at(place) for place in places]
    for number in np.flatnonzero([before != after for before, after in pairwise(reads)]):
        low, high = places[number : number + 2]
        while high - low > 4 * np.spacing(high):
            middle = (low + high) / 2
            low, high = (middle, high) if read_at(middle) == reads[number] else (low, middle)
        yield low, high


def assert_no_jump(picture, map_at, jacobian_at, start, stop, filter="bilinear", least=12):
    """Both sides of a threshold agree to what a sum of so many float32 products is off by."""
    found = list(thresholds(lambda t: how_it_is_read(jacobian_at(t), size_of(picture)), start, stop))
    assert len(found) >= least
    bound = 2 * (2 * 17 * 17 + 36) * ROUNDING * pictures.full(picture.dtype) * SHARPEST[filter]
    for low, high in found:
        values = [value_at(picture, map_at(t), filter) for t in (low, high)]
        np.testing.assert_allclose(*values, rtol=0, atol=bound, err_msg=f"at {low}")


STEEP = pictures.checker(200, 180) // 2 + pictures.random(200, 180) // 2
POINT = (97.3, 84.9)


@pytest.mark.parametrize(("degrees", "filter"), [(0.01, "bilinear"), *((30, name) for name in AVERAGING)])
def test_an_even_scale_never_jumps(degrees, filter):
    def jacobian_at(scale):
        return turn(degrees, scale)[:2, :2]

    assert_no_jump(STEEP, lambda s: seen_from(POINT, jacobian_at(s)), jacobian_at, 1.00001, 40, filter)


@pytest.mark.parametrize("across", [0.3, 1.4, 6.0])
def test_an_uneven_scale_never_jumps(across):
    def jacobian_at(scale):
        return turn(25)[:2, :2] @ np.diag([scale, across]) @ turn(-60)[:2, :2]

    assert_no_jump(STEEP, lambda s: seen_from(POINT, jacobian_at(s)), jacobian_at, 1.00001, 100)


def test_nothing_jumps_on_the_way_to_the_horizon():
    """The first pixel slides towards the line where the denominator is 0, and shrinks the more the nearer it is."""
    view = np.array([[60.0, 11, 30], [-9, 60, 40], [0.35, 0.3, 1]])

    def map_at(before):
        return view @ homography.translate(-0.5, (before - 1) / 0.3 - 0.5)

    def jacobian_at(before):
        jacobian = Chain.inverse(map_at(before)).src_jacobian(np.array([0.5]), np.array([0.5]))
        return np.reshape(jacobian, (2, 2))

    assert_no_jump(STEEP, map_at, jacobian_at, 0.3, 8.0)


@pytest.mark.parametrize("degrees", [0, 30])
def test_the_first_average_is_next_to_none(degrees):
    """From sigma^2 - 1 = 2e-6 on there is one: over a side a of 1.4e-3 pixels. Its outer knots weigh a / 4 each, and
    differ from the middle by half a pixel's slope at most: along each side of a turned one by sqrt(2) of it."""
    side = np.sqrt(2.1e-6)
    jacobians = [turn(degrees, 1 + 1e-6 + by)[:2, :2] for by in (-2e-8, 2e-8)]
    for row in range(80, 100):
        point = (90.5, row + 0.5)
        before, after = (value_at(STEEP, seen_from(point, jacobian)) for jacobian in jacobians)
        assert before != after
        np.testing.assert_allclose(before, after, rtol=0, atol=2 * (2 * side / 4) * (np.sqrt(2) * 255 / 2))


@pytest.mark.parametrize("longest", [sampling_grid.LONGEST / 2, sampling_grid.LONGEST])
def test_along_the_axes_a_lower_resolution_takes_over_without_a_jump(longest):
    photo = np.tile(pictures.astronaut(), (3, 3, 1))
    scale = np.hypot(longest, 1)
    before, at, after = (
        values_of(photo, Chain.inverse(seen_from((700, 800), np.diag([s, s]))), Size(3, 3))[0]
        for s in (scale * (1 - 1e-9), scale, scale * (1 + 1e-9))
    )
    summed = 2 * (longest + 2) + 2 * 17 * 17
    for other in (before, after):
        np.testing.assert_allclose(at, other, rtol=0, atol=2 * summed * ROUNDING * 255)


@pytest.mark.parametrize(("border", "period"), [("wrap", (101, 67)), ("reflect", (202, 134)), ("mirror", (200, 132))])
def test_a_lower_resolution_repeats_as_the_picture_does(border, period):
    """Its last pixels stand for less than a square, and its outermost centres lie elsewhere."""
    shrinking = 40 * np.array([[0.8, -0.6], [0.6, 0.8]])
    here, there = (
        values_of(STEEP[:67, :101], Chain.inverse(seen_from(point, shrinking)), Size(3, 3), border=border)[0]
        for point in ((30.25, 40.5), (30.25 + 5 * period[0], 40.5 - 7 * period[1]))
    )
    summed = 2 * 17 * 17 * 4
    np.testing.assert_allclose(here, there, rtol=0, atol=2 * summed * ROUNDING * STEEP.max())
