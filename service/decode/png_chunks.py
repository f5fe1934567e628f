"""The chunks of a PNG file, walked by ourselves: Pillow gets only those that pixels are made of.

All others it would read, too, and its account of them cannot be trusted: texts and chunks share one dictionary, so that
a tEXt chunk named "transparency" replaces the tRNS chunk; the last alpha of a palette is lost if it is 10 (a regular
expression's `$`); every one of thousands of colour profiles is inflated to 1 MiB; the first frame of an animated PNG is
taken for the picture. Nor does it check the CRC of pixel data. The walk below inflates nothing.

Source: PNG (Third Edition), sections 5.3 and 5.6, https://www.w3.org/TR/png-3/
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

from service.colour_space import MOST_PROFILE_BYTES, ColourSpace, inflate_profile
from service.decode.animation import DEFAULT_IMAGE, FIRST_FRAME
from service.decode.png_pixels import StoredPng
from service.errors import UndecodableImage

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_BYTES = 13
_END = b"\0\0\0\0IEND\xaeB`\x82"

# A chunk costs 12 bytes in the file and, as IDAT, 4 microseconds under the GIL: a million of them is a denial of
# service. A picture of 100 megapixels in the usual IDAT chunks of 8 KiB has 36,000 at most. To count them takes 30 ms.
_MOST_CHUNKS = 50_000

# Of several of these, which is an error, the last one counts.
_BEFORE_PIXELS = frozenset({b"IHDR", b"PLTE", b"tRNS"})
_ANYWHERE = frozenset({b"eXIf"})

# What tells how colours are meant: the length of each, the iCCP chunk's being free. They stand before the palette and
# the pixels. Of several of a kind the first one counts, as for libpng; a damaged one is passed over, since the picture
# is the same without it.
_COLOUR_LENGTHS = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4}
_COLOUR = frozenset({b"iCCP", *_COLOUR_LENGTHS})

# Before the pixels: how many frames there are, and, if the default image is one of them, its place.
_TOLD = _COLOUR | {b"acTL", b"fcTL"}


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


@dataclass(frozen=True)
class Contents:
    """What is taken from a PNG.

    Attributes:
        still: a PNG of nothing but the header, the palette and the pixels of the default image, to be read once.
        trns: body of the tRNS chunk, if there is one before the pixels.
        exif: body of the eXIf chunk, else empty.
        colour: what the samples mean.
        animation: as in `ImageHeader`.
        pixels_intact: whether the CRC of every IDAT is right.
    """

    still: BytesIO
    trns: bytes | None
    exif: bytes
    colour: ColourSpace
    animation: str
    pixels_intact: Callable[[], bool]


def read_contents(data: bytes) -> Contents:
    """Walk a PNG to its end.

    Raises:
        UndecodableImage: it has too many chunks, or one that is used here and not for pixels is damaged.
    """
    used: dict[bytes, Chunk] = {}
    told: dict[bytes, Chunk] = {}
    pixels: list[Chunk] = []
    for kind, start, end in walk(data):
        if kind == b"IDAT":
            if not pixels or start == pixels[-1].end:  # they must stand together
                pixels.append(Chunk(kind, start, end))
        elif kind in _ANYWHERE or (kind in _BEFORE_PIXELS and not pixels):
            used[kind] = Chunk(kind, start, end)
        elif kind in _TOLD and not pixels and not (kind in _COLOUR and b"PLTE" in used):
            told.setdefault(kind, Chunk(kind, start, end))
    if not all(chunk.intact(data) for chunk in used.values()):
        raise UndecodableImage("A chunk of the PNG file has a wrong checksum; save it anew and send all of it.")
    view = memoryview(data)
    drawn = [used[kind] for kind in (b"IHDR", b"PLTE") if kind in used]
    trns, exif = (used[kind].body(data) if kind in used else None for kind in (b"tRNS", b"eXIf"))
    head = b"".join([view[: len(SIGNATURE)], *(view[chunk.start : chunk.end] for chunk in drawn)])
    deflated = [view[chunk.start + 8 : chunk.end - 4] for chunk in pixels]
    header = used[b"IHDR"].body(data) if b"IHDR" in used else b""
    still = (
        StoredPng(head, header, deflated, _END) if deflated and len(header) == _HEADER_BYTES else BytesIO(head + _END)
    )
    intact = {kind: chunk.body(data) for kind, chunk in told.items() if chunk.intact(data)}
    return Contents(
        still,
        trns,
        exif or b"",
        _colour_space(intact),
        _animation(intact),
        lambda: all(chunk.intact(data) for chunk in pixels),
    )


def _colour_space(told: dict[bytes, bytes]) -> ColourSpace:
    profile = told.get(b"iCCP", b"")[:MOST_PROFILE_BYTES]  # cut short it is broken
    fitting = tuple((kind, body) for kind, body in told.items() if len(body) == _COLOUR_LENGTHS.get(kind))
    return ColourSpace(profile, inflate_profile, fitting)


def _animation(told: dict[bytes, bytes]) -> str:
    """Tell whether the default image is the first of several frames, or none of them (PNG, sections 4.9 and 11.3.6)."""
    frames = int.from_bytes(told.get(b"acTL", b"")[:4], "big")
    if frames and b"fcTL" not in told:
        return DEFAULT_IMAGE
    return FIRST_FRAME if frames > 1 else ""


def walk(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The complete chunks in the file's order, up to IEND or to where the file breaks off.

    Of each its kind, and where it stands, as in `Chunk`: to make objects of thousands that are passed over takes longer
    than to find them.

    Raises:
        UndecodableImage: there are too many.
    """
    read, size = struct.Struct(">I4s").unpack_from, len(data)
    start = len(SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        if start + 12 > size:
            return
        length, kind = read(data, start)
        end = start + 12 + length
        if end > size:
            return
        yield kind, start, end
        if kind == b"IEND":
            return
        start = end
    raise UndecodableImage(f"The PNG file has more than {_MOST_CHUNKS} chunks; save it anew.")
