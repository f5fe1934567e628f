"""A picture at half, a quarter, an eighth ... of its resolution, for maps that shrink it by very much.

Each resolution averages 2 x 2 pixels of the one before, premultiplied and as light if light is what is summed; where a
side is odd, the last pixel is counted twice. They are made when they are first read.
"""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from core.image import Pixels, Premultiplied, premultiply
from core.light import Light
from core.memory import gathered
from core.size import Size

ROWS = 64
"""Halved at a time, an even number: what a step holds beside its result is little."""


def reduced_size(source: Size, level: int) -> Size:
    """Give the size at a level: 0 is the source's own, each next one half of it, rounded up."""
    step = 1 << level
    return Size(-(-source.width // step), -(-source.height // step))


def top_level(source: Size) -> int:
    """Give the level of a single pixel."""
    return (max(source) - 1).bit_length()


class Pyramid:
    """One picture at every resolution; several threads may read it at once."""

    def __init__(self, pixels: Pixels, light: Light) -> None:
        self.pixels = pixels
        self.light = light
        self._reduced: list[Premultiplied] = []
        self._arranged: dict[Callable[[Pixels], Any], Pixels] = {}
        self._making = threading.Lock()

    def level(self, number: int) -> Premultiplied:
        """Give the picture at a level from 1 on: (height, width, channels) float32, premultiplied."""
        with self._making:
            while len(self._reduced) < number:
                self._reduced.append(self._halve_last() if self._reduced else self._halve_source())
        return self._reduced[number - 1]

    @property
    def gathered(self) -> Pixels:
        """The picture itself, copied only if it lies scattered in memory, as a part of a larger one does."""
        return self._copied_once(gathered)

    @property
    def in_rows(self) -> Pixels:
        """The picture itself, copied only if neighbours in a row are none in memory, as in a mirrored view."""
        return self._copied_once(np.ascontiguousarray)

    def _copied_once(self, arrange: Callable[[Pixels], Any]) -> Pixels:
        with self._making:  # a copy is as large as the picture: no two threads may make one each
            if arrange not in self._arranged:
                self._arranged[arrange] = arrange(self.pixels)
            return self._arranged[arrange]

    def _halve_source(self) -> Premultiplied:
        return _halve(lambda rows: premultiply(self.pixels[rows], self.light), self.pixels.shape)

    def _halve_last(self) -> Premultiplied:
        last = self._reduced[-1]
        return _halve(lambda rows: last[rows], last.shape)


def _halve(rows_of: Callable[[slice], Premultiplied], shape: tuple[int, ...]) -> Premultiplied:
    """Halve a picture of a shape (height, width, channels), some of whose rows are asked for at a time."""
    height, width, channels = shape
    halved = np.empty(((height + 1) // 2, (width + 1) // 2, channels), np.float32)
    for top in range(0, height, ROWS):
        values = rows_of(slice(top, top + ROWS))
        even = np.pad(values, ((0, len(values) % 2), (0, width % 2), (0, 0)), mode="edge")
        upper = even[0::2, 0::2] + even[0::2, 1::2]
        lower = even[1::2, 0::2] + even[1::2, 1::2]
        np.multiply(upper + lower, np.float32(1 / 4), out=halved[top // 2 : (top + ROWS) // 2])
    return halved
