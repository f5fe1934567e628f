"""Pictures with known samples, written by tests/files.py, against what decode makes of them."""

import io
import struct
import time
import tracemalloc
import warnings
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from service.decode import ImageHeader, decode, png_chunks, read_header
from service.decode.jpeg_scans import count_scans
from service.decode.orientation import read_orientation
from service.errors import EmptyBody, ServiceError, UndecodableImage, UnsupportedImage
from tests import files

# Asymmetric in both axes, all values different.
GRAY_3X2 = [[10, 20, 30], [40, 50, 60]]
RGB_2X2 = [[[255, 0, 1], [2, 200, 3]], [[4, 5, 100], [7, 8, 9]]]


def decoded(data: bytes) -> np.ndarray:
    header = read_header(data)
    array = decode(data, header)
    assert array.shape == (header.height, header.width, header.channels)
    assert array.dtype == np.dtype(f"=u{header.depth // 8}")
    assert array.flags.c_contiguous
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


@pytest.mark.parametrize("name", EXACT)
def test_exact_samples(name: str) -> None:
    data, expected = EXACT[name]
    array = decoded(data)
    np.testing.assert_array_equal(array, np.asarray(expected).reshape(array.shape))
    assert array.shape[2] == np.atleast_3d(expected).shape[2]


@pytest.mark.parametrize("name", OTHER.keys() - {"jpeg cmyk"})
def test_lossy_files_agree_with_opencv(name: str) -> None:
    array = decoded(OTHER[name])
    reference = cv2.imdecode(np.frombuffer(OTHER[name], np.uint8), cv2.IMREAD_UNCHANGED)
    if reference.ndim == 3:
        reference = reference[..., ::-1]
    # Two builds of libjpeg and libwebp may round the colour conversion differently: one level.
    assert np.abs(array.astype(int) - np.atleast_3d(reference)).max() <= 1


def test_cmyk_is_not_inverted() -> None:
    array = decoded(OTHER["jpeg cmyk"]).astype(int)
    # Quantisation at quality 75 moves a smooth sample by few levels; an inversion moves it by up to 255.
    assert np.abs(array - smooth()).max() <= 12


def test_a_picture_larger_than_a_block() -> None:
    height, width = 130, 1030  # two blocks each way
    samples = np.arange(height * width).reshape(height, width) % 251
    np.testing.assert_array_equal(decoded(files.png(samples, files.GRAY))[..., 0], samples)


# --- the header


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("png gray 1", ImageHeader("PNG", 3, 2, 1, channels=1, depth=8, source_depth=8)),
        ("png gray 16", ImageHeader("PNG", 3, 2, 1, channels=1, depth=16, source_depth=16)),
        ("png key gray 16", ImageHeader("PNG", 2, 2, 1, channels=2, depth=16, source_depth=16)),
        ("png rgb 16", ImageHeader("PNG", 1, 1, 1, channels=3, depth=8, source_depth=16)),
        ("png gray alpha 16", ImageHeader("PNG", 1, 1, 1, channels=2, depth=8, source_depth=16)),
        ("png rgba 16", ImageHeader("PNG", 1, 1, 1, channels=4, depth=8, source_depth=16)),
        ("png palette alphas", ImageHeader("PNG", 3, 2, 1, channels=4, depth=8, source_depth=8)),
        ("gif frame beyond screen", ImageHeader("GIF", 3, 2, 1, channels=3, depth=8, source_depth=8)),
        ("bmp 16", ImageHeader("BMP", 1, 1, 1, channels=3, depth=8, source_depth=8)),
        ("jpeg cmyk", ImageHeader("JPEG", 56, 40, 1, channels=3, depth=8, source_depth=8)),
        ("webp rgba", ImageHeader("WEBP", 2, 1, 1, channels=4, depth=8, source_depth=8)),
    ],
)
def test_header(name: str, expected: ImageHeader) -> None:
    assert read_header(ALL[name]) == expected


@pytest.mark.parametrize("name", ALL)
def test_the_array_is_as_the_header_says(name: str) -> None:
    decoded(ALL[name])


def test_the_header_of_another_file_is_our_bug() -> None:
    with pytest.raises(ValueError, match="another file"):
        decode(EXACT["png gray 8"][0], read_header(EXACT["png rgb 8"][0]))


def test_a_jpeg_of_several_pictures_is_a_jpeg() -> None:
    first, second = (Image.fromarray(np.full((8, 8, 3), value, np.uint8)) for value in (50, 150))
    stream = io.BytesIO()
    first.save(stream, "MPO", save_all=True, append_images=[second])
    assert read_header(stream.getvalue()).format == "JPEG"
    assert (decoded(stream.getvalue()) == 50).all()


@pytest.mark.parametrize("side", [60_000, 2**31 - 1])
def test_a_bomb_shows_its_size_and_costs_nothing(side: int) -> None:
    data = files.PNG_SIGNATURE + files.ihdr(side, side, 8, files.RGBA) + files.chunk(b"IDAT", bytes(9))
    tracemalloc.start()
    start = time.perf_counter()
    header = read_header(data)
    seconds = time.perf_counter() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (header.width, header.height) == (side, side)
    assert seconds < 0.1
    assert peak < 1_000_000


# --- orientation


def oriented(name: str, block: bytes) -> bytes:
    match name:
        case "PNG":
            return files.png(RGB_2X2, files.RGB, before=[files.chunk(b"eXIf", block)])
        case "JPEG":
            return files.jpeg_with_exif(OTHER["jpeg rgb"], block)
        case _:
            return files.webp_extended(EXACT["webp rgb"][0], 2, 2, block)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("value", range(1, 9))
def test_orientation(name: str, order: str, value: int) -> None:
    data = oriented(name, files.exif(value, order=order))
    assert read_header(data).orientation == value
    decoded(data)


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


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("wrong", NOT_AN_ORIENTATION)
def test_what_is_no_orientation_is_upright(name: str, wrong: str) -> None:
    data = oriented(name, NOT_AN_ORIENTATION[wrong])
    assert read_header(data).orientation == 1
    decoded(data)


def test_text_named_exif_is_no_orientation() -> None:
    text = files.chunk(b"tEXt", b"exif\0Exif\0\0" + files.exif(6))
    assert read_header(files.png(RGB_2X2, files.RGB, before=[text])).orientation == 1


@given(st.binary(max_size=60))
def test_orientation_never_raises(tail: bytes) -> None:
    for magic in (b"", b"MM\0*", b"II*\0", b"Exif\0\0MM\0*\0\0\0\x08"):
        assert 1 <= read_orientation(magic + tail) <= 8


# --- what is refused


def test_no_bytes() -> None:
    with pytest.raises(EmptyBody):
        read_header(b"")


@pytest.mark.parametrize(
    "data",
    [
        b"hello, this is a text file\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"II*\0\x08\0\0\0" + bytes(40),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"\0\0\0\x1cftypavif" + bytes(40),
        b"\0",
    ],
    ids=["text", "EPS", "TIFF", "SVG", "WAV", "AVIF", "NUL"],
)
def test_unknown_formats(data: bytes) -> None:
    with pytest.raises(UnsupportedImage) as caught:
        read_header(data)
    assert "convert" in caught.value.detail


def test_run_length_coded_bmp() -> None:
    coded = bytearray(files.bmp(INDICES, 8, PALETTE_4))
    struct.pack_into("<I", coded, 30, 1)
    with pytest.raises(UnsupportedImage, match="plain BMP"):
        read_header(bytes(coded))


def flip(data: bytes, at: int, to: int) -> bytes:
    return data[:at] + bytes([to]) + data[at + 1 :]


PNG = files.png(RGB_2X2, files.RGB)
BROKEN_HEADERS = {
    "png signature only": files.PNG_SIGNATURE,
    "png signature mangled": PNG.replace(b"\r\n", b"\n", 1),
    "png header crc": flip(PNG, 16, 9),
    "png size 0": files.PNG_SIGNATURE + files.ihdr(0, 1, 8, files.GRAY) + PNG[33:],
    "png 3 bits": files.PNG_SIGNATURE + files.ihdr(1, 1, 3, files.GRAY) + PNG[33:],
    "png without pixels": files.PNG_SIGNATURE + files.ihdr(1, 1, 8, files.GRAY) + files.chunk(b"IEND", b""),
    "png without palette": files.png(INDICES, files.PALETTE),
    "png short key": files.png(RGB_2X2, files.RGB, before=[files.trns_key(1, 2)]),
    "png text bomb": files.png(RGB_2X2, files.RGB, before=[files.ztxt(b"k", bytes(20_000_000))]),
    "png profile bomb": files.png(RGB_2X2, files.RGB, before=[files.iccp(bytes(20_000_000))]),
    "png chunk flood": files.png(RGB_2X2, files.RGB, before=[files.chunk(b"abCd", b"")] * 100_000),
    "png text named bbox": files.png(RGB_2X2, files.RGB, before=[files.chunk(b"tEXt", b"bbox\0x")]),
    "jpeg start only": b"\xff\xd8",
    "gif version": b"GIF88a" + bytes(20),
    "webp cut": EXACT["webp rgb"][0][:20],
    "bmp header": b"BM" + bytes(60),
}


@pytest.mark.parametrize("name", BROKEN_HEADERS)
def test_broken_files(name: str) -> None:
    data = BROKEN_HEADERS[name]
    with pytest.raises(UndecodableImage) as caught:
        decode(data, read_header(data))
    assert "save it anew" in caught.value.detail


@pytest.mark.parametrize("bomb", ["png text bomb", "png profile bomb"])
def test_bombs_are_not_inflated(bomb: str) -> None:
    tracemalloc.start()
    with pytest.raises(UndecodableImage):
        read_header(BROKEN_HEADERS[bomb])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000  # of 20 MB; Pillow stops at 1 MiB


def test_wrong_crc_of_pixels_is_noticed_though_pillow_does_not() -> None:
    data = flip(PNG, PNG.index(b"IEND") - 5, PNG[PNG.index(b"IEND") - 5] ^ 1)
    Image.open(io.BytesIO(data)).load()
    with pytest.raises(UndecodableImage):
        decode(data, read_header(data))


def test_truncated_jpeg() -> None:
    data = OTHER["jpeg rgb"][:-40]
    with pytest.raises(UndecodableImage):
        decode(data, read_header(data))


def test_a_jpeg_of_very_many_scans() -> None:
    jpeg = OTHER["jpeg progressive"]
    start = jpeg.rindex(b"\xff\xda")
    data = jpeg[:-2] + jpeg[start:-2] * 100 + jpeg[-2:]
    with pytest.raises(UndecodableImage, match="scans"):
        read_header(data)


def test_scans_in_segments_and_behind_the_end_do_not_count() -> None:
    jpeg = OTHER["jpeg progressive"]
    scans = count_scans(jpeg)
    assert scans == jpeg.count(b"\xff\xda") > 4
    empty_scans = b"\xff\xda\0\x02" * 200
    hidden = files.jpeg_with_exif(jpeg, files.exif(6) + empty_scans) + b"\0\x02" + empty_scans
    assert count_scans(hidden) == scans
    assert read_header(hidden).orientation == 6


def test_a_wrong_animation_leaves_the_default_image() -> None:
    broken = [files.chunk(b"acTL", bytes(8)), files.chunk(b"acTL", bytes(8)), files.chunk(b"fcTL", b"short")]
    data = files.png(RGB_2X2, files.RGB, before=broken, after=[files.chunk(b"fdAT", b"")])
    np.testing.assert_array_equal(decoded(data), RGB_2X2)


def test_a_still_png_is_not_copied() -> None:
    assert png_chunks.without_animation(PNG) is PNG


def huge_gif(side: int) -> bytes:
    """One frame beyond a screen of one pixel; Pillow asks its own guard about such frames."""
    small = files.gif([[[1]]], PALETTE_4)
    position = small.index(b",\0\0\0\0") + 5
    return small[:position] + struct.pack("<HH", side, side) + small[position + 4 :]


def test_pillow_leaves_to_the_caller_what_a_limit_might_allow() -> None:
    header = read_header(huge_gif(2**14))  # 2^28 pixels; a warning would be an error here
    assert (header.width, header.height) == (2**14, 2**14)


def test_pillow_refuses_what_no_limit_allows() -> None:
    with pytest.raises(UndecodableImage) as caught:
        read_header(huge_gif(65_535))
    assert isinstance(caught.value.__cause__, Image.DecompressionBombError)


def test_a_warning_that_is_an_error_is_one_of_ours() -> None:
    with pytest.raises(UndecodableImage) as caught:
        read_header(huge_gif(20_000))
    assert isinstance(caught.value.__cause__, Image.DecompressionBombWarning)


def test_a_webp_of_absurd_size_is_refused_before_it_is_allocated() -> None:
    data = files.webp_extended(EXACT["webp rgb"][0], 60_000, 60_000, b"")
    with pytest.raises(UndecodableImage) as caught:
        read_header(data)
    assert isinstance(caught.value.__cause__, Image.DecompressionBombError)


# --- any damage ends in one of our errors, or in a picture as its header says

SMALL = {
    "PNG": files.png(RGB_2X2, files.RGB, before=[files.trns_key(1, 2, 3), files.chunk(b"eXIf", files.exif(6))]),
    "APNG": animated("PNG"),
    "JPEG": files.jpeg_with_exif(pillow_file(smooth(9, 10), "JPEG"), files.exif(6)),
    "WEBP": files.webp_extended(EXACT["webp rgb"][0], 2, 2, files.exif(6)),
    "GIF": files.gif([INDICES, INDICES], PALETTE_4, transparent=1),
    "BMP": files.bmp(INDICES, 8, PALETTE_4),
}


def survives(data: bytes) -> None:
    try:
        header = read_header(data)
        if header.width * header.height > 1_000_000:
            return  # as the caller's limits would
        array = decode(data, header)
    except ServiceError:
        return
    assert array.shape == (header.height, header.width, header.channels)


@pytest.mark.parametrize("name", SMALL)
def test_every_truncation(name: str) -> None:
    for end in range(len(SMALL[name])):
        survives(SMALL[name][:end])


@pytest.mark.parametrize("name", SMALL)
@given(data=st.data())
def test_flipped_bytes(name: str, data: st.DataObject) -> None:
    whole = bytearray(SMALL[name])
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(whole))
    survives(with_right_crcs(bytes(whole)) if name.endswith("PNG") else bytes(whole))


def with_right_crcs(data: bytes) -> bytes:
    """So that the damage gets past the checksums."""
    chunks = list(png_chunks.walk(data))
    assert all(a.end == b.start for a, b in pairwise(chunks))
    tail = data[chunks[-1].end :] if chunks else data[8:]
    return data[:8] + b"".join(files.chunk(chunk.kind, chunk.body(data)) for chunk in chunks) + tail


def test_nothing_warns_on_hostile_files_in_production() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for data in [*BROKEN_HEADERS.values(), *(oriented("JPEG", block) for block in NOT_AN_ORIENTATION.values())]:
            survives(data)
    assert not caught
