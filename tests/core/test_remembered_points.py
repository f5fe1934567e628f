"""What a sampling grid remembers of the geometry: worked out once for all pictures, in bounded memory."""

import tracemalloc

import numpy as np
import pytest

from core import BORDERS, FILTERS, Chain, Size, Swirl, homography, warp_batch
from tests import pictures
from tests.core.grids import BENT, CANVAS, HORIZON, SEEN_IN_PERSPECTIVE, SOURCE, TURN, grid_of, through
from tests.core.maps import turn
from tests.core.rendering import render

PLAIN, WITH_DERIVATIVE = 20, 52
"""Bytes a pixel: x and y in float64 and its share in float32; and the four entries of the derivative in float64."""


def ranges_of(grid, strip_rows):
    height = grid.canvas.height
    return [range(top, min(top + strip_rows, height)) for top in range(0, height, strip_rows)]


def arrays_of(points):
    return [points.x, points.y, points.share, *(points.jacobian or ())]


def bytes_of(points):
    return sum(array.nbytes for array in arrays_of(points))


def is_kept(grid, rows):
    """Whether the points of a strip are the same objects when they are asked for again."""
    return grid.points(rows) is grid.points(rows)


def kept_in(grid, strip_rows):
    return [is_kept(grid, rows) for rows in ranges_of(grid, strip_rows)]


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("src_from_dst", [TURN, turn(17, 1.3), SEEN_IN_PERSPECTIVE, BENT])
def test_the_geometry_is_computed_once_for_all_pictures(followed, src_from_dst, border, filter):
    """And, of an affine map, the derivative once more: for the windows of weights that all pixels have."""
    grid = grid_of(src_from_dst, filter=filter, border=border)
    has_windows = grid.chain.projective is not None and grid.chain.projective.is_affine
    averaged, plain = {"src_with_jacobian": CANVAS.pixels + has_windows}, {"src_from_dst": CANVAS.pixels}
    followed.clear()
    for seed in range(4):
        through(grid, pictures.random(*SOURCE, 3, seed=seed), strip_rows=5)
        assert followed == (averaged if grid.reads_knots else plain)


@pytest.mark.parametrize(
    ("antialias", "border", "asked"),
    [(True, "clip", "src_with_jacobian"), (False, "clip", "src_with_jacobian"), (False, "edge", "src_from_dst")],
)
def test_the_derivative_of_a_bent_map_serves_the_edge_and_the_average(followed, antialias, border, asked):
    through(grid_of(BENT, border=border, antialias=antialias), pictures.random(*SOURCE, 3))
    assert followed == {asked: CANVAS.pixels}


@pytest.mark.parametrize(
    ("src_from_dst", "asked", "bytes_a_pixel"),
    [(TURN, "src_from_dst", PLAIN), (SEEN_IN_PERSPECTIVE, "src_with_jacobian", WITH_DERIVATIVE)],
)
def test_what_is_not_remembered_is_computed_for_each_picture(followed, src_from_dst, asked, bytes_a_pixel):
    grid = grid_of(src_from_dst, kept_bytes=bytes_a_pixel * CANVAS.pixels // 2)
    followed.clear()
    for seed in range(3):
        through(grid, pictures.random(*SOURCE, 3, seed=seed), strip_rows=6)
    assert followed[asked] == CANVAS.pixels * (1 + 0.5 + 0.5)


@pytest.mark.parametrize(
    ("src_from_dst", "asked"), [(TURN, "src_from_dst"), (SEEN_IN_PERSPECTIVE, "src_with_jacobian")]
)
def test_a_single_warp_computes_its_geometry_once_and_remembers_nothing(followed, src_from_dst, asked):
    picture = pictures.random(*SOURCE, 3)
    for count in (1, 2):
        render(picture, src_from_dst, CANVAS, strip_rows=5)
        assert followed[asked] == CANVAS.pixels * count
    assert kept_in(grid_of(src_from_dst, kept_bytes=0), 5) == [False] * 5


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("src_from_dst", [TURN, SEEN_IN_PERSPECTIVE])
def test_strips_are_remembered_in_turn_up_to_the_bound_and_not_a_byte_beyond(src_from_dst, border, filter):
    def grid_with(room):
        return grid_of(src_from_dst, filter=filter, border=border, kept_bytes=room)

    sizes = [bytes_of(grid_with(0).points(rows)) for rows in ranges_of(grid_of(), 5)]
    assert sizes[-1] < sizes[0], "the last strip is shorter"
    for count in range(4):
        for spare in (0, sizes[-1] - 1):
            assert kept_in(grid_with(sum(sizes[:count]) + spare), 5) == [True] * count + [False] * (5 - count)
        grid = grid_with(sum(sizes[: count + 1]) - 1)
        kept = kept_in(grid, 5)
        assert sum(size for size, remembered in zip(sizes, kept, strict=True) if remembered) < sum(sizes[: count + 1])
        assert kept[:4] == [True] * count + [False] * (4 - count)
    assert all(kept_in(grid_with(sum(sizes)), 5))


def test_who_comes_first_is_remembered_and_never_makes_room():
    first, *others = reversed(ranges_of(grid_of(), 6))
    grid = grid_of(kept_bytes=PLAIN * 6 * CANVAS.width)
    points = grid.points(first)
    assert not any(is_kept(grid, rows) for rows in others)
    assert grid.points(first) is points


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("border", ["clip", "constant", "edge"])
@pytest.mark.parametrize(
    "src_from_dst", [TURN, SEEN_IN_PERSPECTIVE, Chain().then(Swirl(1.0, 200, 240, 190))], ids=["turn", "view", "bent"]
)
def test_a_grid_holds_no_more_memory_than_its_bound(src_from_dst, border, filter):
    """Whatever a map returns: were an array that is kept a view of a larger one, that would be held too."""
    size, bound = Size(500, 400), 1_000_000
    tracemalloc.start()
    try:
        grid = grid_of(src_from_dst, size, size, filter, border, kept_bytes=bound)
        for rows in ranges_of(grid, 8):
            grid.points(rows)
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    np.testing.assert_array_less([bound / 2, held], [held, bound + 65536])  # the objects around the arrays


AFFINE_ENTRIES = 4 * 8
"""Bytes of a derivative that is the same for all pixels."""


@pytest.mark.parametrize(
    ("src_from_dst", "most"),
    [
        (TURN, PLAIN * CANVAS.pixels),
        (turn(17, 1.3), PLAIN * CANVAS.pixels + AFFINE_ENTRIES),
        (np.diag([1.3, 300, 1]), PLAIN * CANVAS.pixels + AFFINE_ENTRIES),
        (SEEN_IN_PERSPECTIVE, WITH_DERIVATIVE * CANVAS.pixels),
        (HORIZON, WITH_DERIVATIVE * CANVAS.pixels),
        (BENT, WITH_DERIVATIVE * CANVAS.pixels),
    ],
)
@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("border", BORDERS)
def test_a_pixel_takes_the_bytes_that_the_grid_says(border, filter, src_from_dst, most):
    for source in (SOURCE, Size(70_000, 70_000)):
        size = bytes_of(grid_of(src_from_dst, source=source, filter=filter, border=border).points(range(24)))
        assert size == (PLAIN * CANVAS.pixels if filter == "nearest" else most)
    plain = grid_of(src_from_dst, filter=filter, border=border, antialias=False)
    assert bytes_of(plain.points(range(24))) == PLAIN * CANVAS.pixels


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("src_from_dst", [TURN, turn(17, 1.3), np.diag([1.3, 2.7, 1]), SEEN_IN_PERSPECTIVE, BENT])
def test_remembered_arrays_are_read_only(src_from_dst, border, filter):
    grid = grid_of(src_from_dst, filter=filter, border=border)
    for rows in ranges_of(grid, 7):
        for array in arrays_of(grid.points(rows)):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 1


def test_an_exact_copy_copies_and_needs_no_grid(followed):
    for src_from_dst in (np.eye(3), homography.translate(3, -2), np.array([[-1.0, 0, 20], [0, 1, 0], [0, 0, 1]])):
        grid = grid_of(src_from_dst, SOURCE)
        for seed in range(2):
            picture = pictures.random(*SOURCE, 4, seed=seed)
            np.testing.assert_array_equal(through(grid, picture), render(picture, src_from_dst))
    grids = 3 * (1 + 2)  # this one, and that of each `render`
    assert followed == {"src_with_jacobian": grids}, "the derivative alone, at one point"


@pytest.mark.parametrize(("size", "shrinking"), [(None, 1), (Size(7, 5), 2)])
def test_a_batch_computes_each_different_map_once_wherever_it_stands(followed, size, shrinking):
    """Of both the derivative at one point, too, and once more for the windows of those that shrink."""
    first, second = [[0.6, -0.8, 0.1], [0.8, 0.6, -0.2]], [[0.8, 0.1, 0.3], [-0.2, 0.9, 0]]
    batch = np.stack([pictures.random(20, 16, 3, seed=seed) for seed in range(5)])
    matrices = np.array([first, second, first, first, second])
    alone = [warp_batch(batch[[i]], matrices[[i]], size)[0] for i in range(5)]
    followed.clear()
    np.testing.assert_array_equal(warp_batch(batch, matrices, size), alone)
    assert followed.total() == 2 * (size or SOURCE).pixels + 2 + shrinking
