"""Pixels by one flat index, however the picture lies in memory: a flipped or turned view of it costs no copy."""

from typing import NamedTuple, cast

import numpy as np

from core.image import Pixels


class Flat(NamedTuple):
    """A picture as a list of pixels; that of (row, column) has the index start + row * row_step + column * column_step.

    Attributes:
        pixels: (H * W, C), a view.
        start: index of the top-left pixel.
        row_step: from a row to the next; negative in a picture that is flipped.
        column_step: from a column to the next.
    """

    pixels: Pixels
    start: int
    row_step: int
    column_step: int


def flatten(pixels: Pixels) -> Flat:
    """View (H, W, C) samples as a flat list; they are copied first only if they lie scattered in memory."""
    height, width, channels = pixels.shape
    row_stride, column_stride, _ = pixels.strides
    in_memory = pixels[:: -1 if row_stride < 0 else 1, :: -1 if column_stride < 0 else 1]
    if abs(row_stride) < abs(column_stride):
        in_memory = in_memory.transpose(1, 0, 2)
    if not in_memory.flags.c_contiguous:
        return flatten(cast("Pixels", np.ascontiguousarray(pixels)))
    row_step, column_step = (stride // (channels * pixels.itemsize) for stride in (row_stride, column_stride))
    start = max(0, -row_step) * (height - 1) + max(0, -column_step) * (width - 1)
    return Flat(in_memory.reshape(-1, channels), start, row_step, column_step)
