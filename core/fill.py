"""The colour of the outside, and what it makes of the picture's colour type."""

from typing import NamedTuple, cast

import numpy as np

from core.image import SRGB, Pixels, Premultiplied, colours_in, full, has_alpha, premultiply
from core.light import Light


class Colour(NamedTuple):
    """Straight sRGB with alpha, 0 to 255 each."""

    red: int
    green: int
    blue: int
    alpha: int


TRANSPARENT = Colour(0, 0, 0, 0)
BLACK = Colour(0, 0, 0, 255)


def output_channels(source_channels: int, fill: Colour, *, fill_shows: bool) -> int:
    """Give the output's channels, known before the first row.

    Args:
        source_channels: 1 to 4.
        fill: the colour of the outside.
        fill_shows: whether any of the outside is in view.
    """
    gains_alpha = fill_shows and fill.alpha < 255  # noqa: PLR2004 (opaque)
    gains_colour = fill_shows and fill.alpha > 0 and not fill.red == fill.green == fill.blue
    colours = 3 if gains_colour or colours_in(source_channels) == 3 else 1  # noqa: PLR2004 (RGB)
    return colours + (gains_alpha or has_alpha(source_channels))


def fill_samples(fill: Colour, channels: int, dtype: np.dtype[np.uint8] | np.dtype[np.uint16]) -> Pixels:
    """Write the fill as one straight pixel (channels,) of the output; without alpha its colour is black.

    A 16-bit sample is 257 times the 8-bit one, so that white stays white.

    Args:
        fill: the colour of the outside.
        channels: of the output, 1 to 4; with 1 or 2 the colour is a gray (see `output_channels`).
        dtype: uint8 or uint16.
    """
    visible = fill if fill.alpha else TRANSPARENT
    colours = visible[: colours_in(channels)]
    values = (*colours, visible.alpha) if has_alpha(channels) else colours
    return cast("Pixels", np.array(values, dtype) * np.array(full(dtype) // 255, dtype))


def widen(pixels: Pixels, channels: int) -> Pixels:
    """Give a picture the output's channels: gray repeated in all colours, alpha opaque where there was none.

    Args:
        pixels: (..., 1 to 4).
        channels: at least as many; (..., channels) is returned.
    """
    if pixels.shape[-1] == channels:
        return pixels
    out = np.empty_like(pixels, shape=(*pixels.shape[:-1], channels))
    out[..., : colours_in(channels)] = pixels[..., : colours_in(pixels.shape[-1])]
    if has_alpha(channels):
        out[..., -1] = pixels[..., -1] if has_alpha(pixels.shape[-1]) else full(pixels.dtype)
    return out


def over_fill(values: Premultiplied, coverage: Premultiplied, fill: Pixels, light: Light = SRGB) -> Premultiplied:
    """Put covered values over the fill: values + (1 - coverage) * fill, all premultiplied.

    Args:
        values: (..., source channels), already weighted by coverage.
        coverage: (...), 0 to 1, of the picture in each pixel.
        fill: (output channels,), straight samples.
        light: what the values are sums of.

    Returns:
        (..., output channels) float32, premultiplied.
    """
    channels = fill.shape[-1]
    behind, covered = premultiply(fill, light), coverage[..., np.newaxis]
    out = np.empty((*coverage.shape, channels), np.float32)
    colours = slice(colours_in(channels))
    out[..., colours] = over(values[..., : colours_in(values.shape[-1])], covered, behind[colours])
    if has_alpha(channels):
        alpha = values[..., -1:] if has_alpha(values.shape[-1]) else opaque(covered, full(fill.dtype))
        out[..., -1:] = over(alpha, covered, behind[-1:])
    return out


def over(values: Premultiplied, covered: Premultiplied, fill: Premultiplied) -> Premultiplied:
    """Put premultiplied values, already weighted by what they cover, over a premultiplied fill."""
    return (np.float32(1) - covered) * fill + values


def opaque(covered: Premultiplied, most: int) -> Premultiplied:
    """Give the alpha of a picture without alpha that covers a share of each pixel."""
    return covered * np.float32(most)
