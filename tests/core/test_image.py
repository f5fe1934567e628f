import numpy as np
import pytest

from core import InvalidPixels, image
from tests import pictures


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
