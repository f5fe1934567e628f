"""Transparency that a PNG states as one colour: the tRNS chunk of gray and RGB pictures.

Pillow hands the key out as it stands in the file but scales the samples, so that a 2-bit key 1 would match the sample 1
where the picture holds 85. Here the key goes the way the samples went.

Source: PNG (Third Edition), section 11.3.1.1, https://www.w3.org/TR/png-3/#11tRNS. Bits of a key above the file's depth
are ignored, as libpng does.
"""

import struct
from collections.abc import Callable

from service.errors import UndecodableImage

# Pillow's name for the samples in the file: (values in a key, one value as decoded).
_AS_DECODED: dict[str, tuple[int, Callable[[int], int]]] = {
    "1": (1, lambda value: (value & 0x1) * 255),
    "L;2": (1, lambda value: (value & 0x3) * 85),
    "L;4": (1, lambda value: (value & 0xF) * 17),
    "L": (1, lambda value: value & 0xFF),
    "I;16B": (1, lambda value: value),
    "RGB": (3, lambda value: value & 0xFF),
    "RGB;16B": (3, lambda value: value >> 8),
}


def key_as_decoded(trns: bytes, rawmode: str) -> tuple[int, ...] | None:
    """The colour that is wholly transparent, as the decoded samples show it.

    16-bit RGB is an approximation: Pillow keeps the high byte of each sample, so colours that differ from the key only
    in the low bytes become transparent, too.

    Args:
        trns: body of the tRNS chunk.
        rawmode: Pillow's name for the samples in the file, such as "L;2".

    Returns:
        One value for gray, three for RGB; None if such samples have no key.

    Raises:
        UndecodableImage: the chunk is too short.
    """
    count, as_decoded = _AS_DECODED.get(rawmode, (0, int))
    if count == 0:
        return None
    if len(trns) < 2 * count:
        raise UndecodableImage("The tRNS chunk of the PNG file is too short; save it anew.")
    return tuple(as_decoded(value) for value in struct.unpack_from(f">{count}H", trns))
