"""What becomes of a colour space on the way out: it goes along while gray stays gray and colour stays colour."""

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from core import Pixels
from service.colour_space import GRAY, RGB, ColourSpace, PngChunk
from service.decode.profile import gray_to_srgb


class Conveyed(NamedTuple):
    """Pixels and what the written file is to say of them."""

    pixels: Pixels
    icc: bytes
    png_chunks: tuple[PngChunk, ...]


def convey(colour: ColourSpace, pixels: Pixels, written_channels: int) -> Conveyed:
    """Give the pixels as they are to be warped, and what still holds for them when they are written.

    Gray of 8 bits that will be written in colour is converted to sRGB by its profile, since a fill is sRGB and a gray
    profile cannot describe colours. Without a usable profile, and with 16 bits, the gray is taken for sRGB.

    Args:
        colour: that of the pixels.
        pixels: (H, W, C), as decoded.
        written_channels: 1 to 4, of the file that comes of them.

    Returns:
        The same pixels, or (H, W, C + 2).
    """
    is_gray, stays_gray = (channels <= 2 for channels in (pixels.shape[2], written_channels))  # noqa: PLR2004 (alpha)
    if is_gray == stays_gray:
        return Conveyed(pixels, colour.icc(GRAY if is_gray else RGB), colour.png_chunks)
    icc = colour.icc(GRAY) if pixels.dtype == np.uint8 else b""
    converted = gray_to_srgb(cast("NDArray[np.uint8]", pixels), icc) if icc else None
    return Conveyed(pixels if converted is None else converted, b"", ())
