import numpy as np
import pytest

from core import BORDERS
from core.sampling import neighbours, sample
from tests import pictures
from tests.core.rendering import size_of


def at(x, y, picture, filter="bilinear", border="edge"):
    point = np.array([[float(x)]]), np.array([[float(y)]])
    values, inside = sample(picture, neighbours(*point, size_of(picture), filter=filter, border=border))
    return values[0, 0].tolist(), inside.item()


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filter", ["nearest", "bilinear"])
def test_the_centre_of_a_pixel_reads_the_pixel(filter, border):
    assert at(2.5, 1.5, pictures.ramp(5, 4), filter, border) == ([3 * 2 + 7 * 1], 1)


def test_bilinear_reproduces_a_linear_ramp_in_x_and_y():
    assert at(2.75, 1.75, pictures.ramp(5, 4)) == ([3 * 2.25 + 7 * 1.25], 1)


def test_nearest_reads_the_pixel_that_the_point_lies_in():
    assert at(2.999, 1.001, pictures.ramp(5, 4), "nearest") == ([3 * 2 + 7 * 1], 1)


@pytest.mark.parametrize(
    ("border", "value", "inside"),
    [
        ("edge", 10, 1),
        ("clip", 10, 1),
        ("constant", 7.5, 0.75),
        ("reflect", 10, 1),
        ("mirror", 12.5, 1),
        ("wrap", 15, 1),
    ],
)
def test_a_quarter_of_a_pixel_outside_the_first_centre(border, value, inside):
    row = np.array([[[10], [20], [30]]], np.uint8)
    assert at(0.25, 0.5, row, border=border) == ([value], inside)


def test_colour_is_weighted_by_alpha():
    pair = np.array([[[255, 0, 0, 255], [0, 255, 0, 0]]], np.uint8)
    assert at(1, 0.5, pair) == ([127.5, 0, 0, 127.5], 1)
