"""What files say of their colours: what is found, and what is dropped."""

import time
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import ImageCms

from service.colour_space import GRAY, MOST_PROFILE_BYTES, RGB
from service.decode import open_picture
from tests import files
from tests.service.decodable import OTHER, PALETTE_4, RGB_2X2, decoded, pillow_file

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GRAY_GAMMA = files.gray_profile(1.8)
JPEG = OTHER["jpeg rgb"]


def found(data: bytes, space: bytes = RGB) -> bytes:
    return open_picture(data).colour.icc(space)


def in_png(*before: bytes) -> bytes:
    return files.png(RGB_2X2, files.RGB, before=before)


def padded(profile: bytes, size: int) -> bytes:
    """The profile, its stated size and all, with zeros behind it."""
    return size.to_bytes(4, "big") + profile[4:].ljust(size - 4, b"\0")


# --- profiles that are found


def test_profile_of_a_png() -> None:
    assert found(in_png(files.iccp(SRGB))) == SRGB


def test_profile_of_a_png_with_a_palette() -> None:
    png = files.png([[0, 1]], files.PALETTE, before=[files.iccp(SRGB), files.plte(*PALETTE_4)])
    assert found(png) == SRGB


def test_profile_of_a_gray_png() -> None:
    assert found(files.png([[1, 2]], files.GRAY, before=[files.iccp(GRAY_GAMMA)]), GRAY) == GRAY_GAMMA


@pytest.mark.parametrize("piece", [100, 65519])
def test_profile_of_a_jpeg_in_pieces(piece: int) -> None:
    segments = files.icc_segments(padded(SRGB, 20_000), piece)
    assert found(files.jpeg_with(JPEG, segments)) == padded(SRGB, 20_000)
    assert found(files.jpeg_with(JPEG, reversed(segments))) == padded(SRGB, 20_000)


def test_profile_of_a_webp() -> None:
    assert found(pillow_file(RGB_2X2, "WEBP", icc_profile=SRGB)) == SRGB


def test_what_stands_behind_the_stated_end_is_no_profile() -> None:
    assert found(in_png(files.iccp(SRGB + b"tail"))) == SRGB


def test_of_two_profiles_in_a_png_the_first_counts() -> None:
    assert found(in_png(files.iccp(SRGB), files.iccp(padded(SRGB, 5000)))) == SRGB


# --- profiles that are dropped; the picture is read all the same


def damaged(chunk: bytes) -> bytes:
    return chunk[:-1] + bytes([chunk[-1] ^ 1])


def iccp_body(packed: bytes, name: bytes = b"name", method: bytes = b"\0") -> bytes:
    return files.chunk(b"iCCP", name + b"\0" + method + packed)


PACKED = zlib.compress(SRGB)
DROPPED_PNGS = {
    "crc": in_png(damaged(files.iccp(SRGB))),
    "cut": in_png(iccp_body(PACKED[:-9])),
    "no checksum": in_png(iccp_body(PACKED[:-4])),
    "checksum": in_png(iccp_body(damaged(PACKED))),
    "not deflated": in_png(iccp_body(SRGB)),
    "method": in_png(iccp_body(PACKED, method=b"\1")),
    "no name": in_png(iccp_body(PACKED, name=b"")),
    "long name": in_png(iccp_body(PACKED, name=b"n" * 80)),
    "empty": in_png(files.chunk(b"iCCP", b"")),
    "behind the pixels": files.png(RGB_2X2, files.RGB, after=[files.iccp(SRGB)]),
    "behind the palette": files.png([[0]], files.PALETTE, before=[files.plte(*PALETTE_4), files.iccp(SRGB)]),
    "of gray": in_png(files.iccp(GRAY_GAMMA)),
    "no signature": in_png(files.iccp(SRGB.replace(b"acsp", b"acsq", 1))),
    "a link": in_png(files.iccp(SRGB[:20] + b"RGB " + SRGB[24:])),
    "shorter than it says": in_png(files.iccp(SRGB[:-1])),
    "a stated size of 0": in_png(files.iccp(bytes(4) + SRGB[4:])),
    "a header alone": in_png(files.iccp(SRGB[:128])),
    "too large": in_png(files.iccp(padded(SRGB, MOST_PROFILE_BYTES + 1))),
}


@pytest.mark.parametrize("name", DROPPED_PNGS)
def test_a_bad_profile_of_a_png(name: str) -> None:
    assert found(DROPPED_PNGS[name]) == b""
    decoded(DROPPED_PNGS[name])


PIECES = files.icc_segments(SRGB, 200)
DROPPED_JPEGS = {
    "first missing": PIECES[1:],
    "last missing": PIECES[:-1],
    "one twice": [*PIECES, PIECES[0]],
    "one for another": [*PIECES[:-1], PIECES[0]],
    "numbers from 0": [piece.replace(b"E\0\1", b"E\0\0") for piece in PIECES],
    "a higher count": [piece[:17] + bytes([piece[17] + 1]) + piece[18:] for piece in PIECES],
    "two counts": [PIECES[0][:17] + b"\xff" + PIECES[0][18:], *PIECES[1:]],
    "no number": [files.segment(0xE2, b"ICC_PROFILE\0")],
    "no count": [files.segment(0xE2, b"ICC_PROFILE\0\1")],
    "nothing in it": [files.segment(0xE2, b"ICC_PROFILE\0\1\1")],
    "too large": files.icc_segments(padded(SRGB, MOST_PROFILE_BYTES + 1)),
}


@pytest.mark.parametrize("name", DROPPED_JPEGS)
def test_a_bad_profile_of_a_jpeg(name: str) -> None:
    data = files.jpeg_with(JPEG, DROPPED_JPEGS[name])
    assert found(data) == b""
    np.testing.assert_array_equal(decoded(data), decoded(JPEG))


def test_the_largest_profile_is_found() -> None:
    largest = padded(SRGB, MOST_PROFILE_BYTES)
    assert found(in_png(files.iccp(largest))) == largest
    assert found(files.jpeg_with(JPEG, files.icc_segments(largest))) == largest


def test_a_bomb_is_not_inflated() -> None:
    data = in_png(files.iccp(bytes(1 << 28)))
    tracemalloc.start()
    start = time.process_time()
    picture = open_picture(data)
    opened = time.process_time() - start
    held = tracemalloc.get_traced_memory()[0]
    assert picture.colour.icc(RGB) == b""
    seconds, peak = time.process_time() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # All of it is 256 MiB; a joined output has every piece twice for a moment.
    assert opened < 0.1
    assert seconds < 0.2
    assert held < 3 * len(data)
    assert peak < 3 * len(data) + 3 * MOST_PROFILE_BYTES


# --- the chunks that only PNG has

TOLD = {
    b"gAMA": (45455).to_bytes(4, "big"),
    b"cHRM": bytes(range(32)),
    b"sRGB": b"\0",
    b"cICP": bytes([12, 13, 0, 1]),
}


def test_colour_chunks_are_found() -> None:
    picture = open_picture(in_png(*(files.chunk(kind, body) for kind, body in TOLD.items())))
    assert dict(picture.colour.png_chunks) == TOLD


@pytest.mark.parametrize("kind", TOLD)
def test_a_bad_colour_chunk_is_dropped(kind: bytes) -> None:
    chunk = files.chunk(kind, TOLD[kind])
    for bad in (damaged(chunk), files.chunk(kind, TOLD[kind] + b"x"), files.chunk(kind, TOLD[kind][:-1])):
        assert open_picture(in_png(bad)).colour == open_picture(in_png()).colour
    behind = files.png(RGB_2X2, files.RGB, after=[chunk])
    assert open_picture(behind).colour.png_chunks == ()


def test_of_two_colour_chunks_the_first_counts() -> None:
    picture = open_picture(in_png(files.chunk(b"sRGB", b"\1"), files.chunk(b"sRGB", b"\2")))
    assert picture.colour.png_chunks == ((b"sRGB", b"\1"),)
