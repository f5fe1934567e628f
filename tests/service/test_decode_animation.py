"""Whether a file is an animation, and which of its pictures is read."""

import io
import time

import numpy as np
import pytest
from PIL import Image

from service.decode import open_picture
from tests import files
from tests.service.decodable import ALL, EXACT, PALETTE_4, RGB_2X2, animated, decoded

FRAMES = [[[1, 2]], [[3, 3]]]


def animation(data: bytes) -> str:
    return open_picture(data).header.animation


@pytest.mark.parametrize("name", sorted(ALL.keys() - {"gif first frame", "webp first frame", "png default image"}))
def test_a_single_picture_is_none(name: str) -> None:
    assert animation(ALL[name]) == ""


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG"])
def test_pillows_animations(name: str) -> None:
    assert animation(animated(name)) == "first-frame"


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG"])
def test_pillows_animations_of_one_frame(name: str) -> None:
    stream = io.BytesIO()
    Image.fromarray(np.full((3, 4, 3), 50, np.uint8)).save(stream, name, save_all=True)
    assert animation(stream.getvalue()) == ""


def test_a_webp_of_several_chunks_is_none() -> None:
    assert animation(files.webp_extended(EXACT["webp rgb"][0], 2, 2, files.exif(6))) == ""


# --- GIF


def local(gif: bytes) -> bytes:
    """The GIF's first picture with a colour table of its own, of 4 colours; read as blocks it leads beyond the end."""
    at = gif.index(b",\0\0\0\0")
    return gif[: at + 9] + b"\x81" + bytes(range(244, 256)) + gif[at + 10 :]


ONE, TWO = (files.gif(FRAMES[:count], PALETTE_4) for count in (1, 2))
GLOBAL = 13 + 3 * 256  # where the blocks begin


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (TWO, "first-frame"),
        (files.gif(FRAMES, PALETTE_4, transparent=0), "first-frame"),
        (local(TWO), "first-frame"),
        (local(ONE), ""),
        (ONE[:GLOBAL] + b"!\xfe\3,,,\2,,\0" + ONE[GLOBAL:], ""),
        (TWO[:GLOBAL] + b"!\xfe\3,,,\2,,\0" + TWO[GLOBAL:], "first-frame"),
        (ONE + TWO[GLOBAL:], ""),
        (ONE[:-1] + b"\7" + TWO[GLOBAL:], ""),
    ],
    ids=["two", "controls", "own table", "own table, one", "comment", "comment, two", "behind the end", "junk between"],
)
def test_gif(data: bytes, expected: str) -> None:
    assert animation(data) == expected
    decoded(data)


def test_a_gif_without_a_global_table() -> None:
    bare = ONE[:10] + b"\0" + ONE[11:13] + ONE[GLOBAL:]
    assert animation(local(bare)) == ""
    assert animation(local(bare[:-1]) + TWO[GLOBAL:]) == "first-frame"


def test_a_gif_of_32_megabytes_is_walked_to_its_second_picture() -> None:
    """As programs write it, in full blocks."""
    flood = (b"\xff" + bytes(255)) * (1 << 17)
    data = ONE[:-2] + flood + b"\0" + TWO[GLOBAL:]
    start = time.process_time()
    assert animation(data) == "first-frame"
    assert time.process_time() - start < 0.5


def test_a_flood_of_blocks_is_not_walked() -> None:
    data = ONE[:-2] + b"\1a" * (16 << 20) + b"\0" + TWO[GLOBAL:]
    start = time.process_time()
    assert animation(data) == ""
    assert time.process_time() - start < 0.5  # 2 s for all of them


# --- PNG


def apng(*before: bytes) -> bytes:
    return files.png(RGB_2X2, files.RGB, before=before)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (apng(files.actl(2), files.fctl(2, 2)), "first-frame"),
        (apng(files.actl(1), files.fctl(2, 2)), ""),
        (apng(files.actl(2)), "default-image"),
        (apng(files.actl(1)), "default-image"),
        (apng(files.actl(0)), ""),
        (apng(files.fctl(2, 2)), ""),
        (apng(files.chunk(b"acTL", b"")), ""),
        (apng(files.actl(2)[:-1] + b"\0"), ""),
        (files.png(RGB_2X2, files.RGB, after=[files.actl(2), files.fctl(2, 2)]), ""),
    ],
    ids=["two", "one", "default", "default, one", "none", "no count", "empty", "crc", "behind the pixels"],
)
def test_png(data: bytes, expected: str) -> None:
    assert animation(data) == expected
    np.testing.assert_array_equal(decoded(data), RGB_2X2)
