"""What a sampling grid gives, and that pictures which share one have the pixels of a warp alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import (
    BORDERS,
    FILTERS,
    Chain,
    Colour,
    InvalidMatrix,
    InvalidPixels,
    InvalidSize,
    Raster,
    Size,
    UnknownName,
    warp_through,
)
from core.coverage import coverage
from core.grid import pixel_centres
from core.light import LIGHTS
from core.pyramid import Pyramid
from core.sampling import sample
from tests import oracles, pictures
from tests.core.grids import ALL, BENT, CANVAS, HORIZON, SEEN_IN_PERSPECTIVE, SOURCE, TURN, grid_of, through
from tests.core.maps import AFFINE, PROJECTIVE, turn
from tests.core.rendering import PALE, render
from tests.core.strategies import any_channels, any_map, borders, filters, sides

SEEN_FROM_AFAR = np.array([[9.0, 2, 3], [-1, 8, 2], [4e-3, 6e-3, 1]])


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


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("src_from_dst", [TURN, HORIZON, SEEN_IN_PERSPECTIVE, BENT])
def test_points_are_those_of_the_map_and_0_where_there_is_no_source(src_from_dst, border):
    """In pixels of what was decoded at half the size; the share and the derivative are the source's."""
    grid = grid_of(src_from_dst, border=border, raster=Raster(Size(10, 8), 2))
    dst = pixel_centres(range(3, 17), CANVAS.width)
    src, jacobian = grid.chain.src_from_dst(*dst), grid.chain.src_jacobian(*dst)
    has_source = np.isfinite(src[0])
    points = grid.points(range(3, 17))
    for found, at in zip((points.x, points.y), src, strict=True):
        np.testing.assert_array_equal(found, np.where(has_source, at / 2, 0).ravel())
    share = coverage(grid.chain, dst, src, SOURCE) if border == "clip" else has_source
    np.testing.assert_array_equal(points.share, np.ravel(share).astype(np.float32), strict=True)
    if grid.reads_knots:
        for entry, expected in zip(points.jacobian, jacobian, strict=True):
            np.testing.assert_array_equal(entry, np.broadcast_to(expected, has_source.shape).ravel())
    else:
        assert points.jacobian is None


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


@pytest.mark.parametrize("border", ["edge", "reflect", "mirror", "wrap"])
@pytest.mark.parametrize("src_from_dst", [turn(30, 9.9), SEEN_FROM_AFAR], ids=["turned", "seen in perspective"])
def test_a_fill_that_cannot_show_has_no_part_in_any_level_of_65536(src_from_dst, border):
    """The weights of so many knots sum to 1 but for some float32 rounding, of which no colour may make use; those of a
    window count as 1."""
    picture = pictures.random(90, 70, 3, np.uint16)
    _, total = sample(
        Pyramid(picture, LIGHTS["srgb"]),
        grid_of(src_from_dst, source=Size(90, 70), border=border).strip(range(24)),
        CANVAS[::-1],
    )
    assert np.any(total != 1) == (src_from_dst is SEEN_FROM_AFAR)
    over_red, over_blue = (
        render(picture, src_from_dst, CANVAS, border=border, fill=fill)
        for fill in (Colour(255, 0, 0, 255), Colour(0, 0, 255, 255))
    )
    np.testing.assert_array_equal(over_red, over_blue)
