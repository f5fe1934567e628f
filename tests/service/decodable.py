"""Pictures with known samples, most of them written by tests/files.py, and what they must decode to."""

import io
import time
import zlib
from itertools import pairwise

import numpy as np
from PIL import Image

from service.decode import OpenPicture, open_picture, png_chunks
from service.errors import ServiceError
from service.formats import MEDIA_TYPES
from tests import files, tiff_files

# Asymmetric in both axes, all values different.
GRAY_3X2 = [[10, 20, 30], [40, 50, 60]]
RGB_2X2 = [[[255, 0, 1], [2, 200, 3]], [[4, 5, 100], [7, 8, 9]]]


def side_by_side(array: np.ndarray) -> bool:
    """Whether samples, pixels and rows follow one another in memory, but for a byte behind the three of RGB."""
    _, width, channels = array.shape
    pixel = array.itemsize * channels
    steps = {(step * width, step, array.itemsize) for step in (pixel, 4 if channels == 3 else pixel)}
    return array.strides in steps


def opened_in_any_format(data: bytes) -> OpenPicture:
    return open_picture(data, tuple(MEDIA_TYPES))


def decoded(data: bytes) -> np.ndarray:
    opened = opened_in_any_format(data)
    header, array = opened.header, opened.decode()
    assert array.shape == (header.height, header.width, header.channels)
    assert array.dtype == np.dtype(f"=u{header.depth // 8}")
    assert side_by_side(array)
    return array


def pillow_file(array: object, name: str, mode: str | None = None, **options: object) -> bytes:
    image = Image.fromarray(np.asarray(array, np.uint8))
    stream = io.BytesIO()
    (image.convert(mode) if mode else image).save(stream, name, **options)
    return stream.getvalue()


def smooth(height: int = 40, width: int = 56) -> np.ndarray:
    """A picture that JPEG keeps closely; (h, w, 3)."""
    y, x = np.mgrid[:height, :width]
    return np.stack([4 * x, 5 * y, 100 + x + y], axis=-1).astype(np.uint8)


def animated(name: str) -> bytes:
    first, second = (Image.fromarray(np.full((3, 4, 3), value, np.uint8)) for value in (50, 150))
    stream = io.BytesIO()
    first.save(stream, name, save_all=True, append_images=[second], lossless=True)
    return stream.getvalue()


PALETTE_4 = [(1, 2, 3), (40, 50, 60), (7, 80, 9), (100, 0, 255)]
INDICES = [[3, 0, 1], [2, 2, 0]]
INDEXED_RGB = [[PALETTE_4[index] for index in row] for row in INDICES]


def indexed_rgba(*alphas: int) -> list[list[tuple[int, ...]]]:
    return [[(*PALETTE_4[index], alphas[index]) for index in row] for row in INDICES]


# Name: (file, exact array). The arrays are worked by hand from the numbers in the file.
EXACT = {
    "png gray 1": (files.png([[1, 0, 0], [0, 1, 1]], files.GRAY, 1), [[255, 0, 0], [0, 255, 255]]),
    "png gray 2": (files.png([[0, 1, 2, 3, 1]], files.GRAY, 2), [[0, 85, 170, 255, 85]]),
    "png gray 4": (files.png([[0, 1, 9], [15, 2, 3]], files.GRAY, 4), [[0, 17, 153], [255, 34, 51]]),
    "png gray 8": (files.png(GRAY_3X2, files.GRAY), GRAY_3X2),
    "png gray 16": (files.png([[1, 256, 65535], [300, 2, 40000]], files.GRAY, 16), [[1, 256, 65535], [300, 2, 40000]]),
    "png gray interlaced": (
        files.png(np.arange(99).reshape(9, 11), files.GRAY, interlace=True),
        np.arange(99).reshape(9, 11),
    ),
    "png rgb 8": (files.png(RGB_2X2, files.RGB), RGB_2X2),
    "png rgb 16": (files.png([[[0x1234, 0xFF00, 0x00FF]]], files.RGB, 16), [[[0x12, 0xFF, 0x00]]]),
    "png gray alpha 8": (files.png([[[9, 8], [7, 255]]], files.GRAY_ALPHA), [[[9, 8], [7, 255]]]),
    "png gray alpha 16": (files.png([[[0x1234, 0xFF00]]], files.GRAY_ALPHA, 16), [[[0x12, 0xFF]]]),
    "png rgba 8": (files.png([[[1, 2, 3, 4]], [[5, 6, 7, 0]]], files.RGBA), [[[1, 2, 3, 4]], [[5, 6, 7, 0]]]),
    "png rgba 16": (files.png([[[0x1234, 0x5678, 0x9ABC, 0xDEF0]]], files.RGBA, 16), [[[0x12, 0x56, 0x9A, 0xDE]]]),
    "png palette 1": (
        files.png([[1, 0, 1]], files.PALETTE, 1, before=[files.plte((1, 2, 3), (4, 5, 6))]),
        [[(4, 5, 6), (1, 2, 3), (4, 5, 6)]],
    ),
    **{
        f"png palette {depth}": (
            files.png(INDICES, files.PALETTE, depth, before=[files.plte(*PALETTE_4)]),
            INDEXED_RGB,
        )
        for depth in (2, 4, 8)
    },
    "png palette index undefined": (
        files.png([[0, 3]], files.PALETTE, 8, before=[files.plte((9, 8, 7))]),
        [[(9, 8, 7), (0, 0, 0)]],
    ),
    "png palette alphas": (
        files.png(INDICES, files.PALETTE, 2, before=[files.plte(*PALETTE_4), files.trns_alphas(9, 200, 30)]),
        indexed_rgba(9, 200, 30, 255),
    ),
    "png palette one transparent": (
        files.png(INDICES, files.PALETTE, 2, before=[files.plte(*PALETTE_4), files.trns_alphas(255, 0)]),
        indexed_rgba(255, 0, 255, 255),
    ),
    "png palette last alpha 10": (  # Pillow's regular expression takes 10 for the end of the line
        files.png(INDICES, files.PALETTE, 2, before=[files.plte(*PALETTE_4), files.trns_alphas(255, 0, 10)]),
        indexed_rgba(255, 0, 10, 255),
    ),
    "png key gray 1": (files.png([[0, 1]], files.GRAY, 1, before=[files.trns_key(1)]), [[[0, 255], [255, 0]]]),
    "png key gray 2": (
        files.png([[0, 1, 2, 3]], files.GRAY, 2, before=[files.trns_key(1)]),
        [[[0, 255], [85, 0], [170, 255], [255, 255]]],
    ),
    "png key gray 4": (
        files.png([[3, 5, 15]], files.GRAY, 4, before=[files.trns_key(5)]),
        [[[51, 255], [85, 0], [255, 255]]],
    ),
    "png key gray 8": (files.png([[5, 85]], files.GRAY, 8, before=[files.trns_key(5)]), [[[5, 0], [85, 255]]]),
    "png key gray 8 high bits": (files.png([[5, 6]], files.GRAY, before=[files.trns_key(0x705)]), [[[5, 0], [6, 255]]]),
    "png key gray 16": (
        files.png([[0x1234, 0x1235], [0x3412, 0x1234]], files.GRAY, 16, before=[files.trns_key(0x1234)]),
        [[[0x1234, 0], [0x1235, 65535]], [[0x3412, 65535], [0x1234, 0]]],
    ),
    "png key rgb 8": (
        files.png([[[1, 2, 3], [3, 2, 1]], [[1, 2, 4], [1, 2, 3]]], files.RGB, before=[files.trns_key(1, 2, 3)]),
        [[[1, 2, 3, 0], [3, 2, 1, 255]], [[1, 2, 4, 255], [1, 2, 3, 0]]],
    ),
    "png key rgb 16": (  # the second differs in a low byte, which Pillow drops: transparent, too, and documented
        files.png(
            [[[0x0102, 0x0304, 0x0506], [0x0102, 0x0304, 0x0507], [0x0102, 0x0304, 0x0606]]],
            files.RGB,
            16,
            before=[files.trns_key(0x0102, 0x0304, 0x0506)],
        ),
        [[[1, 3, 5, 0], [1, 3, 5, 0], [1, 3, 6, 255]]],
    ),
    "png key on alpha ignored": (
        files.png([[[9, 8]]], files.GRAY_ALPHA, before=[files.trns_key(9)]),
        [[[9, 8]]],
    ),
    "png key behind pixels ignored": (files.png([[5, 6]], files.GRAY, after=[files.trns_key(5)]), [[5, 6]]),
    "png text named as a key": (
        files.png([[5, 6]], files.GRAY, before=[files.chunk(b"tEXt", b"transparency\0x")]),
        [[5, 6]],
    ),
    "gif": (files.gif([INDICES], PALETTE_4), INDEXED_RGB),
    "gif transparent": (files.gif([INDICES], PALETTE_4, transparent=2), indexed_rgba(255, 255, 0, 255)),
    "gif gray": (files.gif([GRAY_3X2], [(i, i, i) for i in range(256)]), GRAY_3X2),
    "gif gray transparent": (
        files.gif([[[10, 20]]], [(i, i, i) for i in range(256)], transparent=20),
        [[[10, 255], [20, 0]]],
    ),
    "gif first frame": (files.gif([[[1, 2]], [[3, 3]]], PALETTE_4), [[PALETTE_4[1], PALETTE_4[2]]]),
    "gif frame beyond screen": (files.gif([INDICES], PALETTE_4, screen=(1, 1)), INDEXED_RGB),
    "gif frame inside screen": (
        files.gif([[[3]]], PALETTE_4, transparent=2, screen=(2, 1), at=(1, 0)),
        [[(*PALETTE_4[2], 0), (*PALETTE_4[3], 255)]],
    ),
    "bmp 1": (files.bmp([[1, 0, 1]], 1, [(1, 2, 3), (4, 5, 6)]), [[(4, 5, 6), (1, 2, 3), (4, 5, 6)]]),
    "bmp 1 black and white": (files.bmp([[1, 0]], 1, [(0, 0, 0), (255, 255, 255)]), [[255, 0]]),
    "bmp 4": (files.bmp(INDICES, 4, PALETTE_4), INDEXED_RGB),
    "bmp 8": (files.bmp(INDICES, 8, PALETTE_4), INDEXED_RGB),
    "bmp 8 gray": (files.bmp(GRAY_3X2, 8, [(i, i, i) for i in range(256)]), GRAY_3X2),
    "bmp 16": (files.bmp([[0b11111_00000_00001]], 16), [[[255, 0, 8]]]),
    "bmp 24": (files.bmp([[0x010203, 0x040506]], 24), [[[1, 2, 3], [4, 5, 6]]]),
    "bmp 32": (files.bmp([[0xAA010203], [0x00040506]], 32), [[[1, 2, 3]], [[4, 5, 6]]]),
    "bmp 32 alpha": (
        files.bmp([[0xAA010203], [0x00040506]], 32, masks=(0xFF0000, 0xFF00, 0xFF, 0xFF000000)),
        [[[1, 2, 3, 0xAA]], [[4, 5, 6, 0]]],
    ),
    "webp rgb": (pillow_file(RGB_2X2, "WEBP", lossless=True), RGB_2X2),
    "webp rgba": (
        pillow_file([[[1, 2, 3, 4], [5, 6, 7, 255]]], "WEBP", lossless=True, exact=True),
        [[[1, 2, 3, 4], [5, 6, 7, 255]]],
    ),
    "webp first frame": (animated("WEBP"), np.full((3, 4, 3), 50)),
    "png default image": (animated("PNG"), np.full((3, 4, 3), 50)),
}
# Those whose exact array no hand can work out.
OTHER = {
    "jpeg gray": pillow_file(smooth()[..., 0], "JPEG"),
    "jpeg rgb": pillow_file(smooth(), "JPEG"),
    "jpeg progressive": pillow_file(smooth(), "JPEG", progressive=True),
    "jpeg cmyk": pillow_file(smooth(), "JPEG", "CMYK"),
    "webp lossy": pillow_file(smooth(), "WEBP"),
}
ALL = {**{name: data for name, (data, _) in EXACT.items()}, **OTHER}


def oriented(name: str, block: bytes) -> bytes:
    match name:
        case "PNG":
            return files.png(RGB_2X2, files.RGB, before=[files.chunk(b"eXIf", block)])
        case "JPEG":
            return files.jpeg_with_exif(OTHER["jpeg rgb"], block)
        case _:
            return files.webp_extended(EXACT["webp rgb"][0], 2, 2, block)


NOT_AN_ORIENTATION = {
    "zero": files.exif(0),
    "nine": files.exif(9),
    "65535": files.exif(65535),
    "LONG": files.exif(6, kind=4),
    "two values": files.exif(6, count=2),
    "empty": b"",
    "no magic": b"MMMM" + files.exif(6)[4:],
    "offset beyond the end": files.exif(6)[:4] + b"\xff\xff\xff\xff" + files.exif(6)[8:],
    "cut short": files.exif(6)[:30],
}

MOST_SECONDS = 1
"""What any damage may cost; most cost less than a millisecond."""

SMALL = {
    "PNG": files.png(RGB_2X2, files.RGB, before=[files.trns_key(1, 2, 3), files.chunk(b"eXIf", files.exif(6))]),
    "APNG": animated("PNG"),
    "JPEG": files.jpeg_with_exif(pillow_file(smooth(9, 10), "JPEG"), files.exif(6)),
    "WEBP": files.webp_extended(EXACT["webp rgb"][0], 2, 2, files.exif(6)),
    "GIF": files.gif([INDICES, INDICES], PALETTE_4, transparent=1),
    "BMP": files.bmp(INDICES, 8, PALETTE_4),
    "TIFF": tiff_files.tiff(
        RGB_2X2, 2, rows=1, compression=8, pack=zlib.compress, tags={274: (3, [6])}, further=[{254: (4, [1])}]
    ),
    "TIFF of tiles": tiff_files.tiff(INDICES, 3, 2, order=">", tile=(16, 16), tags={320: (3, [9000, 300, 0, 1] * 3)}),
    "TIFF of JPEG": pillow_file(smooth(9, 10), "TIFF", compression="jpeg"),
    "TIFF of LZW": pillow_file(smooth(3, 4), "TIFF", compression="tiff_lzw"),
    "AVIF": pillow_file(np.dstack([smooth(9, 10)] * 2)[..., :4], "AVIF", quality=30),
}


def survives(data: bytes) -> str:
    """Any damage ends soon, in one of our errors or in a picture as its header says; give which of these."""
    start = time.process_time()
    try:
        return what_becomes_of(data)
    finally:
        assert time.process_time() - start < MOST_SECONDS


def what_becomes_of(data: bytes) -> str:
    try:
        opened = opened_in_any_format(data)
        header = opened.header
        if header.width * header.height > 1_000_000:
            return "too large"  # as the caller's limits would have it
        array = opened.decode()
    except ServiceError as refused:
        return type(refused).__name__
    assert array.shape == (header.height, header.width, header.channels)
    return "pixels"


def with_right_crcs(data: bytes) -> bytes:
    """So that the damage gets past the checksums."""
    chunks = [png_chunks.Chunk(*found) for found in png_chunks.walk(data)]
    assert all(a.end == b.start for a, b in pairwise(chunks))
    tail = data[chunks[-1].end :] if chunks else data[8:]
    return data[:8] + b"".join(files.chunk(chunk.kind, chunk.body(data)) for chunk in chunks) + tail
