"""How small the PNGs are: photographs against Pillow's, and what must not grow."""

import io
import itertools

import numpy as np
import pytest
import skimage.data
from PIL import Image

from tests.service.pngs import by_both, encode, noise, pillow


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

CLEAR = (turned, vignette)

CASES = [*itertools.product(COLOUR, (*CLEAR, gray)), *itertools.product(GRAY, CLEAR)]


def photograph(name):
    pixels = getattr(skimage.data, name)()
    return pixels.reshape(*pixels.shape[:2], -1)


def pillow_size(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(file, "PNG")
    return len(file.getvalue())


@by_both
@pytest.mark.parametrize("name", [*COLOUR, *GRAY])
def test_photographs_take_at_most_1_06_of_pillows_bytes(name, loops):
    pixels = photograph(name)
    assert len(encode(pixels, loops=loops)) <= 1.06 * pillow_size(pixels)


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_photographs_with_alpha_or_in_gray_take_at_most_1_12_of_pillows_bytes(name, variant):
    """Smooth gray with alpha is the worst: every other byte is a 0, and no code is shorter than a bit."""
    pixels = variant(photograph(name))
    data = encode(pixels)
    np.testing.assert_array_equal(pillow(data), pixels)
    assert len(data) <= 1.12 * pillow_size(pixels)


@by_both
def test_half_of_the_photographs_take_at_most_1_02_of_pillows_bytes(loops):
    pictures = [photograph(name) for name in (*COLOUR, *GRAY)]
    assert np.median([len(encode(pixels, loops=loops)) / pillow_size(pixels) for pixels in pictures]) <= 1.02


@by_both
def test_repetition_far_apart_is_found(loops):
    """Eight tiles of noise in a row: only a window longer than a tile's row sees that they are the same."""
    tiles = np.tile(noise(200, 250, 3), (1, 8, 1))
    assert len(encode(tiles, loops=loops)) < tiles.size / 3


@by_both
def test_flat_pictures_are_small(loops):
    """Deflate's longest match takes 258 bytes for at least 2 bits, so 1 : 1032 is the most; half will do."""
    flat = np.full((1000, 1000, 4), 77, np.uint8)
    assert len(encode(flat, loops=loops)) < flat.size / 500
