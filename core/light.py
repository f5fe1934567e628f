"""What the samples are summed as: their sRGB values, or the light that they stand for.

name    sums
srgb    the samples as they are, as nearly all programs do
linear  light: thin bright lines keep their brightness when a picture shrinks, and mixed colours do not darken

Alpha is a share and never decoded. The curve is sRGB's, whatever profile a picture carries.
Source: IEC 61966-2-1:1999, sections 5.2 and 5.3.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
Depth = np.dtype[np.uint8] | np.dtype[np.uint16]

_ENTRIES = 1 << 12
"""Steps of the table that encodes to 8 bits: in the darks, where a level is least light, 1.24 of them make one."""


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
    decoded: Values = _decoding_table(samples.dtype).take(samples)
    return decoded


def _srgb_from_linear(values: Values, depth: Depth) -> Values:
    full = np.iinfo(depth).max
    share = np.clip(values / np.float32(full), 0, 1)
    if depth == np.uint8:
        index = np.rint(share * np.float32(_ENTRIES - 1)).astype(np.intp)
        return cast("Values", _encoding_table().take(index))
    return (_encode(share.astype(np.float64)) * full).astype(np.float32)


LIGHTS: dict[str, Light] = {
    "srgb": Light(_as_float, _unchanged),
    "linear": Light(_linear_from_srgb, _srgb_from_linear),
}


@cache
def _decoding_table(depth: Depth) -> Values:
    full = np.iinfo(depth).max
    return (_decode(np.arange(full + 1) / full) * full).astype(np.float32)


@cache
def _encoding_table() -> Values:
    return (_encode(np.arange(_ENTRIES) / (_ENTRIES - 1)) * np.iinfo(np.uint8).max).astype(np.float32)


def _decode(srgb: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(srgb <= _DARK_SRGB, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def _encode(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(linear <= _DARK_LINEAR, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
