"""Pictures as arrays, and the two steps around every sum of samples: premultiply before, round after.

A picture is (height, width, channels), uint8 or uint16; 1 channel is gray, 2 gray+alpha, 3 RGB, 4 RGBA. Alpha is
straight in pictures and premultiplied in sums, so that the colour of a transparent pixel weighs nothing.
Source: Porter and Duff 1984, doi:10.1145/800031.808606.
"""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidPixels
from core.light import LIGHTS, Light
from core.size import Size

Pixels = NDArray[np.uint8] | NDArray[np.uint16]
Premultiplied = NDArray[np.float32]

SRGB = LIGHTS["srgb"]


def check_pixels(pixels: Pixels) -> None:
    """Refuse an array that is not a picture.

    Raises:
        InvalidPixels: wrong dtype, shape or an empty side.
    """
    if pixels.dtype not in (np.uint8, np.uint16):
        raise InvalidPixels(f"samples must be uint8 or uint16; these are {pixels.dtype}")
    if pixels.ndim != 3 or not 1 <= pixels.shape[2] <= 4 or not pixels.size:  # noqa: PLR2004 (axes; channels)
        raise InvalidPixels(
            f"a picture has the shape (height, width, 1 to 4 channels), no side 0; this one has {pixels.shape}"
        )


def size_of(pixels: Pixels) -> Size:
    """Give the picture's width and height."""
    return Size(width=pixels.shape[1], height=pixels.shape[0])


def has_alpha(channels: int) -> bool:
    """Tell whether the last channel is alpha."""
    return channels in (2, 4)


def colours_in(channels: int) -> int:
    """Count the channels that are not alpha: 1 for gray, 3 for RGB."""
    return channels - has_alpha(channels)


def full(dtype: np.dtype[np.uint8] | np.dtype[np.uint16]) -> int:
    """Give the largest sample: white, or opaque."""
    return int(np.iinfo(dtype).max)


def premultiply(samples: Pixels, light: Light = SRGB) -> Premultiplied:
    """Turn samples (..., channels) into float32 with the colours weighted by alpha, in the samples' own units.

    Args:
        samples: straight.
        light: what the colours are summed as.
    """
    if not has_alpha(samples.shape[-1]):
        return light.decode(samples)
    values = np.empty(samples.shape, np.float32)
    values[..., -1:] = samples[..., -1:]
    values[..., :-1] = weighted(light.decode(samples[..., :-1]), values[..., -1:], full(samples.dtype))
    return values


def weighted(colour: Premultiplied, alpha: Premultiplied, most: int) -> Premultiplied:
    """Weigh a straight colour by its alpha, of which `most` is opaque."""
    return colour * (alpha * np.float32(1 / most))


def straight(colour: Premultiplied, alpha: Premultiplied, most: int) -> Premultiplied:
    """Take the weight from a colour again; 0 where the alpha rounds to 0."""
    return np.where(alpha < _HALF_LEVEL, 0, colour * (np.float32(most) / alpha))


def rounded(values: Premultiplied, most: int) -> Premultiplied:
    """Bring values to what becomes, its fraction cut off, the nearest sample: half up, from 0 to `most`."""
    within: Premultiplied = np.clip(values + _HALF_LEVEL, 0, most)
    return within


def to_samples(values: Premultiplied, dtype: np.dtype[np.uint8] | np.dtype[np.uint16], light: Light = SRGB) -> Pixels:
    """Turn premultiplied values (..., channels) into straight samples: the only rounding, half up.

    Where the rounded alpha is 0 the colour is 0. What a filter overshoots is cut: an alpha to 0 and the greatest
    sample, a colour to 0 and its alpha.

    Args:
        values: float32, in units of the samples that they become, as `light` sums them.
        dtype: uint8 or uint16.
        light: what the colours were summed as.
    """
    most = full(dtype)
    if not has_alpha(values.shape[-1]):
        return cast("Pixels", rounded(light.encode(values, dtype), most).astype(dtype))
    samples = np.empty(values.shape, dtype)
    alpha = values[..., -1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        colour = straight(values[..., :-1], alpha, most)
    samples[..., :-1] = rounded(light.encode(colour, dtype), most)
    samples[..., -1:] = rounded(alpha, most)
    return cast("Pixels", samples)


_HALF_LEVEL = np.float32(1 / 2)
