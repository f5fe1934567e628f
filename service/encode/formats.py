"""The picture formats that go out: one table for their names, their limits and how they are made."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import TypeAlias

from core import Colour, RowsOf, Size
from service.encode import jpeg, streamed_png, webp
from service.encode.picture_head import PictureHead
from service.encode.whole_picture import WholePicture
from service.errors import ImageTooLarge, Violation
from service.media_types import JPEG, PNG, WEBP
from service.spec import JpegOutput, Output, PngOutput, WebpOutput
from service.workers import Desk

Chunks: TypeAlias = Callable[[Output, PictureHead, RowsOf, Desk], AsyncGenerator[bytes, None]]
"""Gives the bytes of a picture from its rows, none of the chunks empty."""


@dataclass(frozen=True)
class PictureFormat:
    """One format.

    Attributes:
        name: as people write it.
        media_type: content type.
        extension: of a file's name, without the dot.
        longest_side: pixels.
        streams: whether there are chunks before the last row is warped.
        written_channels: gives the channels of the file, of those of the rows and the fill.
        chunks: makes the bytes.
        whole_bytes: gives the bytes for each pixel that are taken to write it in one go, of an output and the channels
            of the file; 0 if it is not.
    """

    name: str
    media_type: str
    extension: str
    longest_side: int
    streams: bool
    written_channels: Callable[[int, Colour], int]
    chunks: Chunks
    whole_bytes: Callable[[Output, int], int]


FORMATS: dict[type, PictureFormat] = {
    PngOutput: PictureFormat(
        name="PNG",
        media_type=PNG,
        extension="png",
        longest_side=streamed_png.LONGEST_SIDE,
        streams=True,
        written_channels=streamed_png.written_channels,
        chunks=streamed_png.chunks,
        whole_bytes=lambda _output, _channels: 0,
    ),
    WebpOutput: PictureFormat(
        name="WebP",
        media_type=WEBP,
        extension="webp",
        longest_side=webp.LONGEST_SIDE,
        streams=False,
        written_channels=webp.written_channels,
        chunks=WholePicture(webp.written_channels, webp.prepare, webp.encode).chunks,
        whole_bytes=webp.whole_bytes,
    ),
    JpegOutput: PictureFormat(
        name="JPEG",
        media_type=JPEG,
        extension="jpg",
        longest_side=jpeg.LONGEST_SIDE,
        streams=False,
        written_channels=jpeg.written_channels,
        chunks=WholePicture(jpeg.written_channels, jpeg.prepare, jpeg.encode).chunks,
        whole_bytes=jpeg.whole_bytes,
    ),
}
"""By the model of the spec."""


def format_of(output: Output) -> PictureFormat:
    """Give the format that a spec asks for."""
    return FORMATS[type(output)]


def check_output_size(output: Output, size: Size) -> None:
    """Refuse a picture that its format cannot hold.

    Raises:
        ImageTooLarge: a side is too long; the place is the spec's `/output/format`.
    """
    fmt = format_of(output)
    if max(size) > fmt.longest_side:
        detail = (
            f"a side of the output has {max(size)} pixels; {fmt.name} holds at most {fmt.longest_side}: "
            "choose a smaller canvas or the format png"
        )
        raise ImageTooLarge(detail, (Violation("/output/format", detail),))
