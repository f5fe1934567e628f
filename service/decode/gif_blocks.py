"""The blocks of a GIF: a bound on those in front of its first picture, and whether there is a second one.

Pillow walks them in Python, two reads a block, and keeps comments: 32 MiB of blocks of one byte take 4 s and 1.4 GB.
The reads are counted where they arrive, since only Pillow knows what it takes for a block and what for junk.

Source of the walk: GIF89a specification, sections 15 to 27.
"""

from io import BytesIO

from service.errors import UndecodableImage

# 45 ms. A profile has up to a few thousand blocks; XMP, whose letters are taken for lengths, 15,000 in a megabyte.
# The picture itself is read in pieces of 64 KiB, which hardly count.
_MOST_READS = 100_000
_MOST_WALKED = 200_000  # 30 ms

_SCREEN_FLAGS, _SCREEN_END = 10, 13
_EXTENSION, _PICTURE = b"!", b","
_HEAD_BYTES = {_EXTENSION: 2, _PICTURE: 11}
"""What stands in front of the sub-blocks, but for a picture's own colour table."""
_PICTURE_FLAGS = 9
_HAS_TABLE = 0x80


class BoundedReads(BytesIO):
    """A file in memory that gives up on a reader who comes again and again."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._reads = 0

    def read(self, size: int | None = -1) -> bytes:
        """Read as any file does.

        Raises:
            UndecodableImage: it has been read too often.
        """
        self._reads += 1
        if self._reads > _MOST_READS:
            raise UndecodableImage("The GIF file has too many blocks in front of its first picture; save it anew.")
        return super().read(size)


def has_second_picture(data: bytes) -> bool:
    """Tell whether a second image descriptor follows the first picture.

    Says no where junk stands instead, and where the file has more blocks than any of 50 MB whose blocks are full.
    """
    pictures = 0
    blocks = iter(range(_MOST_WALKED))
    position = _after_table(data, _SCREEN_FLAGS, _SCREEN_END)
    while (kind := data[position : position + 1]) in _HEAD_BYTES:
        if kind == _PICTURE:
            pictures += 1
            if pictures > 1:
                return True
            position = _after_table(data, position + _PICTURE_FLAGS, position)
        position += _HEAD_BYTES[kind]
        for _ in blocks:  # the sub-blocks, up to an empty one
            if position >= len(data):
                return False
            size = data[position]
            position += 1 + size
            if not size:
                break
        else:
            return False
    return False


def _after_table(data: bytes, flags: int, position: int) -> int:
    """Skip the colour table that the flags, standing at an offset, speak of."""
    packed = data[flags] if flags < len(data) else 0
    return position + (3 << (packed % 8 + 1) if packed & _HAS_TABLE else 0)
