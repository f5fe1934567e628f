"""A bound on the blocks in front of a GIF's first picture.

Pillow walks them in Python, two reads a block, and keeps comments: 32 MiB of blocks of one byte take 4 s and 1.4 GB.
The reads are counted where they arrive, since only Pillow knows what it takes for a block and what for junk.
"""

from io import BytesIO

from service.errors import UndecodableImage

# 45 ms. A profile has up to a few thousand blocks; XMP, whose letters are taken for lengths, 15,000 in a megabyte.
# The picture itself is read in pieces of 64 KiB, which hardly count.
_MOST_READS = 100_000


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
