"""PNG pixels that are inflated before Pillow reads them: they are what Pillow makes of the file, or refused."""

import io
import time
import tracemalloc
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from service.decode import open_picture
from service.decode.png_pixels import StoredPng
from service.errors import UndecodableImage
from tests import files, pictures
from tests.service.decodable import decoded

IEND = files.chunk(b"IEND", b"")
DEPTHS = {files.GRAY: (1, 2, 4, 8, 16), files.RGB: (8, 16), files.GRAY_ALPHA: (8, 16), files.RGBA: (8, 16)}
SAMPLES = {files.GRAY: 1, files.RGB: 3, files.GRAY_ALPHA: 2, files.RGBA: 4}


def built(header: bytes, *bodies: bytes) -> bytes:
    """A PNG of an IHDR chunk and the bodies of its IDAT chunks."""
    return b"".join([files.PNG_SIGNATURE, header, *(files.chunk(b"IDAT", body) for body in bodies), IEND])


@given(
    st.sampled_from([(kind, depth) for kind, depths in DEPTHS.items() for depth in depths]),
    st.integers(1, 21),
    st.integers(1, 21),
    st.booleans(),
)
def test_all_kinds_of_rows(kind: tuple[int, int], width: int, height: int, interlace: bool) -> None:
    """How many bytes the pixels inflate to is counted beforehand; one too few or too many and Pillow notices."""
    colour_type, depth = kind
    samples = pictures.random(width, height, SAMPLES[colour_type], np.uint16) >> (16 - depth)
    data = files.png(samples, colour_type, depth, interlace=interlace)
    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(image.convert("L") if image.mode == "1" else image)
    if colour_type == files.GRAY_ALPHA and depth == 16:  # Pillow calls it RGBA
        expected = expected[..., ::3]
    np.testing.assert_array_equal(decoded(data), np.atleast_3d(expected).reshape(height, width, -1))


@pytest.mark.parametrize("level", [0, 1, 6, 9])
@pytest.mark.parametrize(
    "strategy", [zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED]
)
def test_all_kinds_of_deflate_and_filters(level: int, strategy: int) -> None:
    """A photograph, so of many blocks, by another library, in chunks of 8 KiB."""
    photo = pictures.astronaut()
    options = [cv2.IMWRITE_PNG_COMPRESSION, level, cv2.IMWRITE_PNG_STRATEGY, strategy]
    data = cv2.imencode(".png", photo[..., ::-1], options)[1].tobytes()
    np.testing.assert_array_equal(decoded(data), photo)


def test_chunks_of_a_byte_and_of_none() -> None:
    deflated = zlib.compress(b"\0" + bytes(range(200)))
    bodies = [part for at in range(len(deflated)) for part in (deflated[at : at + 1], b"")]
    np.testing.assert_array_equal(decoded(built(files.ihdr(200, 1, 8, files.GRAY), *bodies)).ravel(), range(200))


ROWS = (b"\0" + bytes(300)) * 300


@pytest.mark.parametrize(
    "deflated",
    [zlib.compress(ROWS)[:-5], zlib.compress(ROWS[:-1]), zlib.compress(ROWS[:-70_000]), zlib.compress(b"")],
    ids=["stream cut", "a byte", "a block", "all"],
)
def test_pixels_that_are_cut_short(deflated: bytes) -> None:
    with pytest.raises(UndecodableImage):
        open_picture(built(files.ihdr(300, 300, 8, files.GRAY), deflated)).decode()


def test_a_stream_without_its_checksum_has_all_pixels() -> None:
    assert (decoded(built(files.ihdr(300, 300, 8, files.GRAY), zlib.compress(ROWS)[:-4])) == 0).all()


@pytest.mark.parametrize("broken", [b"", b"\x78", b"\x78\x9c", b"\x78\x9c\x07", b"no deflate at all", bytes(50)])
def test_what_is_no_deflate(broken: bytes) -> None:
    with pytest.raises(UndecodableImage):
        open_picture(built(files.ihdr(5, 5, 8, files.GRAY), broken)).decode()


def test_no_more_is_inflated_than_the_picture_holds() -> None:
    bomb = zlib.compress(bytes(300 << 20), 9)
    data = built(files.ihdr(100, 100, 8, files.GRAY), bomb)
    tracemalloc.start()
    start = time.process_time()
    picture = open_picture(data)
    assert (picture.decode() == 0).all()
    seconds = time.process_time() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 0.1
    assert peak < 1_000_000


def test_it_is_a_png_as_any_other() -> None:
    """Read by a library that wants the CRCs right, once they are: so the stream is one, with its checksum."""
    photo = np.ascontiguousarray(pictures.coffee()[:150])
    header = files.ihdr(photo.shape[1], photo.shape[0], 8, files.RGB)
    deflated = zlib.compress(np.hstack([np.zeros((150, 1), np.uint8), photo.reshape(150, -1)]).tobytes())
    stored = StoredPng(files.PNG_SIGNATURE + header, header[8:-4], [memoryview(deflated)], IEND)
    assert stored.read(8 + 25) == files.PNG_SIGNATURE + header
    bodies = []
    while (head := stored.read(8))[4:] == b"IDAT":
        length = int.from_bytes(head[:4], "big")
        bodies.append(stored.read(length))
        assert len(bodies[-1]) == length <= 65_536
        assert stored.read(4) == bytes(4)
    assert head + stored.read() == IEND
    assert len(bodies) > 3
    again = cv2.imdecode(np.frombuffer(built(header, *bodies), np.uint8), cv2.IMREAD_COLOR)
    np.testing.assert_array_equal(again[..., ::-1], photo)
