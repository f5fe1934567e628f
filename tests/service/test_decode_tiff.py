"""TIFFs with known samples, and what their headers say."""

import io

import numpy as np
import pytest
from PIL import Image

from service.decode import ImageHeader
from tests import files, tiff_files
from tests.service.decodable import GRAY_3X2, NOT_AN_ORIENTATION, RGB_2X2, decoded, opened_in_any_format
from tests.service.tiff_pictures import BLACK_IS_ZERO, CMYK, EXACT, NOISE, PILLOWS, saved, written


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("name", EXACT)
def test_exact_samples(name: str, order: str) -> None:
    array = decoded(written(name, order))
    expected = np.atleast_3d(EXACT[name][1])
    np.testing.assert_array_equal(array, expected)


@pytest.mark.parametrize("name", PILLOWS)
def test_what_pillow_writes(name: str) -> None:
    with Image.open(io.BytesIO(saved(name))) as image:
        expected = np.asarray(image.convert("RGB") if image.mode in {"CMYK", "YCbCr"} else image)
    array = decoded(saved(name))
    np.testing.assert_array_equal(
        array, 255 * expected[..., None] if expected.dtype == bool else np.atleast_3d(expected)
    )


def test_cmyk_by_its_profile() -> None:
    """Of a press whose cyan is red."""
    press = files.cmyk_profile(lambda c, m, y, k: (0, 0, 0) if m or y or k else (50, 60, 40) if c else (100, 0, 0))
    data = tiff_files.tiff([[[255, 0, 0, 0]]], CMYK, tags={34675: (7, list(press))})
    opened = opened_in_any_format(data)
    assert opened.colour.icc(b"CMYK") == b""
    red, green, blue = opened.decode()[0, 0]
    assert red > 150
    assert max(green, blue) < 100


def test_a_profile_goes_along() -> None:
    profile = files.gray_profile(1.8)
    data = tiff_files.tiff(GRAY_3X2, BLACK_IS_ZERO, tags={34675: (7, list(profile))})
    assert opened_in_any_format(data).colour.icc(b"GRAY") == profile


def test_a_tile_larger_than_a_small_picture() -> None:
    array = decoded(tiff_files.tiff(GRAY_3X2, BLACK_IS_ZERO, tile=(512, 512)))
    np.testing.assert_array_equal(array[..., 0], GRAY_3X2)


# --- the header


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bilevel", ImageHeader("TIFF", 9, 2, 1, channels=1, depth=8, source_depth=8)),
        ("gray 16", ImageHeader("TIFF", 3, 2, 1, channels=1, depth=16, source_depth=16)),
        ("gray 16, 0 is white", ImageHeader("TIFF", 3, 2, 1, channels=1, depth=16, source_depth=16)),
        ("gray and associated alpha", ImageHeader("TIFF", 3, 1, 1, channels=2, depth=8, source_depth=8)),
        ("rgb and alpha 16", ImageHeader("TIFF", 1, 1, 1, channels=4, depth=8, source_depth=16)),
        ("palette 2", ImageHeader("TIFF", 3, 2, 1, channels=3, depth=8, source_depth=8)),
    ],
)
def test_header(name: str, expected: ImageHeader) -> None:
    assert opened_in_any_format(written(name)).header == expected


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_told_and_the_samples_are_as_stored(order: str, orientation: int) -> None:
    """Pillow's own reader would turn them."""
    data = written("strips", order, tags={274: (3, [orientation])})
    assert opened_in_any_format(data).header == ImageHeader("TIFF", 50, 37, orientation, 3, 8, 8)
    np.testing.assert_array_equal(decoded(data), NOISE)


def test_exif_in_a_directory_of_its_own_is_not_looked_at() -> None:
    block = NOT_AN_ORIENTATION["offset beyond the end"]
    data = written("rgb", tags={34665: (4, [2**32 - 1]), 700: (1, list(block)), 330: (4, [8, 8])})
    np.testing.assert_array_equal(decoded(data), RGB_2X2)


REDUCED, MASK = {254: (4, [1])}, {254: (4, [4])}


@pytest.mark.parametrize(
    ("further", "expected"),
    [
        ([], ""),
        ([{256: (4, [1])}], "first-frame"),
        ([{254: (4, [2])}], "first-frame"),
        ([REDUCED], ""),
        ([REDUCED, MASK, REDUCED], ""),
        ([REDUCED, MASK, {254: (4, [0])}], "first-frame"),
        ([REDUCED] * 500, ""),
    ],
    ids=["one", "two", "pages", "preview", "previews and a mask", "a page behind previews", "many previews"],
)
def test_pages(further: list[tiff_files.TiffTags], expected: str) -> None:
    data = written("rgb", further=further)
    assert opened_in_any_format(data).header.animation == expected
    np.testing.assert_array_equal(decoded(data), RGB_2X2)


def test_pages_in_a_circle() -> None:
    data = written("rgb", further=[REDUCED])
    next_at = len(data) - 4
    circle = data[:next_at] + data[4:8]
    np.testing.assert_array_equal(decoded(circle), RGB_2X2)
