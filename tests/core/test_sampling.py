"""The sums behind every pixel: which neighbours a point reads, and what they weigh."""

import numpy as np
import pytest

from core import BORDERS, FILTERS
from core.light import LIGHTS
from core.pyramid import Pyramid
from core.sampling import Neighbours, Read, folded, sample, within
from tests import oracles, pictures

ONE_POINT = np.ones(1, np.float32)


def at(x, y, picture, filter="bilinear", border="edge"):
    """Read one point: its value, and the sum of its weights."""
    values, total = sample(Pyramid(picture, LIGHTS["srgb"]), [read_of([x], [y], picture, filter, border)], (1, 1))
    return values[0, 0].tolist(), total.item()


def read_of(x, y, picture, filter="bilinear", border="edge", **how):
    height, width, _ = picture.shape
    taps = FILTERS[filter]
    rows = folded(taps(np.array(y, float)), height, border)
    columns = folded(taps(np.array(x, float)), width, border)
    inside = within(taps(np.array(y, float)), height) * within(taps(np.array(x, float)), width)
    neighbours = Neighbours(rows, columns, inside if border == "constant" else None)
    return Read(**{"pixels": slice(None), "level": 0, "share": ONE_POINT, **how}, neighbours=neighbours)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filter", FILTERS)
def test_the_centre_of_a_pixel_reads_the_pixel(filter, border):
    assert at(2.5, 1.5, pictures.ramp(5, 4), filter, border) == ([3 * 2 + 7 * 1], 1)


@pytest.mark.parametrize("filter", ["bilinear", "bicubic"])
def test_a_linear_ramp_is_reproduced_in_x_and_y(filter):
    assert at(2.75, 1.75, pictures.ramp(5, 4), filter, "constant") == ([3 * 2.25 + 7 * 1.25], 1)


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


def test_the_reads_of_a_pixel_add_up_by_their_shares():
    picture = pictures.ramp(5, 4)
    reads = [
        read_of([2.5, 3.5], [1.5, 0.5], picture, share=np.array([0.25, 0.5], np.float32)),
        read_of([0.5], [2.5], picture, share=np.array([0.75], np.float32), pixels=np.array([0])),
    ]
    values, total = sample(Pyramid(picture, LIGHTS["srgb"]), reads, (1, 2))
    np.testing.assert_array_equal(values.ravel(), [0.25 * (3 * 2 + 7) + 0.75 * (7 * 2), 0.5 * 9])
    np.testing.assert_array_equal(total, [[1, 0.5]])


def test_a_pixel_of_several_points_sums_them():
    picture = pictures.ramp(5, 4)
    shares = np.array([0.5, 0.25, 0.125, 1], np.float32)
    read = read_of([0.5, 1.5, 2.5, 3.5], [0.5] * 4, picture, share=shares, pixels=np.array([2, 0]))
    values, total = sample(Pyramid(picture, LIGHTS["srgb"]), [read._replace(starts=np.array([0, 3]))], (1, 3))
    np.testing.assert_array_equal(values.ravel(), [9, 0, 0.25 * 3 + 0.125 * 6])
    np.testing.assert_array_equal(total, [[1, 0, 0.875]])


@pytest.mark.parametrize(("width", "height"), [(6, 5), (1, 5), (6, 1), (1, 1)])
@pytest.mark.parametrize("exchanged", [False, True])
@pytest.mark.parametrize("filter", oracles.KERNELS)
def test_a_lattice_is_summed_as_its_points_are(filter, exchanged, width, height):
    picture = pictures.random(9, 7, 4)
    across, down = np.linspace(0.3, 8.1, width)[np.newaxis], np.linspace(6.2, 0.4, height)[:, np.newaxis]
    x, y = (down, across) if exchanged else (across, down)
    share = np.linspace(0.5, 1, width * height, dtype=np.float32).reshape(height, width)
    lattice = read_of(x, y, picture, filter, "mirror", share=share)
    each_x, each_y = np.broadcast_arrays(x, y)
    scattered = read_of(each_x.ravel(), each_y.ravel(), picture, filter, "mirror", share=share.ravel())
    both = [sample(Pyramid(picture, LIGHTS["srgb"]), [read], (height, width)) for read in (lattice, scattered)]
    # The two orders of summing at most 36 products differ by that many roundings of what they sum to unsigned.
    np.testing.assert_allclose(both[0][0], both[1][0], rtol=0, atol=36 * 2**-24 * 255 * 1.55**2)
    np.testing.assert_allclose(both[0][1], both[1][1], rtol=36 * 2**-24 * 1.55**2)
