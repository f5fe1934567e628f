"""Pixels by one flat index, however the picture lies in memory: a flipped or turned view of it costs no copy."""

from typing import Generic, NamedTuple, TypeVar, cast

import numpy as np
from numpy.lib.stride_tricks import as_strided

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
    return cast("Pixels", np.ascontiguousarray(pixels)) if _list_pixels(pixels) is None else pixels


def flatten(pixels: Samples) -> Flat[Samples]:
    """View (H, W, C) samples as a flat list (H * W, C); those that lie scattered in memory are copied first."""
    listed = _list_pixels(pixels)
    if listed is None:
        return flatten(cast("Samples", np.ascontiguousarray(pixels)))
    height, width, _ = pixels.shape
    row_step, column_step = (stride // listed.strides[0] for stride in pixels.strides[:2])
    start = max(0, -row_step) * (height - 1) + max(0, -column_step) * (width - 1)
    return Flat(listed, start, row_step, column_step)


def _list_pixels(pixels: Samples) -> Samples | None:
    """View pixels that follow one another at equal steps, with padding between them or none, as (H * W, C)."""
    in_memory = _in_memory_order(pixels)
    lines, length, channels = in_memory.shape
    line_step, pixel_step, sample_step = in_memory.strides
    if length == 1:
        pixel_step = line_step if lines > 1 else channels * pixels.itemsize
    is_listed = (
        (lines == 1 or line_step == length * pixel_step)
        and (channels == 1 or sample_step == pixels.itemsize)
        and pixel_step >= channels * pixels.itemsize
    )
    if not is_listed:
        return None
    return cast("Samples", as_strided(in_memory, (lines * length, channels), (pixel_step, pixels.itemsize)))


def _in_memory_order(pixels: Samples) -> Samples:
    row_stride, column_stride, _ = pixels.strides
    forwards = pixels[:: -1 if row_stride < 0 else 1, :: -1 if column_stride < 0 else 1]
    return forwards.transpose(1, 0, 2) if abs(row_stride) < abs(column_stride) else forwards
