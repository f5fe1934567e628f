"""The chunks of a PNG file, read by ourselves where Pillow's account of them cannot be trusted.

Pillow keeps chunks and texts in one `info` dictionary, so that a tEXt chunk named "transparency" replaces the tRNS
chunk; it loses the last alpha of a palette if it is 10 (a regular expression's `$`); it does not check the CRC of pixel
data; it has its own idea of the first frame of an animated PNG. The walk below answers these four. It inflates nothing.

Source: PNG (Third Edition), sections 5.3 and 5.6, https://www.w3.org/TR/png-3/
"""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from service.errors import UndecodableImage

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_ANIMATION = frozenset({b"acTL", b"fcTL", b"fdAT"})

# A chunk costs 12 bytes in the file and, in Pillow, 7 microseconds under the GIL: a million of them is a denial of
# service. A picture of 100 megapixels in the usual IDAT chunks of 8 KiB has 36,000 at most.
_MOST_CHUNKS = 100_000


class Chunk(NamedTuple):
    """Where a chunk stands in the file: from the first byte of its length to behind its CRC."""

    kind: bytes
    start: int
    end: int

    def body(self, data: bytes) -> bytes:
        """The chunk's own data."""
        return data[self.start + 8 : self.end - 4]

    def intact(self, data: bytes) -> bool:
        """Whether the CRC is that of kind and data."""
        crc = zlib.crc32(memoryview(data)[self.start + 4 : self.end - 4])
        return crc == int.from_bytes(data[self.end - 4 : self.end], "big")


def walk(data: bytes) -> Iterator[Chunk]:
    """The complete chunks in the file's order, up to IEND or to where the file breaks off.

    Raises:
        UndecodableImage: there are too many.
    """
    start = len(SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        if start + 12 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, start)
        chunk = Chunk(kind, start, start + 12 + length)
        if chunk.end > len(data):
            return
        yield chunk
        if kind == b"IEND":
            return
        start = chunk.end
    raise UndecodableImage(f"The PNG file has more than {_MOST_CHUNKS} chunks; save it anew.")


def before_pixels(data: bytes) -> dict[bytes, bytes]:
    """The bodies of the chunks before the first IDAT, by kind; of several of a kind the last, as Pillow does."""
    bodies = {}
    for chunk in walk(data):
        if chunk.kind == b"IDAT":
            break
        bodies[chunk.kind] = chunk.body(data)
    return bodies


def pixels_intact(data: bytes) -> bool:
    """Whether the CRC of every complete IDAT is right."""
    return all(chunk.intact(data) for chunk in walk(data) if chunk.kind == b"IDAT")


def without_animation(data: bytes) -> bytes:
    """The file as a reader sees it that knows no animation: only the default image.

    Returns:
        `data` itself if nothing had to go, else a copy.
    """
    moving = [chunk for chunk in walk(data) if chunk.kind in _ANIMATION]
    if not moving:
        return data
    view = memoryview(data)
    starts = [0, *(chunk.end for chunk in moving)]
    ends = [*(chunk.start for chunk in moving), len(data)]
    return b"".join(view[start:end] for start, end in zip(starts, ends, strict=True))
