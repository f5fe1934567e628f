"""What becomes of the samples: 16 bits stay, light is mixed as light if that is asked for, a region is a true cut."""

import io

import numpy as np
import pytest
from PIL import Image

from core import FILTERS
from tests import files, pictures
from tests.contract import one_warp
from tests.contract.op_cases import warped
from tests.contract.sources import SOURCES
from tests.contract.test_exif import FORMATS

# --- 16 bits

TABLE = {"srgb": 0.01, "linear": 0.01 + 12.92 * 255 / 4096 / 2}
"""Levels of 8 bits: what float32 loses, and half of a step of the curve's table, which is steepest at black."""


@pytest.mark.parametrize("light", ["srgb", "linear"])
@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize(
    "ops", [[{"op": "scale", "x": 0.4}], [{"op": "rotate", "angle": 20}], [{"op": "scale", "x": 1.7, "y": -1}]], ids=str
)
def test_16_bit_gray_stays_16_bit(server, ops, filter, light):
    """Beside the same picture of 8 bits, whose every sample times 257 it is: no more than 8 bits' rounding away."""
    coarse = pictures.random(40, 30)
    spec = {"ops": ops, "filter": filter, "light": light, "fill": "black", "canvas": "expand"}
    deep = warped(server, files.png(coarse.astype(np.uint16) * 257, files.GRAY, 16), spec)
    assert deep.mode == "I;16"
    found, expected = np.asarray(deep).astype(float), np.asarray(warped(server, files.png(coarse, files.GRAY), spec))
    assert np.abs(found / 257 - expected).max() <= 0.5 + TABLE[light]
    if filter != "nearest":
        assert (found % 257 != 0).mean() > 0.5


# --- palettes and bits


COLOUR_TYPES = {(): files.GRAY, (2,): files.GRAY_ALPHA, (3,): files.RGB, (4,): files.RGBA}


@pytest.mark.parametrize("name", ["palette", "palette of 4 bits", "palette, transparent", "1 bit", "2 bits, key 2"])
def test_colours_are_mixed_and_not_their_numbers(server, name):
    """What a palette's numbers or single bits stand for, sent as it is, gives the same."""
    packed, samples = SOURCES[name]
    colour_type = COLOUR_TYPES[samples.shape[2:]]
    spec = {"ops": [{"op": "rotate", "angle": 30}, {"op": "scale", "x": 1.7}], "filter": "bicubic", "canvas": "expand"}
    one, other = (warped(server, data, spec) for data in (packed, files.png(samples, colour_type)))
    assert one.mode == other.mode
    np.testing.assert_array_equal(np.asarray(one), np.asarray(other))


# --- light


def test_light_is_mixed_as_light(server):
    """Half black, half white: half the samples, or half the light, which is 0.7354 of the samples (IEC 61966-2-1)."""
    checker = pictures.checker(32, 32)
    deep = pictures.checker(32, 32, np.uint16)
    half = {"ops": [{"op": "resize", "width": 16}], "border": "mirror"}
    for light, expected in (("srgb", 0.5), ("linear", 0.735357)):
        for source, full in ((files.png(checker, files.GRAY), 255), (files.png(deep, files.GRAY, 16), 65535)):
            found = np.asarray(warped(server, source, half | {"light": light})).astype(float)
            assert np.abs(found - expected * full).max() <= 0.5 + full * 1e-5


def test_fill_is_light_too(server):
    """White over black, by half a pixel of each."""
    white = files.png(np.full((3, 4), 255), files.GRAY)
    moved = {"ops": [{"op": "translate", "x": 0.5}], "fill": "black"}
    for light, expected in (("srgb", 128), ("linear", 188)):
        assert np.asarray(warped(server, white, moved | {"light": light}))[:, 0].tolist() == [expected] * 3


# --- regions

REGION = {"x": 3, "y": 2, "width": 7, "height": 9}
CUT = np.s_[2:11, 3:10]
SPECS = {
    "nothing": {"ops": []},
    "turned": {"ops": [{"op": "rotate", "angle": 25}], "canvas": "expand"},
    "mirrored outside": {"ops": [{"op": "translate", "x": 2.5}], "border": "mirror"},
    "wrapped": {"ops": [{"op": "scale", "x": 0.4}], "border": "wrap"},
    "bent": {"ops": [{"op": "swirl", "strength": 90}], "filter": "lanczos3"},
    "by fractions": {"ops": [{"op": "translate", "x": 0.1, "unit": "fraction"}, {"op": "rotate", "angle": 5}]},
    "normalized": {"matrix": [[0.9, 0.2, 0.1], [0, 1.1, -0.3]]},
}


@pytest.mark.parametrize("name", SPECS)
def test_a_region_is_all_that_there_is(server, picture, picture_png, name):
    """As if no more had been sent; borders and edges are its own."""
    whole = warped(server, picture_png, {**SPECS[name], "region": REGION})
    part = warped(server, files.png(picture[CUT], files.RGB), SPECS[name])
    assert whole.mode == part.mode
    np.testing.assert_array_equal(np.asarray(whole), np.asarray(part))


def test_a_region_by_fractions_takes_whole_pixels(server, picture, picture_png):
    """Edges at 3.25, 13, 4.25 and 12.75 of 13 and 17."""
    answer = server.warp(picture_png, "op=identity&region=0.25,0.25,0.75,0.5,fraction")
    np.testing.assert_array_equal(one_warp.pixels(answer.content), picture[4:13, 3:13])


def test_headers_of_a_region_are_of_the_whole_picture(server, picture_png):
    answer = server.warp(picture_png, "op=translate:1,0&region=3,2,7,9")
    assert (answer.headers["warp-source-size"], answer.headers["warp-output-size"]) == ("13x17", "7x9")
    assert [float(number) for number in answer.headers["warp-matrix"].split(", ")] == [1, 0, -2, 0, 1, -2, 0, 0, 1]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", FORMATS)
def test_a_region_is_of_the_upright_picture(server, format, orientation):
    file = FORMATS[format](orientation)
    upright = np.asarray(warped(server, file, {"ops": []}))
    region = {"x": 2, "y": 1, "width": 5, "height": 7}
    np.testing.assert_array_equal(np.asarray(warped(server, file, {"ops": [], "region": region})), upright[1:8, 2:7])


def test_a_region_of_a_jpeg_that_becomes_small(server):
    """It is read whole: the region need not lie on the squares that are read as one."""
    photo = pictures.coffee()
    jpeg, png = io.BytesIO(), io.BytesIO()
    Image.fromarray(photo).save(jpeg, "JPEG", quality=90)
    Image.open(jpeg).save(png, "PNG")
    spec = {"ops": [{"op": "resize", "width": 30}], "region": {"x": 33, "y": 21, "width": 510, "height": 370}}
    small, whole = (np.asarray(warped(server, stream.getvalue(), spec)) for stream in (jpeg, png))
    np.testing.assert_array_equal(small, whole)
