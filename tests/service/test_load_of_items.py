"""What a request is predicted to take, by hand-worked sums."""

import asyncio

import numpy as np
import pytest

from service.items import prepare
from service.known_plans import KnownPlans
from service.load_of_items import is_work_known, memory_of, work_of
from service.settings import Settings
from service.upload import Picture
from service.workers import Workers
from tests import files, pictures
from tests.pictures import photo
from tests.service.making import ONE_SLOT, specs_of

GRAY = files.png(pictures.random(100, 50), files.GRAY)
DEEP = files.png(pictures.random(100, 50, depth=np.uint16), files.GRAY, depth=16)
COLOUR = files.png(pictures.random(100, 50, 3), files.RGB)
SMALL = files.png(pictures.random(10, 5), files.GRAY)
SAME = {"ops": []}
MOVED = {"ops": [{"op": "translate", "x": 0.5}], "border": "edge"}
PIXELS = 100 * 50


def items(images, *specs):
    async def made():
        workers = Workers(ONE_SLOT)
        try:
            sent = [Picture(image, None) for image in images]
            return await prepare(sent, specs_of(*specs), Settings(), workers, KnownPlans())
        finally:
            workers.close()

    return asyncio.run(made())


@pytest.mark.parametrize(
    ("spec", "work"),
    [
        (SAME, PIXELS + PIXELS),  # each pixel is read, and moved
        (MOVED, PIXELS + 4 * PIXELS),
        (MOVED | {"filter": "lanczos3"}, PIXELS + 36 * PIXELS),
        (MOVED | {"canvas": {"width": 10, "height": 10}}, PIXELS + 4 * 100),
    ],
)
def test_work_is_what_is_read(spec, work):
    assert work_of(items([GRAY], spec)) == work


def test_the_work_of_a_batch_is_that_of_all_that_can_be_made():
    assert work_of(items([GRAY, b"no picture", SMALL], MOVED)) == 5 * (PIXELS + 50)


def test_work_is_known_once_it_has_been_counted():
    some = items([GRAY, b"no picture", SMALL], MOVED)
    assert not is_work_known(some)
    work_of(some[:1])
    assert not is_work_known(some)
    work_of(some)
    assert is_work_known(some)


@pytest.mark.parametrize(("image", "bytes_a_pixel"), [(GRAY, 1), (DEEP, 2), (COLOUR, 4)])
def test_a_picture_takes_what_pillow_keeps_of_it(image, bytes_a_pixel):
    assert memory_of(items([image], MOVED), "report", is_held=False) == bytes_a_pixel * PIXELS


def test_a_jpeg_that_is_decoded_smaller_takes_less():
    (item,) = items([photo(800, 400)], {"ops": [{"op": "scale", "x": 0.2}], "canvas": "expand"})
    assert item.work.plan.reduction > 1
    taken = memory_of([item], "report", is_held=False)
    assert taken == 4 * 800 * 400 // item.work.plan.reduction**2


def test_a_picture_that_becomes_very_small_is_kept_at_lower_resolutions_too():
    spec = {"ops": [{"op": "scale", "x": 0.04}], "canvas": "expand"}
    assert memory_of(items([GRAY], spec), "report", is_held=False) == PIXELS + PIXELS * 4 // 3


@pytest.mark.parametrize(
    ("output", "bytes_a_pixel"),
    [
        ({"format": "png"}, 0),
        ({"format": "jpeg"}, 4 + 3),
        ({"format": "webp"}, 4 + 7),
        ({"format": "webp", "lossless": True}, 4 + 32),
    ],
)
def test_what_is_written_in_one_go_takes_room_for_all_of_it(output, bytes_a_pixel):
    assert (
        memory_of(items([COLOUR], MOVED | {"output": output}), "report", is_held=False) == (4 + bytes_a_pixel) * PIXELS
    )


def test_alpha_in_webp_is_dear():
    clip = {"ops": [{"op": "rotate", "angle": 3}], "output": {"format": "webp"}}
    assert memory_of(items([COLOUR], clip), "report", is_held=False) == (4 + 4 + 32) * PIXELS


def test_an_answer_that_is_held_counts():
    rows = 50 * (1 + 100)  # a byte for the filter of each
    assert memory_of(items([GRAY], MOVED), "report", is_held=True) == PIXELS + rows


@pytest.mark.parametrize(
    ("images", "on_error", "sources"),
    [
        ([GRAY, SMALL, GRAY], "report", PIXELS + 50),
        ([GRAY, GRAY, GRAY], "report", 2 * PIXELS),
        ([GRAY, GRAY, GRAY], "fail", 3 * PIXELS),
        ([SMALL, b"no picture", SMALL], "report", 100),
        ([b"no picture", b"nor this"], "report", 0),
    ],
)
def test_a_batch_holds_a_picture_and_the_next_or_all(images, on_error, sources):
    assert memory_of(items(images, MOVED), on_error, is_held=False) == sources


def test_one_picture_of_many_results_is_held_once():
    assert memory_of(items([GRAY], *[MOVED] * 3), "fail", is_held=False) == PIXELS
