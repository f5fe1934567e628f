"""How pixels of each kind are read from memory: a group of them, anywhere, as what is summed.

A reader takes byte offsets and gives a `Lanes` of float32 a channel, premultiplied. It reads words of 32 bits, which
may reach beyond the last pixel of a picture. Where that may be, `end` tells the last place where a word still lies
within: words are then read there, and shifted.
"""

from typing import NamedTuple

import numpy as np

from core.compiled.kind import Kind
from core.compiled.llvm.lanes import Lanes, numbered
from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number
from core.compiled.llvm.step import step
from core.compiled.steps.formulas import minimum, weighted, where
from core.image import full, has_alpha

_BYTE = 0xFF
_PAIR = 0xFFFF

PixelGroup = list[Lanes]
"""A group of pixels as what is summed: float32 a channel."""


class Source(NamedTuple):
    """What is read.

    Attributes:
        kind: of the pixels.
        picture: its bytes from the top-left pixel on.
        decoding: the table of a linear kind.
    """

    kind: Kind
    picture: Memory
    decoding: Memory

    def read(self, offset: Lanes, end: Number | None = None) -> PixelGroup:
        """Read pixels.

        Args:
            offset: of each, in bytes.
            end: see above; None if no pixel is so near the end.
        """
        kind, picture = self.kind, self.picture
        if kind.dtype == np.float32:
            return [picture.gather(offset + 4 * channel, np.float32) for channel in range(kind.channels)]
        return self._summands(_SAMPLES[kind.dtype](picture, offset, kind.channels, end))

    def read_run(self, offset: Lanes, count: int) -> list[PixelGroup]:
        """Read pixels that follow one another, all with as few gathers as they need.

        Args:
            offset: of each first pixel, in bytes.
            count: of pixels.
        """
        channels, step, size = self.kind.channels, self.kind.run, self.kind.dtype.itemsize
        words = self.picture.gather_words(offset, -(-((count - 1) * step + channels * size) // 4))
        mask = _BYTE if size == 1 else _PAIR
        pixels = []
        for pixel in range(count):
            places = [pixel * step + channel * size for channel in range(channels)]
            pixels.append(self._summands([(words[place // 4] >> 8 * (place % 4)) & mask for place in places]))
        return pixels

    def read_row(self, place: Number, count: int) -> Lanes:
        """Read samples of a row, channel after channel and pixel after pixel, as what is summed.

        Args:
            place: of the first, a pixel's first channel, in bytes.
            count: of samples.
        """
        kind = self.kind
        samples = self.picture.load_as(place, kind.dtype, count)
        if kind.dtype == np.float32:
            return samples
        values = samples.astype(np.int32).astype(np.float32)
        colours = self.decoding.take(samples.astype(np.int32)) if kind.is_linear else values
        if not has_alpha(kind.channels):
            return colours
        alpha = values.taken([lane - lane % kind.channels + kind.channels - 1 for lane in range(count)])
        is_alpha = numbered(values.builder, np.int32, count) % kind.channels == kind.channels - 1
        return where(is_alpha, alpha, weighted(colours, alpha, full(kind.dtype)))

    def _summands(self, samples: list[Lanes]) -> PixelGroup:
        """Turn samples into what is summed."""
        is_linear, most = self.kind.is_linear, full(self.kind.dtype)
        colours = [self.decoding.take(sample) if is_linear else sample.astype(np.float32) for sample in samples]
        if not has_alpha(len(samples)):
            return colours
        alpha = samples[-1].astype(np.float32)
        return [*(weighted(colour, alpha, most) for colour in colours[:-1]), alpha]


def _bytes(picture: Memory, offset: Lanes, channels: int, end: Number | None) -> list[Lanes]:
    word = _word(picture, offset, end if channels < 4 else None)  # noqa: PLR2004 (bytes of a word)
    return [(word >> 8 * channel) & _BYTE for channel in range(channels)]


def _pairs(picture: Memory, offset: Lanes, channels: int, end: Number | None) -> list[Lanes]:
    if channels == 1:
        return [_word(picture, offset, end) & _PAIR]
    # The last word ends with the pixel, so that of three samples the second one is read twice.
    places = [offset, offset + 2 * channels - 4] if channels > 2 else [offset]  # noqa: PLR2004 (pairs of a word)
    samples = [half for place in places for half in _halves(picture.gather(place, np.int32))]
    return [*samples[: channels - 2], *samples[-2:]]


def _halves(word: Lanes) -> tuple[Lanes, Lanes]:
    return word & _PAIR, word >> 16


def _word(picture: Memory, offset: Lanes, end: Number | None) -> Lanes:
    """Read 32 bits of which the pixel is the lowest."""
    if end is None:
        return picture.gather(offset, np.int32)
    within = minimum(offset, end.lanes)
    word: Lanes = picture.gather(within, np.int32) >> ((offset - within) << 3)
    return word


@step
def prefetch(picture: Memory, place: Number) -> None:
    """Have a byte of a picture brought near, and its neighbours, wherever that is: nothing waits or fails."""
    picture.prefetch(place)


_SAMPLES = {np.dtype(np.uint8): _bytes, np.dtype(np.uint16): _pairs}
