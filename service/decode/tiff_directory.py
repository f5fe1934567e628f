"""Directories of a TIFF: the tags that are asked for, read and written by ourselves.

A directory is a list of tags, each with a type, a count, and a value or where it stands. Nothing is read but what is
asked for, and no more of it than the caller wants: tags can be plenty, of any length, and lie upon one another.

Source: TIFF Revision 6.0, section 2, "TIFF Structure".
"""

import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from service.errors import UndecodableImage

# Cameras and scanners write up to a hundred.
_MOST_TAGS = 1000

_ORDERS = {b"II": "<", b"MM": ">"}
_BYTE, _SHORT, _LONG, _UNDEFINED = 1, 3, 4, 7
_SIZES = {_BYTE: 1, _SHORT: 2, _LONG: 4, _UNDEFINED: 1}
_LETTERS = {_BYTE: "B", _SHORT: "H", _LONG: "I"}
_INLINE = 4
"""Bytes of a value that stand in the tag itself."""

Numbers = tuple[int, ...]


class _Tag(NamedTuple):
    kind: int
    values: int  # how many
    start: int  # where they stand in the file


class Directory:
    """One directory of a file.

    Attributes:
        order: of the bytes in a number, "<" or ">" as in `struct`.
        next: where the next directory stands; 0 if this is the last.
    """

    def __init__(self, data: bytes, start: int | None = None) -> None:
        """Read the first directory, or the one that stands at `start`.

        Raises:
            UndecodableImage: it is not wholly in the file, or has too many tags.
        """
        self._data = data
        self.order = _ORDERS[data[:2]]
        try:
            (start,) = struct.unpack_from(f"{self.order}I", data, 4) if start is None else (start,)
            (count,) = struct.unpack_from(f"{self.order}H", data, start)
            end = start + 2 + 12 * count
            (self.next,) = struct.unpack_from(f"{self.order}I", data, end)
        except struct.error:
            raise _cut_short() from None
        if count > _MOST_TAGS:
            raise UndecodableImage(f"The TIFF file has more than {_MOST_TAGS} tags; save it anew.")
        self._tags: dict[int, _Tag] = {}
        for place in range(start + 2, end, 12):
            number, kind, values, offset = struct.unpack_from(f"{self.order}HHII", data, place)
            is_inline = _SIZES.get(kind, 0) * values <= _INLINE
            self._tags.setdefault(number, _Tag(kind, values, place + 8 if is_inline else offset))

    def numbers(self, number: int, most: int, default: Numbers = ()) -> Numbers:
        """Give a tag's whole numbers, or the default if there is no such tag.

        Raises:
            UndecodableImage: the values are no whole numbers, more than `most`, or not in the file.
        """
        tag = self._tags.get(number)
        if tag is None:
            return default
        if tag.kind not in _LETTERS or not 1 <= tag.values <= most:
            raise UndecodableImage(f"Tag {number} of the TIFF file is none that can be; save it anew.")
        try:
            return struct.unpack_from(f"{self.order}{tag.values}{_LETTERS[tag.kind]}", self._data, tag.start)
        except struct.error:
            raise _cut_short() from None

    def number(self, number: int, default: int | None = None) -> int:
        """Give a tag's one number.

        Raises:
            UndecodableImage: there is no such tag and no default, or its value is not one whole number in the file.
        """
        values = self.numbers(number, 1, () if default is None else (default,))
        if not values:
            raise UndecodableImage(f"The TIFF file has no tag {number}, which it needs; save it anew.")
        return values[0]

    def text(self, number: int, most: int) -> bytes:
        """Give a tag's bytes; empty if there is no such tag, or they are too many or not in the file."""
        tag = self._tags.get(number)
        if tag is None or tag.kind not in {_BYTE, _UNDEFINED} or tag.values > most:
            return b""
        found = self._data[tag.start : tag.start + tag.values]
        return found if len(found) == tag.values else b""


def with_directory(data: bytes, order: str, tags: Mapping[int, Sequence[int] | bytes]) -> bytes:
    """Write a file anew, with another directory behind all that is in it, and no second one.

    Args:
        data: the file.
        order: as in `Directory`.
        tags: whole numbers, or bytes, by the tags' numbers.
    """
    start = len(data) + len(data) % 2  # on a word boundary
    behind = start + 2 + 12 * len(tags) + 4
    entries, values = b"", b""
    for number, value in sorted(tags.items()):
        is_bytes = isinstance(value, bytes)
        packed = value if isinstance(value, bytes) else struct.pack(f"{order}{len(value)}I", *value)
        entries += struct.pack(f"{order}HHI", number, _UNDEFINED if is_bytes else _LONG, len(value))
        if len(packed) <= _INLINE:
            entries += packed.ljust(_INLINE, b"\0")
        else:
            entries += struct.pack(f"{order}I", behind + len(values))
            values += packed + bytes(len(packed) % 2)
    header = data[:4] + struct.pack(f"{order}I", start)
    directory = struct.pack(f"{order}H", len(tags)) + entries + bytes(4)
    return b"".join((header, memoryview(data)[8:], bytes(start - len(data)), directory, values))


def _cut_short() -> UndecodableImage:
    return UndecodableImage("The TIFF file is broken or cut short; save it anew and send all of it.")
