"""What an encoder is told of a picture before its first row."""

from dataclasses import dataclass

from core import Colour, Size
from service.colour_space import PngChunk


@dataclass(frozen=True)
class PictureHead:
    """A picture of which any rows can be had, (n, width, channels).

    Attributes:
        size: of all rows.
        channels: of the rows: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
        depth: bits a sample of the rows, 8 or 16.
        fill: the colour of the outside; what takes alpha away composes over it if it is opaque.
        icc: the profile of the samples; empty if there is none.
        png_chunks: what else a PNG can say of them.
    """

    size: Size
    channels: int
    depth: int
    fill: Colour
    icc: bytes = b""
    png_chunks: tuple[PngChunk, ...] = ()
