import numpy as np
import pytest

from core import BORDERS, FILTERS, LIGHTS, InvalidPixels, Size, image
from tests import oracles, pictures
from tests.core.maps import turn
from tests.core.rendering import render


@pytest.mark.parametrize("channels", pictures.CHANNELS)
@pytest.mark.parametrize("depth", pictures.DEPTHS)
def test_pictures_of_1_to_4_channels_and_both_depths_are_taken(channels, depth):
    image.check_pixels(np.zeros((1, 1, channels), depth))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 2), np.uint8),
        np.zeros((2, 2, 5), np.uint8),
        np.zeros((2, 2, 0), np.uint8),
        np.zeros((0, 2, 3), np.uint8),
        np.zeros((2, 2, 3), np.float32),
        np.zeros((2, 2, 3), np.int16),
    ],
)
def test_anything_else_is_refused(array):
    with pytest.raises(InvalidPixels):
        image.check_pixels(array)


def test_premultiplying_weights_colour_by_alpha_and_keeps_alpha():
    pixels = np.array([[200, 100, 50, 51]], np.uint8)
    np.testing.assert_allclose(image.premultiply(pixels), [[40, 20, 10, 51]], rtol=2**-22)
    np.testing.assert_array_equal(image.premultiply(pixels[:, :3]), pixels[:, :3])


@pytest.mark.parametrize("depth", pictures.DEPTHS)
def test_straight_samples_survive_the_round_trip(depth):
    full = pictures.full(depth)
    alpha = np.unique(np.linspace(1, full, 255).astype(depth))
    colour = np.unique(np.linspace(0, full, 256).astype(depth))
    pixels = np.stack(np.meshgrid(colour, alpha), axis=-1)
    np.testing.assert_array_equal(image.to_samples(image.premultiply(pixels), np.dtype(depth)), pixels, strict=True)


def test_rounding_is_half_up_and_clamped():
    values = np.array([[0.49], [0.5], [1.5], [2.5], [254.5], [300], [-3]], np.float32)
    np.testing.assert_array_equal(image.to_samples(values, np.dtype(np.uint8)).ravel(), [0, 1, 2, 3, 255, 255, 0])


def test_colour_is_0_where_alpha_rounds_to_0():
    values = np.array([[0.3, 0.49], [0.3, 0.5]], np.float32)
    np.testing.assert_array_equal(image.to_samples(values, np.dtype(np.uint8)), [[0, 0], [153, 1]])


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
@pytest.mark.parametrize("depth", pictures.DEPTHS)
def test_what_overshoots_is_cut_alpha_to_its_range_and_colour_to_its_alpha(depth, light):
    full = pictures.full(depth)
    values = np.array([[1.2, 1.1], [0.6, 0.5], [-0.2, 0.5], [0.4, -0.3], [-0.1, -0.2], [1.3, 1.2]], np.float32) * full
    expected = [[full, full], [full, half_up(full / 2)], [0, half_up(full / 2)], [0, 0], [0, 0], [full, full]]
    np.testing.assert_array_equal(image.to_samples(values, np.dtype(depth), light), expected)


def half_up(value):
    return int(value + 0.5)


@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize(
    "src_from_dst", [turn(30, 0.7, about=(9, 8)), turn(30, 1.8, about=(9, 8)), np.diag([1.5, 0.4, 1])]
)
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filter", FILTERS)
def test_one_colour_under_any_alpha_stays_that_colour(filter, border, src_from_dst, antialias):
    """Whatever remains of alpha is at least half a level, from sums of at most 36 terms a knot, unsigned 255 x 1.55^2;
    so the colour is off by its share of 36 x 2^-24 x 255 x 2.4 / 0.5 only, a hundredth."""
    picture = pictures.random(18, 16, 4)
    picture[..., :3] = 200, 30, 90
    warped = render(picture, src_from_dst, filter=filter, border=border, antialias=antialias)
    seen = warped[..., 3] > 0
    assert seen.any()
    np.testing.assert_array_equal(warped[seen][:, :3], np.broadcast_to([200, 30, 90], (np.count_nonzero(seen), 3)))


@pytest.mark.parametrize("filter", ["bicubic", "lanczos3"])
def test_an_overshoot_is_cut_and_does_not_wrap_around(filter):
    """Within the first pixel before the step it goes below 0, and within the first one after it beyond 255."""
    step = np.zeros((8, 20, 4), np.uint8)
    step[:, 10:] = 255
    warped = render(step, np.diag([0.25, 1, 1]), Size(80, 8), filter=filter)[4]
    unsigned = oracles.filtered(step, np.diag([0.25, 1, 1]), 80, 8, "edge", filter=filter)[4]
    np.testing.assert_array_less(np.abs(warped - unsigned), 0.502)
    np.testing.assert_array_equal(warped[34:38], 0)
    np.testing.assert_array_equal(warped[42:46], 255)
