"""Files made to keep their reader busy: refused, or passed over, in the blink of an eye."""

import io
import struct
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image

from service.decode import open_picture
from service.decode.jpeg_segments import walk
from service.errors import UndecodableImage
from tests import files
from tests.service.decodable import EXACT, OTHER, PALETTE_4, RGB_2X2, decoded, smooth

LARGEST = 32 << 20
JPEG = OTHER["jpeg rgb"]
GIF = files.gif([[[1, 2]]], PALETTE_4)
GIF_BLOCKS = 13 + 3 * 256  # where they begin, behind the palette
WEBP = files.webp_extended(EXACT["webp rgb"][0], 2, 2, files.exif(6))


def in_jpeg(flood: bytes) -> bytes:
    return JPEG[:2] + flood + JPEG[2:]


def in_gif(flood: bytes) -> bytes:
    return GIF[:GIF_BLOCKS] + flood + GIF[GIF_BLOCKS:]


def in_webp(flood: bytes) -> bytes:
    return WEBP[:4] + struct.pack("<I", len(WEBP) + len(flood) - 8) + WEBP[8:] + flood


def in_png(flood: bytes) -> bytes:
    png = files.png(RGB_2X2, files.RGB)
    return png[:33] + flood + png[33:]


REFUSED: dict[str, Callable[[], bytes]] = {
    "jpeg segments": lambda: in_jpeg(b"\xff\xe1\0\2" * (LARGEST // 4)),
    "jpeg exif": lambda: in_jpeg(files.segment(0xE1, b"Exif\0\0" + bytes(6000)) * (LARGEST // 6010)),
    "jpeg frames and scans": lambda: b"\xff\xd8" + b"\xff\xc0\0\2" * (LARGEST // 8) + b"\xff\xda\0\2" * (LARGEST // 8),
    "jpeg fill": lambda: in_jpeg(b"\xff" * LARGEST),
    "jpeg fill among samples": lambda: JPEG[:-2] + b"\xff" * LARGEST + JPEG[-2:],
    "jpeg scans": lambda: JPEG[:-2] + b"\xff\xd0" * (LARGEST // 2) + b"\xff\xda\0\2" * 100 + JPEG[-2:],
    "gif junk": lambda: in_gif(bytes(LARGEST)),
    "gif comments": lambda: in_gif(b"!\xfe\1a\0" * (LARGEST // 5)),
    "gif comment of short blocks": lambda: in_gif(b"!\xfe" + b"\1a" * (LARGEST // 2) + b"\0"),
    "png chunks": lambda: in_png(files.chunk(b"abCd", b"") * (LARGEST // 12)),
    "webp chunks": lambda: in_webp((b"abcd" + bytes(4)) * (LARGEST // 8)),
}
HARMLESS: dict[str, Callable[[], bytes]] = {
    "jpeg large segments": lambda: in_jpeg(files.segment(0xE1, bytes(65_000)) * 500),
    "jpeg photoshop": lambda: in_jpeg(
        files.segment(0xED, b"Photoshop 3.0\0" + (b"8BIM\4\4\0\0" + bytes(4)) * 5400) * 500
    ),
    "jpeg tables": lambda: in_jpeg(files.segment(0xDB, bytes(65) * 1000) * 500),
    "jpeg stuffed": lambda: in_jpeg(b"\xff\0" * (LARGEST // 2)),
    "png text bomb": lambda: in_png(files.ztxt(b"k", bytes(20_000_000))),
    "png profile bombs": lambda: in_png(files.iccp(bytes((1 << 20) - 1)) * (LARGEST // 1100)),
    "png palettes": lambda: in_png(files.plte((1, 2, 3)) * 49_000),
}


@pytest.mark.parametrize("name", REFUSED)
def test_floods_are_refused(name: str) -> None:
    data = REFUSED[name]()
    start = time.process_time()
    with pytest.raises(UndecodableImage, match=r"more than|too many") as caught:
        open_picture(data)
    assert time.process_time() - start < 0.5  # most take 20 ms; without their bounds, 1 to 15 s
    assert "save it anew" in caught.value.detail


@pytest.mark.parametrize("name", HARMLESS)
def test_what_pixels_do_not_need_costs_nothing(name: str) -> None:
    data = HARMLESS[name]()
    start = time.process_time()
    opened = open_picture(data)
    assert time.process_time() - start < 0.5
    array = opened.decode()
    np.testing.assert_array_equal(array, RGB_2X2 if name.startswith("png") else decoded(JPEG))


@pytest.mark.parametrize("name", ["png text bomb", "png profile bombs"])
def test_bombs_are_not_inflated(name: str) -> None:
    data = HARMLESS[name]()
    tracemalloc.start()
    decoded(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_text_cannot_pose_as_what_pillow_knows() -> None:
    data = in_png(files.chunk(b"tEXt", b"bbox\0x") + files.chunk(b"tEXt", b"interlace\0x"))
    np.testing.assert_array_equal(decoded(data), RGB_2X2)


# --- what is large or plentiful for good reasons passes


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"subsampling": "4:4:4"}, {"subsampling": "4:2:0"}], ids=str
)
def test_nothing_is_shorter_than_a_blank_jpeg(mode: str, options: dict[str, object]) -> None:
    """Of two bits a block where a code has one bit, and less where scans of it are left out."""
    stream = io.BytesIO()
    Image.new(mode, (2000, 1000)).save(stream, "JPEG", optimize=True, quality=1, **options)
    assert decoded(stream.getvalue()).shape[:2] == (1000, 2000)


@pytest.mark.parametrize("compression", ["jpeg", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_nothing_is_shorter_than_a_blank_tiff_of_one_strip(compression: str) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (2000, 1000)).save(stream, "TIFF", compression=compression, strip_size=1 << 30)
    assert stream.getvalue().count(b"\x11\1\4\0\1\0\0\0") == 1  # one StripOffsets of one LONG
    assert decoded(stream.getvalue()).shape == (1000, 2000, 3)


@pytest.mark.parametrize(("missing", "told"), [(0, ""), (1, "too short for its size")])
def test_a_jpeg_needs_a_bit_for_each_block(missing: int, told: str) -> None:
    """libjpeg makes gray of what is not there."""
    claimed = files.jpeg_of_size(JPEG, 1024, 1024)
    bits = (128 * 128 + 2 * 64 * 64) // 8  # one block of luma, and a quarter of each chroma
    data = claimed + bytes(bits - len(claimed) - missing)
    if told:
        with pytest.raises(UndecodableImage, match=told):
            open_picture(data)
    else:
        assert open_picture(data).header.width == 1024


def test_a_jpeg_of_200_segments() -> None:
    data = in_jpeg(b"".join(files.segment(0xE0 + i % 16, b"something %d" % i) for i in range(16, 216) if i % 16 != 14))
    np.testing.assert_array_equal(decoded(data), decoded(JPEG))


def test_a_jpeg_with_all_that_programs_add() -> None:
    """A profile of 32 segments, EXIF and Photoshop's as large as they get, and a restart marker behind every block."""
    stream = io.BytesIO()
    Image.fromarray(smooth(200, 300)).save(
        stream,
        "JPEG",
        icc_profile=bytes(2_000_000),
        exif=b"Exif\0\0" + files.exif(6) + b"\xff" * 65_000,
        restart_marker_blocks=1,
    )
    data = stream.getvalue()
    data = data[:2] + files.segment(0xED, b"Photoshop 3.0\0" + b"\xff\xda" * 32_000) + data[2:] + b"\xff\xda\0\2" * 200
    opened = open_picture(data)
    assert opened.header.orientation == 6
    np.testing.assert_array_equal(opened.decode(), np.asarray(Image.open(stream)))


SKIMAGE = Path(skimage.__file__).parent / "data"
PHOTOS = sorted(path.name for path in SKIMAGE.iterdir() if path.suffix in {".jpg", ".png", ".gif"})


@pytest.mark.parametrize("name", PHOTOS)
def test_photos(name: str) -> None:
    with Image.open(Path(SKIMAGE, name)) as image:
        expected = np.asarray(image.convert("RGB") if image.mode == "P" else image)
    array = decoded(Path(SKIMAGE, name).read_bytes())
    np.testing.assert_array_equal(array, expected.reshape(array.shape))


def test_a_gif_with_a_megabyte_of_xmp() -> None:
    """Its letters are read as the lengths of blocks; the tail leads all of them to the end."""
    text = b"<x:xmpmeta>%s</x:xmpmeta>" % (b"some words " * 90_000)
    tail = b"\1" + bytes(range(255, -1, -1)) + b"\0"
    data = in_gif(b"!\xff\x0bXMP DataXMP" + text + tail)
    np.testing.assert_array_equal(decoded(data), decoded(GIF))


def test_scans_in_segments_and_behind_the_end_do_not_count() -> None:
    jpeg = OTHER["jpeg progressive"]
    scans = [segment for segment in walk(jpeg) if segment.kind == 0xDA]
    assert len(scans) == jpeg.count(b"\xff\xda") > 4
    empty_scans = b"\xff\xda\0\2" * 200
    hidden = files.jpeg_with_exif(jpeg, files.exif(6) + empty_scans) + b"\0\2" + empty_scans
    assert open_picture(hidden).header.orientation == 6
    np.testing.assert_array_equal(decoded(hidden), decoded(jpeg))
