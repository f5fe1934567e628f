"""Pictures that share a sampling grid: the pixels of a warp alone, the geometry worked out once, bounded memory."""

import tracemalloc
from collections import Counter
from itertools import chain as join

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import (
    BORDERS,
    FILTERS,
    Chain,
    InvalidMatrix,
    InvalidPixels,
    InvalidSize,
    SamplingGrid,
    Size,
    UnknownName,
    homography,
    warp_batch,
    warp_through,
)
from core.coverage import coverage
from core.grid import pixel_centres
from core.light import LIGHTS
from core.pyramid import Pyramid
from core.sampling import sample
from tests import oracles, pictures
from tests.core.maps import AFFINE, PROJECTIVE, turn
from tests.core.rendering import PALE, render
from tests.core.strategies import any_channels, any_map, borders, filters, sides

ALL = 1 << 30
SOURCE, CANVAS = Size(20, 16), Size(30, 24)
TURN = turn(17, 0.8, about=(10, 8))
HORIZON = np.array([[1, 0, 0], [0, 1, 0], [0.1, 0, -1]])


def grid_of(src_from_dst=TURN, canvas=CANVAS, source=SOURCE, filter="bilinear", border="clip", **options):
    """A grid that remembers all it can; TURN enlarges, so that it is not averaged and can be remembered."""
    chain = Chain.inverse(np.asarray(src_from_dst, float))
    return SamplingGrid(chain, canvas, source, **{"filter": filter, "border": border, "kept_bytes": ALL, **options})


def through(grid, picture, **options):
    return np.concatenate(list(warp_through(grid, picture, **options)))


def strips_of(grid, strip_rows):
    height = grid.canvas.height
    return [grid.strip(range(top, min(top + strip_rows, height))) for top in range(0, height, strip_rows)]


def bytes_of(strip):
    return sum(array.nbytes for array in arrays_of(strip))


def arrays_of(strip):
    return [
        array
        for share, (rows, columns, within) in ((read.share, read.neighbours) for read in strip)
        for array in (share, *join(*rows, *columns), *([] if within is None else [within]))
    ]


def kept_in(grid, strip_rows):
    """Which strips are remembered: those that are the same objects when they are asked for again."""
    pairs = zip(strips_of(grid, strip_rows), strips_of(grid, strip_rows), strict=True)
    return [strip if strip is again else None for strip, again in pairs]


@pytest.fixture
def filtered(monkeypatch):
    """Count the points that pass through the filters: each pixel passes twice, once for x and once for y."""
    points = Counter()

    def counting(name, taps):
        def count(coordinates):
            points[name] += coordinates.size
            return taps(coordinates)

        return count

    for name, taps in FILTERS.items():
        monkeypatch.setitem(FILTERS, name, counting(name, taps))
    return points


@settings(max_examples=40)
@given(
    st.builds(Size, sides, sides),
    any_map,
    filters,
    borders,
    st.integers(1, 12),
    st.sampled_from([0, 300, 2000, ALL]),
    st.lists(st.tuples(any_channels, st.sampled_from(pictures.DEPTHS), st.booleans()), min_size=2, max_size=4),
)
def test_every_picture_of_a_grid_is_warped_as_alone(source, src_from_dst, filter, border, strip_rows, kept, kinds):
    grid = grid_of(src_from_dst, Size(9, 11), source, filter, border, kept_bytes=kept)
    options = {"fill": PALE, "strip_rows": strip_rows}
    for seed, (channels, depth, turned) in enumerate(kinds):
        picture = pictures.random(*source, channels, depth, seed)
        alone = render(picture, src_from_dst, grid.canvas, filter=filter, border=border, **options)
        shown = picture[::-1, ::-1].copy()[::-1, ::-1] if turned else picture  # equal, but stored from the end
        np.testing.assert_array_equal(through(grid, shown, **options), alone, strict=True)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("name", AFFINE | PROJECTIVE)
def test_pictures_of_many_strips_are_warped_as_alone(name, filter, border):
    src_from_dst = (AFFINE | PROJECTIVE)[name]
    grid = grid_of(src_from_dst, Size(90, 70), Size(256, 200), filter, border, kept_bytes=60_000)
    for seed in range(2):
        picture = pictures.random(256, 200, 3, seed=seed)
        alone = render(picture, src_from_dst, grid.canvas, filter=filter, border=border)
        np.testing.assert_array_equal(through(grid, picture, strip_rows=12), alone, strict=True)


def test_strips_of_any_height_may_be_asked_of_one_grid():
    grid, picture = grid_of(), pictures.random(*SOURCE, 4)
    for strip_rows in (24, 7, 1, 5, 7, None, 24):
        np.testing.assert_array_equal(through(grid, picture, strip_rows=strip_rows), render(picture, TURN, CANVAS))


def test_a_map_that_is_changed_later_changes_no_grid():
    src_from_dst, picture = TURN.copy(), pictures.random(*SOURCE, 3)
    grid = grid_of(src_from_dst)
    next(warp_through(grid, picture, strip_rows=5))
    src_from_dst[:] = turn(50)
    np.testing.assert_array_equal(through(grid, picture, strip_rows=5), render(picture, TURN, CANVAS))
    with pytest.raises(ValueError, match="read-only"):
        grid.chain.projective.src_from_dst_matrix[0, 0] = 2


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("src_from_dst", [TURN, turn(5, about=(300, 0)), HORIZON])
def test_the_weights_of_a_pixel_sum_to_the_share_that_is_no_fill(src_from_dst, border):
    white = np.ones((*SOURCE[::-1], 1), np.uint8)
    reads = grid_of(src_from_dst, border=border, antialias=False).strip(range(24))
    _, total = sample(Pyramid(white, LIGHTS["srgb"]), reads, CANVAS[::-1])
    if border == "clip":
        chain, dst = Chain.inverse(src_from_dst), pixel_centres(range(24), 30)
        share = coverage(chain, dst, chain.src_from_dst(*dst), SOURCE)
    else:
        share = oracles.bilinear(white, src_from_dst, *CANVAS, border, fill=(0,))[..., 0]
    before_the_horizon = oracles.source_points(src_from_dst, *CANVAS)[2] > 0
    np.testing.assert_allclose(total, share * before_the_horizon, rtol=0, atol=8 * np.finfo(np.float32).eps)


@pytest.mark.parametrize("side", [1, 2, 255, 256, 257, 65535, 65536, 65537])
@pytest.mark.parametrize("filter", FILTERS)
def test_the_last_pixels_of_a_long_side_are_read(side, filter):
    row = pictures.random(side, 1, 3)
    to_the_end = np.array([[0.6, 0, side - 3.2], [0, 1, 0.25], [0, 0, 1]])
    if filter == "nearest":
        expected = nearest_of(row, to_the_end, 8, 1, "edge")
    else:
        expected = oracles.filtered(row, to_the_end, 8, 1, "edge", filter=filter)
    warped = render(row, to_the_end, Size(8, 1), filter=filter, border="edge")
    np.testing.assert_array_less(np.abs(warped - expected), 0.502)
    upright = render(
        row.transpose(1, 0, 2), to_the_end[[1, 0, 2]][:, [1, 0, 2]], Size(1, 8), filter=filter, border="edge"
    )
    np.testing.assert_array_equal(upright.transpose(1, 0, 2), warped)


def nearest_of(row, src_from_dst, width, height, border):
    assert border == "edge"
    x, _, _ = oracles.source_points(src_from_dst, width, height)
    return row[0, np.clip(np.floor(x).astype(int), 0, row.shape[1] - 1)].astype(float)


@pytest.mark.parametrize("filter", FILTERS)
def test_the_geometry_is_computed_once_for_all_pictures(filtered, filter):
    grid = grid_of(filter=filter, border="edge")  # under which no test of the fill looks at any tap
    for seed in range(4):
        through(grid, pictures.random(*SOURCE, 3, seed=seed), strip_rows=5)
        assert filtered == {filter: 2 * CANVAS.pixels}


def test_what_is_not_remembered_is_computed_for_each_picture(filtered):
    whole = bytes_of(grid_of().strip(range(24)))
    filtered.clear()
    grid = grid_of(kept_bytes=whole // 2)
    for seed in range(3):
        through(grid, pictures.random(*SOURCE, 3, seed=seed), strip_rows=6)
    assert filtered["bilinear"] == 2 * CANVAS.pixels * (1 + 0.5 + 0.5)


def test_a_single_warp_computes_its_geometry_once_and_remembers_nothing(filtered):
    picture = pictures.random(*SOURCE, 3)
    for count in (1, 2):
        render(picture, TURN, CANVAS, strip_rows=5)
        assert filtered["bilinear"] == 2 * CANVAS.pixels * count
    assert kept_in(grid_of(kept_bytes=0), 5) == [None] * 5


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("border", BORDERS)
def test_strips_are_remembered_in_turn_up_to_the_bound_and_not_a_byte_beyond(filter, border):
    options = {"filter": filter, "border": border}
    sizes = [bytes_of(strip) for strip in strips_of(grid_of(**options, kept_bytes=0), 5)]
    assert sizes[-1] < sizes[0], "the last strip is shorter"
    for count in range(4):
        for spare in (0, sizes[-1] - 1):
            kept = kept_in(grid_of(**options, kept_bytes=sum(sizes[:count]) + spare), 5)
            assert [strip is not None for strip in kept] == [True] * count + [False] * (5 - count)
        kept = kept_in(grid_of(**options, kept_bytes=sum(sizes[: count + 1]) - 1), 5)
        assert sum(bytes_of(strip) for strip in kept if strip) < sum(sizes[: count + 1])
        assert [strip is not None for strip in kept[:4]] == [True] * count + [False] * (4 - count)
    assert None not in kept_in(grid_of(**options, kept_bytes=sum(sizes)), 5)


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("border", BORDERS)
def test_a_grid_holds_no_more_memory_than_its_bound(filter, border):
    picture, bound = pictures.random(500, 400), 1_000_000
    tracemalloc.start()
    try:
        grid = grid_of(TURN, Size(500, 400), Size(500, 400), filter, border, kept_bytes=bound)
        for _ in warp_through(grid, picture, strip_rows=20):
            pass
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    np.testing.assert_array_less([bound / 2, held], [held, bound + 65536])  # the objects around the arrays


@pytest.mark.parametrize(
    ("filter", "bytes_a_pixel", "of_a_long_side"),
    [("nearest", 16, 20), ("bilinear", 28, 36), ("bicubic", 52, 68), ("lanczos3", 76, 100)],
)
@pytest.mark.parametrize("border", BORDERS)
def test_a_pixel_takes_no_more_bytes_than_the_grid_says(border, filter, bytes_a_pixel, of_a_long_side):
    for side, most in ((65536, bytes_a_pixel), (65537, of_a_long_side)):
        grid = grid_of(source=Size(side, side), filter=filter, border=border)
        most_here = most + 4 if border == "constant" or (border, filter) == ("clip", "nearest") else most
        np.testing.assert_array_less(bytes_of(grid.strip(range(24))), most_here * CANVAS.pixels + 9)


@pytest.mark.parametrize("src_from_dst", [turn(17, 1.3), np.array([[0.6, 0, 0], [0, 0.6, 0], [1e-3, 0, 1]])])
def test_a_strip_that_reads_knots_is_never_remembered(src_from_dst):
    assert kept_in(grid_of(src_from_dst), 5) == [None] * 5
    assert None not in kept_in(grid_of(src_from_dst, antialias=False), 5)
    assert None not in kept_in(grid_of(np.diag([1.3, 2.7, 1])), 5), "along the axes each averages by itself"


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("border", BORDERS)
def test_remembered_arrays_are_read_only(border, filter):
    for strip in strips_of(grid_of(filter=filter, border=border), 7):
        for array in arrays_of(strip):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 1


def test_an_exact_copy_copies_and_needs_no_grid(filtered):
    for src_from_dst in (np.eye(3), homography.translate(3, -2), np.array([[-1.0, 0, 20], [0, 1, 0], [0, 0, 1]])):
        grid = grid_of(src_from_dst, SOURCE)
        for seed in range(2):
            picture = pictures.random(*SOURCE, 4, seed=seed)
            np.testing.assert_array_equal(through(grid, picture), render(picture, src_from_dst))
    assert not filtered


@pytest.mark.parametrize("size", [(16, 20), (20, 15), (19, 16), (40, 32)])
@pytest.mark.parametrize("src_from_dst", [TURN, np.eye(3)])
def test_a_picture_of_another_size_is_refused(src_from_dst, size):
    with pytest.raises(InvalidPixels, match=f"20 x 16 pixels; this one has {size[0]} x {size[1]}"):
        warp_through(grid_of(src_from_dst), pictures.ramp(*size))


def test_all_else_that_is_wrong_is_refused_at_once():
    with pytest.raises(InvalidPixels):
        warp_through(grid_of(), pictures.ramp(*SOURCE)[..., 0])
    with pytest.raises(InvalidSize):
        warp_through(grid_of(), pictures.ramp(*SOURCE), strip_rows=0)
    for src_from_dst in (TURN[:2], TURN + np.inf):
        with pytest.raises(InvalidMatrix):
            grid_of(src_from_dst)
    for empty in (Size(0, 6), Size(8, 0), Size(-1, 6)):
        with pytest.raises(InvalidSize, match="canvas"):
            grid_of(canvas=empty)
        with pytest.raises(InvalidSize, match="source"):
            grid_of(source=empty)
    with pytest.raises(UnknownName, match="bilinear"):
        grid_of(filter="linear")
    with pytest.raises(UnknownName, match="reflect"):
        grid_of(border="mirrored")


def test_a_batch_computes_each_different_map_once_wherever_it_stands(filtered):
    first, second = [[0.6, -0.8, 0.1], [0.8, 0.6, -0.2]], [[0.8, 0.1, 0.3], [-0.2, 0.9, 0]]
    batch = np.stack([pictures.random(20, 16, 3, seed=seed) for seed in range(5)])
    matrices = np.array([first, second, first, first, second])
    options = {"antialias": False}  # an averaged strip is not remembered
    alone = [warp_batch(batch[[i]], matrices[[i]], **options)[0] for i in range(5)]
    filtered.clear()
    np.testing.assert_array_equal(warp_batch(batch, matrices, **options), alone)
    assert filtered == {"bilinear": 2 * 2 * SOURCE.pixels}
