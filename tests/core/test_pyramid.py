"""Lower resolutions of a picture: the plain averages of 2 x 2, 4 x 4, ... pixels."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core import LIGHTS, Size, pyramid
from core.image import premultiply
from core.pyramid import Pyramid, reduced_size, top_level
from tests import pictures

SRGB, LINEAR = LIGHTS["srgb"], LIGHTS["linear"]


def averaged(values, step):
    """The mean of each step x step block, in float64."""
    height, width, channels = values.shape
    blocks = values.astype(np.float64).reshape(height // step, step, width // step, step, channels)
    return blocks.mean(axis=(1, 3))


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
@pytest.mark.parametrize("depth", pictures.DEPTHS)
@pytest.mark.parametrize("channels", pictures.CHANNELS)
def test_a_level_is_the_mean_of_its_blocks_premultiplied_and_as_light(channels, depth, light):
    picture = pictures.random(48, 160, channels, depth)
    values = premultiply(picture, light)
    reduced = Pyramid(picture, light)
    for level in (3, 1, 2, 4):
        expected = averaged(values, 1 << level)
        assert reduced.level(level).dtype == np.float32
        # Three sums of two, each rounded, a level; the quarters are exact.
        bound = 3 * level * 2**-24 * pictures.full(depth)
        np.testing.assert_allclose(reduced.level(level), expected, rtol=0, atol=bound)


@pytest.mark.parametrize(("width", "height"), [(5, 3), (1, 7), (8, 1), (1, 1), (67, 131), (130, 65)])
def test_where_a_side_is_odd_the_last_pixel_counts_twice(width, height):
    picture = pictures.random(width, height, 3)
    even = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    halved = Pyramid(picture, SRGB).level(1)
    np.testing.assert_array_equal(halved, averaged(even, 2))
    even = np.pad(halved, ((0, halved.shape[0] % 2), (0, halved.shape[1] % 2), (0, 0)), mode="edge")
    np.testing.assert_array_equal(Pyramid(picture, SRGB).level(2), averaged(even, 2))


@pytest.mark.parametrize(("width", "height"), [(5, 3), (1, 7), (64, 64), (65, 64), (1, 1), (1000, 17)])
def test_sizes_are_halved_upwards_to_a_single_pixel(width, height):
    source, picture = Size(width, height), np.zeros((height, width, 1), np.uint8)
    reduced = Pyramid(picture, SRGB)
    assert reduced_size(source, 0) == source
    for level in range(1, top_level(source) + 1):
        assert reduced.level(level).shape == (*reduced_size(source, level)[::-1], 1)
        assert reduced_size(source, level) == (-(-width // 2**level), -(-height // 2**level))
    assert reduced_size(source, top_level(source)) == (1, 1)
    assert top_level(source) == 0 or reduced_size(source, top_level(source) - 1) != (1, 1)


def test_transparent_colour_counts_nothing():
    picture = pictures.dirty_alpha(8, 4)
    picture[:, 3] = [0, 255, 0, 0]
    reduced = Pyramid(picture, SRGB).level(1)
    np.testing.assert_array_equal(reduced[:, 1], np.full((2, 4), 127.5))
    np.testing.assert_array_equal(reduced[:, 2:], 0)


def test_black_and_white_make_half_the_light():
    checker = pictures.checker(4, 4)
    np.testing.assert_array_equal(Pyramid(checker, LINEAR).level(1), np.full((2, 2, 1), 127.5))
    assert round(float(LINEAR.encode(np.array([127.5], np.float32), np.dtype(np.uint8))[0])) == 188


def test_a_level_is_made_once_when_it_is_first_read(monkeypatch):
    made = []
    halve = pyramid._halve
    monkeypatch.setattr(pyramid, "_halve", lambda *of: made.append(1) or halve(*of))
    reduced = Pyramid(pictures.random(16, 16), SRGB)
    assert not made
    first = reduced.level(2)
    assert len(made) == 2
    assert reduced.level(2) is first
    reduced.level(1)
    assert len(made) == 2


def test_a_turned_view_of_a_picture_is_reduced_as_it_is_seen():
    picture = pictures.random(20, 14, 3)
    seen = picture[::-1, ::-1].transpose(1, 0, 2)
    np.testing.assert_array_equal(Pyramid(seen, SRGB).level(2), Pyramid(seen.copy(), SRGB).level(2))


def test_threads_that_ask_at_once_share_one_copy(monkeypatch):
    """A copy is as large as the picture, so a second one would take memory that nobody has counted."""
    made = []

    def slow(pixels):
        made.append(1)
        time.sleep(0.05)
        return pixels.copy()

    monkeypatch.setattr(pyramid, "gathered", slow)
    shared = Pyramid(pictures.random(16, 16), SRGB)
    with ThreadPoolExecutor(4) as threads:
        copies = list(threads.map(lambda _: shared.gathered, range(4)))
    assert len(made) == 1
    assert all(copy is copies[0] for copy in copies)


def test_rows_of_a_mirrored_view_are_copied_and_others_are_not():
    picture = pictures.random(20, 14, 3)
    assert np.shares_memory(Pyramid(picture, SRGB).in_rows, picture)
    mirrored = Pyramid(picture[:, ::-1], SRGB)
    assert mirrored.in_rows.flags.c_contiguous
    assert mirrored.in_rows is mirrored.in_rows
    np.testing.assert_array_equal(mirrored.in_rows, picture[:, ::-1])
