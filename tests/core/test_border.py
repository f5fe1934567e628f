import numpy as np
import pytest

from core import border

AROUND = np.arange(-5, 9)

ROWS = {  # indices -5 to 8 into a row of four
    "edge": "aaaaa abcd ddddd",
    "reflect": "ddcba abcd dcbaa",
    "mirror": "bcdcb abcd cbabc",
    "wrap": "dabcd abcd abcda",
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_of_four_goes_on_as_drawn(name):
    read = "".join("abcd"[index] for index in border.BORDERS[name](AROUND, 4))
    assert f"{read[:5]} {read[5:9]} {read[9:]}" == ROWS[name]


@pytest.mark.parametrize("name", border.BORDERS)
def test_a_side_of_one_has_one_index(name):
    np.testing.assert_array_equal(border.BORDERS[name](AROUND, 1), 0)


@pytest.mark.parametrize("name", ["clip", "constant"])
def test_borders_that_show_the_fill_read_the_nearest_pixel(name):
    np.testing.assert_array_equal(border.BORDERS[name](AROUND, 4), border.edge(AROUND, 4))
    assert name in border.SHOWS_FILL


def test_only_clip_and_constant_show_the_fill():
    assert set(border.BORDERS) - set(ROWS) == border.SHOWS_FILL


@pytest.mark.parametrize("side", [1, 2, 5])
@pytest.mark.parametrize("name", border.POINT_FOLDS)
def test_a_point_on_a_centre_is_folded_as_its_pixel(name, side):
    index = np.arange(-3 * side - 2, 4 * side + 2)
    np.testing.assert_array_equal(border.POINT_FOLDS[name](index + 0.5, side), border.BORDERS[name](index, side) + 0.5)


def test_the_borders_under_which_the_picture_goes_on_fold_points():
    assert set(border.POINT_FOLDS) == set(border.BORDERS) - border.SHOWS_FILL - {"edge"}
