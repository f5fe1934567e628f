"""Photographs end to end: sampled once however long the list of operations, and read small where they become small."""

import io
import json
import sys

import numpy as np
import pytest
from PIL import Image

from tests import files, pictures
from tests.contract import batches, one_warp

PHOTOS = {"astronaut": pictures.astronaut, "coffee": pictures.coffee, "chelsea": pictures.chelsea}


def psnr(one, other):
    """In dB, of 8-bit samples."""
    return float(10 * np.log10(255**2 / np.mean((one.astype(float) - other) ** 2)))


def warp(server, picture, ops, **options):
    spec = {"ops": ops, **options}
    answer = server.client.post("/v1/warp", params={"spec": json.dumps(spec)}, content=picture)
    assert answer.status_code == 200, answer.text
    return answer.content


# ----------------------------------------------------------------------------------------------------------------------
# There and back.

THERE_AND_BACK = [
    {"op": "rotate", "angle": 30},
    {"op": "scale", "x": 1.3},
    {"op": "rotate", "angle": -30},
    {"op": "scale", "x": 1 / 1.3},
]
LOSSLESS_TO_THE_EYE = 45
"""dB."""


@pytest.mark.parametrize("name", PHOTOS)
def test_a_list_of_operations_that_does_nothing_does_nothing(server, name):
    """And one call for each loses what every resampling loses, even in the middle, which stays in view all the time."""
    photo = PHOTOS[name]()
    sent = files.png(photo, files.RGB)
    np.testing.assert_array_equal(one_warp.pixels(warp(server, sent, THERE_AND_BACK)), photo)
    one_by_one = sent
    for op in THERE_AND_BACK:
        one_by_one = warp(server, one_by_one, [op])
    height, width = photo.shape[:2]
    middle = slice(2 * height // 5, 3 * height // 5), slice(2 * width // 5, 3 * width // 5)
    kept = one_warp.pixels(one_by_one)[middle]
    assert kept.shape[2] == 3 or (kept[..., 3] == 255).all()
    ratio = psnr(kept[..., :3], photo[middle])
    sys.stdout.write(f"\n{name}: one call an operation keeps {ratio:.1f} dB")
    assert ratio < LOSSLESS_TO_THE_EYE


# ----------------------------------------------------------------------------------------------------------------------
# JPEG, decoded at a half, a quarter or an eighth where the picture becomes far smaller.

LARGE = 2000, 1500


@pytest.fixture(scope="module")
def large():
    """Name -> the photo as JPEG, and the same pixels as PNG."""
    found = {}
    for name, photo in PHOTOS.items():
        jpeg, png = io.BytesIO(), io.BytesIO()
        Image.fromarray(photo()).resize(LARGE, Image.Resampling.LANCZOS).save(jpeg, "JPEG", quality=90)
        Image.open(jpeg).save(png, "PNG", compress_level=1)
        found[name] = jpeg.getvalue(), png.getvalue()
    return found


def to_width(width, **options):
    return {"ops": [{"op": "resize", "width": width}], **options}


REDUCED = {
    "by 2": to_width(450),
    "by 4": to_width(200),
    "by 8": to_width(100),
    "turned": {"ops": [{"op": "scale", "x": 0.1}, {"op": "rotate", "angle": 25}], "canvas": "expand", "fill": "white"},
}
WHOLE = {
    "too little": to_width(600),
    "along one axis": {"ops": [{"op": "resize", "width": 200, "height": 1400}]},
    "without antialiasing": to_width(200, antialias=False),
    "nearest": to_width(200, filter="nearest"),
    "linear light": to_width(200, light="linear"),
}


@pytest.mark.parametrize("name", REDUCED)
def test_what_is_read_small_looks_the_same(server, large, name):
    """45 dB in the mean of the photos, against all of their pixels."""
    ratios = []
    for jpeg, png in large.values():
        small, whole = (one_warp.pixels(warp(server, picture, **REDUCED[name])) for picture in (jpeg, png))
        assert small.shape == whole.shape
        assert (small != whole).any()  # it was read small
        ratios.append(psnr(small, whole))
    sys.stdout.write(f"\n{name}: {', '.join(f'{ratio:.1f}' for ratio in ratios)} dB")
    assert np.mean(ratios) >= LOSSLESS_TO_THE_EYE


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_not_far_smaller_is_read_whole(server, large, name):
    jpeg, png = large["coffee"]
    np.testing.assert_array_equal(
        one_warp.pixels(warp(server, jpeg, **WHOLE[name])), one_warp.pixels(warp(server, png, **WHOLE[name]))
    )


def test_the_same_bytes_alone_and_beside_others(server, large):
    """One picture read at four sizes: each result as if it were the only one, whatever stands before it."""
    jpeg, _ = large["astronaut"]
    specs = [*REDUCED.values(), WHOLE["too little"], to_width(200)]
    alone = [warp(server, jpeg, **spec) for spec in specs]
    assert alone[1] == alone[-1]
    for order in (slice(None), slice(None, None, -1)):
        batch = batches.open_answer(batches.ask(server, [jpeg], specs[order]))
        assert list(batch.pictures.values()) == alone[order]
