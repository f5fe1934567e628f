"""The eight EXIF orientations, against arrays turned by hand and by Pillow."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from core import Size
from service.decode import ImageHeader
from service.upright import upright, upright_size
from tests import pictures

STORED = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)

# Exif 3.0, tag 0x0112: "the 0th row is at the visual ... and the 0th column is the visual ..."
SEEN = {
    1: [[1, 2, 3], [4, 5, 6]],  # top, left
    2: [[3, 2, 1], [6, 5, 4]],  # top, right
    3: [[6, 5, 4], [3, 2, 1]],  # bottom, right
    4: [[4, 5, 6], [1, 2, 3]],  # bottom, left
    5: [[1, 4], [2, 5], [3, 6]],  # left, top
    6: [[4, 1], [5, 2], [6, 3]],  # right, top: turn it clockwise to see it upright
    7: [[6, 3], [5, 2], [4, 1]],  # right, bottom
    8: [[3, 6], [2, 5], [1, 4]],  # left, bottom: turn it counter-clockwise
}

ALL = sorted(SEEN)


@pytest.mark.parametrize("orientation", ALL)
def test_a_picture_of_six_pixels_is_turned_as_by_hand(orientation):
    assert upright(STORED[..., np.newaxis], orientation)[..., 0].tolist() == SEEN[orientation]


@pytest.mark.parametrize("orientation", ALL)
def test_pillow_turns_it_the_same_way(orientation):
    picture = Image.fromarray(STORED)
    picture.getexif()[0x0112] = orientation
    assert np.asarray(ImageOps.exif_transpose(picture)).tolist() == SEEN[orientation]


@pytest.mark.parametrize("orientation", ALL)
@pytest.mark.parametrize("depth", pictures.DEPTHS)
def test_it_is_a_view_and_what_pillow_makes_of_any_picture(orientation, depth):
    stored = pictures.random(7, 5, 1, depth)
    seen = upright(stored, orientation)
    assert np.shares_memory(seen, stored)
    picture = Image.fromarray(stored[..., 0])
    picture.getexif()[0x0112] = orientation
    np.testing.assert_array_equal(seen[..., 0], np.asarray(ImageOps.exif_transpose(picture)))


@pytest.mark.parametrize("orientation", ALL)
def test_5_to_8_exchange_the_sides(orientation):
    size = upright_size(ImageHeader("PNG", 3, 2, orientation, 1, 8, 8))
    assert size == (Size(2, 3) if orientation >= 5 else Size(3, 2))
    height, width, _ = upright(STORED[..., np.newaxis], orientation).shape
    assert size == (width, height)


@pytest.mark.parametrize("orientation", [0, 9, -1])
def test_there_are_no_others(orientation):
    with pytest.raises(KeyError):
        upright(STORED[..., np.newaxis], orientation)
