"""PNG, written strip by strip: rows in, chunks out.

The costly half, `pack`, is a pure function for worker threads: it filters and deflates one strip and knows no
other. The cheap half, `PngStream`, joins the packed strips in order and holds no pixels.

Sources: W3C Portable Network Graphics (Third Edition), called "PNG" below; zlib format RFC 1950; deflate RFC 1951.
Figures: the photographs of `benchmarks/png.py`, one thread of a 2026 server CPU, python-isal 1.9.
"""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import starmap
from typing import NamedTuple, TypeAlias

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]
Samples: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"  # PNG 5.2
_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # channels -> colour type, PNG 11.2.1
_LARGEST_SIDE = 2**31 - 1  # PNG 7.1

_ZLIB_HEADER = b"\x78\x01"  # RFC 1950, 2.2: deflate, window of 32 KiB, fastest level
_ADLER_MODULUS = 65521  # RFC 1950, 8.2

# Counted in pixels, since the working memory of the warp goes by them: 9 MiB for a gray picture. Strips of a quarter of
# this cost the encoder 10 % of its speed; with four times as many the scratch leaves the cache, which costs 30 %. The
# bytes differ by 0.2 % at most.
_STRIP_PIXELS = 1 << 16

# In the small window level 2 gives the same bytes within 0.1 % at the same speed; level 3 is 5 to 40 % slower, and
# larger where the picture is smooth (rocket: 1.11 instead of 1.08 of Pillow's bytes).
_LEVEL = 1

# The share of a strip's rows that the deflaters are tried on: 1 of 32 finds what the whole strip would.
_SAMPLING_STEP = 32

# zlib takes five times as long as ISA-L, so it must save more than this share of the bytes. With 1/16 no photograph of
# the tests, plain or with alpha, takes more than 1.10 of Pillow's bytes; with ISA-L alone smooth ones took up to 1.34.
_WORTH_WAITING = 1 / 16


@dataclass(frozen=True)
class PngFormat:
    """What the header says of a picture.

    Args:
        width, height: pixels, 1 to 2**31 - 1.
        channels: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
        depth: bits a sample, 8 or 16.

    Raises:
        ValueError: PNG has no such picture.
    """

    width: int
    height: int
    channels: int
    depth: int

    def __post_init__(self) -> None:
        sides_fit = 1 <= self.width <= _LARGEST_SIDE and 1 <= self.height <= _LARGEST_SIDE
        if not sides_fit or self.channels not in _COLOUR_TYPES or self.depth not in (8, 16):
            raise ValueError(f"no PNG can hold {self}")

    @property
    def row_bytes(self) -> int:
        """Bytes of a row's samples, without the filter byte."""
        return self.width * self.channels * self.depth // 8

    @property
    def filtered_bytes(self) -> int:
        """Bytes of all rows with their filter bytes: what is deflated."""
        return self.height * (1 + self.row_bytes)


def strip_rows(fmt: PngFormat) -> int:
    """Rows a strip holds; the last strip of a picture may be shorter.

    It depends on the format alone, so the bytes of a picture do not depend on how many threads pack it.
    """
    return max(1, _STRIP_PIXELS // fmt.width)


class PackedStrip(NamedTuple):
    """One strip, filtered and deflated.

    idat: a piece of a raw deflate stream (RFC 1951), ending on a byte boundary.
    adler: Adler-32 of the filtered bytes.
    length: how many filtered bytes there are.
    """

    idat: bytes
    adler: int
    length: int


def pack(rows: Samples, above: Samples | None, *, last: bool) -> PackedStrip:
    """Filter and deflate one strip.

    Args:
        rows: (n, width, channels) uint8 or uint16.
        above: (width, channels), the row over the strip; None for the first strip.
        last: whether the picture ends with this strip.
    """
    filtered = _filter(rows, above)
    return PackedStrip(_deflate(filtered, last=last), isal_zlib.adler32(filtered), filtered.size)


class PngStream:
    """Joins the packed strips of one picture, in order, into the chunks of a PNG file (PNG 5.3).

    `head`, then `strip` for each strip, then `tail`: their concatenation is the file.
    """

    def __init__(self, fmt: PngFormat) -> None:
        self._fmt = fmt
        self._adler = 1
        self._length = 0

    def head(self, ancillary: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
        """Signature, IHDR (PNG 11.2.1), not interlaced, and the chunks that stand between it and the pixels.

        Args:
            ancillary: type and body of each.
        """
        fmt = self._fmt
        header = struct.pack(">IIBBBBB", fmt.width, fmt.height, fmt.depth, _COLOUR_TYPES[fmt.channels], 0, 0, 0)
        return b"".join((_SIGNATURE, _chunk(b"IHDR", header), *starmap(_chunk, ancillary)))

    def strip(self, packed: PackedStrip) -> bytes:
        """One IDAT chunk."""
        opening = b"" if self._length else _ZLIB_HEADER
        self._adler = _join_adler(self._adler, packed.adler, packed.length)
        self._length += packed.length
        return _chunk(b"IDAT", opening, packed.idat)

    def tail(self) -> bytes:
        """The Adler-32 in an IDAT of its own, and IEND.

        Raises:
            ValueError: strips are missing. A short picture must not end like a whole one.
        """
        expected = self._fmt.filtered_bytes
        if self._length != expected:
            raise ValueError(f"the strips hold {self._length} filtered bytes, the picture needs {expected}")
        return _chunk(b"IDAT", struct.pack(">I", self._adler)) + _chunk(b"IEND")


def _filter(rows: Samples, above: Samples | None) -> Bytes:
    """Filter each row by the type with the smallest sum of absolute differences (PNG 9 and 12.7).

    Returns:
        (n, 1 + row bytes): the filter type, then the filtered bytes.
    """
    framed = _frame(rows, above)
    n, pixel = len(rows), rows.shape[2] * rows.itemsize
    x, a, b, c = framed[1:, pixel:], framed[1:, :-pixel], framed[:-1, pixel:], framed[:-1, :-pixel]

    candidates = np.empty((5, n, 1 + x.shape[1]), np.uint8)
    candidates[:, :, 0] = np.arange(5)[:, np.newaxis]
    differences = candidates[:, :, 1:]
    differences[0] = x
    np.subtract(x, a, out=differences[1])
    np.subtract(x, b, out=differences[2])
    np.subtract(x, _average(a, b), out=differences[3])
    np.subtract(x, _paeth(a, b, c), out=differences[4])

    best = np.argmin([_cost(difference) for difference in differences], axis=0)
    chosen: Bytes = candidates[best, np.arange(n)]
    return chosen


def _cost(differences: Bytes) -> NDArray[np.uint32]:
    """The sum of the magnitudes in each row; a difference is signed, modulo 256."""
    magnitudes = np.abs(differences.view(np.int8)).view(np.uint8)  # |-128| overflows int8, and is 128 again in uint8
    cost: NDArray[np.uint32] = magnitudes.sum(axis=1, dtype=np.uint32)
    return cost


def _frame(rows: Samples, above: Samples | None) -> Bytes:
    """The bytes of the rows, with the row above on top and a pixel of zeros on the left.

    What lies outside the picture counts as zero (PNG 9.2); samples are big-endian (PNG 7.1).
    """
    n, width, channels = rows.shape
    framed = np.zeros((1 + n, 1 + width, channels), rows.dtype.newbyteorder(">"))
    framed[1:, 1:] = rows
    if above is not None:
        framed[0, 1:] = above
    return framed.view(np.uint8).reshape(1 + n, -1)


def _average(a: Bytes, b: Bytes) -> Bytes:
    """floor((a + b) / 2) without a ninth bit: what a and b share, plus half of where they differ."""
    average: Bytes = (a & b) + ((a ^ b) >> 1)
    return average


def _paeth(a: Bytes, b: Bytes, c: Bytes) -> Bytes:
    """Of a (left), b (above) and c (upper left), the one nearest to p = a + b - c; of equals the first (PNG 9.4).

    Written without a branch and within uint8. Let low and high be the ends of the range of a and b, and m be c
    clipped to it. If c is outside, p is outside at the other end, so that end is nearest. If c is inside, p mirrors
    it in the middle of the range: its distances to low, high and c are high - m, m - low, and how much those differ,
    so an end is nearest when its distance is at most half of the other's. That test also holds for c outside.
    """
    low, high = np.minimum(a, b), np.maximum(a, b)
    m = np.minimum(np.maximum(c, low), high)
    from_low, to_high = m - low, high - m
    nearest: Bytes = m - (to_high <= from_low >> 1) * from_low + (from_low <= to_high >> 1) * to_high
    return nearest


def _deflate(filtered: Bytes, *, last: bool) -> bytes:
    """Deflate raw (RFC 1951), by the deflater that does best on a sample of the rows."""
    sample = filtered[::_SAMPLING_STEP].tobytes()
    fast = min((_near_matches, _far_matches), key=lambda deflater: len(deflater(sample, last=True)))
    saved = 1 - len(_best_matches(sample, last=True)) / len(fast(sample, last=True))
    return (_best_matches if saved > _WORTH_WAITING else fast)(filtered.tobytes(), last=last)


def _near_matches(data: bytes, *, last: bool) -> bytes:
    """Match within 512 bytes. In the noise of a photograph a far match costs more than the literals it replaces."""
    return _isal(data, 9, last)


def _far_matches(data: bytes, *, last: bool) -> bytes:
    """Match within 32 KiB: in screenshots and tilings the far matches are the repetitions, up to three quarters."""
    return _isal(data, 15, last)


def _best_matches(data: bytes, *, last: bool) -> bytes:
    """Weigh the matches (zlib, lazy): smooth photographs lose a fifth of their bytes where ISA-L takes every one."""
    deflater = zlib.compressobj(4, zlib.DEFLATED, -15, 9, zlib.Z_FILTERED)
    return deflater.compress(data) + deflater.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


def _isal(data: bytes, window: int, last: bool) -> bytes:
    deflater = isal_zlib.compressobj(_LEVEL, wbits=-window)
    return deflater.compress(data) + deflater.flush(isal_zlib.Z_FINISH if last else isal_zlib.Z_FULL_FLUSH)


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


def _chunk(kind: bytes, *parts: bytes) -> bytes:
    """Length, type, data, and the CRC over type and data (PNG 5.3)."""
    body = b"".join((kind, *parts))
    return struct.pack(">I", len(body) - len(kind)) + body + struct.pack(">I", isal_zlib.crc32(body))
