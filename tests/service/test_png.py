"""The stream: any strips make a whole picture of it, for every reader, and less than all of them make none."""

import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import skimage.data
from hypothesis import given
from PIL import Image

from service.png import PngFormat, PngStream, pack, strip_rows
from tests.service.pngs import (
    CHANNELS,
    DTYPES,
    as_opencv,
    by_both,
    chunks,
    encode,
    filtered_rows,
    format_of,
    noise,
    opencv,
    parts,
    pictures_in_strips,
    pillow,
    zlib_stream,
)


@by_both
@given(picture=pictures_in_strips())
def test_any_strips_decode_to_the_rows(picture, loops):
    pixels, tops = picture
    data = encode(pixels, tops, loops=loops)
    np.testing.assert_array_equal(opencv(data), as_opencv(pixels), strict=True)
    if pixels.dtype == np.uint8 or pixels.shape[2] == 1:  # of more 16-bit channels Pillow keeps 8 bits
        np.testing.assert_array_equal(pillow(data), pixels, strict=True)


@given(pictures_in_strips())
def test_strips_only_change_the_deflating(picture):
    pixels, tops = picture
    np.testing.assert_array_equal(
        filtered_rows(encode(pixels, tops), len(pixels)), filtered_rows(encode(pixels, [0]), len(pixels))
    )


@given(pictures_in_strips())
def test_joined_adler_is_that_of_the_whole(picture):
    pixels, tops = picture
    stream = zlib_stream(encode(pixels, tops))
    assert stream[-4:] == struct.pack(">I", zlib.adler32(zlib.decompress(stream)))


def test_joined_adler_past_the_modulus():
    pixels = np.full((400, 999, 1), 251, np.uint8)
    pixels[:, ::2] = 5  # large sums of bytes, whatever the filter
    stream = zlib_stream(encode(pixels, range(0, 400, 7)))
    assert stream[-4:] == struct.pack(">I", zlib.adler32(zlib.decompress(stream)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 3000), (3000, 1), (2, 2), (300, 400)])
@by_both
def test_shapes(height, width, channels, dtype, loops):
    pixels = noise(height, width, channels, dtype)
    np.testing.assert_array_equal(opencv(encode(pixels, loops=loops)), as_opencv(pixels), strict=True)


@by_both
def test_rows_may_be_a_view_of_wider_pixels_and_read_only(loops):
    wider = noise(30, 40, 4)
    wider.flags.writeable = False
    for pixels in (wider, wider[::-1, 1:, :3]):
        np.testing.assert_array_equal(pillow(encode(pixels, [0, 11], loops=loops)), pixels)


def test_header_and_order_of_chunks():
    first, opening, *middle, adler, end = chunks(encode(noise(6, 5, 2, np.uint16), [0, 4]))
    assert first == (b"IHDR", bytes([0, 0, 0, 5, 0, 0, 0, 6, 16, 4, 0, 0, 0]))
    assert opening == (b"IDAT", b"\x78\x01")
    assert [kind for kind, _ in middle] == [b"IDAT", b"IDAT"]
    assert (adler[0], len(adler[1])) == (b"IDAT", 4)
    assert end == (b"IEND", b"")


@by_both
def test_bytes_do_not_depend_on_the_threads(loops):
    pixels = skimage.data.hubble_deep_field()
    with ThreadPoolExecutor(8) as threads:
        assert encode(pixels, run=threads.map, loops=loops) == encode(pixels, loops=loops)


@by_both
def test_pack_leaves_its_input_alone(loops):
    pixels = noise(9, 9, 3)
    before = pixels.copy()
    encode(pixels, [0, 4], loops=loops)
    np.testing.assert_array_equal(pixels, before)


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_cut_stream_is_not_a_picture(kept):
    """All that is sent, up to `kept` of the four strips: no reader may take it for whole."""
    cut = b"".join(parts(noise(40, 31, 3), [0, 10, 20, 30])[: 1 + kept])
    with pytest.raises(OSError, match="truncated"), Image.open(io.BytesIO(cut)) as picture:
        picture.load()
    with pytest.raises(zlib.error, match="incomplete"):
        zlib.decompress(zlib_stream(cut))


def test_stream_without_its_tail_is_not_valid():
    """Pillow shows it, for every pixel has come; a strict reader finds the checksum missing."""
    cut = b"".join(parts(noise(40, 31, 3), [0, 10, 20, 30])[:-1])
    with pytest.raises(zlib.error, match="incomplete"):
        zlib.decompress(zlib_stream(cut))


def test_tail_refuses_a_short_picture():
    pixels = noise(40, 31, 3)
    stream = PngStream(format_of(pixels))
    stream.strip(pack(pixels[:39], None, last=True))
    with pytest.raises(ValueError, match="3666 filtered bytes, the picture needs 3760"):
        stream.tail()


@pytest.mark.parametrize("wrong", [(0, 1, 3, 8), (1, 2**31, 3, 8), (1, 1, 5, 8), (1, 1, 3, 4)])
def test_format_refuses_what_png_cannot_hold(wrong):
    with pytest.raises(ValueError, match="no PNG can hold"):
        PngFormat(*wrong)


@pytest.mark.parametrize("width", [1, 500, 100_000, 2**31 - 1])
def test_strips_have_rows_and_stay_small(width):
    fmt = PngFormat(width, 10**6, 4, 16)
    rows = strip_rows(fmt)
    assert rows >= 1
    assert rows == 1 or rows * fmt.width <= 2**18
