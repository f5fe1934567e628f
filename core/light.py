"""What the samples are summed as: their sRGB values, or the light that they stand for.

name    sums
srgb    the samples as they are, as nearly all programs do
linear  light: thin bright lines keep their brightness when a picture shrinks, and mixed colours do not darken

Alpha is a share and never decoded. The curve is sRGB's, whatever profile a picture carries.
Source: IEC 61966-2-1:1999, sections 5.2 and 5.3.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
Depth = np.dtype[np.uint8] | np.dtype[np.uint16]

_ENTRIES_8 = 1 << 12
"""Steps of the table that encodes to 8 bits: in the darks, where a level is least light, 1.24 of them make one."""

_ENTRIES_16 = 1 << 16
"""Steps of the table that encodes to 16 bits, with lines between them: they leave the curve by 0.04 of a level."""

_DARK_SRGB, _DARK_LINEAR = 0.04045, 0.0031308
"""Up to these the curve is a straight line."""


class Light(NamedTuple):
    """How samples become what is summed, and sums samples; both in units of a full sample.

    Attributes:
        decode: samples (uint8 or uint16, any shape) -> float32, 0 to the greatest sample.
        encode: float32 -> float32 in the samples' own units, not rounded; in place or not. Needs the depth.
    """

    decode: Callable[[NDArray[np.uint8] | NDArray[np.uint16]], Values]
    encode: Callable[[Values, Depth], Values]


def _as_float(samples: NDArray[np.uint8] | NDArray[np.uint16]) -> Values:
    return samples.astype(np.float32)


def _unchanged(values: Values, depth: Depth) -> Values:  # noqa: ARG001 (one signature a table)
    return values


def _linear_from_srgb(samples: NDArray[np.uint8] | NDArray[np.uint16]) -> Values:
    decoded: Values = decoding_table(samples.dtype).take(samples)
    return decoded


def _srgb_from_linear(values: Values, depth: Depth) -> Values:
    return (nearest_entry if depth == np.uint8 else between_entries)(values, encoding_table(depth))


def nearest_entry(values: Values, table: Values) -> Values:
    """Encode to 8 bits by the nearest entry of a table over 0 to 255."""
    index = np.rint(np.clip(values / np.float32(255), 0, 1) * np.float32(_ENTRIES_8 - 1)).astype(np.int32)
    encoded: Values = table.take(index)
    return encoded


def between_entries(values: Values, table: Values) -> Values:
    """Encode to 16 bits by the line between the two nearest entries of a table over 0 to 65535."""
    position: Values = np.clip(values / np.float32(65535), 0, 1) * np.float32(_ENTRIES_16)
    lower = np.minimum(np.floor(position), np.float32(_ENTRIES_16 - 1))
    index = lower.astype(np.int32)
    first: Values = table.take(index)
    second: Values = table.take(index + 1)
    return first + (position - lower) * (second - first)


LIGHTS: dict[str, Light] = {
    "srgb": Light(_as_float, _unchanged),
    "linear": Light(_linear_from_srgb, _srgb_from_linear),
}


@cache
def decoding_table(depth: Depth) -> Values:
    """Give the light of every sample, in units of a full one."""
    full = np.iinfo(depth).max
    return (_decode(np.arange(full + 1) / full) * full).astype(np.float32)


@cache
def encoding_table(depth: Depth) -> Values:
    """Give the samples of light at even steps from none to a full sample's, not rounded."""
    steps = _ENTRIES_8 - 1 if depth == np.uint8 else _ENTRIES_16
    return (_encode(np.arange(steps + 1) / steps) * np.iinfo(depth).max).astype(np.float32)


def _decode(srgb: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(srgb <= _DARK_SRGB, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def _encode(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(linear <= _DARK_LINEAR, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
