"""The largest rectangle of covered pixels of any shape: against counting by hand, search and the classic algorithm."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from core import Size, homography, inscribed_mask
from core.errors import NothingInscribed
from core.inscribed_mask import largest_in_mask
from core.inscribed_quad import largest_in_quad
from tests.core.maps import turn

FORKED = """
    . . # # # . .
    # # # # # # .
    # # # . # # .
    # # # # # # #
    . # # # # # #
"""


def read(drawing):
    return np.array([[cell == "#" for cell in line.split()] for line in drawing.split("\n") if line.strip()])


def largest_of(mask, left=0.0, top=0.0):
    """Ask for a mask that lies with its corner at (left, top)."""

    def is_covered(x, y):
        column, row = x - left - 0.5, y - top - 0.5
        np.testing.assert_array_equal((column % 1).sum() + (row % 1).sum(), 0)
        return mask[row.astype(int), column.astype(int)]

    return largest_in_mask(is_covered, (left, top, float(mask.shape[1]), float(mask.shape[0])))


def pixels_of(rectangle):
    """The rows and columns of a rectangle on a lattice that starts at 0."""
    left, top, size = rectangle
    return slice(int(top), int(top) + size.height), slice(int(left), int(left) + size.width)


def area_by_search(mask):
    return max(
        (end - first) * (right - left)
        for first, end in itertools.combinations(range(mask.shape[0] + 1), 2)
        for left, right in itertools.combinations(range(mask.shape[1] + 1), 2)
        if mask[first:end, left:right].all()
    )


def area_by_stack(mask):
    """The classic algorithm: the largest rectangle in each row's histogram, by a stack of rising bars."""
    best, bars = 0, np.zeros(mask.shape[1] + 1, int)
    for covered in mask:
        bars[:-1] = (bars[:-1] + 1) * covered
        rising = []
        for column, bar in enumerate(bars.tolist()):
            start = column
            while rising and rising[-1][1] >= bar:
                start, height = rising.pop()
                best = max(best, height * (column - start))
            rising.append((start, bar))
    return best


def swirled_square(size):
    """A square whose sides are wound up around its centre, and a hole beside it."""
    y, x = (np.mgrid[:size, :size] + 0.5) / size * 2 - 1
    radius = np.hypot(x, y)
    angle = np.arctan2(y, x) + 2 * np.exp(-3 * radius)
    in_square = np.maximum(np.abs(radius * np.cos(angle)), np.abs(radius * np.sin(angle))) < 0.7
    return in_square & (np.hypot(x - 0.3, y + 0.1) > 0.05)


def blobs(size, seed):
    """Where a sum of a few random waves is high: smooth shores, islands and lakes."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size] / size
    waves = [np.sin(2 * np.pi * (a * x + b * y + c)) for a, b, c in random.uniform(-3, 3, (8, 3))]
    return sum(waves) > -1


def test_it_is_as_counted_by_hand():
    assert largest_of(read(FORKED)) == (1, 3, (6, 2))
    assert largest_of(read(FORKED).T) == (3, 1, (2, 6))
    assert largest_of(read(FORKED)[:, ::-1]) == (0, 3, (6, 2))


def test_the_lattice_starts_at_the_boxs_corner():
    assert largest_of(read(FORKED), left=-7.25, top=1e6 + 0.375) == (-6.25, 1e6 + 3.375, (6, 2))


@pytest.mark.parametrize(("width", "columns"), [(10, 10), (10 + 1e-9, 10), (10 - 1e-9, 10), (10.3, 11), (0.2, 1)])
def test_the_box_ends_with_the_pixel_that_it_cuts(width, columns):
    everywhere = largest_in_mask(lambda x, y: (x + y) < np.inf, (0.5, 0.25, width, 3.0))
    assert everywhere == (0.5, 0.25, (columns, 3))


def test_of_equal_areas_the_uppermost_then_leftmost_is_taken():
    assert largest_of(np.eye(4, dtype=bool)) == (0, 0, (1, 1))
    assert largest_of(read("# . #")) == (0, 0, (1, 1))


@given(
    mask=arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.sampled_from([True, True, False]))
)
@settings(max_examples=150)
def test_no_rectangle_of_a_small_mask_is_larger(mask):
    if not mask.any():
        with pytest.raises(NothingInscribed):
            largest_of(mask)
        return
    rectangle = largest_of(mask)
    assert mask[pixels_of(rectangle)].all()
    assert rectangle.size.pixels == mask[pixels_of(rectangle)].size == area_by_search(mask)


@pytest.mark.parametrize("mask", [swirled_square(400), *(blobs(300, seed) for seed in range(4))])
def test_it_is_what_the_classic_algorithm_finds(mask):
    rectangle = largest_of(mask)
    assert mask[pixels_of(rectangle)].all()
    assert rectangle.size.pixels == area_by_stack(mask)


@pytest.mark.parametrize("size", [100, 999, 1500])
def test_of_a_disc_it_is_the_square(size):
    """The centres' box has its corners in the disc: (w - 1)^2 + (h - 1)^2 <= size^2, so w·h <= (1 + size/sqrt(2))^2."""
    rectangle = largest_in_mask(
        lambda x, y: np.hypot(x - size / 2, y - size / 2) <= size / 2, (0.0, 0.0, float(size), float(size))
    )
    assert (size / math.sqrt(2) - 1) ** 2 <= rectangle.size.pixels <= (size / math.sqrt(2) + 1) ** 2


@pytest.mark.parametrize(("column", "row"), [(700, 20), (3, 640), (901, 1499), (0, 0)])
def test_one_missing_pixel_is_avoided(column, row):
    size = 1500
    left, top, found = largest_in_mask(lambda x, y: (x != column + 0.5) | (y != row + 0.5), (0.0, 0.0, 1500.0, 1500.0))
    assert found.pixels == size * max(column, row, size - 1 - column, size - 1 - row)
    assert not (left < column + 0.5 < left + found.width and top < row + 0.5 < top + found.height)


@pytest.mark.parametrize("degrees", [7, 45, 120])
def test_of_a_turned_picture_it_is_what_straight_edges_give(degrees):
    """On the lattice that the best rectangle of all lies on there is no better one."""
    source = Size(500, 300)
    src_from_dst = turn(degrees, about=(250, 150))
    left, top, size = largest_in_quad(src_from_dst, source)

    def is_covered(x, y):
        src_x, src_y, _ = homography.apply(src_from_dst, x, y)
        return (np.abs(src_x - 250) <= 249.5) & (np.abs(src_y - 150) <= 149.5)

    found = largest_in_mask(is_covered, (left - 400, top - 400, 1200.0, 1200.0))
    assert found.size.pixels == size.pixels


@pytest.mark.parametrize("strip_pixels", [1, 1000, 1 << 30])
def test_it_does_not_depend_on_the_strips(strip_pixels, monkeypatch):
    mask = blobs(120, seed=7)
    expected = largest_of(mask)
    monkeypatch.setattr(inscribed_mask, "STRIP_PIXELS", strip_pixels)
    assert largest_of(mask) == expected


def test_every_pixel_is_tested_once_a_few_at_a_time():
    asked = []

    def is_covered(x, y):
        assert x.shape == (1, 1700)
        asked.append(y.size)
        return x * y > 0

    assert largest_in_mask(is_covered, (0.0, 0.0, 1700.0, 900.0)) == (0, 0, (1700, 900))
    assert sum(asked) == 900
    assert max(asked) * 1700 <= inscribed_mask.STRIP_PIXELS


@pytest.mark.parametrize("box", [(0.0, 0.0, 40.0, 30.0), (5.0, 5.0, 0.0, 7.0), (5.0, 5.0, 7.0, 0.0)])
def test_where_nothing_is_covered_there_is_no_rectangle(box):
    with pytest.raises(NothingInscribed):
        largest_in_mask(lambda x, y: x + y > 1e3, box)
