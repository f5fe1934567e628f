"""What a PNG file is made of after its signature."""

import struct

from isal import isal_zlib


def chunk(kind: bytes, *parts: bytes | memoryview) -> bytes:
    """Length, type, data, and the CRC over type and data (PNG 5.3)."""
    checksum = 0
    for part in (kind, *parts):
        checksum = isal_zlib.crc32(part, checksum)
    length = sum(map(len, parts))
    return b"".join((struct.pack(">I", length), kind, *parts, struct.pack(">I", checksum)))
