"""Image files to arrays: the one place that knows Pillow.

Plugins are called directly instead of through `Image.open`: the five below are all the code that hostile bytes ever
reach, nothing is imported lazily (a race between threads), a JPEG is never an MPO, and `open`'s pixel guard, which
would raise on the header of a huge PNG, leaves the decision to the caller, who knows the limits.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from service.decode import png_chunks
from service.decode.jpeg_scans import check_scans
from service.decode.orientation import read_orientation
from service.decode.samples import MODES, Layout, Samples, to_array
from service.decode.transparent_key import key_as_decoded
from service.errors import EmptyBody, UndecodableImage, UnsupportedImage

# The caller compares ImageHeader with its own limits before a pixel is decoded. Pillow's guard stays on behind
# that, for WebP and GIF, whose readers ask it while they open: it warns above this and raises above twice this.
# 2^28 is the largest WebP (16384 x 16384), so it refuses nothing that a limit might allow.
Image.MAX_IMAGE_PIXELS = 2**28

# What Pillow's readers raise on broken files. Of these, fuzzing the five showed OSError, SyntaxError, ValueError and
# the bomb; the others are what zlib, struct, indexing and allocation may bring at any time. A warning is an exception
# only in a process that asks for it (our tests do).
_PILLOW_RAISES = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    OverflowError,
    NotImplementedError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Warning,
)


class _PlainJpegImageFile(JpegImageFile):
    """Pillow's JPEG reader without its detour through EXIF for a resolution, which warns when EXIF is broken."""

    def _read_dpi_from_exif(self) -> None:
        pass


# Name: (what such a file begins with, its reader). A pattern is no longer than it must be: a file that begins like a
# PNG and goes on wrongly is a broken PNG rather than an unknown format.
_FORMATS: dict[str, tuple[re.Pattern[bytes], type[ImageFile]]] = {
    "PNG": (re.compile(rb"\x89PNG"), PngImageFile),
    "JPEG": (re.compile(rb"\xff\xd8"), _PlainJpegImageFile),
    "WEBP": (re.compile(rb"RIFF....WEBP", re.DOTALL), WebPImageFile),
    "GIF": (re.compile(rb"GIF8"), GifImageFile),
    "BMP": (re.compile(rb"BM"), BmpImageFile),
}


@dataclass(frozen=True)
class ImageHeader:
    """All that is known of a picture before a pixel of it is decoded.

    Attributes:
        format: "PNG", "JPEG", "WEBP", "GIF" or "BMP", from the bytes.
        width: as stored, before `orientation`.
        height: as stored, before `orientation`.
        orientation: EXIF, 1 to 8; 1 is upright, and stands for absent and invalid ones.
        channels: of the array that `decode` returns: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
        depth: bits a sample that `decode` returns, 8 or 16.
        source_depth: bits a sample in the file if they are more than `depth`, else `depth`.
    """

    format: str
    width: int
    height: int
    orientation: int
    channels: int
    depth: int
    source_depth: int


@dataclass(frozen=True)
class _Opened:
    """A file of which the header is read. What `load` might change in the image is noted here before it."""

    image: ImageFile
    layout: Layout
    header: ImageHeader


def read_header(data: bytes) -> ImageHeader:
    """Size, samples and orientation of the picture in a file; decodes no pixel and takes no memory for any.

    Args:
        data: the whole file.

    Raises:
        EmptyBody: there are no bytes.
        UnsupportedImage: the bytes are none of the formats read here.
        UndecodableImage: they are, but the header is broken.
    """
    return _open(data).header


def decode(data: bytes, header: ImageHeader) -> Samples:
    """The picture in a file, as stored: its orientation is not applied.

    Of an animation it is the first frame, of an animated PNG the default image. Palettes and bits are expanded, CMYK
    becomes RGB, a transparent colour becomes an alpha channel. 16-bit gray stays 16-bit; of other 16-bit samples
    Pillow keeps the high byte, and `header.source_depth` says so.

    Args:
        data: the whole file.
        header: what `read_header` said of the same bytes; the caller has checked it against its limits.

    Returns:
        (height, width, channels), uint8 or uint16 as the header says, C-contiguous, alpha not premultiplied.

    Raises:
        UndecodableImage: the pixels are broken or cut short.
    """
    opened = _open(data)
    if opened.header != header:
        msg = f"this is the header of another file: {header}, not {opened.header}"
        raise ValueError(msg)
    with _pillow_reads(header.format):
        opened.image.load()
    if header.format == "PNG" and not png_chunks.pixels_intact(data):
        raise _broken("PNG")
    return to_array(opened.image, opened.layout)


def _open(data: bytes) -> _Opened:
    name = _sniff(data)
    return _open_png(data) if name == "PNG" else _open_other(name, data)


def _open_png(data: bytes) -> _Opened:
    """What a PNG's chunks say beside the samples is taken from the chunks: see png_chunks."""
    still = png_chunks.without_animation(data)
    image = _read("PNG", still)
    if not image.tile:
        raise _broken("PNG")
    chunks = png_chunks.before_pixels(still)
    rawmode = str(image.tile[0].args)
    trns = chunks.get(b"tRNS")
    layout = Layout(
        mode=rawmode if rawmode in MODES else image.mode,
        key=None if trns is None else key_as_decoded(trns, rawmode),
        alphas=trns if image.mode == "P" else None,
    )
    source_depth = 16 if rawmode.endswith(";16B") else 8
    return _opened(image, layout, chunks.get(b"eXIf", b""), source_depth)


def _open_other(name: str, data: bytes) -> _Opened:
    if name == "JPEG":
        check_scans(data)
    image = _read(name, data)
    if image.tile and image.tile[0].codec_name == "bmp_rle":
        # Pillow decodes it byte by byte in Python: 20 KB hold the GIL for 5 s at 40 megapixels.
        raise UnsupportedImage("Run-length coded BMP is not read; save the picture as plain BMP or as PNG.")
    index = image.info.get("transparency")  # only GIF has one: of a palette, or of 256 grays
    layout = Layout(
        mode=image.mode,
        key=(index,) if index is not None and image.mode == "L" else None,
        alphas=b"\xff" * index + b"\0" if index is not None and image.mode == "P" else None,
    )
    return _opened(image, layout, image.info.get("exif", b""), source_depth=8)


def _opened(image: ImageFile, layout: Layout, exif: bytes, source_depth: int) -> _Opened:
    header = ImageHeader(
        format=str(image.format),
        width=image.width,
        height=image.height,
        orientation=read_orientation(exif),
        channels=layout.channels,
        depth=layout.depth,
        source_depth=source_depth,
    )
    return _Opened(image, layout, header)


def _sniff(data: bytes) -> str:
    if not data:
        raise EmptyBody("The picture has no bytes; send the whole file.")
    for name, (beginning, _) in _FORMATS.items():
        if beginning.match(data):
            return name
    raise UnsupportedImage(f"The bytes are none of {', '.join(_FORMATS)}; convert the picture to one of them.")


def _read(name: str, data: bytes) -> ImageFile:
    with _pillow_reads(name):
        image = _FORMATS[name][1](BytesIO(data))
    if image.mode not in MODES:
        raise UnsupportedImage(f"This kind of {name} is not read; save the picture as 8-bit gray or RGB.")
    if image.mode == "P" and image.palette is None:
        raise _broken(name)
    return image


@contextmanager
def _pillow_reads(name: str) -> Iterator[None]:
    """Around Pillow's own work and nothing else, so that our mistakes stay ours."""
    try:
        yield
    except _PILLOW_RAISES as error:
        raise _broken(name) from error


def _broken(name: str) -> UndecodableImage:
    return UndecodableImage(
        f"The {name} file is broken, cut short or inflates without end; save it anew and send all of it."
    )
