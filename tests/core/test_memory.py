"""A view of a picture is read where it lies: flipped and turned ones without a copy."""

import numpy as np
import pytest

from core import FILTERS, Size, homography
from core.memory import flatten
from tests import pictures
from tests.core.rendering import render

VIEWS = {
    "as it is": lambda p: p,
    "flipped": lambda p: p[:, ::-1],
    "upside down": lambda p: p[::-1],
    "turned by half": lambda p: p[::-1, ::-1],
    "transposed": lambda p: p.transpose(1, 0, 2),
    "turned right": lambda p: np.rot90(p, -1),
    "turned left": np.rot90,
    "transposed and turned by half": lambda p: p.transpose(1, 0, 2)[::-1, ::-1],
}
SIZES = [(5, 7), (1, 4), (4, 1), (1, 1)]


def read_all(flat, height, width):
    row, column = np.mgrid[:height, :width]
    return flat.pixels[flat.start + row * flat.row_step + column * flat.column_step]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_pixels_with_padding_between_them_are_read_in_place(view, channels, size):
    memory = pictures.random(*size, 4)
    seen = view(memory[..., :channels])
    flat = flatten(seen)
    assert np.shares_memory(flat.pixels, memory)
    np.testing.assert_array_equal(read_all(flat, *seen.shape[:2]), seen)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("channels", pictures.CHANNELS)
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_view_is_read_in_place(view, channels, size):
    picture = pictures.random(*size, channels)
    seen = view(picture)
    flat = flatten(seen)
    assert np.shares_memory(flat.pixels, picture)
    np.testing.assert_array_equal(read_all(flat, *seen.shape[:2]), seen)


@pytest.mark.parametrize("scattered", [lambda p: p[:, ::2], lambda p: p[1:-1, 1:-1], lambda p: p[..., ::-1]])
def test_scattered_samples_are_read_too(scattered):
    seen = scattered(pictures.random(8, 9, 3))
    np.testing.assert_array_equal(read_all(flatten(seen), *seen.shape[:2]), seen)


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_warp_sees_no_difference_between_a_view_and_its_copy(view, filter):
    seen = view(pictures.random(20, 30, 4))
    size = Size(seen.shape[1], seen.shape[0])
    turned = homography.about(*size.centre, homography.rotate(0.4))
    for src_from_dst in (homography.scale(2, 2), turned, 1.7 * turned, 40 * turned, np.eye(3)):
        src_from_dst[2, 2] = 1
        copied = render(np.ascontiguousarray(seen), src_from_dst, size, filter=filter)
        np.testing.assert_array_equal(render(seen, src_from_dst, size, filter=filter), copied)
