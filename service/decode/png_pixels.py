"""The pixels of a PNG, inflated by ISA-L before Pillow reads them.

On Linux Pillow's wheels use the system's zlib, which takes half of the time that a PNG takes. ISA-L is two to three
times as fast. So Pillow is given a PNG whose pixels are not deflated but stored, made block by block while it reads;
filters, interlacing and samples of all depths stay its own work. No more is inflated than the picture can hold.

Sources: RFC 1950, section 2.2, and RFC 1951, section 3.2.4, "Non-compressed blocks"; PNG (Third Edition), sections 7.2,
8.1 and 11.2.1, https://www.w3.org/TR/png-3/.
"""

import struct
from collections.abc import Iterator, Sequence
from io import BytesIO

from isal import igzip_lib, isal_zlib

# A chunk of one block, with the two bytes that a zlib stream begins with: as much as Pillow asks for at a time.
_BLOCK = 65_536 - 2 - 5
_PIECE = 65_536

_ZLIB_HEAD = b"\x78\x01"
_BROKEN: type[Exception] = igzip_lib.IsalError  # type: ignore[assignment]  # its stub calls it an instance
_UNCHECKED = bytes(4)
"""In place of a CRC: Pillow does not look at those of pixels."""

_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""A pixel's, by colour type."""
# Adam7: first column, first row, column step, row step of each pass.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_ONE_PASS = ((0, 0, 1, 1),)


class StoredPng(BytesIO):
    """A PNG for Pillow to read once from its beginning to its end."""

    def __init__(self, head: bytes, header: bytes, deflated: Sequence[memoryview], end: bytes) -> None:
        """Begin a file of which no pixel is inflated yet.

        Args:
            head: signature and chunks in front of the pixels.
            header: body of the IHDR chunk.
            deflated: bodies of the IDAT chunks, one behind the other.
            end: the IEND chunk.
        """
        left = _inflated_bytes(header)
        super().__init__(head + _chunk_head(left, first=True))
        self._later = _stored(left, _Inflater(deflated), end)

    def read(self, size: int | None = -1) -> bytes:
        """Read as any file does; Pillow's reads never reach over the end of what is there at a time.

        Raises:
            EOFError, OSError: the pixels are cut short or broken.
        """
        if not (there := super().read(size)):
            self.seek(0)
            self.truncate()
            self.write(next(self._later, b""))
            self.seek(0)
            there = super().read(size)
        return there


def _stored(left: int, pixels: "_Inflater", end: bytes) -> Iterator[bytes]:
    """Give the body of a chunk, its CRC, and the beginning of the next one, up to the end of the file."""
    checksum = isal_zlib.adler32(b"")
    stream_head = _ZLIB_HEAD
    while left:
        block = pixels.take(min(left, _BLOCK))
        checksum = isal_zlib.adler32(block, checksum)
        left -= len(block)
        block_head = struct.pack("<BHH", left == 0, len(block), len(block) ^ 0xFFFF)
        behind = _UNCHECKED + _chunk_head(left) if left else struct.pack(">I", checksum) + _UNCHECKED + end
        yield b"".join((stream_head, block_head, block, behind))
        stream_head = b""


def _chunk_head(left: int, *, first: bool = False) -> bytes:
    """Length and type of the chunk that holds the next block."""
    length = first * len(_ZLIB_HEAD) + 5 + min(left, _BLOCK) + (4 if left <= _BLOCK else 0)
    return struct.pack(">I4s", length, b"IDAT")


class _Inflater:
    """Inflates as much as it is asked for."""

    def __init__(self, deflated: Sequence[memoryview]) -> None:
        self._inflater = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_ZLIB)
        self._pieces = (body[start : start + _PIECE] for body in deflated for start in range(0, len(body), _PIECE))

    def take(self, size: int) -> bytes:
        """Give exactly so many bytes.

        Raises:
            EOFError: there are not as many.
            OSError: the stream is broken.
        """
        parts = []
        while size:
            piece = next(self._pieces, None) if self._inflater.needs_input else b""
            if piece is None or self._inflater.eof:
                raise EOFError("the pixels are cut short")
            try:
                part = self._inflater.decompress(piece, size)
            except _BROKEN as error:
                raise OSError("the pixels are broken") from error
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def _inflated_bytes(header: bytes) -> int:
    """Count what the pixels inflate to: for each row of each pass a byte that names its filter, and the samples."""
    width, height, depth, colour_type, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    bits = depth * _SAMPLES.get(colour_type, 0)  # Pillow refuses other types
    sides = ((_steps(width, x, dx), _steps(height, y, dy)) for x, y, dx, dy in (_PASSES if interlaced else _ONE_PASS))
    return sum(rows * (1 + (columns * bits + 7) // 8) for columns, rows in sides if columns)


def _steps(side: int, first: int, step: int) -> int:
    return max(0, -(-(side - first) // step))
