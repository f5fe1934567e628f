"""JPEG decoded at a half, a quarter and an eighth, against the mean of the squares of the full picture."""

import io

import numpy as np
import pytest
from PIL import Image

from service.decode import open_picture
from service.errors import UndecodableImage
from tests import files, pictures
from tests.service.decodable import ALL, OTHER, decoded, smooth

PHOTOS = {"astronaut": pictures.astronaut, "coffee": pictures.coffee, "chelsea": pictures.chelsea}
DENOMINATORS = (2, 4, 8)


def jpeg(samples: np.ndarray, mode: str | None = None, **options: object) -> bytes:
    stream = io.BytesIO()
    image = Image.fromarray(samples)
    (image.convert(mode) if mode else image).save(stream, "JPEG", **options)
    return stream.getvalue()


def reduced(data: bytes, by: int) -> np.ndarray:
    return open_picture(data).decode(by)


def means(full: np.ndarray, by: int) -> np.ndarray:
    """Of the whole squares of by x by pixels."""
    height, width = full.shape[0] // by, full.shape[1] // by
    return full[: height * by, : width * by].reshape(height, by, width, by, -1).mean(axis=(1, 3))


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((a - b) ** 2)))


@pytest.mark.parametrize("by", DENOMINATORS)
@pytest.mark.parametrize("options", [{"quality": 90}, {"quality": 95, "subsampling": 0}], ids=str)
def test_photos_agree_with_their_means(by: int, options: dict[str, object]) -> None:
    """45 dB in the mean is what the service promises of a reduced decoding."""
    ratios = []
    for photo in PHOTOS.values():
        data = jpeg(photo(), **options)
        expected = means(decoded(data), by)
        ratios.append(psnr(reduced(data, by)[: len(expected), : expected.shape[1]], expected))
    assert np.mean(ratios) >= 45


@pytest.mark.parametrize("by", DENOMINATORS)
@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_gray_and_cmyk_agree_with_their_means(by: int, mode: str) -> None:
    data = jpeg(pictures.coffee(), mode, quality=90)
    picture = open_picture(data)
    array = picture.decode(by)
    assert array.shape[2] == picture.header.channels == (1 if mode == "L" else 3)
    expected = means(decoded(data), by)
    assert psnr(array[: len(expected), : expected.shape[1]], expected) >= 45


@pytest.mark.parametrize("by", DENOMINATORS)
@pytest.mark.parametrize(("width", "height"), [(64, 40), (65, 47), (41, 8), (8, 23), (15, 9)])
def test_sizes_are_rounded_up(by: int, width: int, height: int) -> None:
    data = jpeg(smooth(height, width))
    header = open_picture(data).header
    assert (header.width, header.height) == (width, height)
    assert reduced(data, by).shape == (-(-height // by), -(-width // by), 3)


@pytest.mark.parametrize("by", DENOMINATORS)
def test_an_even_picture_stays_even(by: int) -> None:
    array = reduced(jpeg(np.full((41, 57, 3), 120, np.uint8), quality=100), by)
    assert np.abs(array.astype(int) - 120).max() <= 1  # the mean of a block is quantised, then rounded once


def test_by_1_is_the_whole_picture() -> None:
    np.testing.assert_array_equal(reduced(OTHER["jpeg rgb"], 1), decoded(OTHER["jpeg rgb"]))


def test_progressive_is_as_baseline() -> None:
    baseline, progressive = (jpeg(smooth(), progressive=progressive) for progressive in (False, True))
    np.testing.assert_array_equal(reduced(baseline, 4), reduced(progressive, 4))


def test_the_orientation_is_still_told_and_not_applied() -> None:
    data = files.jpeg_with_exif(jpeg(smooth(40, 56)), files.exif(6))
    assert open_picture(data).header.orientation == 6
    np.testing.assert_array_equal(reduced(data, 2), reduced(jpeg(smooth(40, 56)), 2))


@pytest.mark.parametrize("by", [0, 3, 16, -2])
def test_other_denominators_are_refused(by: int) -> None:
    with pytest.raises(ValueError, match="cannot be reduced"):
        open_picture(OTHER["jpeg rgb"]).decode(by)


@pytest.mark.parametrize("name", sorted(ALL.keys() - {name for name in OTHER if name.startswith("jpeg")}))
def test_other_formats_are_not_reduced(name: str) -> None:
    picture = open_picture(ALL[name])
    assert picture.reductions == (1,)
    with pytest.raises(ValueError, match="cannot be reduced"):
        picture.decode(2)


@pytest.mark.parametrize(("shortest", "reductions"), [(1, (1,)), (3, (1, 2)), (7, (1, 2, 4)), (8, (1, 2, 4, 8))])
def test_a_pixel_of_the_shortest_side_is_left(shortest: int, reductions: tuple[int, ...]) -> None:
    for size in ((shortest, 30), (30, shortest)):
        data = jpeg(smooth(*size))
        assert open_picture(data).reductions == reductions
        for by in reductions:
            assert reduced(data, by).shape[:2] == (-(-size[0] // by), -(-size[1] // by))


@pytest.mark.parametrize("by", DENOMINATORS)
def test_broken_pixels_are_noticed(by: int) -> None:
    with pytest.raises(UndecodableImage):
        reduced(OTHER["jpeg rgb"][:-40], by)
