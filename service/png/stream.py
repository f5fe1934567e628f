"""The strips of a picture, joined in order into a PNG file; holds no pixels."""

import struct
from collections.abc import Iterable
from itertools import starmap

from service.png.chunk import chunk
from service.png.packing import PackedStrip
from service.png.picture_format import COLOUR_TYPES, PngFormat

_SIGNATURE = b"\x89PNG\r\n\x1a\n"  # PNG 5.2
_ZLIB_HEADER = b"\x78\x01"  # RFC 1950, 2.2: deflate, window of 32 KiB, fastest level
_ADLER_MODULUS = 65521  # RFC 1950, 8.2


class PngStream:
    """Joins the packed strips of one picture, in order, into the chunks of a PNG file (PNG 5.3).

    `head`, then `strip` for each strip, then `tail`: their concatenation is the file.
    """

    def __init__(self, fmt: PngFormat) -> None:
        self._fmt = fmt
        self._adler = 1
        self._length = 0

    def head(self, ancillary: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
        """Signature, IHDR (PNG 11.2.1), not interlaced, the chunks that stand between it and the pixels, zlib's header.

        Args:
            ancillary: type and body of each.
        """
        fmt = self._fmt
        header = struct.pack(">IIBBBBB", fmt.width, fmt.height, fmt.depth, COLOUR_TYPES[fmt.channels], 0, 0, 0)
        opening = chunk(b"IDAT", _ZLIB_HEADER)
        return b"".join((_SIGNATURE, chunk(b"IHDR", header), *starmap(chunk, ancillary), opening))

    def strip(self, packed: PackedStrip) -> bytes:
        """One IDAT chunk."""
        self._adler = _join_adler(self._adler, packed.adler, packed.length)
        self._length += packed.length
        return packed.idat

    def tail(self) -> bytes:
        """The Adler-32 in an IDAT of its own, and IEND.

        Raises:
            ValueError: strips are missing. A short picture must not end like a whole one.
        """
        expected = self._fmt.filtered_bytes
        if self._length != expected:
            raise ValueError(f"the strips hold {self._length} filtered bytes, the picture needs {expected}")
        return chunk(b"IDAT", struct.pack(">I", self._adler)) + chunk(b"IEND")


def _join_adler(left: int, right: int, right_length: int) -> int:
    """Adler-32 of two pieces in a row, from the Adler-32 of each (its definition: RFC 1950, 8.2).

    The checksum is a = 1 + the sum of the bytes, and b = the sum of the a after each byte. Behind the left piece
    every a of the right piece is larger than it is alone by the sum of the left bytes, which is left_a - 1.
    zlib's adler32_combine rests on the same sums.
    """
    left_a, left_b = left & 0xFFFF, left >> 16
    right_a, right_b = right & 0xFFFF, right >> 16
    a = (left_a - 1 + right_a) % _ADLER_MODULUS
    b = (left_b + right_b + right_length * (left_a - 1)) % _ADLER_MODULUS
    return b << 16 | a
