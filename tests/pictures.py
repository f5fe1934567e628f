"""Small pictures without any symmetry, so that a swapped axis, a mirror or a shift cannot hide, and three photographs.

All are (height, width, channels), uint8 or uint16. Alpha, where a picture has it, runs from opaque to 0 on purpose.
"""

import io

import numpy as np
from PIL import Image
from skimage import data

DEPTHS = (np.uint8, np.uint16)
CHANNELS = (1, 2, 3, 4)

LETTER_F = """
.......
.#####.
.#.....
.####..
.#.....
.#.....
.#.....
.......
.......
"""


def ramp(width, height, channels=1, depth=np.uint8):
    """3x + 7y in the first channel, shifted in the others: linear wherever it does not wrap, different in x and y."""
    x, y = np.arange(width)[np.newaxis, :, np.newaxis], np.arange(height)[:, np.newaxis, np.newaxis]
    return (3 * x + 7 * y + 50 * np.arange(channels)).astype(depth)


def letter_f(depth=np.uint8):
    """White F on black, nearer to the left and the top."""
    rows = [[full(depth) if cell == "#" else 0 for cell in line] for line in LETTER_F.split()]
    return np.array(rows, depth)[..., np.newaxis]


def lit_pixel(width, height, column, row, channels=1, depth=np.uint8):
    """Black, with one white pixel; put it off every axis of symmetry."""
    picture = np.zeros((height, width, channels), depth)
    picture[row, column] = full(depth)
    return picture


def dirty_alpha(width, height, depth=np.uint8):
    """Opaque white on the left; on the right bright green, fully transparent: nothing of it may ever be seen."""
    picture = np.full((height, width, 4), full(depth), depth)
    picture[:, width // 2 :] = np.array([0, 1, 0, 0]) * full(depth)
    return picture


def checker(width, height, depth=np.uint8):
    """Black and white squares of one pixel: the steepest picture there is."""
    return ((np.indices((height, width)).sum(axis=0) % 2) * full(depth)).astype(depth)[..., np.newaxis]


def random(width, height, channels=1, depth=np.uint8, seed=0):
    """Noise over the whole range, with its extremes and, where there is alpha, every kind of pixel."""
    generator = np.random.default_rng([seed, width, height, channels])
    picture = generator.integers(0, full(depth), (height, width, channels), endpoint=True).astype(depth)
    if channels in {2, 4}:
        kind = generator.integers(0, 3, (height, width))
        picture[..., -1] = np.where(kind == 0, 0, np.where(kind == 1, full(depth), picture[..., -1]))
    return picture


def astronaut():
    """NASA's portrait of Eileen Collins, 512x512 RGB, public domain; it ships with scikit-image."""
    return data.astronaut()


def coffee():
    """Rachel Michetti's cup, 600x400 RGB, CC0; it ships with scikit-image."""
    return data.coffee()


def chelsea():
    """Stefan van der Walt's cat, 451x300 RGB, CC0; it ships with scikit-image."""
    return data.chelsea()


def full(depth):
    return np.iinfo(depth).max


def photo(width, height, quality=85):
    """A photograph as a JPEG of this size."""
    stream = io.BytesIO()
    Image.fromarray(astronaut()).resize((width, height)).save(stream, "JPEG", quality=quality)
    return stream.getvalue()
