"""JPEG: gray or RGB of 8 bits, without alpha, lossy.

Baseline, and 4:2:0: colours have a quarter of the samples, as in the files of cameras and of most programs.

Optimised Huffman tables would save 1 to 3 % of the bytes, and take 8 ms a megapixel instead of 3.5, all of it in one go
under the GIL (photographs of scikit-image, one thread of a 2026 server CPU, libjpeg-turbo 3.2).
"""

from io import BytesIO
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core import Colour, Pixels
from service.encode.eight_bits import to_eight_bits
from service.spec import JpegOutput, Output

LONGEST_SIDE = 65500  # libjpeg's JPEG_MAX_DIMENSION

_WHITE = Colour(255, 255, 255, 255)
_OPAQUE = 255


def written_channels(channels: int, fill: Colour) -> int:
    """Give the channels of the file: gray stays gray, unless it is composed over a colour."""
    red, green, blue, _ = _backdrop(fill)
    is_colourful = channels >= 3 or (channels == 2 and not red == green == blue)  # noqa: PLR2004 (RGB; gray and alpha)
    return 3 if is_colourful else 1


def whole_bytes(_output: Output, channels: int) -> int:
    """Give what a pixel takes: 1 or 4 bytes in Pillow's picture, and less than one a channel in the file."""
    return (1 if channels == 1 else 4) + channels


def prepare(rows: Pixels, fill: Colour) -> NDArray[np.uint8]:
    """Make a strip what the file can hold: what has alpha is composed over the fill if that is opaque, else over white.

    Args:
        rows: (n, width, 1 to 4), alpha straight.
        fill: straight sRGB.

    Returns:
        (n, width, 1 or 3).
    """
    written = written_channels(rows.shape[2], fill)
    if rows.shape[2] in {1, 3}:
        return to_eight_bits(rows)
    full = np.iinfo(rows.dtype).max
    wide = rows.astype(np.uint32)  # holds 65535 * 65535 + 32767
    colours, alpha = wide[..., :-1], wide[..., -1:]
    behind = np.array(_backdrop(fill)[:written], np.uint32) * np.uint32(full // 255)
    composed = (colours * alpha + behind * (full - alpha) + full // 2) // full
    return to_eight_bits(cast("Pixels", composed.astype(rows.dtype)))


def encode(image: Image.Image, output: JpegOutput, icc: bytes) -> bytes:
    """Write the file.

    Args:
        image: of mode L or RGB.
        output: the settings.
        icc: the profile; empty if there is none.
    """
    file = BytesIO()
    image.save(file, "JPEG", quality=output.quality, subsampling="4:2:0", icc_profile=icc)
    return file.getvalue()


def _backdrop(fill: Colour) -> Colour:
    return fill if fill.alpha == _OPAQUE else _WHITE
