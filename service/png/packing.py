"""One strip of a picture: filtered, deflated and summed up, apart from all others."""

from typing import NamedTuple

from isal import isal_zlib

from service.png.chunk import chunk
from service.png.deflating import deflate
from service.png.filtering import Samples
from service.png.loops import REFERENCE, Loops


class PackedStrip(NamedTuple):
    """One strip, filtered and deflated.

    idat: the chunk, in it a piece of a raw deflate stream (RFC 1951), ending on a byte boundary.
    adler: Adler-32 of the filtered bytes.
    length: how many filtered bytes there are.
    """

    idat: bytes
    adler: int
    length: int


def pack(rows: Samples, above: Samples | None, *, last: bool, loops: Loops = REFERENCE) -> PackedStrip:
    """Filter and deflate one strip.

    Args:
        rows: (n, width, channels) uint8 or uint16.
        above: (width, channels), the row over the strip; None for the first strip.
        last: whether the picture ends with this strip.
        loops: who goes through the bytes. The pixels of the picture do not depend on it, its bytes do.
    """
    filtered = loops.filter_rows(rows, above)
    deflated = deflate(filtered, distance=_distance(rows), last=last, deflate_runs=loops.deflate_runs)
    return PackedStrip(chunk(b"IDAT", deflated), isal_zlib.adler32(filtered), filtered.size)


def _distance(rows: Samples) -> int:
    """Give how far before a run stands what it repeats: the byte before, or with alpha the pixel.

    Alpha is the same nearly everywhere, hence 0 when filtered, and parts the runs of colours. Where there is none a
    pixel is no better: smooth colours would come to 4 % more.
    """
    channels = rows.shape[2]
    return channels * rows.itemsize if channels in (2, 4) else 1
