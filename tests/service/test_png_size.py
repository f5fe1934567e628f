"""How small the PNGs are: photographs against Pillow's, and what must not grow."""

import io
import itertools

import numpy as np
import pytest
import skimage.data
from PIL import Image

from tests.service.test_png import encode, noise, pillow


def opaque(pixels):
    return pixels


def gray(pixels):
    return pixels.mean(axis=2).round().astype(np.uint8)[:, :, np.newaxis]


def turned(pixels):
    """A turned picture as the service makes it: clear corners with smooth edges, nothing under alpha 0."""
    height, width, _ = pixels.shape
    y, x = np.mgrid[:height, :width]
    alpha = np.clip(x + 0.3 * y - 0.2 * height, 0, 1) * np.clip(1.1 * width - x - 0.3 * y, 0, 1)
    alpha = np.round(255 * alpha[:, :, np.newaxis]).astype(np.uint8)
    return np.concatenate([pixels * (alpha > 0), alpha], axis=2)


def vignette(pixels):
    """Alpha that changes everywhere: 255 in the middle, 0 in the corners."""
    height, width, _ = pixels.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    alpha = np.clip(400 * (1 - np.hypot(x, y) / np.sqrt(2)), 0, 255).astype(np.uint8)
    return np.dstack([pixels, alpha])


COLOUR = ("astronaut", "chelsea", "coffee", "hubble_deep_field", "immunohistochemistry", "retina", "rocket")
GRAY = ("brick", "camera", "cell", "coins", "grass", "gravel", "moon")

PLAIN_AND_CLEAR = (opaque, turned, vignette)

CASES = [*itertools.product(COLOUR, (*PLAIN_AND_CLEAR, gray)), *itertools.product(GRAY, PLAIN_AND_CLEAR)]


def photograph(name):
    pixels = getattr(skimage.data, name)()
    return pixels.reshape(*pixels.shape[:2], -1)


def pillow_size(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(file, "PNG")
    return len(file.getvalue())


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_photographs_take_at_most_1_12_of_pillows_bytes(name, variant):
    pixels = variant(photograph(name))
    data = encode(pixels)
    np.testing.assert_array_equal(pillow(data), pixels)
    assert len(data) <= 1.12 * pillow_size(pixels)


def test_repetition_far_apart_is_found():
    """Eight tiles of noise in a row: only a window longer than a tile's row sees that they are the same."""
    tiles = np.tile(noise(200, 250, 3), (1, 8, 1))
    assert len(encode(tiles)) < tiles.size / 2


def test_flat_pictures_are_small():
    """Deflate's longest match takes 258 bytes for at least 2 bits, so 1 : 1032 is the most; half will do."""
    flat = np.full((1000, 1000, 4), 77, np.uint8)
    assert len(encode(flat)) < flat.size / 500
