"""From sums to samples: lay them over the fill, take alpha's weight off, round, and put the channels side by side."""

import numpy as np

from core.compiled.lanes import Lanes
from core.compiled.memory import Memory, Number
from core.compiled.reading import Kind, Pixels16
from core.fill import opaque, over
from core.image import colours_in, full, has_alpha, rounded, straight
from core.light import between_entries, nearest_entry

_WORD = 4  # bytes


def channels_from(channels: int) -> list[int]:
    """List the channels that a picture may get: its own, and colour and alpha if it has none."""
    return [
        count
        for count in range(1, 5)
        if colours_in(count) >= colours_in(channels) and has_alpha(count) >= has_alpha(channels)
    ]


def widened(values: Pixels16, covered: Lanes, out_channels: int, most: int) -> Pixels16:
    """Give sums the channels of the output: as `fill.over_fill` does."""
    colours = values[: colours_in(len(values))]
    spread = [colours[min(channel, len(colours) - 1)] for channel in range(colours_in(out_channels))]
    if not has_alpha(out_channels):
        return spread
    return [*spread, values[-1] if has_alpha(len(values)) else opaque(covered, most)]


def laid_over(values: Pixels16, covered: Lanes, fill: Memory) -> Pixels16:
    """Lay sums over the premultiplied fill, a number a channel."""
    return [over(value, covered, fill.number(channel).lanes) for channel, value in enumerate(values)]


def write_samples(values: Pixels16, kind: Kind, encoding: Memory, out: Memory, place: Number) -> None:
    """Turn sums into samples, and write them from byte `place` of `out` on."""
    most = full(kind.dtype)
    alpha = values[-1:] if has_alpha(len(values)) else []
    colours = [straight(colour, *alpha, most) for colour in values[:-1]] if alpha else values
    encoded = [_encoded(colour, kind, encoding) for colour in colours]
    samples = [rounded(value, most).astype(np.int32) for value in [*encoded, *alpha]]
    size = kind.dtype.itemsize
    out.store_bytes(place.value, _words(samples, size), list(range(len(values) * size)))


def _encoded(colour: Lanes, kind: Kind, encoding: Memory) -> Lanes:
    if not kind.is_linear:
        return colour
    return (nearest_entry if kind.dtype == np.uint8 else between_entries)(colour, encoding)


def _words(samples: list[Lanes], size: int) -> list[Lanes]:
    """Put samples of 1 or 2 bytes side by side in words of 4."""
    words: list[Lanes] = []
    for number, sample in enumerate(samples):
        place = number * size % _WORD
        if place:
            words[-1] = words[-1] | sample << 8 * place
        else:
            words.append(sample)
    return words
