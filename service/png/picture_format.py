"""What the header of a PNG says, and how the picture is cut into strips."""

from dataclasses import dataclass

COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""By the number of channels (PNG 11.2.1)."""

_LARGEST_SIDE = 2**31 - 1  # PNG 7.1

_STRIP_PIXELS = 1 << 18
"""A strip of RGB takes 768 KiB, which a processor keeps close by; many smaller ones would each be work for Python."""


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
        if not sides_fit or self.channels not in COLOUR_TYPES or self.depth not in (8, 16):
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
