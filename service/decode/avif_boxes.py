"""The boxes of an AVIF file, walked by ourselves: bounded in number, and without what no still picture needs.

libavif looks items up in lists, again and again, and believes tables that stand for more than they hold. An AV1 picture
may hide thousands of frames behind the one that is shown, and may be larger inside than the file says; all are decoded
before anyone notices. So the tables are bounded, the frames of all pictures are counted, each by its own size, and of
an animation only the still picture is left that stands for it: by what encoders write, its first frame.

EXIF and XMP are hidden, too: Pillow would take them apart. How the picture is to be turned, AVIF says elsewhere.

Sources: ISO/IEC 14496-12, sections 4.2 (boxes), 8.11.3 (iloc), 8.11.6 (iinf), 8.11.11 (idat); ISO/IEC 23008-12, section
6.5 (item properties); AV1 Image File Format 1.1.0, sections 2 and 6; AV1 Codec ISO Media File Format Binding 1.2.0,
section 2.3 (av1C).
"""

import struct
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import NamedTuple

from service.decode.av1_headers import decoded_pixels
from service.errors import UndecodableImage, UnsupportedImage

# A picture of 16 x 16 tiles with as many for alpha has 514 items, a tenth of this.
_MOST_BOXES = 5000
_MOST_TABLE_BYTES = 1 << 16  # of all tables together: libavif's time grows with their square
_TABLES = frozenset({b"iloc", b"iinf", b"iref", b"ipma", b"grpl"})

_FILE_ITSELF = b""
# What boxes are looked for in, by what they stand in; and how many bytes stand before the first one.
_HOLDERS = {
    _FILE_ITSELF: {b"meta": 4},
    b"meta": {b"iinf": 6, b"iprp": 0},
    b"iprp": {b"ipco": 0},
}

_PICTURE = b"av01"
_HIDDEN_ITEMS = frozenset({b"Exif", b"mime"})
_UNKNOWN = b"skip"
_STILL, _SEQUENCE = b"avif", b"avis"
_IN_FILE, _IN_IDAT = 0, 1
"""What an item's place is counted from."""


class Box(NamedTuple):
    """Where a box stands in the file: its name, and its own bytes."""

    kind: bytes
    named: int
    start: int
    end: int


class Item(NamedTuple):
    """What an item is, and where that is written."""

    number: int
    kind: bytes
    named: int


class Contents(NamedTuple):
    """What is taken from an AVIF.

    Attributes:
        still: the file, whose readers see nothing but the still picture.
        decoded_pixels: of all frames of all pictures that might be decoded.
        depth: bits a sample: 8, 10 or 12.
        is_animated: whether there is a sequence beside the picture.
    """

    still: BytesIO
    decoded_pixels: int
    depth: int
    is_animated: bool


def read_contents(data: bytes) -> Contents:
    """Walk an AVIF to its end.

    Raises:
        UnsupportedImage: it has no still picture.
        UndecodableImage: it is broken, cut short, or made of too many boxes.
    """
    try:
        return _read_contents(data)
    except (struct.error, IndexError, ValueError):
        raise UndecodableImage("The AVIF file is broken or cut short; save it anew and send all of it.") from None


def _read_contents(data: bytes) -> Contents:
    boxes: dict[bytes, list[Box]] = {}
    for box in _walk(data, 0, len(data), iter(range(_MOST_BOXES))):
        boxes.setdefault(box.kind, []).append(box)
    if b"meta" not in boxes:
        raise UnsupportedImage("An AVIF of moving pictures alone is not read; save one of them as AVIF or PNG.")
    if sum(box.end - box.start for kind in _TABLES for box in boxes.get(kind, [])) > _MOST_TABLE_BYTES:
        raise UndecodableImage("The AVIF file has too many items; save it anew.")
    items = [_item(data, box) for box in boxes.get(b"infe", [])]
    sequences = boxes.get(b"moov", [])
    hidden = [item.named for item in items if item.kind in _HIDDEN_ITEMS] + [box.named for box in sequences]
    brands = [
        place
        for box in boxes.get(b"ftyp", [])
        for place in range(box.start, box.end, 4)
        if data.startswith(_SEQUENCE, place)
    ]
    return Contents(
        still=BytesIO(_renamed(data, dict.fromkeys(hidden, _UNKNOWN) | dict.fromkeys(brands, _STILL))),
        decoded_pixels=sum(decoded_pixels(stream) for stream in _streams(data, boxes, items)),
        depth=max((_depth(data, box) for box in boxes.get(b"av1C", [])), default=8),
        is_animated=bool(sequences),
    )


def _walk(data: bytes, start: int, end: int, counted: Iterator[int], holder: bytes = _FILE_ITSELF) -> Iterator[Box]:
    """Give the boxes from one place to another, and those that stand in them.

    Raises:
        ValueError: a box reaches over the end.
        UndecodableImage: there are too many.
    """
    while start < end:
        if next(counted, None) is None:
            raise UndecodableImage(f"The AVIF file has more than {_MOST_BOXES} boxes; save it anew.")
        size, kind = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        after = start + size if size else end
        if not body <= after <= end:
            raise ValueError("a box is cut short")
        yield Box(kind, start + 4, body, after)
        if kind in _HOLDERS.get(holder, {}):
            before = _HOLDERS[holder][kind]
            if kind == b"iinf" and data[body]:  # its later versions count items in 32 bits
                before += 2
            yield from _walk(data, body + before, after, counted, kind)
        start = after


def _item(data: bytes, box: Box) -> Item:
    """Read an infe box, whose later versions have numbers of 32 bits."""
    layout = ">I2x4s" if data[box.start] > 2 else ">H2x4s"  # noqa: PLR2004
    number, kind = struct.unpack_from(layout, data, box.start + 4)
    return Item(number, kind, box.start + struct.calcsize(layout))


def _streams(data: bytes, boxes: dict[bytes, list[Box]], items: list[Item]) -> list[bytes]:
    """Give the AV1 of every picture.

    Raises:
        ValueError: a picture is not in the file, or two lie upon one another.
    """
    idat = boxes.get(b"idat", [])
    places: dict[int, list[tuple[int, int]]] = {}
    for box in boxes.get(b"iloc", []):
        for number, start, end in _pieces(_reader(data, box), idat[0].start if idat else 0):
            places.setdefault(number, []).append((start, end))
    pictures = [places.get(item.number, []) for item in items if item.kind == _PICTURE]
    pieces = [piece for picture in pictures for piece in picture]
    if any(end > len(data) for _, end in pieces) or sum(end - start for start, end in pieces) > len(data):
        raise ValueError("pictures are cut short, or lie upon one another")
    return [b"".join(data[start:end] for start, end in picture) for picture in pictures]


def _pieces(take: Callable[[int], int], idat: int) -> Iterator[tuple[int, int, int]]:
    """Read an iloc box: the item, the start and the end of each piece of an item.

    Args:
        take: gives the next number of so many bytes.
        idat: where the box for small items begins.
    """
    version = take(1)
    take(3)
    sizes = take(2)
    of_offset, of_length, of_base, of_index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    of_number = 4 if version == 2 else 2  # noqa: PLR2004 (as in ISO/IEC 14496-12)
    for _ in range(take(of_number)):
        number = take(of_number)
        counted_from = take(2) & 15 if version else _IN_FILE
        if counted_from not in {_IN_FILE, _IN_IDAT}:
            raise ValueError("an item is made of other items")
        take(2)
        base = take(of_base) + (idat if counted_from == _IN_IDAT else 0)
        for _ in range(take(2)):
            take(of_index if version else 0)
            start = base + take(of_offset)
            yield number, start, start + take(of_length)


def _reader(data: bytes, box: Box) -> Callable[[int], int]:
    """Give what reads a box's next number of so many bytes: no more numbers than bytes, since some have none."""
    position = box.start
    left = box.end - box.start

    def take(size: int) -> int:
        nonlocal position, left
        position += size
        left -= 1
        if left < 0 or position > box.end:
            raise ValueError("a table is cut short, or stands for more than it holds")
        return int.from_bytes(data[position - size : position], "big")

    return take


def _depth(data: bytes, box: Box) -> int:
    """Read the bits a sample in an av1C box: high_bitdepth and twelve_bit."""
    flags = data[box.start + 2]
    return 12 if flags & 0x20 else 10 if flags & 0x40 else 8


def _renamed(data: bytes, names: dict[int, bytes]) -> bytes:
    """Give the file with other names of four bytes at some places; itself, if there are none."""
    parts: list[bytes | memoryview] = []
    position = 0
    view = memoryview(data)
    for place in sorted(names):
        parts += [view[position:place], names[place]]
        position = place + 4
    return b"".join([*parts, view[position:]]) if parts else data
