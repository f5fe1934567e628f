"""The filters: those of the standard, each where it suits, alike in both kinds of loops."""

import numpy as np
import pytest
from hypothesis import given

from service.png import REFERENCE
from service.png.compiled import COMPILED
from service.png.filtering import paeth
from tests.service.pngs import CHANNELS, DTYPES, by_both, encode, filtered_rows, jobs, noise, pictures_in_strips, pillow


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
