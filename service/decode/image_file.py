"""An image file, opened and then decoded: what each format needs beside Pillow's reader is gathered here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL.ImageFile import ImageFile

from service.colour_space import CMYK, ColourSpace
from service.decode import avif_boxes
from service.decode.animation import FIRST_FRAME
from service.decode.gif_blocks import BoundedReads, has_second_picture
from service.decode.huge_pages import ask_for_huge_pages
from service.decode.jpeg_segments import read_outline
from service.decode.orientation import read_orientation
from service.decode.pillow_memory import memory_of
from service.decode.png_chunks import read_contents
from service.decode.readers import broken, pillow_reads, read, sniff
from service.decode.samples import MODES, Layout, Samples, to_array
from service.decode.tiff_page import read_page
from service.decode.transparent_key import key_as_decoded
from service.decode.webp_chunks import count_frames
from service.errors import UndecodableImage, UnsupportedImage
from service.formats import USUAL

_Check = Callable[[], bool]

_UNTOLD = ColourSpace()

REDUCTIONS = (1, 2, 4, 8)
"""By what a JPEG can be made smaller while it is decoded."""

_WITHOUT_FRAMES = frozenset({"JPEG", "PNG", "BMP", "TIFF"})
"""Of these Pillow decodes into the memory that it has before it begins, whoever made it."""


# Of an AVIF colours, alpha and a map of gains are a frame each, and each may come in layers.
_MOST_PASSES = 4
_SMALL_PIXELS = 1 << 16


@dataclass(frozen=True)
class ImageHeader:
    """All that is known of a picture before a pixel of it is decoded.

    Attributes:
        format: "PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF" or "AVIF", from the bytes.
        width: as stored, before `orientation`.
        height: as stored, before `orientation`.
        orientation: EXIF, 1 to 8; 1 is upright, and stands for absent and invalid ones.
        channels: of the array that `OpenPicture.decode` returns: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
        depth: bits a sample of that array, 8 or 16.
        source_depth: bits a sample in the file if they are more than `depth`, else `depth`.
        animation: which picture of an animated file this is: "first-frame", or "default-image" if that is no frame of
            it; empty if the file has but one picture.
    """

    format: str
    width: int
    height: int
    orientation: int
    channels: int
    depth: int
    source_depth: int
    animation: str = ""


class OpenPicture:
    """A file of which the header is read and the pixels are not yet.

    It holds the file, and what Pillow knows of it, until the pixels are decoded. It may be opened on one thread and
    decoded on another.

    Attributes:
        header: what the caller compares with its limits before it decodes.
        colour: what the decoded samples mean; of CMYK, which is decoded as sRGB, nothing is left to be said.
    """

    def __init__(
        self,
        image: ImageFile,
        layout: Layout,
        exif: bytes = b"",
        *,
        source_depth: int = 8,
        colour: ColourSpace = _UNTOLD,
        animation: str = "",
        intact: _Check = lambda: True,
    ) -> None:
        self.header = ImageHeader(
            format=str(image.format),
            width=image.width,
            height=image.height,
            orientation=read_orientation(exif),
            channels=layout.channels,
            depth=layout.depth,
            source_depth=source_depth,
            animation=animation,
        )
        self.colour = colour
        self._layout = layout  # noted now, since `load` changes what the image says of itself
        self._unread: tuple[ImageFile, _Check] | None = (image, intact)

    def decode(self, reduction: int = 1) -> Samples:
        """The picture as stored: its orientation is not applied. Lets go of the file, so it works once.

        Of an animation it is the first frame, of an animated PNG the default image. Palettes and bits are expanded,
        CMYK becomes RGB (by its profile, sRGB), a transparent colour becomes an alpha channel. 16-bit gray stays
        16-bit; of other 16-bit samples Pillow keeps the high byte, and `header.source_depth` says so.

        Args:
            reduction: a JPEG is decoded at 1/1, 1/2, 1/4 or 1/8 of its size, from the low frequencies alone: nearly the
                mean of each square of so many pixels, for a fraction of the time. A last row or column may stand for a
                part of a square, and be made up of what the encoder put beyond the edge.

        Returns:
            (height, width, channels), uint8 or uint16 as the header says, alpha not premultiplied. Height and width
            are ceil(header.height / reduction) and ceil(header.width / reduction). Pixels and rows follow one another
            in memory, but behind the three bytes of RGB there may be a fourth that means nothing.

        Raises:
            ValueError: this picture cannot be reduced so.
            UndecodableImage: the pixels are broken or cut short.
            RuntimeError: it was called before.

        Source of the reduction: libjpeg-turbo, libjpeg.txt, "scale_num, scale_denom".
        """
        if reduction not in self.reductions:
            raise ValueError(f"a {self.header.format} of this size cannot be reduced by {reduction}")
        if self._unread is None:
            raise RuntimeError("a picture is decoded once")
        (image, intact), self._unread = self._unread, None
        if not intact():
            raise broken(self.header.format)
        with pillow_reads(self.header.format):
            image.draft(None, (image.width // reduction, image.height // reduction))
            if self.header.format in _WITHOUT_FRAMES:
                ImageFile.load_prepare(image)
        if self.header.format in _WITHOUT_FRAMES:
            ask_for_huge_pages(memory_of(image))
        with pillow_reads(self.header.format):
            image.load()
        return to_array(image, self._layout)

    @property
    def reductions(self) -> tuple[int, ...]:
        """What `decode` can reduce by: a JPEG by what leaves a pixel of it, others not at all."""
        shortest = min(self.header.width, self.header.height) if self.header.format == "JPEG" else 1
        return tuple(reduction for reduction in REDUCTIONS if reduction <= shortest)


def open_picture(data: bytes, formats: Sequence[str] = USUAL) -> OpenPicture:
    """Size, samples and orientation of the picture in a file, ready to be decoded.

    Decodes no pixel and takes no memory for any. The canvases that libwebp sets aside here, 8 bytes a pixel, are bare
    addresses until it decodes (16384 x 16384 pixels: 2 GiB, of which nothing is resident).

    Args:
        data: the whole file.
        formats: those that are read, by the names in `service.formats`.

    Raises:
        EmptyBody: there are no bytes.
        UnsupportedImage: the bytes are none of the formats, or of a kind that is not read.
        UndecodableImage: they are, but the header is broken, or the file made to keep its reader busy.
    """
    return _OPENERS[sniff(data, formats)](data)


def _open_png(data: bytes) -> OpenPicture:
    contents = read_contents(data)
    image = read("PNG", contents.still)
    if not image.tile:
        raise broken("PNG")
    rawmode = str(image.tile[0].args)
    trns = contents.trns
    layout = Layout(
        mode=rawmode if rawmode in MODES else image.mode,
        key=None if trns is None else key_as_decoded(trns, rawmode),
        alphas=trns if image.mode == "P" else None,
    )
    source_depth = 16 if rawmode.endswith(";16B") else 8
    return OpenPicture(
        image,
        layout,
        contents.exif,
        source_depth=source_depth,
        colour=contents.colour,
        animation=contents.animation,
        intact=contents.pixels_intact,
    )


def _open_jpeg(data: bytes) -> OpenPicture:
    outline = read_outline(data)
    image = read("JPEG", BytesIO(outline.frame))
    image.fp = BytesIO(data)  # for libjpeg, which reads from the start
    colour = ColourSpace(outline.icc)
    if image.mode == "CMYK":
        return OpenPicture(image, Layout(image.mode, icc=colour.icc(CMYK)), outline.exif)
    return OpenPicture(image, Layout(image.mode), outline.exif, colour=colour)


def _open_webp(data: bytes) -> OpenPicture:
    frames = count_frames(data)
    image = read("WEBP", BytesIO(data))
    image.fp = None  # the reader has made its own copy
    return OpenPicture(
        image,
        Layout(image.mode),
        image.info.get("exif", b""),
        colour=ColourSpace(image.info.get("icc_profile", b"")),
        animation=FIRST_FRAME if frames > 1 else "",
    )


def _open_gif(data: bytes) -> OpenPicture:
    image = read("GIF", BoundedReads(data))
    index = image.info.get("transparency")
    layout = Layout(
        mode=image.mode,
        key=(index,) if index is not None and image.mode == "L" else None,  # of 256 grays
        alphas=b"\xff" * index + b"\0" if index is not None and image.mode == "P" else None,
    )
    return OpenPicture(image, layout, animation=FIRST_FRAME if has_second_picture(data) else "")


def _open_bmp(data: bytes) -> OpenPicture:
    image = read("BMP", BytesIO(data))
    if image.tile and image.tile[0].codec_name == "bmp_rle":
        # Pillow decodes it byte by byte in Python: 20 KB hold the GIL for 5 s at 40 megapixels.
        raise UnsupportedImage("Run-length coded BMP is not read; save the picture as plain BMP or as PNG.")
    return OpenPicture(image, Layout(image.mode))


def _open_tiff(data: bytes) -> OpenPicture:
    page = read_page(data)
    image = read("TIFF", page)
    colour = ColourSpace(page.icc)
    is_cmyk = image.mode == "CMYK"
    return OpenPicture(
        image,
        Layout("I;16I" if page.inverted else image.mode, icc=colour.icc(CMYK) if is_cmyk else b""),
        data,  # which begins as an EXIF block does
        source_depth=max(page.depth, 8),
        colour=_UNTOLD if is_cmyk else colour,
        animation=FIRST_FRAME if page.has_more else "",
    )


def _open_avif(data: bytes) -> OpenPicture:
    contents = avif_boxes.read_contents(data)
    image = read("AVIF", contents.still)
    pixels = image.width * image.height
    if not pixels <= contents.decoded_pixels <= _MOST_PASSES * max(pixels, _SMALL_PIXELS):
        raise UndecodableImage("The AVIF file holds other frames than its size says; save it anew.")
    image.fp = None  # the decoder has it
    return OpenPicture(
        image,
        Layout(image.mode),
        image.info.get("exif", b""),
        source_depth=contents.depth,
        colour=ColourSpace(image.info.get("icc_profile", b"")),
        animation=FIRST_FRAME if contents.is_animated else "",
    )


_OPENERS = {
    "PNG": _open_png,
    "JPEG": _open_jpeg,
    "WEBP": _open_webp,
    "GIF": _open_gif,
    "BMP": _open_bmp,
    "TIFF": _open_tiff,
    "AVIF": _open_avif,
}
