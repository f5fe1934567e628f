"""Pillow's readers of the formats: which bytes are whose, and what they raise.

They are called directly instead of through `Image.open`: these are all of Pillow that hostile bytes ever reach,
nothing is imported lazily (a race between threads), a JPEG is never an MPO, and `open`'s pixel guard, which would raise
on the header of a huge PNG, leaves the decision to the caller, who knows the limits.
"""

import re
import struct
import warnings
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import AvifImagePlugin, Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from service.decode.samples import MODES
from service.decode.tiff_page import Page
from service.decode.tiff_reader import TiffFile
from service.errors import EmptyBody, UndecodableImage, UnsupportedImage
from service.formats import spoken

# The caller compares ImageHeader with its own limits before a pixel is decoded. Pillow's guard stays on behind
# that, for WebP and GIF, whose readers ask it while they open: it warns above this, which is an error here.
# 2^28 is the largest WebP (16384 x 16384), so it refuses nothing that a limit might allow.
Image.MAX_IMAGE_PIXELS = 2**28

# Each worker decodes one picture; libavif would start a thread for every processor beside it.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1

# A warning would go to standard error, and the picture on to be decoded. A setting of the process.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

# What Pillow's readers raise on broken files. Of these, fuzzing showed OSError, SyntaxError, ValueError, RuntimeError
# (of AVIF) and the bombs; the others are what zlib, struct, indexing and allocation may bring at any time. Other
# warnings are exceptions only in a process that asks for it (our tests do).
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
    RuntimeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Warning,
)


# Name: (what such a file begins with, its reader). A pattern is no longer than it must be: a file that begins like a
# PNG and goes on wrongly is a broken PNG rather than an unknown format.
_FILE_NAME = re.compile(rb"[\w ./\\:~-]{1,255}\.\w{2,4}\s*", re.ASCII)
"""What curl's --data-binary sends of a file whose @ was forgotten."""

_FORMATS: dict[str, tuple[re.Pattern[bytes], Callable[[Any], ImageFile]]] = {
    "PNG": (re.compile(rb"\x89PNG"), PngImageFile),
    "JPEG": (re.compile(rb"\xff\xd8"), JpegImageFile),
    "WEBP": (re.compile(rb"RIFF....WEBP", re.DOTALL), WebPImageFile),
    "GIF": (re.compile(rb"GIF8"), GifImageFile),
    "BMP": (re.compile(rb"BM"), BmpImageFile),
    "TIFF": (re.compile(rb"II[*+]\0|MM\0[*+]"), TiffFile),
    # Among the brands of the first box, which has room for a few.
    "AVIF": (re.compile(rb"....ftyp(?:....){0,31}?avi[fs]", re.DOTALL), AvifImagePlugin.AvifImageFile),
}


def sniff(data: bytes, formats: Collection[str]) -> str:
    """The format's name, by the first bytes.

    Args:
        data: the file.
        formats: those that are allowed.

    Raises:
        EmptyBody: there are no bytes.
        UnsupportedImage: the bytes are none of the formats.
    """
    if not data:
        raise EmptyBody("The picture has no bytes; send the whole file.")
    for name, (beginning, _) in _FORMATS.items():
        if beginning.match(data):
            if name.lower() in formats:
                return name
            raise UnsupportedImage(
                f"{name} is not read here; convert the picture to one of {spoken(formats)} (GRIDWARP_FORMATS)."
            )
    if _FILE_NAME.fullmatch(data):
        raise UnsupportedImage("The bytes are a file's name; with curl write --data-binary @photo.jpg, with the @.")
    raise UnsupportedImage(
        f"The bytes are none of {spoken(formats)} (GRIDWARP_FORMATS); convert the picture to one of them."
    )


def read(name: str, file: BytesIO | Page) -> ImageFile:
    """What Pillow knows of a file before it decodes a pixel; the mode is one of MODES.

    Raises:
        UndecodableImage: the header is broken.
        UnsupportedImage: the samples are of a kind that is not read.
    """
    with pillow_reads(name):
        image = _FORMATS[name][1](file)
    if image.mode not in MODES:
        raise UnsupportedImage(f"This kind of {name} is not read; save the picture as 8-bit gray or RGB.")
    if image.mode == "P" and image.palette is None:
        raise broken(name)
    return image


@contextmanager
def pillow_reads(name: str) -> Iterator[None]:
    """Around Pillow's own work and nothing else, so that our mistakes stay ours.

    Raises:
        UndecodableImage: Pillow raised what it raises on broken files; `name` is the format's.
    """
    try:
        yield
    except _PILLOW_RAISES as error:
        raise broken(name) from error


def broken(name: str) -> UndecodableImage:
    """The error for a file that is none of its format."""
    return UndecodableImage(
        f"The {name} file is broken, cut short or inflates without end; save it anew and send all of it."
    )
