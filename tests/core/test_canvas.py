import numpy as np
import pytest

from core import CANVASES, FITS, InvalidSize, Size, State, homography

HORIZON_IN_VIEW = np.array([[1, 0, 0], [0, 1, 0], [0.5, 0, -1.0]])


def state_of(width, height, *operations):
    state = State.start(Size(width, height))
    for operation in operations:
        state = state.then(operation)
    return state


def turn(degrees, width, height):
    return homography.about(width / 2, height / 2, homography.rotate(np.radians(degrees)))


def test_same_keeps_the_frame():
    state = state_of(40, 30, turn(30, 40, 30))
    canvas = CANVASES["same"](state)
    assert canvas.size == (40, 30)
    np.testing.assert_array_equal(canvas.canvas_from_dst, np.eye(3))


@pytest.mark.parametrize(
    ("operation", "size"),
    [
        (turn(90, 640, 480), (480, 640)),
        (turn(-270, 640, 480), (480, 640)),
        (turn(180, 640, 480), (640, 480)),
        (homography.scale(0.5, 0.25), (320, 120)),
        (homography.scale(0.501, 0.251), (321, 120)),  # 320.64 x 120.48, to the nearest whole
        (homography.scale(2.5 / 640, 1.5 / 480), (3, 2)),  # halves go up
        (homography.scale(1e-4, 1), (1, 480)),
        (homography.scale(-1, 1), (640, 480)),
        (homography.translate(0.7, -1e6), (640, 480)),
        (turn(45, 640, 480), (792, 792)),  # 1120 / sqrt(2) = 791.96, up to the next whole
        (homography.shear(0.01, 0), (645, 480)),  # 644.8
    ],
)
def test_expand_takes_the_outlines_box(operation, size):
    assert CANVASES["expand"](state_of(640, 480, operation)).size == size


def test_expand_stretches_an_upright_outline_to_fill_whole_pixels():
    state = state_of(5, 3, homography.scale(0.5, 0.5), homography.translate(100, 7))
    projective = CANVASES["expand"](state).map_of(state).projective  # 2.5 x 1.5 becomes 3 x 2
    np.testing.assert_allclose(projective.src_from_dst_matrix, np.diag([5 / 3, 3 / 2, 1]), rtol=1e-14, atol=1e-13)


def test_expand_centres_the_box_of_a_tilted_outline():
    state = state_of(10, 10, homography.rotate(np.radians(45)), homography.translate(3.3, 4.4))
    canvas = CANVASES["expand"](state)
    assert canvas.size == (15, 15)  # 14.14
    x, y = canvas.map_of(state).src_from_dst(np.array(7.5), np.array(7.5))
    np.testing.assert_allclose((x, y), (5, 5), rtol=1e-14)


def test_under_expand_a_pure_translation_vanishes():
    state = state_of(10, 7, homography.translate(123.456, -0.3))
    projective = CANVASES["expand"](state).map_of(state).projective
    np.testing.assert_array_equal(projective.src_from_dst_matrix, np.eye(3))


def test_expand_forgives_a_millionth_of_a_pixel():
    wide = homography.compose(turn(45, 10, 10), homography.scale(*[np.sqrt(2) * (1 + 4e-8)] * 2))
    assert CANVASES["expand"](state_of(10, 10, wide)).size == (20, 20)


@pytest.mark.parametrize(
    ("fit", "canvas_from_dst"),  # of a 4x2 frame onto 8x8
    [
        ("none", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        ("stretch", [[2, 0, 0], [0, 4, 0], [0, 0, 1]]),
        ("contain", [[2, 0, 0], [0, 2, 2], [0, 0, 1]]),
        ("cover", [[4, 0, -4], [0, 4, 0], [0, 0, 1]]),
    ],
)
def test_fits_are_as_worked_by_hand(fit, canvas_from_dst):
    canvas = FITS[fit](state_of(4, 2), Size(8, 8))
    assert canvas.size == (8, 8)
    np.testing.assert_array_equal(canvas.canvas_from_dst, canvas_from_dst)


@pytest.mark.parametrize(
    ("fit", "lands_on"),  # the source's top-left corner, which a quarter turn and a shift have taken away
    [("none", (53, 9)), ("stretch", (106, 36)), ("contain", (6, 0)), ("cover", (8, -4))],
)
def test_none_and_stretch_act_on_the_frame_contain_and_cover_on_the_outlines_box(fit, lands_on):
    state = state_of(4, 2, turn(90, 4, 2), homography.translate(50, 10))  # the box: (51, 9) to (53, 13)
    canvas_from_dst = FITS[fit](state, Size(8, 8)).canvas_from_dst
    np.testing.assert_array_equal(canvas_from_dst @ state.map.last_matrix @ [0, 0, 1], [*lands_on, 1])


@pytest.mark.parametrize("fit", ["contain", "cover"])
def test_a_fit_of_the_outline_needs_a_finite_one(fit):
    state = state_of(8, 6, HORIZON_IN_VIEW)
    with pytest.raises(ValueError, match="horizon"):
        FITS[fit](state, Size(8, 8))
    with pytest.raises(ValueError, match="horizon"):
        CANVASES["expand"](state)


@pytest.mark.parametrize("fit", ["none", "stretch"])
def test_a_fit_of_the_frame_needs_no_outline(fit):
    state = state_of(8, 6, HORIZON_IN_VIEW)
    canvas = FITS[fit](state, Size(16, 12))
    assert np.isfinite(canvas.map_of(state).projective.src_from_dst_matrix).all()


def test_a_picture_scaled_to_nothing_has_no_box():
    state = state_of(10, 10, homography.scale(1e-8, 1e-8))
    with pytest.raises(InvalidSize):
        CANVASES["expand"](state)
