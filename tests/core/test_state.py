"""What a list of operations carries: the map, the frame it refers to, and the outline."""

from functools import reduce

import numpy as np
import pytest

from core import (
    CANVASES,
    RESIZES,
    Chain,
    Depolar,
    HorizonAtCentre,
    HorizonInView,
    Lens,
    NoImage,
    SingularMap,
    Size,
    State,
    Swirl,
    Wave,
    homography,
)
from tests import pictures
from tests.core.rendering import render_state

SOURCE = Size(8, 6)
SOURCE_CORNERS = [[0, 8, 8, 0], [0, 0, 6, 6]]
WAVE = Wave(amplitude=2.0, wavelength=12.0, phase=0.0, axis="x")


def matrix_of(state):
    return state.map.projective.dst_from_src_matrix


def test_a_state_starts_unmoved():
    state = State.start(SOURCE)
    assert state.map.links == state.outline_map.links == ()
    np.testing.assert_array_equal(state.map.last_matrix, np.eye(3))
    assert (state.source, state.frame, state.outline) == (SOURCE, SOURCE, SOURCE)


def test_the_operation_listed_first_acts_first():
    state = State.start(SOURCE).then(homography.translate(1, 0)).then(homography.scale(2, 3))
    np.testing.assert_array_equal(matrix_of(state) @ [3, 1, 1], [8, 3, 1])


def test_maps_of_other_kinds_keep_their_place_in_the_list():
    state = State.start(SOURCE).then(homography.scale(2, 1)).through(WAVE).then(homography.translate(0, 5))
    x, y = state.map.dst_from_src(np.array(3.0), np.array(3.0))  # (6, 3): a quarter of a wave; then 5 down
    np.testing.assert_allclose((x, y), (8, 8), rtol=1e-15)


def test_the_outline_is_the_mapped_rectangle():
    state = State.start(SOURCE).then(homography.rotate(np.pi / 2)).then(homography.translate(6, 0))
    np.testing.assert_array_equal(state.outline_points(), [[6, 6, 0, 0], [0, 8, 8, 0]])


def test_the_outline_of_a_bent_map_reaches_as_far_as_its_image():
    """The wave's crest, at y = 3, pushes the right side to 8 + 2; its trough, at y = 9, is outside."""
    x, y = State.start(SOURCE).through(WAVE).outline_points()
    np.testing.assert_allclose([x.min(), x.max(), y.min(), y.max()], [0, 10, 0, 6], rtol=1e-12)


def test_an_outline_is_known_by_its_inside_too():
    """A strip rolled up: its sides meet in one radius, and only the points between them tell of the disc's width."""
    x, y = State.start(Size(10, 64)).through(Depolar(20.0, 20.0, 10, 64, log=False), Size(40, 40)).outline_points()
    np.testing.assert_allclose([x.min(), x.max(), y.min(), y.max()], [10, 30, 10, 30], atol=1e-9)


def test_a_map_may_bring_its_own_frame():
    moved = State.start(SOURCE).through(WAVE, Size(20, 30))
    assert (moved.frame, moved.outline, moved.source) == (Size(20, 30), SOURCE, SOURCE)
    assert State.start(SOURCE).through(WAVE).frame == SOURCE


def test_a_crop_is_a_view_that_sets_frame_and_outline():
    state = State.start(SOURCE).crop(2, 1, Size(3, 4))
    np.testing.assert_array_equal(matrix_of(state), homography.translate(-2, -1))
    assert (state.source, state.frame, state.outline) == (SOURCE, Size(3, 4), Size(3, 4))
    np.testing.assert_array_equal(state.outline_points(), [[0, 3, 3, 0], [0, 0, 4, 4]])
    picture = pictures.random(*SOURCE, 3)
    np.testing.assert_array_equal(render_state(picture, state), picture[1:5, 2:5], strict=True)


def test_outside_a_crop_the_picture_goes_on():
    picture = pictures.random(*SOURCE, 3)
    state = State.start(SOURCE).crop(2, 1, Size(3, 4)).then(homography.translate(1, 1))
    np.testing.assert_array_equal(render_state(picture, state), picture[:4, 1:4], strict=True)
    beyond = State.start(SOURCE).crop(6, 4, Size(4, 4))
    shown = render_state(picture, beyond, border="edge")
    np.testing.assert_array_equal(shown, picture[[4, 5, 5, 5]][:, [6, 7, 7, 7]], strict=True)


def test_after_a_crop_the_outline_goes_its_own_way():
    turned = State.start(SOURCE).then(homography.scale(3, 3)).crop(2, 1, Size(3, 4)).then(homography.rotate(np.pi / 2))
    np.testing.assert_array_equal(turned.outline_points(), [[0, 0, -4, -4], [0, 3, 3, 0]])
    assert CANVASES["expand"](turned).size == (4, 3)
    twice = turned.crop(-3, 1, Size(2, 1))
    np.testing.assert_array_equal(twice.outline_points(), [[0, 2, 2, 0], [0, 0, 1, 1]])
    bent = State.start(SOURCE).crop(1, 1, Size(2, 3)).through(WAVE)
    np.testing.assert_allclose(bent.outline_points()[0].max(), 2 + 2, rtol=1e-12)


@pytest.mark.parametrize(
    ("fit", "matrix"),  # of an 8x6 frame to 16x24
    [
        ("stretch", [[2, 0, 0], [0, 4, 0], [0, 0, 1]]),
        ("contain", [[2, 0, 0], [0, 2, 6], [0, 0, 1]]),
        ("cover", [[4, 0, -8], [0, 4, 0], [0, 0, 1]]),
    ],
)
def test_a_resize_scales_the_frame_to_a_new_one(fit, matrix):
    state = State.start(SOURCE).resize(Size(16, 24), fit)
    np.testing.assert_array_equal(matrix_of(state), matrix)
    assert (state.frame, state.outline) == (Size(16, 24), SOURCE)
    np.testing.assert_array_equal(state.outline_points(), (np.array(matrix) @ [*SOURCE_CORNERS, [1] * 4])[:2])


def test_a_resize_goes_by_the_frame_of_the_last_crop():
    state = State.start(SOURCE).crop(4, 2, Size(2, 2)).resize(Size(10, 10), "stretch")
    np.testing.assert_array_equal(matrix_of(state), [[5, 0, -20], [0, 5, -10], [0, 0, 1]])
    np.testing.assert_array_equal(state.outline_points(), [[0, 10, 10, 0], [0, 0, 10, 10]])


def test_every_fit_of_a_resize_is_among_those_tested():
    assert set(RESIZES) == {"stretch", "contain", "cover"}


def test_a_resize_is_the_scaling_that_it_says():
    picture = pictures.random(8, 6, 3)
    resized = State.start(SOURCE).resize(Size(12, 9), "stretch")
    scaled = State.start(SOURCE).then(homography.scale(1.5, 1.5))
    np.testing.assert_array_equal(
        render_state(picture, resized), render_state(picture, scaled, Size(12, 9), "none"), strict=True
    )


def test_a_singular_operation_is_refused_at_once():
    with pytest.raises(SingularMap):
        State.start(SOURCE).then(homography.scale(1, 0))


def test_operations_that_flatten_together_are_refused():
    with pytest.raises(SingularMap):
        State.start(SOURCE).then(homography.scale(1e5, 1)).then(homography.scale(1e5, 1e-5))


def test_a_horizon_through_the_centre_is_refused():
    with pytest.raises(HorizonAtCentre):
        State.start(SOURCE).then(np.array([[1, 0, 0], [0, 1, 0], [0.25, 0, -1.0]]))


@pytest.mark.parametrize("last_row", [[0.5, 0, -1], [0, -1, 3.5], [1, 0, 0]])
def test_an_outline_that_the_horizon_cuts_or_touches_is_refused(last_row):
    state = State.start(SOURCE).then(np.array([[1, 0.1, 0], [0, 1, 3], last_row]))
    with pytest.raises(HorizonInView):
        state.outline_points()


@pytest.mark.parametrize("after", [(), (homography.scale(2, 2),)])
def test_an_outline_that_a_bent_map_sends_nowhere_is_refused(after):
    """The horizon before a swirl; and a lens that folds within the picture."""
    folding = Lens(k1=-0.9, k2=0.0, k3=0.0, p1=0.0, p2=0.0, focal=4.0, centre_x=4.0, centre_y=3.0)
    horizon = State.start(SOURCE).then(np.array([[1, 0.1, 0], [0, 1, 3], [0.5, 0, -1]])).through(Swirl(1.0, 5.0, 4, 3))
    for start in (horizon, State.start(SOURCE).through(folding)):
        state = reduce(State.then, after, start)
        with pytest.raises(NoImage):
            state.outline_points()
        with pytest.raises(NoImage):
            CANVASES["expand"](state)


def test_the_sign_of_a_projective_matrix_means_nothing():
    matrix = np.array([[1, 0, 0], [0, 1, 0], [0.01, 0, 1]])
    outlines = [State.start(SOURCE).then(sign * matrix).outline_points() for sign in (1, -1)]
    np.testing.assert_array_equal(*outlines)


def test_projective_neighbours_are_one_link_and_a_way_back_is_none():
    there = State.start(SOURCE).then(homography.scale(2, 4)).then(homography.translate(3, 5))
    assert len(there.map.links) == 1
    assert there.then(homography.translate(-3, -5)).then(homography.scale(0.5, 0.25)).map.links == ()
    assert isinstance(there.map, Chain)
