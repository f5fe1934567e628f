"""The largest rectangle inside a projective picture: against search, linear programming and the closed form."""

import itertools
import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from core import Size, homography
from core.errors import HorizonInView, InvalidSize, NothingInscribed
from core.grid import SLACK
from core.inscribed_quad import MOST_SIDES, largest_in_quad
from tests.core.polygons import beside, square_to
from tests.core.strategies import affine_maps, projective_maps

any_map = affine_maps() | projective_maps()
sizes = st.builds(Size, st.integers(1, 14), st.integers(1, 14))


def corners_of(dst_from_src, source):
    """The picture's corners, clockwise as seen also if the map mirrors."""
    x, y, w = dst_from_src @ [*source.corners, np.ones(4)]
    corners = list(zip(x / w, y / w, strict=True))
    mirrors = np.linalg.det(dst_from_src) < 0
    return corners[::-1] if mirrors else corners


def is_before_horizon(dst_from_src, source):
    """Tell whether the whole picture lies so far before it that no test has to search a vast image."""
    return np.all(dst_from_src @ [*source.corners, np.ones(4)] > np.array([[-np.inf], [-np.inf], [0.05]]))


def edges_of(corners):
    return zip(corners, [*corners[1:], corners[0]], strict=True)


def least_inside(corners, x, y):
    """How far points lie inside the edge that is nearest to them."""
    return np.min([beside((x, y), *edge) for edge in edges_of(corners)], axis=0)


def area_in(src_from_dst, source):
    try:
        return largest_in_quad(src_from_dst, source).size.pixels
    except NothingInscribed:
        return 0


def area_by_linear_programming(corners, inset):
    """The best area if a pixel's centre must lie `inset` inside each edge: for each width the greatest height."""
    starts, along = np.array(corners), np.roll(corners, -1, axis=0) - corners
    normals = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(*along.T)[:, np.newaxis]
    offsets = -np.sum(normals * starts, axis=1)
    best, width, height = 0, 0, 0
    while height is not None:
        best, width = max(best, width * height), width + 1
        solved = linprog(
            [0, 0, -1],  # the middle's x and y, and the height less one
            A_ub=-np.column_stack([normals, -np.abs(normals[:, 1]) / 2]),
            b_ub=offsets - inset - np.abs(normals[:, 0]) * (width - 1) / 2,
            bounds=[(None, None), (None, None), (0, None)],
        )
        height = math.floor(solved.x[2] + 1 + 1e-9) if solved.success else None
    return best


def area_by_search(corners, steps):
    """The best area over all rectangles whose corners lie at whole multiples of 1 / steps."""
    best = 0
    (left, top), (right, bottom) = np.floor(np.min(corners, axis=0)), np.ceil(np.max(corners, axis=0))
    for shift_x, shift_y in itertools.product(np.arange(steps) / steps, repeat=2):
        x, y = np.arange(left, right) + shift_x + 0.5, np.arange(top, bottom) + shift_y + 0.5
        covered = least_inside(corners, x[np.newaxis], y[:, np.newaxis]) >= 0.5
        for first, end in itertools.combinations(range(len(y) + 1), 2):
            columns = covered[first:end].all(axis=0)
            widest = max((len(list(run)) for is_in, run in itertools.groupby(columns) if is_in), default=0)
            best = max(best, widest * (end - first))
    return best


@pytest.mark.parametrize("source", [Size(7, 4), Size(1, 1), Size(3, 16384), Size(50_000, 40_001)])
@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("mirror", [1, -1])
@pytest.mark.parametrize("shift", [(0, 0), (-13, 5), (10**6, -(10**9))])
def test_of_an_exact_copy_it_is_the_whole_picture(source, quarters, mirror, shift):
    turned = homography.compose(homography.rotate(quarters * math.pi / 2), homography.scale(mirror, 1))
    dst_from_src = homography.compose(homography.translate(*shift), turned)
    left, top, size = largest_in_quad(homography.invert(dst_from_src), source)
    assert size == (Size(source.height, source.width) if quarters % 2 else source)
    x, y, _ = homography.apply(dst_from_src, *source.corners)
    np.testing.assert_allclose((left, top), (x.min(), y.min()), rtol=0, atol=1e-9)
    src_from_canvas = homography.compose(homography.invert(dst_from_src), homography.translate(left, top))
    assert homography.is_copy(homography.snap(src_from_canvas, size))


@pytest.mark.parametrize(
    ("dst_from_src", "rectangle"),  # of a 10x6 picture
    [
        (homography.scale(3, 0.5), (0, 0, (30, 3))),
        (homography.compose(homography.translate(0.3, -7), homography.scale(2, -2)), (0.3, -19, (20, 12))),
        (homography.scale(1.25, 1.25), (0.25, 0.25, (12, 7))),  # 12.5 x 7.5: in the middle
        (homography.scale(1 - 1e-9, 1 + 1e-9), (-5e-9, 3e-9, (10, 6))),
        (homography.scale(1 - 1e-5, 1), (0.49995, 0, (9, 6))),
        (homography.shear(1, 0), (5.5, 0.5, (5, 5))),  # (w - 1) + (h - 1) <= 10 - sqrt(2): half a pixel off each side
    ],
)
def test_rectangles_are_as_worked_by_hand(dst_from_src, rectangle):
    left, top, size = largest_in_quad(homography.invert(dst_from_src), Size(10, 6))
    assert size == rectangle[2]
    np.testing.assert_allclose((left, top), rectangle[:2], rtol=0, atol=1e-9)


@given(dst_from_src=any_map, source=sizes)
@settings(max_examples=100)
def test_every_pixel_is_covered(dst_from_src, source):
    assume(is_before_horizon(dst_from_src, source))
    src_from_dst = homography.invert(dst_from_src)
    assume(area_in(src_from_dst, source))
    left, top, size = largest_in_quad(src_from_dst, source)
    x, y = left + 0.5 + np.arange(size.width), top + 0.5 + np.arange(size.height)
    inside = least_inside(corners_of(dst_from_src, source), x[np.newaxis], y[:, np.newaxis])
    assert inside.min() >= 0.5 - SLACK / 4  # then the coverage is above (1 - SLACK / 2)^2 even between four such edges


@given(dst_from_src=any_map, source=sizes)
@settings(max_examples=30)
def test_no_size_of_a_larger_area_fits_anywhere(dst_from_src, source):
    """Two slacks enclose what the one of the code can do."""
    assume(is_before_horizon(dst_from_src, source))
    corners = corners_of(dst_from_src, source)
    area = area_in(homography.invert(dst_from_src), source)
    assert area_by_linear_programming(corners, 0.5 + SLACK) <= area
    assert area <= area_by_linear_programming(corners, 0.5 - SLACK)


@given(dst_from_src=any_map, source=st.builds(Size, st.integers(1, 4), st.integers(1, 4)))
@settings(max_examples=30)
def test_no_rectangle_on_a_fine_lattice_is_larger(dst_from_src, source):
    assume(is_before_horizon(dst_from_src, source))
    assert area_by_search(corners_of(dst_from_src, source), steps=4) <= area_in(homography.invert(dst_from_src), source)


def test_the_search_finds_the_same_where_the_lattice_holds_the_best():
    dst_from_src = square_to([(1.25, 0.5), (9.75, 1.5), (8.5, 7.25), (2, 8.75)], 5, 3)
    area = area_in(homography.invert(dst_from_src), Size(5, 3))
    assert area_by_search(corners_of(dst_from_src, Size(5, 3)), steps=4) == area


@pytest.mark.parametrize("source", [Size(6000, 4000), Size(1000, 16384), Size(40_000_000, 30_000_000)])
@pytest.mark.parametrize("degrees", [0.5, 10, 30, 45, 61.7, 89.9, 100, -150])
def test_of_a_turned_picture_it_is_the_closed_form_to_a_pixel(source, degrees):
    turn = homography.about(*source.centre, homography.rotate(math.radians(degrees)))
    size = largest_in_quad(homography.invert(turn), source).size
    cosine, sine = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    width, height = largest_real(source.width, source.height, cosine, sine)
    assert math.floor(width) * math.floor(height) <= size.pixels
    over = cosine + sine - 1 + 2 * SLACK  # what a corner of an outermost pixel may poke out, over both sides
    width, height = largest_real(source.width + over, source.height + over, cosine, sine)
    assert size.pixels <= width * height


def largest_real(width, height, cosine, sine):
    """Maximise w·h subject to w·cos + h·sin <= width and w·sin + h·cos <= height.

    On one constraint alone each product is half of its side, which is best if the other one leaves it; else both hold
    with equality.
    """
    for side, (for_w, for_h), (w_other, h_other), other in (
        (width, (cosine, sine), (sine, cosine), height),
        (height, (sine, cosine), (cosine, sine), width),
    ):
        w, h = side / 2 / for_w, side / 2 / for_h
        if w * w_other + h * h_other <= other:
            return w, h
    determinant = cosine**2 - sine**2
    return (width * cosine - height * sine) / determinant, (height * cosine - width * sine) / determinant


@given(dst_from_src=affine_maps(), source=sizes)
@settings(max_examples=50)
def test_it_lies_in_the_middle_of_an_affine_picture(dst_from_src, source):
    src_from_dst = homography.invert(dst_from_src)
    assume(area_in(src_from_dst, source))
    left, top, size = largest_in_quad(src_from_dst, source)
    x, y, _ = homography.apply(dst_from_src, *source.centre)
    np.testing.assert_allclose((left + size.width / 2, top + size.height / 2), (x, y), rtol=0, atol=1e-8)


@pytest.mark.parametrize(("source", "size"), [(Size(640, 480), (340, 339)), (Size(480, 640), (339, 340))])
def test_of_equal_areas_it_takes_the_shape_nearest_to_the_sources(source, size):
    turn = homography.about(*source.centre, homography.rotate(math.radians(45)))
    assert largest_in_quad(homography.invert(turn), source).size == size


@pytest.mark.parametrize(
    ("dst_from_src", "source"),
    [
        (homography.scale(0.1, 1), Size(9, 50)),
        (homography.compose(homography.rotate(math.radians(45)), homography.scale(1, 0.999)), Size(1000, 1)),
        (homography.scale(1e-9, 1e-9), Size(50_000, 50_000)),
        (square_to([(0, 0), (50, 0.9), (100, 1.9), (50, 1.2)], 8, 6), Size(8, 6)),
    ],
)
def test_a_picture_without_a_whole_pixel_has_no_rectangle(dst_from_src, source):
    with pytest.raises(NothingInscribed):
        largest_in_quad(homography.invert(dst_from_src), source)


@pytest.mark.parametrize("quarters", [0, 1])
def test_a_long_thin_picture_is_searched_along_its_few_sides(quarters):
    """1.6e9 x 31 pixels, rising by 16 from end to end; each height is tried here."""
    angle = 1e-8
    dst_from_src = homography.compose(homography.rotate(quarters * math.pi / 2 + angle), homography.scale(1e5, 31 / 3))
    size = largest_in_quad(homography.invert(dst_from_src), Size(16000, 3)).size
    cosine, sine = math.cos(angle), math.sin(angle)
    best, best_with_slack = (
        max(
            height * math.floor(min((16e8 + over - height * sine) / cosine, (31 + over - height * cosine) / sine))
            for height in range(1, 32)
        )
        for over in (cosine + sine - 1, cosine + sine - 1 + 2 * SLACK)
    )
    assert best <= size.pixels <= best_with_slack
    assert size.width > size.height if quarters == 0 else size.width < size.height


def test_a_vast_picture_is_searched_in_bounded_memory():
    """1e14 pixels a side, about as many as float64 can count."""
    turn = homography.compose(homography.scale(2e10, 2e10), homography.rotate(math.radians(30)))
    tracemalloc.start()
    size = largest_in_quad(homography.invert(turn), Size(6000, 4000)).size
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    numbers = 4 * 2 + 8  # for each side looked at: four bounds, twice over, and a few of its own
    assert peak <= numbers * np.float64().nbytes * MOST_SIDES
    width, height = largest_real(12e13, 8e13, math.cos(math.radians(30)), math.sin(math.radians(30)))
    np.testing.assert_allclose(float(size.pixels), width * height, rtol=1 / MOST_SIDES)


@pytest.mark.parametrize("degrees", [30, 123, 211])
@pytest.mark.parametrize("shift", [(2**40 - 3, 2**39), (-(2**38), 2**40 - 7)])
def test_a_far_shift_moves_it_along(degrees, shift):
    """At 2^40 float64 has steps of 2^-12. Two products and a sum, rounded, place the picture; one more rounding it."""
    source = Size(700, 400)
    src_from_dst = homography.rotate(math.radians(-degrees))
    left, top, size = largest_in_quad(src_from_dst, source)
    far = largest_in_quad(homography.compose(src_from_dst, homography.translate(-shift[0], -shift[1])), source)
    assert far.size == size
    moved = (far.left - shift[0] - left, far.top - shift[1] - top)
    np.testing.assert_array_less(np.hypot(*moved), (3 / 2 + 1 / 2) * math.sqrt(2) * 2**-12)


def test_a_picture_that_reaches_the_horizon_but_for_rounding_is_refused():
    src_from_dst = homography.invert(np.array([[1, 0, 0], [0, 1, 0], [-1 / 8, 0, 1]]))
    with pytest.raises(HorizonInView):
        largest_in_quad(src_from_dst, Size(8, 6))


@pytest.mark.parametrize("beyond", [1e-46, 1e-300])
def test_a_picture_that_nearly_reaches_the_horizon_is_refused(beyond):
    """The horizon is the picture's upper edge, but for a hair: the image is longer than numbers can be told apart."""
    with pytest.raises(InvalidSize, match="scale it less"):
        largest_in_quad(homography.invert(np.array([[0, 0, 1], [1, 0, 0], [0, 1, beyond]])), Size(12, 7))


@pytest.mark.parametrize("factor", [2e15, 1e40, 1e150])
def test_a_picture_larger_than_can_be_counted_is_refused(factor):
    with pytest.raises(InvalidSize, match="scale it less"):
        largest_in_quad(homography.scale(1 / factor, 1 / factor), Size(12, 7))
