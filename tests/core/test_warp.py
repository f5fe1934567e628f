"""The pipeline as a whole: strips, memory, the horizon, depth, and what it refuses."""

import tracemalloc

import numpy as np
import pytest

from core import (
    BLACK,
    BORDERS,
    FILTERS,
    TRANSPARENT,
    Chain,
    Colour,
    Depolar,
    InvalidMatrix,
    InvalidPixels,
    InvalidSize,
    Projective,
    Size,
    Swirl,
    UnknownName,
    warp,
)
from tests import oracles, pictures
from tests.core import maps
from tests.core.rendering import PALE, assert_between, render, render_chain

MINT = Colour(20, 220, 120, 255)
SKEWED_HORIZON = np.array([[1, 0.2, -3], [0.1, 1, 2], [0.04, 0.03, -0.7]])


CHAINS = {
    "enlarged": Chain.inverse(maps.turn(17, 0.8, about=(12, 9))),
    "shrunk": Chain.inverse(maps.turn(17, 2.3, about=(12, 9))),
    "shrunk to a lower resolution": Chain.inverse(maps.turn(-40, 33, about=(10, 20))),
    "resized": Chain.inverse(np.diag([1.7, 0.6, 1])),
    "resized and turned by a quarter": Chain.inverse(np.array([[0, 1.7, 0], [-0.9, 0, 33], [0, 0, 1]])),
    "cut by the horizon": Chain.inverse(SKEWED_HORIZON),
    "copied": Chain(),
    "swirled": Chain().then(Swirl(2.0, 30.0, 12.0, 9.0)).then(Projective.forward(maps.turn(20, 0.5))),
    "rolled up": Chain((Depolar(18.0, 20.0, 33, 40, log=True),)),
}


def strip_cases():
    """All maps and filters, but one filter alone where each strip reads 2 x 17 x 17 knots."""
    return [(name, read_by) for name in CHAINS for read_by in FILTERS if read_by == "bilinear" or "lower" not in name]


@pytest.mark.parametrize("size", [Size(17, 22), Size(1, 22)])
@pytest.mark.parametrize(("name", "filter"), strip_cases())
def test_no_pixel_depends_on_the_strips_height(name, filter, size):
    picture = pictures.random(33, 40, 4)
    borders = ["clip", "constant", "wrap"] if name in {"cut by the horizon", "resized"} else ["clip"]
    for border in borders:
        whole = render_chain(picture, CHAINS[name], size, filter=filter, border=border, strip_rows=1000)
        for strip_rows in (1, 7, 21):
            strips = list(warp(picture, CHAINS[name], size, filter=filter, border=border, strip_rows=strip_rows))
            assert [len(strip) for strip in strips[:-1]] == [strip_rows] * (len(strips) - 1)
            np.testing.assert_array_equal(np.concatenate(strips), whole, strict=True)


def peak_of_a_warp(height):
    picture = np.zeros((height, 512, 3), np.uint8)
    tracemalloc.start()
    for _ in warp(picture, Chain.inverse(maps.turn(3)), Size(512, height), fill=BLACK):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_is_bounded_by_the_strip_not_by_the_picture():
    peak_of_a_warp(256)
    np.testing.assert_array_less(peak_of_a_warp(2048), 1.1 * peak_of_a_warp(512))


def test_nothing_is_computed_before_the_first_strip_and_all_is_checked():
    picture = pictures.ramp(8, 6)
    with pytest.raises(InvalidPixels):
        warp(picture[..., 0], Chain(), Size(8, 6))
    with pytest.raises(InvalidMatrix):
        Chain.inverse(np.eye(3)[:2])
    with pytest.raises(InvalidMatrix):
        Chain.inverse(np.full((3, 3), np.nan))
    for width, height in ((0, 6), (8, 0), (-1, 6), (8, -1)):
        with pytest.raises(InvalidSize):
            warp(picture, Chain(), Size(width, height))
    for strip_rows in (0, -1):
        with pytest.raises(InvalidSize):
            warp(picture, Chain(), Size(8, 6), strip_rows=strip_rows)
    with pytest.raises(UnknownName, match="bilinear"):
        warp(picture, Chain(), Size(8, 6), filter="linear")
    with pytest.raises(UnknownName, match="reflect"):
        warp(picture, Chain(), Size(8, 6), border="mirrored")
    with pytest.raises(UnknownName, match="linear"):
        warp(picture, Chain(), Size(8, 6), light="gamma")


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filter", FILTERS)
def test_points_on_and_beyond_the_horizon_show_the_fill_under_every_border(filter, border):
    picture = np.full((30, 30, 3), 200, np.uint8)
    _, _, denominator = oracles.source_points(SKEWED_HORIZON, 30, 30)
    warped = render(picture, SKEWED_HORIZON, filter=filter, border=border, fill=MINT)
    beyond = denominator <= 0
    assert 0 < np.count_nonzero(beyond) < beyond.size
    np.testing.assert_array_equal(warped[beyond], np.broadcast_to(MINT[:3], (np.count_nonzero(beyond), 3)))
    if border not in {"clip", "constant"}:
        np.testing.assert_array_equal(warped[~beyond], 200)
    transparent = render(picture, SKEWED_HORIZON, filter=filter, border=border)
    np.testing.assert_array_equal(transparent[beyond], 0)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("last_row", [[1, 0, -0.5], [0, 1, -1.5], [0, 0, -1], [1, -1, 0]])
def test_a_pixels_centre_exactly_on_the_horizon_shows_the_fill(last_row, border):
    src_from_dst = np.array([[1, 0, 0], [0, 1, 0], last_row], float)
    with np.errstate(divide="ignore", invalid="ignore"):
        _, _, denominator = oracles.source_points(src_from_dst, 5, 5)
    warped = render(pictures.ramp(5, 5, 3), src_from_dst, border=border, fill=MINT)
    beyond = denominator <= 0
    np.testing.assert_array_equal(warped[beyond], np.broadcast_to(MINT[:3], (np.count_nonzero(beyond), 3)))


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("factor", [1e20, 1e200, 1e308])
def test_coordinates_beyond_all_bounds_give_pixels_without_a_warning(factor, filter, border):
    picture = pictures.ramp(5, 4, 3) + np.uint8(60)
    for src_from_dst in (np.diag([factor, 1, 1]), np.array([[1, 0, factor], [0.5, 1, 0], [1e-3, 0, 1]])):
        for fill in (TRANSPARENT, PALE):
            warped = render(picture, src_from_dst, filter=filter, border=border, fill=fill)
            assert warped.shape[:2] == (4, 5)
            assert_between(warped, picture, fill, filter)


@pytest.mark.parametrize("channels", pictures.CHANNELS)
@pytest.mark.parametrize("depth", pictures.DEPTHS)
@pytest.mark.parametrize("src_from_dst", [np.array([[1, 0, 100], [0, 1, 0], [0, 0, 1]]), maps.turn(5, about=(100, 4))])
def test_the_outside_is_the_fill_in_the_outputs_channels_and_depth(channels, depth, src_from_dst):
    warped = render(pictures.random(8, 6, channels, depth), src_from_dst, fill=MINT)
    fill = np.array(MINT[: 4 if channels in {2, 4} else 3]) * (pictures.full(depth) // 255)
    np.testing.assert_array_equal(warped, np.broadcast_to(fill.astype(depth), (6, 8, len(fill))), strict=True)


def test_a_gray_picture_on_a_coloured_fill_becomes_rgb_and_stays_gray_inside():
    picture = pictures.ramp(8, 6)
    warped = render(picture, [[1, 0, 4], [0, 1, 0], [0, 0, 1]], fill=MINT)
    np.testing.assert_array_equal(warped[:, :4], np.repeat(picture[:, 4:], 3, axis=2), strict=True)


def test_a_gray_picture_with_a_coloured_fill_out_of_view_stays_gray():
    assert render(pictures.ramp(8, 6), np.diag([0.5, 0.5, 1]), fill=MINT).shape[2] == 1


def test_a_letter_f_turned_clockwise_by_a_quarter_reads_so():
    warped = render(pictures.letter_f(), [[0, 1, 0], [-1, 0, 9], [0, 0, 1]], Size(9, 7))
    drawn = ["".join("#" if lit else "." for lit in row) for row in warped[..., 0]]
    assert drawn == [
        ".........",
        "..######.",
        ".....#.#.",
        ".....#.#.",
        ".....#.#.",
        ".......#.",
        ".........",
    ]
