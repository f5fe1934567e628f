"""What each filter reads: against its formula written down again, and against Pillow's resize."""

import numpy as np
import pytest
from PIL import Image

from core import Size, filters
from tests import oracles, pictures
from tests.core.rendering import render

NEXT_TO_A_TIE = 1e-6
REACH = {"nearest": 0, "bilinear": 1, "bicubic": 2, "lanczos3": 3}  # pixels beyond the one the point is in

PILLOW = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos3": Image.Resampling.LANCZOS,
}
PILLOW_ERROR = 0.5 + (0.5 * 1.55 + 0.5) + 2 * 6 * 2**-22 * 255 * 1.55
"""Levels: our rounding and Pillow's two, as it resizes one axis after the other; what the first is off by, the second
pass makes 1.55 times larger at most. And its weights have 22 bits."""


@pytest.mark.parametrize(
    ("x", "index"),
    [
        (0.0, 0),
        (0.999, 0),
        (1.0 - 1.1 * NEXT_TO_A_TIE, 0),
        (1.0 - 0.9 * NEXT_TO_A_TIE, 1),  # a tie goes to the right
        (1.0, 1),
        (-0.5, -1),
        (-0.5 * NEXT_TO_A_TIE, 0),
    ],
)
def test_nearest_is_the_floor_with_ties_to_the_right(x, index):
    [(found, weight)] = filters.nearest(np.array([x]))
    np.testing.assert_array_equal(found, [index])
    np.testing.assert_array_equal(weight, 1)


@pytest.mark.parametrize(
    ("x", "index", "weights"),
    [
        (0.5, 0, (1, 0)),
        (0.75, 0, (0.75, 0.25)),
        (2.0, 1, (0.5, 0.5)),
        (0.25, -1, (0.25, 0.75)),
        (8000.625, 8000, (0.875, 0.125)),
    ],
)
def test_bilinear_weights_its_two_neighbours_by_nearness(x, index, weights):
    (left, left_weight), (right, right_weight) = filters.bilinear(np.array([x]))
    assert (left.item(), right.item()) == (index, index + 1)
    assert (left_weight.item(), right_weight.item()) == weights


@pytest.mark.parametrize(
    ("x", "weights"),
    [
        (7.5, (0, 1, 0, 0)),
        (8.0, (-1 / 16, 9 / 16, 9 / 16, -1 / 16)),  # with a = -3/4 it were -3/32 and 19/32
        (7.75, (-9 / 128, 111 / 128, 29 / 128, -3 / 128)),
    ],
)
def test_the_cubics_weights_are_those_of_keys(x, weights):
    taps = filters.bicubic(np.array([x]))
    assert [index.item() for index, _ in taps] == [6, 7, 8, 9]
    assert [weight.item() for _, weight in taps] == list(weights)


@pytest.mark.parametrize("filter", oracles.KERNELS)
def test_weights_are_the_kernel_of_the_distance(filter):
    x = np.linspace(-3, 12, 1501)
    for (index, weight), (expected, kernel) in zip(filters.FILTERS[filter](x), oracles.taps_of(x, filter), strict=True):
        whole = np.abs(x - 0.5 - np.rint(x - 0.5)) < 1e-9  # there a rounding decides where the window begins
        np.testing.assert_array_equal(index[~whole], expected[~whole])
        np.testing.assert_allclose(weight[~whole], kernel[~whole], rtol=0, atol=2 * np.finfo(np.float32).eps)


@pytest.mark.parametrize("filter", filters.FILTERS)
def test_a_point_on_a_centre_reads_that_pixel_alone(filter):
    for x in (0.5, -2.5, 7999.5, 2.0**29 + 0.5):
        read = [
            (index.item(), weight.item()) for index, weight in filters.FILTERS[filter](np.array([x])) if weight != 0
        ]
        assert read == [(np.floor(x), 1)]


@pytest.mark.parametrize("filter", filters.FILTERS)
def test_weights_sum_to_1_in_float64(filter):
    """Each is rounded to float32 by itself, by half a unit of 2^-24 at most below 1; Lanczos's ends reach 1.0 alone."""
    taps = filters.FILTERS[filter](np.random.default_rng(1).uniform(-50, 50, 10_000))
    total = sum(weight.astype(np.float64) for _, weight in taps)
    np.testing.assert_allclose(total, 1, rtol=0, atol=len(taps) * 2**-25)


@pytest.mark.parametrize(("filter", "degree"), [("bilinear", 1), ("bicubic", 2)])
def test_polynomials_are_reproduced_up_to_the_filters_degree(filter, degree):
    x = np.random.default_rng(2).uniform(10, 20, 1000)
    for power in range(degree + 1):
        read = sum(weight * (index + 0.5) ** power for index, weight in filters.FILTERS[filter](x))
        np.testing.assert_allclose(read, x**power, rtol=2 * 2**-24 * 1.25 * 1.2**degree)
    read = sum(weight * (index + 0.5) ** (degree + 1) for index, weight in filters.FILTERS[filter](x))
    assert np.abs(read - x ** (degree + 1)).max() > 0.05


@pytest.mark.parametrize("filter", PILLOW)
@pytest.mark.parametrize("factor", [2, 3, 7])
def test_enlarging_is_pillows_resize(filter, factor):
    """Inside: at the edge Pillow renormalizes the taps that remain, where we read beyond it by the border.

    The picture leaves room for what a filter overshoots, as Pillow cuts it after the first axis already.
    """
    picture = pictures.astronaut()[100:150, 200:240] // 2 + np.uint8(64)
    size = Size(40 * factor, 50 * factor)
    resized = np.asarray(Image.fromarray(picture).resize(size, PILLOW[filter])).astype(int)
    warped = render(picture, np.diag([1 / factor, 1 / factor, 1]), size, filter=filter)
    inside = np.s_[3 * factor : -3 * factor, 3 * factor : -3 * factor]
    np.testing.assert_array_less(np.abs(warped - resized)[inside], PILLOW_ERROR)
    np.testing.assert_array_less(np.abs(warped - resized)[inside].mean(), 0.5)


def test_the_cubic_is_pillows_and_not_opencvs():
    """With a = -3/4 the difference at half a pixel is 1/32 of the second difference; a step makes 8 levels of it."""
    step = np.zeros((12, 12, 1), np.uint8)
    step[:, 6:] = 255
    ours = render(step, np.diag([0.5, 1, 1]), Size(24, 12), filter="bicubic")[5, :, 0].astype(int)
    theirs = np.asarray(Image.fromarray(step[..., 0]).resize((24, 12), Image.Resampling.BICUBIC))[5].astype(int)
    np.testing.assert_array_less(np.abs(ours - theirs), 2)
    np.testing.assert_array_less(ours[:9], 2)
    assert ours[11] == round(255 * (-7 / 128 + 0 + 29 / 128 - 3 / 128 + 7 / 128))


@pytest.mark.parametrize("name", filters.FILTERS)
@pytest.mark.parametrize("x", [1e13, -1e13, 1e19, 1e300, -1e300])
def test_coordinates_beyond_all_integers_are_clamped(name, x):
    for index, weight in filters.FILTERS[name](np.array([x])):
        assert abs(index.item()) <= filters.FARTHEST + REACH[name]
        assert abs(weight.item()) <= 1
        assert np.sign(index.item()) == np.sign(x)
