"""Displacement maps: decoded as they are stored, within their own limit, each fault beside the map's number."""

import asyncio
import io
import json

import numpy as np
import pytest
from PIL import Image

from service.errors import (
    EmptyBody,
    ImageTooLarge,
    MapMissing,
    Overloaded,
    ServiceError,
    UndecodableImage,
    UnsupportedImage,
)
from service.problems import problem_document
from service.rasters import decode_maps
from service.settings import Settings
from service.upload import Picture
from service.workers import Workers
from tests import files, pictures
from tests.service.decodable import EXACT, OTHER, smooth
from tests.service.making import ONE_SLOT, made, made_alone

GOOD = files.png(pictures.ramp(6, 4), files.GRAY)


def decoded(*maps, **limits):
    async def decode():
        workers = Workers(ONE_SLOT)
        try:
            return await decode_maps([Picture(data, None) for data in maps], Settings(**limits), workers)
        finally:
            workers.close()

    return asyncio.run(decode())


def refusal(*maps, **limits):
    with pytest.raises(ServiceError) as caught:
        decoded(*maps, **limits)
    return caught.value


@pytest.mark.parametrize(
    "name", ["png gray 8", "png gray 16", "png rgb 8", "png rgba 8", "png palette 4", "png key gray 2", "gif", "bmp 24"]
)
def test_samples_are_those_of_the_file(name):
    data, expected = EXACT[name]
    (array,) = decoded(data)
    np.testing.assert_array_equal(array, np.reshape(expected, array.shape))
    assert array.dtype == (np.uint16 if name == "png gray 16" else np.uint8)


def test_a_map_is_not_turned_upright():
    stored = pictures.random(5, 3, 3)
    turned = files.png(stored, files.RGB, before=[files.chunk(b"eXIf", files.exif(6))])
    np.testing.assert_array_equal(decoded(turned)[0], stored)


def test_a_map_is_not_colour_managed():
    stored = pictures.random(5, 3)
    managed = files.png(stored, files.GRAY, before=[files.iccp(files.gray_profile(1.0))])
    np.testing.assert_array_equal(decoded(managed)[0], stored)


def test_they_keep_their_order():
    maps = [files.png(np.full((1, 1), value), files.GRAY) for value in (7, 8, 9)]
    assert [array.item() for array in decoded(*maps)] == [7, 8, 9]


@pytest.mark.parametrize(
    ("maps", "limits", "words"),
    [
        ([GOOD, GOOD], {"max_map_pixels": 47}, ["the maps have 48", "at most 47", "GRIDWARP_MAX_MAP_PIXELS"]),
        ([GOOD], {"max_map_pixels": 23}, ["map 1 has 24 pixels", "at most 23", "GRIDWARP_MAX_MAP_PIXELS"]),
        ([GOOD, GOOD], {"max_side": 5}, ["map 1 has 6", "at most 5", "GRIDWARP_MAX_SIDE"]),
        (
            [GOOD, files.png(pictures.ramp(4, 9), files.GRAY)],
            {"max_side": 8},
            ["map 2 has 9", "at most 8", "GRIDWARP_MAX_SIDE"],
        ),
    ],
)
def test_a_limit_is_named_with_both_numbers_and_the_map(maps, limits, words):
    found = refusal(*maps, **limits)
    assert isinstance(found, ImageTooLarge)
    assert [word for word in words if word not in found.detail] == []


def test_maps_as_large_as_the_limits_are_let_through():
    assert len(decoded(GOOD, GOOD, max_map_pixels=48, max_side=6)) == 2


def test_limits_are_checked_before_any_pixel(monkeypatch):
    """The header of a bomb is enough."""
    monkeypatch.setattr("service.decode.OpenPicture.decode", lambda *_: pytest.fail("decoded"))
    bomb = files.PNG_SIGNATURE + files.ihdr(16_000, 16_000, 8, files.GRAY) + files.chunk(b"IDAT", b"") + GOOD[-12:]
    assert isinstance(refusal(GOOD, bomb), ImageTooLarge)


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (b"", EmptyBody),
        (b"no picture at all", UnsupportedImage),
        (GOOD[:20], UndecodableImage),
        (OTHER["jpeg rgb"][:-40], UndecodableImage),
    ],
)
def test_a_broken_map_is_named(broken, kind):
    found = refusal(GOOD, GOOD, broken)
    assert type(found) is kind
    assert found.detail.startswith("map 3: ")
    assert len(found.detail) > len("map 3: ") + 15
    assert problem_document(found, "id")["detail"] == found.detail


def test_no_map_needs_no_slot_and_maps_take_one_and_give_it_back():
    async def ask():
        workers = Workers(ONE_SLOT)
        try:
            async with workers.desk():
                assert await decode_maps([], Settings(), workers) == []
                with pytest.raises(Overloaded):
                    await decode_maps([Picture(GOOD, None)], Settings(), workers)
            await decode_maps([Picture(GOOD, None)], Settings(), workers)
            with pytest.raises(UndecodableImage):
                await decode_maps([Picture(OTHER["jpeg rgb"][:-40], None)], Settings(), workers)
            async with workers.desk():
                pass
        finally:
            workers.close()

    asyncio.run(ask())


PICTURE = files.png(pictures.random(12, 9, 3), files.RGB)


def even(red, green):
    return files.png(np.full((2, 3, 3), (red, green, 0)), files.RGB)


@pytest.mark.parametrize(
    ("displacement", "shift"),
    [
        # 192 is half the scale to the right, 96 a quarter of it up: so is what is read, and the picture goes back.
        ({"x_scale": 4}, (-2, 1)),
        ({"x_scale": 4, "y_scale": -8}, (-2, -2)),
        ({"x_scale": 4, "map": 2}, (4, 0)),
        ({"x_scale": -6, "y_scale": 5, "map": 3}, (3, -2.5)),
    ],
    ids=str,
)
def test_an_even_map_shifts_the_picture(displacement, shift):
    maps = [even(192, 96), even(0, 128), files.png([[192, 192]], files.GRAY)]
    x, y = shift
    moved = made_alone(PICTURE, {"ops": [{"op": "translate", "x": x, "y": y}]})
    np.testing.assert_array_equal(made_alone(PICTURE, {"ops": [{"op": "displacement", **displacement}]}, maps), moved)


def test_a_jpeg_may_be_a_map():
    stream = io.BytesIO()
    Image.fromarray(smooth()).save(stream, "JPEG")
    spec = {"ops": [{"op": "displacement", "x_scale": 2}]}
    png = files.png(np.asarray(Image.open(stream)), files.RGB)
    by_jpeg, by_png = (made([PICTURE], [spec], [data])[0][1] for data in (stream.getvalue(), png))
    assert by_jpeg == by_png


def test_a_spec_whose_map_is_missing_does_not_keep_the_others():
    specs = [{"ops": [{"op": "identity"}, {"op": "displacement", "x_scale": 1, "map": number}]} for number in (2, 1)]
    (_, missing), (_, there) = made([PICTURE], specs, [even(128, 128)])
    assert isinstance(missing, MapMissing)
    document = problem_document(missing, "id")
    assert (document["code"], document["status"]) == ("map-missing", 422)
    assert [place["pointer"] for place in document["errors"]] == ["/0/ops/1/map"]
    assert "-F map=@" in document["detail"]
    with Image.open(io.BytesIO(there)) as kept, Image.open(io.BytesIO(PICTURE)) as source:
        np.testing.assert_array_equal(np.asarray(kept.convert("RGB")), np.asarray(source))
    json.dumps(document)
