"""Geometry that moves pixels without computing them: the samples come out unchanged, whatever they are."""

import numpy as np
import pytest

from core import BLACK, BORDERS, CONVENTIONS, FILTERS, FITS, Size, State, homography
from tests import oracles, pictures
from tests.core.rendering import render, render_matrix, render_operations, render_state, state_after

CENTRES_TO_CORNER = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])

COPIES = {  # linear part of dst_from_src, and a shift; turns and flips are about the centre
    "identity": ([[1, 0], [0, 1]], (0, 0)),
    "flip left to right": ([[-1, 0], [0, 1]], (0, 0)),
    "flip top to bottom": ([[1, 0], [0, -1]], (0, 0)),
    "half turn": ([[-1, 0], [0, -1]], (0, 0)),
    "quarter turn": ([[0, -1], [1, 0]], (0, 0)),
    "quarter turn back": ([[0, 1], [-1, 0]], (0, 0)),
    "transposition": ([[0, 1], [1, 0]], (0, 0)),
    "whole shift": ([[1, 0], [0, 1]], (2, -3)),
    "whole shift out of view": ([[1, 0], [0, 1]], (-24, 40)),
}


def copy_of(name, width, height):
    """The map dst_from_src of a copy; whole for a picture whose sides differ by an even number."""
    linear, shift = COPIES[name]
    centre = np.array([width, height]) / 2
    return np.block([[np.array(linear), (centre - linear @ centre + shift)[:, np.newaxis]], [0, 0, 1]])


def in_convention(dst_from_src, convention, size):
    """Write a map in the numbers of a convention."""
    inverse, to_corner = np.linalg.inv(dst_from_src), CENTRES_TO_CORNER
    return {
        "css": lambda: dst_from_src,
        "pixel": lambda: inverse,
        "opencv": lambda: np.linalg.inv(to_corner) @ dst_from_src @ to_corner,
        "skimage": lambda: np.linalg.inv(to_corner) @ inverse @ to_corner,
        "normalized": lambda: oracles.unit_square(inverse, size, size),
    }[convention]()


def gathered(picture, dst_from_src, border):
    """Each output pixel is the source pixel that its centre falls in; black stands for the outside."""
    height, width, channels = picture.shape
    x, y, _ = oracles.source_points(np.linalg.inv(dst_from_src), width, height)
    black = np.zeros(channels, picture.dtype)
    if channels in {2, 4}:
        black[-1] = pictures.full(picture.dtype)
    fold = "constant" if border == "clip" else border
    return oracles.tap(picture, np.floor(x).astype(int), np.floor(y).astype(int), fold, black)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("copy", COPIES)
@pytest.mark.parametrize(("width", "height"), [(8, 6), (5, 7)])
def test_every_convention_copies_exactly_under_every_border(copy, convention, border, width, height):
    dst_from_src = copy_of(copy, width, height)
    rows = in_convention(dst_from_src, convention, (width, height))
    for depth in pictures.DEPTHS:
        for channels in pictures.CHANNELS:
            picture = pictures.random(width, height, channels, depth)
            warped = render_matrix(picture, rows, convention, border=border, fill=BLACK)
            np.testing.assert_array_equal(warped, gathered(picture, dst_from_src, border), strict=True)


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("turns", [-5, -1, 0, 1, 2, 3, 4])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (7, 9), (8, 9), (640, 480)])
def test_quarter_turns_expand_to_rot90(turns, filter, width, height):
    picture = pictures.random(width, height, 4)
    turn = homography.about(width / 2, height / 2, homography.rotate(np.radians(90 * turns)))
    warped = render_operations(picture, turn, canvas="expand", filter=filter)
    np.testing.assert_array_equal(warped, np.rot90(picture, -turns), strict=True)


@pytest.mark.parametrize(("width", "height"), [(7, 9), (8, 9), (9, 8)])
def test_half_turns_and_flips_on_the_same_canvas_are_slices(width, height):
    picture = pictures.random(width, height, 3)
    about_centre = (width / 2, height / 2)
    for x, y, expected in ((-1, 1, picture[:, ::-1]), (1, -1, picture[::-1]), (-1, -1, picture[::-1, ::-1])):
        flip = homography.about(*about_centre, homography.scale(x, y))
        np.testing.assert_array_equal(render_operations(picture, flip), expected, strict=True)
    half_turn = homography.about(*about_centre, homography.rotate(np.pi))
    np.testing.assert_array_equal(render_operations(picture, half_turn), picture[::-1, ::-1], strict=True)


@pytest.mark.parametrize(("width", "height"), [(5, 4), (4, 7)])
def test_a_quarter_turn_on_a_canvas_of_odd_difference_is_interpolated(width, height):
    picture = pictures.random(width, height)
    turn = homography.about(width / 2, height / 2, homography.rotate(np.pi / 2))
    state = state_after(picture, turn)
    src_from_dst = np.linalg.inv(turn)
    assert not homography.is_copy(homography.invert(state.map.last_matrix))
    warped = render_state(picture, state, border="edge")
    exact = oracles.bilinear(picture, src_from_dst, width, height, "edge")
    np.testing.assert_array_equal(warped, oracles.half_up(exact))


@pytest.mark.parametrize(("width", "height"), [(1, 9), (13, 8), (640, 427)])
def test_a_normalized_quarter_turn_is_exact_on_a_canvas_of_swapped_sides(width, height):
    picture = pictures.random(width, height, 3)
    rows = [[0, 1, 0], [-1, 0, 0]]  # the top-left corner of the output shows the bottom-left one of the source
    state = state_after(picture, CONVENTIONS["normalized"](homography.from_rows(rows), Size(width, height)))
    warped = render_state(picture, state, Size(height, width))
    np.testing.assert_array_equal(warped, np.rot90(picture, -1), strict=True)


def test_the_normalized_identity_and_flip_snap_at_every_width():
    for width in range(1, 4001):
        size = Size(width, 4001 - width)
        for linear in (1.0, -1.0):
            rows = np.diag([linear, 1.0, 1.0])
            state = State.start(size).then(CONVENTIONS["normalized"](rows, size))
            exact = [[linear, 0, 0 if linear > 0 else width], [0, 1, 0], [0, 0, 1]]
            projective = FITS["stretch"](state, size).map_of(state).projective
            np.testing.assert_array_equal(projective.src_from_dst_matrix, exact)


def test_a_chain_that_comes_back_is_exact():
    picture = pictures.random(40, 31, 3)
    centre = (20, 15.5)
    chain = [homography.rotate(np.radians(30)), homography.scale(1.3, 1.3)]
    chain += [homography.rotate(np.radians(-30)), homography.scale(1 / 1.3, 1 / 1.3)]
    around = [homography.about(*centre, operation) for operation in chain]
    for canvas in ("same", "expand"):
        np.testing.assert_array_equal(render_operations(picture, *around, canvas=canvas), picture, strict=True)


def test_colour_under_alpha_0_survives_a_copy():
    picture = pictures.dirty_alpha(6, 3)
    np.testing.assert_array_equal(render(picture, np.eye(3)), picture, strict=True)


def test_a_whole_shift_with_wrap_is_a_roll():
    picture = pictures.random(7, 5, 3)
    warped = render(picture, homography.translate(3, -9), border="wrap")
    np.testing.assert_array_equal(warped, np.roll(picture, (9, -3), axis=(0, 1)), strict=True)


@pytest.mark.parametrize("shift", [1e13, 1e19, 1e300, -1e300])
def test_a_copy_from_far_beyond_all_integers_reads_the_edge(shift):
    picture = pictures.random(4, 3)
    warped = render(picture, homography.translate(shift, 0), border="edge")
    side = -1 if shift > 0 else 0
    np.testing.assert_array_equal(warped, np.repeat(picture[:, [side]], 4, axis=1), strict=True)
