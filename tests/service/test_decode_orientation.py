"""The EXIF orientation, wherever a format keeps it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.decode import open_picture
from service.decode.orientation import read_orientation
from tests import files
from tests.service.decodable import NOT_AN_ORIENTATION, RGB_2X2, decoded, oriented


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("value", range(1, 9))
def test_orientation(name: str, order: str, value: int) -> None:
    data = oriented(name, files.exif(value, order=order))
    assert open_picture(data).header.orientation == value
    decoded(data)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("wrong", NOT_AN_ORIENTATION)
def test_what_is_no_orientation_is_upright(name: str, wrong: str) -> None:
    data = oriented(name, NOT_AN_ORIENTATION[wrong])
    assert open_picture(data).header.orientation == 1
    decoded(data)


def test_text_named_exif_is_no_orientation() -> None:
    text = files.chunk(b"tEXt", b"exif\0Exif\0\0" + files.exif(6))
    assert open_picture(files.png(RGB_2X2, files.RGB, before=[text])).header.orientation == 1


@given(st.binary(max_size=60))
def test_orientation_never_raises(tail: bytes) -> None:
    for magic in (b"", b"MM\0*", b"II*\0", b"Exif\0\0MM\0*\0\0\0\x08"):
        assert 1 <= read_orientation(magic + tail) <= 8


def test_exif_behind_the_pixels_of_a_png() -> None:
    """Where PNG's third edition allows it, too, and where tools that append it put it."""
    exif = files.chunk(b"eXIf", files.exif(6))
    text = files.chunk(b"tEXt", b"k\0v")
    assert open_picture(files.png(RGB_2X2, files.RGB, after=[exif])).header.orientation == 6
    assert open_picture(files.png(RGB_2X2, files.RGB, after=[text, exif, text])).header.orientation == 6


def test_exif_behind_the_end_of_a_png_is_none_of_it() -> None:
    data = files.png(RGB_2X2, files.RGB) + files.chunk(b"eXIf", files.exif(6))
    assert open_picture(data).header.orientation == 1


def test_the_first_exif_segment_of_a_jpeg_counts() -> None:
    data = files.jpeg_with_exif(files.jpeg_with_exif(oriented("JPEG", b""), files.exif(3)), files.exif(6))
    assert open_picture(data).header.orientation == 6
