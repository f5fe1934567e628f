"""How pixels of each kind are read from memory: sixteen of them, anywhere, as what is summed.

A reader takes byte offsets and gives a `Lanes` of float32 a channel, premultiplied. It reads words of 32 bits, which
may reach beyond the last pixel of a picture. Where that may be, `end` tells the last place where a word still lies
within: words are then read there, and shifted.
"""

from typing import NamedTuple

import numpy as np

from core.compiled.lanes import Lanes
from core.compiled.memory import Memory, Number
from core.image import full, has_alpha, weighted

_BYTE = 0xFF
_PAIR = 0xFFFF

Pixels16 = list[Lanes]
"""Sixteen pixels as what is summed: float32 a channel."""


class Kind(NamedTuple):
    """What the samples of a picture are.

    Attributes:
        dtype: of a sample.
        is_linear: whether light is summed: samples are decoded by a table, and encoded by another.
        run: bytes from a pixel to the next if the pixels of a row are read together, as far as they are taps; else 0.
    """

    dtype: np.dtype[np.uint8] | np.dtype[np.uint16] | np.dtype[np.float32]
    is_linear: bool = False
    run: int = 0


def read(
    kind: Kind, channels: int, source: Memory, offset: Lanes, decoding: Memory, end: Number | None = None
) -> Pixels16:
    """Read pixels.

    Args:
        kind: of samples; float32 ones are premultiplied already.
        channels: 1 to 4.
        source: the picture's bytes.
        offset: of each pixel, in bytes.
        decoding: the table of a linear kind.
        end: see above; None if no pixel is so near the end.
    """
    if kind.dtype == np.float32:
        return [source.gather(offset + 4 * channel, np.float32) for channel in range(channels)]
    return _summands(kind, _SAMPLES[kind.dtype](source, offset, channels, end), decoding)


def _summands(kind: Kind, samples: list[Lanes], decoding: Memory) -> Pixels16:
    """Turn samples into what is summed."""
    colours = [decoding.take(sample) if kind.is_linear else sample.astype(np.float32) for sample in samples]
    if not has_alpha(len(samples)):
        return colours
    alpha = samples[-1].astype(np.float32)
    return [*(weighted(colour, alpha, full(kind.dtype)) for colour in colours[:-1]), alpha]


def read_run(kind: Kind, channels: int, count: int, source: Memory, offset: Lanes, decoding: Memory) -> list[Pixels16]:
    """Read pixels that follow one another, all with as few gathers as they need.

    Args:
        kind, channels, source, decoding: see `read`.
        count: of pixels.
        offset: of each first pixel, in bytes.
    """
    size = kind.dtype.itemsize
    words = source.gather_words(offset, -(-((count - 1) * kind.run + channels * size) // 4))
    mask = _BYTE if size == 1 else _PAIR
    pixels = []
    for pixel in range(count):
        places = [pixel * kind.run + channel * size for channel in range(channels)]
        samples = [(words[place // 4] >> 8 * (place % 4)) & mask for place in places]
        pixels.append(_summands(kind, samples, decoding))
    return pixels


def _bytes(source: Memory, offset: Lanes, channels: int, end: Number | None) -> list[Lanes]:
    word = _word(source, offset, end if channels < 4 else None)  # noqa: PLR2004 (bytes of a word)
    return [(word >> 8 * channel) & _BYTE for channel in range(channels)]


def _pairs(source: Memory, offset: Lanes, channels: int, end: Number | None) -> list[Lanes]:
    if channels == 1:
        return [_word(source, offset, end) & _PAIR]
    # The last word ends with the pixel, so that of three samples the second one is read twice.
    places = [offset, offset + 2 * channels - 4] if channels > 2 else [offset]  # noqa: PLR2004 (pairs of a word)
    samples = [half for place in places for half in _halves(source.gather(place, np.int32))]
    return [*samples[: channels - 2], *samples[-2:]]


def _halves(word: Lanes) -> tuple[Lanes, Lanes]:
    return word & _PAIR, word >> 16


def _word(source: Memory, offset: Lanes, end: Number | None) -> Lanes:
    """Read 32 bits of which the pixel is the lowest."""
    if end is None:
        return source.gather(offset, np.int32)
    within = np.minimum(offset, end.lanes)
    return source.gather(within, np.int32) >> ((offset - within) << 3)


_SAMPLES = {np.dtype(np.uint8): _bytes, np.dtype(np.uint16): _pairs}
