"""WebP: RGB or RGBA of 8 bits, lossy or lossless.

Figures: photographs and pages of scikit-image, one thread of a 2026 server CPU, libwebp 1.6.
"""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core import Colour, Pixels
from service.encode.eight_bits import to_eight_bits
from service.spec import Output, WebpOutput

LONGEST_SIDE = 16383  # WebP Container Specification: 14 bits

# Method 4, the default of libwebp, takes 100 ms a megapixel instead of 45, and saves 3 % of the bytes.
_LOSSY_METHOD = 2

# 150 ms a megapixel. Method 0 takes 40 ms, but up to thrice the bytes for drawings and 1.1 times for photographs; with
# method 4 it is 350 ms for 1 to 8 % of the bytes. `quality` is the effort here: 80 doubles the time and saves 0.5 %.
_LOSSLESS_METHOD = 1
_LOSSLESS_EFFORT = 20


def written_channels(channels: int, _fill: Colour) -> int:
    """Give the channels of the file: it knows no gray."""
    return channels if channels >= 3 else channels + 2  # noqa: PLR2004 (RGB)


def whole_bytes(output: Output, channels: int) -> int:
    """Give what a pixel takes: 4 bytes in Pillow's picture and, at most, 7 in a lossy encoder or 32 in a lossless one.

    Alpha is written without loss whatever the colours are.
    """
    assert isinstance(output, WebpOutput)  # noqa: S101 (the table of formats says so)
    return 4 + (32 if output.lossless or channels == 4 else 7)  # noqa: PLR2004 (RGBA)


def prepare(rows: Pixels, _fill: Colour) -> NDArray[np.uint8]:
    """Make a strip what the file can hold.

    Args:
        rows: (n, width, 1 to 4).

    Returns:
        (n, width, 3 or 4).
    """
    reduced = to_eight_bits(rows)
    order = {1: [0, 0, 0], 2: [0, 0, 0, 1]}.get(rows.shape[2])
    return reduced[..., order] if order else reduced


def encode(image: Image.Image, output: WebpOutput, icc: bytes) -> bytes:
    """Write the file; a lossless one keeps the colours under alpha 0, too.

    Args:
        image: of mode RGB or RGBA.
        output: the settings.
        icc: the profile; empty if there is none.
    """
    file = BytesIO()
    if output.lossless:
        options = {"lossless": True, "exact": True, "method": _LOSSLESS_METHOD, "quality": _LOSSLESS_EFFORT}
    else:
        options = {"method": _LOSSY_METHOD, "quality": output.quality}
    image.save(file, "WEBP", icc_profile=icc, **options)
    return file.getvalue()
