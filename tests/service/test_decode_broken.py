"""Files that are refused: unknown, broken, cut short; and what damage of any kind ends in."""

import io
import struct
import subprocess
import sys
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from service.decode import image_file, open_picture
from service.errors import EmptyBody, UndecodableImage, UnsupportedImage
from service.formats import MEDIA_TYPES
from tests import files
from tests.service.decodable import (
    EXACT,
    INDICES,
    NOT_AN_ORIENTATION,
    OTHER,
    PALETTE_4,
    RGB_2X2,
    SMALL,
    decoded,
    opened_in_any_format,
    oriented,
    survives,
    with_right_crcs,
)

ROOT = Path(__file__).parents[2]


def test_no_bytes() -> None:
    with pytest.raises(EmptyBody):
        open_picture(b"")


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
        open_picture(data)
    assert "convert" in caught.value.detail
    assert "PNG, JPEG, WEBP, BMP, GIF" in caught.value.detail
    assert "GRIDWARP_FORMATS" in caught.value.detail


def test_run_length_coded_bmp() -> None:
    coded = bytearray(files.bmp(INDICES, 8, PALETTE_4))
    struct.pack_into("<I", coded, 30, 1)
    with pytest.raises(UnsupportedImage, match="plain BMP"):
        open_picture(bytes(coded))


def flip(data: bytes, at: int, to: int) -> bytes:
    return data[:at] + bytes([to]) + data[at + 1 :]


def apart(between: bytes) -> bytes:
    """A PNG with another chunk inside its pixels."""
    head, packed = files.ihdr(1, 1, 8, files.GRAY), zlib.compress(bytes(2))
    parts = [
        head,
        files.chunk(b"IDAT", packed[:3]),
        between,
        files.chunk(b"IDAT", packed[3:]),
        files.chunk(b"IEND", b""),
    ]
    return files.PNG_SIGNATURE + b"".join(parts)


def two_frames(jpeg: bytes) -> bytes:
    """Of which the second is 8 pixels wide: readers that disagree on which one counts write beyond a row."""
    start, end = jpeg.index(b"\xff\xc0"), jpeg.index(b"\xff\xc4")
    frame = jpeg[start:end]
    return jpeg[:end] + frame[:7] + struct.pack(">H", 8) + frame[9:] + jpeg[end:]


PNG = files.png(RGB_2X2, files.RGB)
KEYED_PNG = files.png(RGB_2X2, files.RGB, before=[files.trns_key(1, 2, 3)])
EXIF_PNG = files.png(RGB_2X2, files.RGB, after=[files.chunk(b"eXIf", files.exif(6))])
BROKEN_HEADERS = {
    "png signature only": files.PNG_SIGNATURE,
    "png signature mangled": PNG.replace(b"\r\n", b"\n", 1),
    "png header crc": flip(PNG, 16, 9),
    "png size 0": files.PNG_SIGNATURE + files.ihdr(0, 1, 8, files.GRAY) + PNG[33:],
    "png 3 bits": files.PNG_SIGNATURE + files.ihdr(1, 1, 3, files.GRAY) + PNG[33:],
    "png without pixels": files.PNG_SIGNATURE + files.ihdr(1, 1, 8, files.GRAY) + files.chunk(b"IEND", b""),
    "png without palette": files.png(INDICES, files.PALETTE),
    "png short key": files.png(RGB_2X2, files.RGB, before=[files.trns_key(1, 2)]),
    "png key crc": flip(KEYED_PNG, KEYED_PNG.index(b"tRNS") + 4, 9),
    "png exif crc": flip(EXIF_PNG, EXIF_PNG.index(b"eXIf") + 4, 9),
    "png pixels apart": apart(files.chunk(b"tEXt", b"k\0v")),
    "jpeg start only": b"\xff\xd8",
    "jpeg of tables": OTHER["jpeg rgb"][: OTHER["jpeg rgb"].index(b"\xff\xc0")] + b"\xff\xd9",
    "jpeg without frame": b"\xff\xd8" + OTHER["jpeg rgb"][OTHER["jpeg rgb"].index(b"\xff\xda") :],
    "jpeg of two frames": two_frames(OTHER["jpeg rgb"]),
    "gif version": b"GIF88a" + bytes(20),
    "webp cut": EXACT["webp rgb"][0][:20],
    "bmp header": b"BM" + bytes(60),
}


@pytest.mark.parametrize("name", BROKEN_HEADERS)
def test_broken_files(name: str) -> None:
    data = BROKEN_HEADERS[name]
    with pytest.raises(UndecodableImage) as caught:
        open_picture(data).decode()
    assert "save it anew" in caught.value.detail


def test_wrong_crc_of_pixels_is_noticed_though_pillow_does_not() -> None:
    data = flip(PNG, PNG.index(b"IEND") - 5, PNG[PNG.index(b"IEND") - 5] ^ 1)
    Image.open(io.BytesIO(data)).load()
    with pytest.raises(UndecodableImage):
        open_picture(data).decode()


def test_truncated_jpeg() -> None:
    data = OTHER["jpeg rgb"][:-40]
    with pytest.raises(UndecodableImage):
        open_picture(data).decode()


def test_a_wrong_animation_leaves_the_default_image() -> None:
    broken = [files.chunk(b"acTL", bytes(8)), files.chunk(b"acTL", bytes(8)), files.chunk(b"fcTL", b"short")]
    data = files.png(RGB_2X2, files.RGB, before=broken, after=[files.chunk(b"fdAT", b"")])
    np.testing.assert_array_equal(decoded(data), RGB_2X2)


def huge_gif(side: int) -> bytes:
    """One frame beyond a screen of one pixel; Pillow asks its own guard about such frames."""
    small = files.gif([[[1]]], PALETTE_4)
    position = small.index(b",\0\0\0\0") + 5
    return small[:position] + struct.pack("<HH", side, side) + small[position + 4 :]


def test_pillow_leaves_to_the_caller_what_a_limit_might_allow() -> None:
    header = open_picture(huge_gif(2**14)).header  # 2^28 pixels; a warning would be an error here
    assert (header.width, header.height) == (2**14, 2**14)


def test_pillow_refuses_what_no_limit_allows() -> None:
    with pytest.raises(UndecodableImage) as caught:
        open_picture(huge_gif(65_535))
    assert isinstance(caught.value.__cause__, Image.DecompressionBombError)


def test_a_warning_that_is_an_error_is_one_of_ours() -> None:
    with pytest.raises(UndecodableImage) as caught:
        open_picture(huge_gif(20_000))
    assert isinstance(caught.value.__cause__, Image.DecompressionBombWarning)


def test_a_webp_of_absurd_size_is_refused_before_it_is_allocated() -> None:
    data = files.webp_extended(EXACT["webp rgb"][0], 60_000, 60_000, b"")
    with pytest.raises(UndecodableImage) as caught:
        open_picture(data)
    assert isinstance(caught.value.__cause__, Image.DecompressionBombError)


# --- any damage ends in one of our errors, or in a picture as its header says


@pytest.mark.parametrize("name", SMALL)
def test_every_truncation(name: str) -> None:
    for end in range(len(SMALL[name])):
        survives(SMALL[name][:end])


MOST_FLIPS = 800


@pytest.mark.parametrize("wrong", [0x01, 0x80, 0xFF])
@pytest.mark.parametrize("name", SMALL)
def test_every_byte_flipped(name: str, wrong: int) -> None:
    """Of the larger files every second or third, beginning with the first."""
    whole = SMALL[name]
    for place in range(0, len(whole), -(-len(whole) // MOST_FLIPS)):
        survives(flip(whole, place, whole[place] ^ wrong))


@pytest.mark.parametrize("name", SMALL)
@given(data=st.data())
def test_flipped_bytes(name: str, data: st.DataObject) -> None:
    whole = bytearray(SMALL[name])
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(whole))
    survives(with_right_crcs(bytes(whole)) if name.endswith("PNG") else bytes(whole))


# --- whose mistake it is

PILLOW_MAY_RAISE = [
    OSError(),
    SyntaxError(),
    ValueError(),
    TypeError(),
    KeyError(),
    IndexError(),
    EOFError(),
    OverflowError(),
    NotImplementedError(),
    MemoryError(),
    RuntimeError(),
    struct.error(),
    zlib.error(),
    Image.DecompressionBombError(),
    Image.DecompressionBombWarning(),
]
READERS = {name: SMALL[name] for name in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")}


@pytest.mark.parametrize("name", READERS)
def test_a_format_that_is_not_allowed(name: str) -> None:
    others = [other for other in MEDIA_TYPES if other != name.lower()]
    with pytest.raises(UnsupportedImage, match=f"^{name} is not read here") as caught:
        open_picture(READERS[name], others)
    assert f"{', '.join(others).upper()} (GRIDWARP_FORMATS)" in caught.value.detail
    open_picture(READERS[name], [name.lower()])


@pytest.mark.parametrize("error", PILLOW_MAY_RAISE, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("name", READERS)
def test_what_pillow_raises_is_the_files_fault(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception) -> None:
    opened = opened_in_any_format(READERS[name])

    def raises(*_: object) -> None:
        raise error

    monkeypatch.setattr(opened._unread[0], "load", raises)
    with pytest.raises(UndecodableImage):
        opened.decode()


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        *((name, "to_array") for name in READERS),
        *((name, ours) for name in ("PNG", "JPEG", "BMP", "TIFF") for ours in ("memory_of", "ask_for_huge_pages")),
    ],
)
def test_what_we_raise_is_ours(monkeypatch: pytest.MonkeyPatch, name: str, ours: str) -> None:
    """A bug must not look like a broken file."""

    def raises(*_: object) -> None:
        raise KeyError(ours)

    monkeypatch.setattr(image_file, ours, raises)
    with pytest.raises(KeyError, match=ours):
        opened_in_any_format(READERS[name]).decode()


def test_a_warning_of_a_bomb_is_an_error_in_production(tmp_path: Path) -> None:
    """In a process that asks for nothing, whose standard error is the service's log."""
    Path(tmp_path, "bomb.gif").write_bytes(huge_gif(20_000))
    program = (
        "from pathlib import Path\n"
        "from service.decode import open_picture\n"
        "try:\n"
        f"    open_picture(Path({str(tmp_path)!r}, 'bomb.gif').read_bytes())\n"
        "except Exception as error:\n"
        "    print(type(error).__name__)\n"
    )
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    assert (said.stdout, said.stderr) == ("UndecodableImage\n", "")


def test_nothing_warns_on_hostile_files_in_production() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for data in [*BROKEN_HEADERS.values(), *(oriented("JPEG", block) for block in NOT_AN_ORIENTATION.values())]:
            survives(data)
    assert not caught
