"""A photo is warped as it is seen: the camera's orientation is part of the map, and the output carries none."""

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from tests import files, pictures
from tests.contract import one_warp, wire

STORED = pictures.random(16, 9, 3)
ORIENTATIONS = range(1, 9)

# What undoes each orientation: after it the picture lies as it is stored.
UNDONE_BY = {
    1: "op=identity",
    2: "op=flip:horizontal",
    3: "op=rotate:180",
    4: "op=flip:vertical",
    5: "op=rotate:90&op=flip:horizontal&canvas=expand",
    6: "op=rotate:-90&canvas=expand",
    7: "op=rotate:90&op=flip:vertical&canvas=expand",
    8: "op=rotate:90&canvas=expand",
}


def as_png(orientation, order=">"):
    return files.png(STORED, files.RGB, before=[files.chunk(b"eXIf", files.exif(orientation, order=order))])


def as_jpeg(orientation, order=">"):
    file = io.BytesIO()
    Image.fromarray(STORED).save(file, "JPEG", quality=95, subsampling=0)
    return files.jpeg_with_exif(file.getvalue(), files.exif(orientation, order=order))


def as_webp(orientation, order=">"):
    file = io.BytesIO()
    Image.fromarray(STORED).save(file, "WEBP", lossless=True)
    return files.webp_extended(file.getvalue(), 16, 9, files.exif(orientation, order=order))


FORMATS = {"PNG": as_png, "JPEG": as_jpeg, "WebP": as_webp}


def upright(file):
    """What Pillow shows of the file."""
    with Image.open(io.BytesIO(file)) as image:
        return np.asarray(ImageOps.exif_transpose(image))


def stored(file):
    """What stands in the file, however it is to be held."""
    with Image.open(io.BytesIO(file)) as image:
        return np.asarray(image)


@pytest.mark.parametrize("order", [">", "<"], ids=["big end first", "little end first"])
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_identity_gives_the_picture_as_it_is_seen(server, orientation, format, order):
    file = FORMATS[format](orientation, order)
    answer = server.warp(file, "op=identity")
    np.testing.assert_array_equal(one_warp.pixels(answer.content), upright(file))
    width, height = (9, 16) if orientation >= 5 else (16, 9)
    assert answer.headers["warp-source-size"] == answer.headers["warp-output-size"] == f"{width}x{height}"
    assert answer.headers["warp-matrix"] == "1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0"


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_undone_it_is_the_stored_picture(server, orientation):
    file = as_jpeg(orientation)
    answer = server.warp(file, UNDONE_BY[orientation])
    np.testing.assert_array_equal(one_warp.pixels(answer.content), stored(file))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_interpolated_like_the_upright_picture(server, orientation):
    """Turned by the camera or turned beforehand: the same places, the same numbers, to one level of rounding."""
    file = as_png(orientation)
    beforehand = files.png(upright(file), files.RGB)
    query = "op=rotate:20,center=3:4&op=scale:1.5,1.25&canvas=expand&fill=white"
    seen, expected = (one_warp.pixels(server.warp(data, query).content) for data in (file, beforehand))
    np.testing.assert_array_less(np.abs(seen.astype(int) - expected), 1.5)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_output_carries_no_metadata(server, orientation):
    answer = server.warp(as_jpeg(orientation), "op=rotate:5")
    assert wire.kinds(wire.png_chunks(answer.content)) == {b"IHDR", b"IDAT", b"IEND"}
    with Image.open(io.BytesIO(answer.content)) as image:
        assert not image.getexif()
        assert not image.info


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_invalid_orientation_is_upright(server, orientation):
    file = as_png(orientation)
    np.testing.assert_array_equal(one_warp.pixels(server.warp(file, "op=identity").content), STORED)
