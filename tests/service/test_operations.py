"""Each operation against points worked by hand: where the picture's points go, and where they come from."""

import math

import numpy as np
import pytest

from core import InvalidMatrix, SingularMap, Size, State, homography
from service import spec
from service.errors import MapMissing
from service.operations import apply, raw_matrix
from tests.service.worked_curved_ops import FRAMES as CURVED_FRAMES
from tests.service.worked_curved_ops import MOVES as CURVED_MOVES
from tests.service.worked_curved_ops import RASTERS
from tests.service.worked_ops import FRAMES, MATRICES, MOVES

FRAME = Size(8, 4)
BY_HAND = [(*worked, FRAME) for worked in (*MOVES, *CURVED_MOVES)] + FRAMES + CURVED_FRAMES

ERROR = 1e-11
"""Pixels: the last step of Newton's method squares the slack of 1e-6; a closed form loses some digits of 1e-15."""


def op_of(fields):
    return spec.OPS[fields["op"]].model_validate(fields, strict=False)


def raw_of(convention, matrix):
    return spec.MatrixSpec.model_validate({"matrix": matrix, "convention": convention}, strict=False)


def where(matrix, point):
    x, y, denominator = homography.apply(matrix, *map(np.float64, point))
    assert denominator != 0
    return float(x), float(y)


def matrix_of(fields):
    return apply(op_of(fields), State.start(FRAME), ()).map.last_matrix


def test_every_field_of_every_op_is_worked_by_hand():
    worked = {(fields["op"], name) for fields, _, _ in BY_HAND for name in fields}
    assert worked == {(name, field) for name, model in spec.OPS.items() for field in model.model_fields}


STARTS = {
    "a picture": (State.start(FRAME), (0, 0)),
    "a crop": (State.start(Size(100, 70)).crop(30, -5, FRAME), (30, -5)),
}


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(("fields", "points", "frame"), BY_HAND, ids=str)
def test_an_op_moves_points_to_where_they_were_worked_and_finds_them_there(start, fields, points, frame):
    """In a picture of the frame's size, and in a larger one of which the frame is a part."""
    begun, (left, top) = STARTS[start]
    state = apply(op_of(fields), begun, RASTERS)
    for (x, y), goal in points.items():
        moved = state.map.dst_from_src(np.array([x + left], float), np.array([y + top], float))
        assert [float(at.item()) for at in moved] == pytest.approx(goal, abs=ERROR)
        found = state.map.src_from_dst(*(np.array([at], float) for at in goal))
        assert [float(at.item()) for at in found] == pytest.approx((x + left, y + top), abs=ERROR)
    assert state.frame == frame


@pytest.mark.parametrize("number", [4, 5, 64])
def test_a_map_that_was_not_sent_is_named_beside_how_many_were(number):
    with pytest.raises(MapMissing, match=f"by map {number}, and the form has 3 parts 'map'"):
        apply(op_of({"op": "displacement", "x_scale": 1, "map": number}), State.start(FRAME), RASTERS)


@pytest.mark.parametrize("rasters", [None, [None], [RASTERS[0], None]])
def test_a_map_that_is_not_decoded_takes_points_nowhere(rasters):
    number = 1 if rasters is None else len(rasters)
    state = apply(op_of({"op": "displacement", "x_scale": 1, "map": number}), State.start(FRAME), rasters)
    for moved in (state.map.dst_from_src, state.map.src_from_dst):
        assert np.isnan(moved(np.array([4.0]), np.array([2.0]))).all()


@pytest.mark.parametrize("wrap", [raw_of, lambda c, m: op_of({"op": "matrix", "matrix": m, "convention": c})])
@pytest.mark.parametrize(("convention", "matrix", "points"), MATRICES, ids=str)
def test_a_raw_matrix_means_what_its_convention_says(wrap, convention, matrix, points):
    raw = wrap(convention, matrix)
    dst_from_src = raw_matrix(raw, FRAME)
    moved = {point: where(dst_from_src, point) for point in points}
    assert moved == {point: pytest.approx(goal, abs=1e-12) for point, goal in points.items()}
    if isinstance(raw, spec.Matrix):
        applied = apply(raw, State.start(FRAME), ()).map.last_matrix
        assert applied / applied[2, 2] == pytest.approx(dst_from_src / dst_from_src[2, 2], abs=1e-12)


@pytest.mark.parametrize(
    ("quarters", "linear"), [(0, (1, 0, 0, 1)), (1, (0, -1, 1, 0)), (2, (-1, 0, 0, -1)), (3, (0, 1, -1, 0))]
)
@pytest.mark.parametrize("turns", [0, 1, -1, 5, -2777])
def test_quarter_turns_are_exact_at_any_number_of_turns(quarters, linear, turns):
    angle = 90 * quarters + 360 * turns
    matrix = matrix_of({"op": "rotate", "angle": angle, "center": [0, 0]})
    assert tuple(matrix[:2, :2].ravel()) == linear


@pytest.mark.parametrize("angle", [1e6, -1e6, 999_999.5])
def test_a_large_angle_loses_no_precision(angle):
    matrix = matrix_of({"op": "rotate", "angle": angle, "center": [0, 0]})
    small = math.radians(angle - 360 * round(angle / 360))
    assert matrix[:2, :2].ravel() == pytest.approx(
        [math.cos(small), -math.sin(small), math.sin(small), math.cos(small)], abs=1e-15
    )


@pytest.mark.parametrize("phase", [1e6, -999_999.5])
def test_a_large_phase_loses_no_precision(phase):
    wave = op_of({"op": "wave", "amplitude": 1, "wavelength": 8, "phase": phase})
    _, y = apply(wave, State.start(FRAME), ()).map.dst_from_src(np.array([0.0]), np.array([0.0]))
    assert y.item() == pytest.approx(math.sin(math.radians(math.fmod(phase, 360))), abs=1e-15)


@pytest.mark.parametrize("convention", ["normalized", "pixel", "opencv", "skimage", "css"])
@pytest.mark.parametrize("frame", [FRAME, Size(1, 1), Size(3, 7), Size(640, 427)])
def test_the_identity_is_the_identity_in_every_convention(convention, frame):
    moved = raw_matrix(raw_of(convention, [[1, 0, 0], [0, 1, 0]]), frame)
    assert moved == pytest.approx(np.eye(3), abs=1e-12)


@pytest.mark.parametrize("convention", ["normalized", "pixel", "skimage"])
def test_a_singular_matrix_that_must_be_inverted_is_refused(convention):
    with pytest.raises(SingularMap):
        raw_matrix(raw_of(convention, [[1, 2, 0], [2, 4, 0]]), FRAME)


@pytest.mark.parametrize("convention", ["normalized", "pixel", "opencv", "skimage", "css"])
def test_a_last_row_of_zeros_is_refused(convention):
    with pytest.raises(InvalidMatrix):
        raw_matrix(raw_of(convention, [[1, 0, 0], [0, 1, 0], [0, 0, 0]]), FRAME)
