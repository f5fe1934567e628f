import io
import itertools
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
import skimage.data
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PIL import Image

from service.png import REFERENCE, PngFormat, PngStream, pack, strip_rows
from service.png.compiled import COMPILED
from service.png.filtering import paeth

CHANNELS = (1, 2, 3, 4)
DTYPES = (np.uint8, np.uint16)
LOOPS = {"reference": REFERENCE, "compiled": COMPILED}

by_both = pytest.mark.parametrize("loops", LOOPS.values(), ids=LOOPS)


def format_of(pixels):
    height, width, channels = pixels.shape
    return PngFormat(width, height, channels, 8 * pixels.itemsize)


def jobs(pixels, tops):
    """The arguments of `pack` for the strips that begin at the rows `tops`."""
    for top, end in itertools.pairwise([*tops, len(pixels)]):
        yield pixels[top:end], pixels[top - 1] if top else None, end == len(pixels)


def parts(pixels, tops=None, run=map, loops=COMPILED):
    """Head, strips and tail; `run` is the map that packs the strips."""
    if tops is None:
        tops = range(0, len(pixels), strip_rows(format_of(pixels)))
    stream = PngStream(format_of(pixels))
    packed = run(lambda job: pack(job[0], job[1], last=job[2], loops=loops), jobs(pixels, tops))
    return [stream.head(), *map(stream.strip, packed), stream.tail()]


def encode(pixels, tops=None, run=map, loops=COMPILED):
    return b"".join(parts(pixels, tops, run, loops))


def chunks(data):
    """(type, data) of every chunk, each checksum compared with zlib's."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at = 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert data[at + 8 + length : at + 12 + length] == struct.pack(">I", zlib.crc32(kind + body))
        yield kind, body
        at += 12 + length


def zlib_stream(data):
    return b"".join(body for kind, body in chunks(data) if kind == b"IDAT")


def filtered_rows(data, height):
    """(height, 1 + row bytes): what the deflate stream holds."""
    return np.frombuffer(zlib.decompress(zlib_stream(data)), np.uint8).reshape(height, -1)


def pillow(data):
    with Image.open(io.BytesIO(data)) as picture:
        pixels = np.asarray(picture)
    return pixels.reshape(picture.height, picture.width, -1)


def opencv(data):
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return pixels.reshape(*pixels.shape[:2], -1)


def as_opencv(pixels):
    """OpenCV's order of channels is BGRA, and it repeats the gray of gray and alpha."""
    order = {1: [0], 2: [0, 0, 0, 1], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[pixels.shape[2]]
    return pixels[:, :, order]


def noise(height, width, channels, dtype=np.uint8, seed=7):
    return np.random.default_rng(seed).integers(0, np.iinfo(dtype).max + 1, (height, width, channels), dtype)


def spec_paeth(a, b, c):
    """PNG 9.4, word for word."""
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    if pa <= pb and pa <= pc:
        return a
    if pb <= pc:
        return b
    return c


SPEC_PREDICTORS = (
    lambda _a, _b, _c: 0,
    lambda a, _b, _c: a,
    lambda _a, b, _c: b,
    lambda a, b, _c: (a + b) // 2,
    spec_paeth,
)


def spec_filter(kind, row, above, pixel):
    """PNG 9.2: `row` and `above` are bytes, `pixel` the bytes of one pixel."""
    a, c = bytes(pixel) + row, bytes(pixel) + above
    return bytes((x - SPEC_PREDICTORS[kind](a[i], above[i], c[i])) % 256 for i, x in enumerate(row))


def spec_cost(filtered):
    return sum(min(value, 256 - value) for value in filtered)


@st.composite
def pictures_in_strips(draw):
    """Small pictures, smooth enough for every filter to be of use, cut into strips anywhere."""
    dtype = draw(st.sampled_from(DTYPES))
    shape = draw(st.tuples(st.integers(1, 9), st.integers(1, 12), st.sampled_from(CHANNELS)))
    steps = draw(npst.arrays(np.int64, shape, elements=st.integers(-300, 300)))
    pixels = steps.cumsum(axis=draw(st.sampled_from((0, 1)))).astype(dtype)
    cuts = draw(st.sets(st.integers(1, shape[0])))
    return pixels, [0, *sorted(cuts - {shape[0]})]


@by_both
@given(picture=pictures_in_strips())
def test_any_strips_decode_to_the_rows(picture, loops):
    pixels, tops = picture
    data = encode(pixels, tops, loops=loops)
    np.testing.assert_array_equal(opencv(data), as_opencv(pixels), strict=True)
    if pixels.dtype == np.uint8 or pixels.shape[2] == 1:  # of more 16-bit channels Pillow keeps 8 bits
        np.testing.assert_array_equal(pillow(data), pixels, strict=True)


@by_both
@given(picture=pictures_in_strips())
def test_every_row_has_the_cheapest_filter_of_the_standard(picture, loops):
    pixels, tops = picture
    pixel = pixels.shape[2] * pixels.itemsize
    rows = [row.astype(row.dtype.newbyteorder(">")).tobytes() for row in pixels]
    above = [bytes(len(rows[0])), *rows]
    data = encode(pixels, tops, loops=loops)
    for written, row, over in zip(filtered_rows(data, len(rows)), rows, above, strict=False):
        candidates = [spec_filter(kind, row, over, pixel) for kind in range(5)]
        assert written[1:].tobytes() == candidates[written[0]]
        assert spec_cost(written[1:].tolist()) == min(map(spec_cost, candidates))


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


@given(pictures_in_strips())
def test_compiled_filters_are_the_reference_to_the_last_bit(picture):
    pixels, tops = picture
    for rows, above, _ in jobs(pixels, tops):
        np.testing.assert_array_equal(
            COMPILED.filter_rows(rows, above), REFERENCE.filter_rows(rows, above), strict=True
        )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", CHANNELS)
def test_compiled_filters_are_the_reference_about_the_ends_of_vectors(channels, dtype):
    """Rows of noise, of steps, and of extremes, whose differences include -128, in widths about every power of two."""
    for width in sorted({2**power + more for power in range(9) for more in (-1, 0, 1)} - {0}):
        pixels = noise(6, width, channels, dtype, seed=width)
        pixels[2:4] >>= 3 * pixels.itemsize
        pixels[4:] = np.where(pixels[4:] > np.iinfo(dtype).max // 2, 128, 0)
        np.testing.assert_array_equal(
            COMPILED.filter_rows(pixels[1:], pixels[0]), REFERENCE.filter_rows(pixels[1:], pixels[0]), strict=True
        )


def test_header_and_order_of_chunks():
    first, opening, *middle, adler, end = chunks(encode(noise(6, 5, 2, np.uint16), [0, 4]))
    assert first == (b"IHDR", bytes([0, 0, 0, 5, 0, 0, 0, 6, 16, 4, 0, 0, 0]))
    assert opening == (b"IDAT", b"\x78\x01")
    assert [kind for kind, _ in middle] == [b"IDAT", b"IDAT"]
    assert (adler[0], len(adler[1])) == (b"IDAT", 4)
    assert end == (b"IEND", b"")


def test_paeth_of_all_bytes():
    a, b = np.mgrid[:256, :256].astype(np.int16)
    for c in range(256):
        p = a + b - c
        pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
        expected = np.where((pa <= pb) & (pa <= pc), a, np.where(pb <= pc, b, c))
        predicted = paeth(a.astype(np.uint8), b.astype(np.uint8), np.full((256, 256), c, np.uint8))
        np.testing.assert_array_equal(predicted, expected)


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("kind", range(5))
@by_both
def test_each_filter_is_chosen_where_it_fits(kind, channels, loops):
    """A row that its filter predicts but for the first pixel, under a row of noise."""
    above = noise(1, 50, channels)[0]
    row = np.zeros_like(above)
    row[0] = 40
    for col, channel in np.ndindex(row[1:].shape):
        a, b, c = (int(v[channel]) for v in (row[col], above[col + 1], above[col]))
        row[col + 1, channel] = SPEC_PREDICTORS[kind](a, b, c)
    if kind == 2:
        row[0] = above[0]  # with Up alone, the first pixel too
    pixels = np.stack([above, row])
    data = encode(pixels, loops=loops)
    assert filtered_rows(data, 2)[1, 0] == kind
    np.testing.assert_array_equal(pillow(data)[..., :channels], pixels)


@by_both
def test_filters_of_16_bits_act_on_bytes(loops):
    """Left neighbours are a pixel apart, not a byte: equal pixels of unequal bytes leave nothing."""
    pixels = np.full((1, 20, 3), 0x1234, np.uint16)
    (row,) = filtered_rows(encode(pixels, loops=loops), 1)
    assert row.tolist() == [1, *[0x12, 0x34] * 3, *[0] * (19 * 6)]


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
