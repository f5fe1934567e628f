"""The kinds of pixels that there are kernels for."""

from typing import Any, NamedTuple

import numpy as np

from core.compiled.agreed import VECTOR

_RUN_STEPS = {1: (1,), 2: (2,), 3: (3, 4), 4: (4,)}
"""By the channels: bytes from a pixel of 8-bit samples to the next where they lie side by side; RGB may be padded."""


class Kind(NamedTuple):
    """What the pixels of a picture are.

    Attributes:
        channels: 1 to 4.
        dtype: of a sample: uint8, uint16, or float32, which are premultiplied already.
        is_linear: whether light is summed: samples are decoded by a table, and encoded by another.
        run: bytes from a pixel to the next if the pixels of a row are read together, as far as they are taps; else 0.
    """

    channels: int
    dtype: np.dtype[Any]
    is_linear: bool = False
    run: int = 0


def integers(channels: int) -> list[Kind]:
    """List what pictures are."""
    depths = np.dtype(np.uint8), np.dtype(np.uint16)
    return [Kind(channels, depth, is_linear) for depth in depths for is_linear in (False, True)]


def reduced(channels: int) -> Kind:
    """Give what reduced pictures are."""
    return Kind(channels, np.dtype(np.float32))


def padded(channels: int) -> list[Kind]:
    """List what pictures are whose pixels have something between them."""
    return [_plain(channels)._replace(run=step) for step in _RUN_STEPS[channels] if step != channels]


def read_by(filter: str, channels: int) -> list[Kind]:
    """List what pictures are to a kernel that reads them by the taps of a filter."""
    runs = {with_runs(_plain(channels), filter, step) for step in _RUN_STEPS[channels]}
    return integers(channels) + sorted(runs - {_plain(channels)}, key=lambda kind: kind.run)


def with_runs(kind: Kind, filter: str, pixel_step: int) -> Kind:
    """Let the pixels of a row be read together where that has been found faster.

    Args:
        kind: of the pixels.
        filter: a name in FILTERS.
        pixel_step: bytes from a pixel of a row to the next.
    """
    has_gain = filter in {"bicubic", "lanczos3"} or (filter == "bilinear" and kind.channels != 3)  # noqa: PLR2004 (RGB)
    can_run = kind == _plain(kind.channels) and pixel_step in _RUN_STEPS[kind.channels]
    return kind._replace(run=pixel_step) if can_run and has_gain else kind


def with_padding(kind: Kind, pixel_step: int) -> Kind:
    """Let the rows of a picture be read as they lie in memory, if there is something between its pixels.

    Args:
        kind: of the pixels.
        pixel_step: bytes from a pixel of a row to the next.
    """
    as_it_lies = kind._replace(run=pixel_step)
    return as_it_lies if as_it_lies in padded(kind.channels) else kind


def has_rows(kind: Kind, pixel_step: int) -> bool:
    """Tell whether the rows of a picture can be read as they lie in memory.

    Args:
        kind: of the pixels.
        pixel_step: bytes from a pixel of a row to the next.
    """
    return samples_of(with_padding(kind, pixel_step)) * kind.dtype.itemsize == pixel_step


def samples_of(kind: Kind) -> int:
    """Count the samples from a pixel to the next of its row."""
    return kind.run // kind.dtype.itemsize or kind.channels


def pixels_at_once(kind: Kind) -> int:
    """Count the pixels of a row that a vector of samples has."""
    return VECTOR // samples_of(kind)


def vectors_at_once(kind: Kind) -> int:
    """Count the vectors of samples whose pixels one vector has weights for."""
    return VECTOR // pixels_at_once(kind)


def _plain(channels: int) -> Kind:
    return Kind(channels, np.dtype(np.uint8))
