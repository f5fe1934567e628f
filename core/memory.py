"""Pixels by one flat index, however the picture lies in memory: a flipped or turned view of it costs no copy."""

from typing import Generic, NamedTuple, TypeVar, cast

import numpy as np

from core.image import Pixels, Premultiplied

Samples = TypeVar("Samples", Pixels, Premultiplied)


class Flat(NamedTuple, Generic[Samples]):
    """A picture as a list of pixels; that of (row, column) has the index start + row * row_step + column * column_step.

    Attributes:
        pixels: (H * W, C), a view.
        start: index of the top-left pixel.
        row_step: from a row to the next; negative in a picture that is flipped.
        column_step: from a column to the next.
    """

    pixels: Samples
    start: int
    row_step: int
    column_step: int


def gathered(pixels: Pixels) -> Pixels:
    """Give the same picture, copied only if it lies scattered in memory, as a part of a larger one does."""
    return pixels if _in_memory_order(pixels).flags.c_contiguous else cast("Pixels", np.ascontiguousarray(pixels))


def flatten(pixels: Samples) -> Flat[Samples]:
    """View (H, W, C) samples as a flat list (H * W, C); those that lie scattered in memory are copied first."""
    height, width, channels = pixels.shape
    row_stride, column_stride, _ = pixels.strides
    in_memory = _in_memory_order(pixels)
    if not in_memory.flags.c_contiguous:
        return flatten(cast("Samples", np.ascontiguousarray(pixels)))
    row_step, column_step = (stride // (channels * pixels.itemsize) for stride in (row_stride, column_stride))
    start = max(0, -row_step) * (height - 1) + max(0, -column_step) * (width - 1)
    return Flat(in_memory.reshape(-1, channels), start, row_step, column_step)


def _in_memory_order(pixels: Samples) -> Samples:
    row_stride, column_stride, _ = pixels.strides
    forwards = pixels[:: -1 if row_stride < 0 else 1, :: -1 if column_stride < 0 else 1]
    return forwards.transpose(1, 0, 2) if abs(row_stride) < abs(column_stride) else forwards
