"""A picture at half, a quarter, an eighth ... of its resolution, for maps that shrink it by very much.

Each resolution averages 2 x 2 pixels of the one before, premultiplied and as light if light is what is summed; where a
side is odd, the last pixel is counted twice. They are made when they are first read.
"""

import numpy as np

from core.image import Pixels, Premultiplied, premultiply
from core.light import Light
from core.size import Size

ROWS = 64
"""Of the source, premultiplied at a time: what a step holds beside its result is little."""


def reduced_size(source: Size, level: int) -> Size:
    """Give the size at a level: 0 is the source's own, each next one half of it, rounded up."""
    step = 1 << level
    return Size(-(-source.width // step), -(-source.height // step))


def top_level(source: Size) -> int:
    """Give the level of a single pixel."""
    return (max(source) - 1).bit_length()


class Pyramid:
    """One picture at every resolution."""

    def __init__(self, pixels: Pixels, light: Light) -> None:
        self.pixels = pixels
        self.light = light
        self._reduced: list[Premultiplied] = []

    def level(self, number: int) -> Premultiplied:
        """Give the picture at a level from 1 on: (height, width, channels) float32, premultiplied."""
        while len(self._reduced) < number:
            self._reduced.append(_halve(self._reduced[-1]) if self._reduced else self._halve_source())
        return self._reduced[number - 1]

    def _halve_source(self) -> Premultiplied:
        strips = range(0, self.pixels.shape[0], ROWS)
        return np.concatenate([_halve(premultiply(self.pixels[top : top + ROWS], self.light)) for top in strips])


def _halve(values: Premultiplied) -> Premultiplied:
    height, width, _ = values.shape
    even = np.pad(values, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    upper = even[0::2, 0::2] + even[0::2, 1::2]
    lower = even[1::2, 0::2] + even[1::2, 1::2]
    halved: Premultiplied = (upper + lower) * np.float32(1 / 4)
    return halved
