"""From sums to samples: lay them over the fill, take alpha's weight off, round, and put the channels side by side."""

from collections.abc import Callable

import numpy as np

from core.compiled.kind import Kind
from core.compiled.llvm.branches import only_if
from core.compiled.llvm.lanes import Lanes
from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number
from core.compiled.llvm.step import Step, step
from core.compiled.steps.formulas import between_entries, nearest_entry, opaque, over, rounded, straight
from core.compiled.steps.reading import PixelGroup
from core.image import colours_in, full, has_alpha

_WORD = 4  # bytes


def steps_of(kind: Kind) -> dict[str, Step]:
    """Give the step that writes samples of one kind."""

    @step
    def write(
        sums: Memory, covered: Memory, fill: Memory, has_fill: Number,
        encoding: Memory, out: Memory, place: Number, out_channels: Number,
    ) -> None:  # fmt: skip
        """Write the samples of a group of pixels, laid over the fill if there is one.

        Args:
            sums, covered: of the pixels.
            fill, has_fill, encoding, out, out_channels: see `arguments`.
            place: of the first pixel in `out`, in bytes.
        """
        values: PixelGroup = [sums.group(channel) for channel in range(kind.channels)]
        covers = covered.group()

        def laid_over_fill(channels: int) -> PixelGroup:
            widened_to = widened(values, covers, channels, kind)
            return [over(value, covers, fill.number(channel).lanes) for channel, value in enumerate(widened_to)]

        with only_if(has_fill.is_true()):
            write_one_of(laid_over_fill, kind, encoding, out, place, out_channels)
        with only_if(~has_fill.is_true()):
            write_samples(values, kind, encoding, out, place)

    return {"write": write}


def write_one_of(
    values_of: Callable[[int], PixelGroup], kind: Kind, encoding: Memory, out: Memory, place: Number, channels: Number
) -> None:
    """Write samples with as many channels as the output has: a branch for each number that it may be.

    Args:
        values_of: gives the pixels with a number of channels.
        kind: of the picture, whose channels may be fewer.
        encoding, out, place: see `write_samples`.
        channels: of the output.
    """
    for count in range(kind.channels, 5):
        if colours_in(count) >= colours_in(kind.channels) and has_alpha(count) >= has_alpha(kind.channels):
            with only_if(channels.equals(count)):
                write_samples(values_of(count), kind, encoding, out, place)


def widened(values: PixelGroup, covered: Lanes, channels: int, kind: Kind) -> PixelGroup:
    """Give sums the channels of the output: as `fill.over_fill` does."""
    colours = values[: colours_in(len(values))]
    spread = [colours[min(channel, len(colours) - 1)] for channel in range(colours_in(channels))]
    if not has_alpha(channels):
        return spread
    return [*spread, values[-1] if has_alpha(len(values)) else opaque(covered, full(kind.dtype))]


def write_samples(values: PixelGroup, kind: Kind, encoding: Memory, out: Memory, place: Number) -> None:
    """Turn sums into samples, and write them from byte `place` of `out` on."""
    most, size = full(kind.dtype), kind.dtype.itemsize
    alpha = values[-1:] if has_alpha(len(values)) else []
    colours = [straight(colour, alpha[0], most) for colour in values[:-1]] if alpha else values
    encoded = [_encoded(colour, kind, encoding) for colour in colours]
    samples = [rounded(value, most).astype(np.int32) for value in [*encoded, *alpha]]
    out.store_bytes(place, _words(samples, size), len(values) * size)


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
