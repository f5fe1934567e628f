"""Each operation against points worked by hand: where the picture's points go, in a frame of 8 x 4 pixels."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import CONVENTIONS, InvalidMatrix, SingularMap, Size, homography, warp
from service import spec
from service.decode import ImageHeader
from service.errors import ImageTooLarge, ImpossibleGeometry, InvalidSpec
from service.operations import map_of, raw_matrix
from service.resolve import resolve
from service.settings import Settings
from service.spec.text import read_specs
from service.upright import upright, upright_size
from tests import pictures

FRAME = Size(8, 4)
CORNER, CENTRE, RIGHT, BELOW = (0, 0), (4, 2), (5, 2), (4, 3)

HALF_ROOT = math.sqrt(0.5)
TAN_30 = 1 / math.sqrt(3)

# op as JSON writes it: {point: where it goes}
BY_HAND = [
    ({"op": "identity"}, {CORNER: (0, 0), (3, 1): (3, 1)}),
    ({"op": "translate"}, {(3, 1): (3, 1)}),
    ({"op": "translate", "x": 3}, {CORNER: (3, 0), (2, 1): (5, 1)}),
    ({"op": "translate", "x": 3, "y": -2.5}, {CORNER: (3, -2.5)}),
    ({"op": "translate", "x": 0.5, "y": 0.5, "unit": "fraction"}, {CORNER: (4, 2), (1, 1): (5, 3)}),
    # Scales leave the centre (4, 2) in place; y is as x where it is not said.
    ({"op": "scale", "x": 2}, {CENTRE: (4, 2), CORNER: (-4, -2), RIGHT: (6, 2), BELOW: (4, 4)}),
    ({"op": "scale", "x": 2, "y": 3}, {CENTRE: (4, 2), RIGHT: (6, 2), BELOW: (4, 5)}),
    ({"op": "scale", "x": 0.5, "y": -1}, {CORNER: (2, 4), RIGHT: (4.5, 2), BELOW: (4, 1)}),
    ({"op": "scale", "x": -1, "y": 1}, {CORNER: (8, 0), RIGHT: (3, 2)}),
    ({"op": "scale", "x": 2, "center": [0, 0]}, {CORNER: (0, 0), RIGHT: (10, 4)}),
    ({"op": "scale", "x": 2, "center": [1, 3]}, {(1, 3): (1, 3), CORNER: (-1, -3)}),
    ({"op": "scale", "x": 2, "center": [0.25, 1], "unit": "fraction"}, {(2, 4): (2, 4), CORNER: (-2, -4)}),
    # Clockwise as seen, y down: what is right of the centre goes below it, what is below goes left.
    ({"op": "rotate", "angle": 90}, {CENTRE: (4, 2), RIGHT: (4, 3), BELOW: (3, 2), CORNER: (6, -2)}),
    ({"op": "rotate", "angle": -90}, {RIGHT: (4, 1), BELOW: (5, 2), CORNER: (2, 6)}),
    ({"op": "rotate", "angle": 180}, {RIGHT: (3, 2), CORNER: (8, 4)}),
    ({"op": "rotate", "angle": 45}, {RIGHT: (4 + HALF_ROOT, 2 + HALF_ROOT), BELOW: (4 - HALF_ROOT, 2 + HALF_ROOT)}),
    ({"op": "rotate", "angle": 30}, {(6, 2): (4 + math.sqrt(3), 3), (4, 4): (3, 2 + math.sqrt(3))}),
    ({"op": "rotate", "angle": 90, "center": [0, 0]}, {CORNER: (0, 0), (1, 0): (0, 1), (0, 1): (-1, 0)}),
    ({"op": "rotate", "angle": 90, "center": [0, 1], "unit": "fraction"}, {(0, 4): (0, 4), CORNER: (4, 4)}),
    ({"op": "rotate", "angle": 750}, {(6, 2): (4 + math.sqrt(3), 3)}),
    # [[1, x], [y, 1]] at once, not one after the other.
    ({"op": "shear", "x": 0.5}, {CENTRE: (4, 2), RIGHT: (5, 2), BELOW: (4.5, 3)}),
    ({"op": "shear", "y": 0.5}, {RIGHT: (5, 2.5), BELOW: (4, 3)}),
    ({"op": "shear", "x": 0.5, "y": 3}, {RIGHT: (5, 5), BELOW: (4.5, 3), (5, 3): (5.5, 6)}),
    ({"op": "shear", "x": 2, "center": [0, 0]}, {CORNER: (0, 0), (0, 1): (2, 1), (1, 0): (1, 0)}),
    ({"op": "skew", "x": 30}, {CENTRE: (4, 2), RIGHT: (5, 2), BELOW: (4 + TAN_30, 3)}),
    ({"op": "skew", "y": 30}, {RIGHT: (5, 2 + TAN_30), BELOW: (4, 3)}),
    ({"op": "skew", "x": -45, "center": [0, 0]}, {(0, 1): (-1, 1)}),
    ({"op": "skew", "x": 45, "center": [0.5, 0], "unit": "fraction"}, {(4, 0): (4, 0), CENTRE: (6, 2)}),
    ({"op": "flip", "axis": "horizontal"}, {CORNER: (8, 0), (1, 1): (7, 1)}),
    ({"op": "flip", "axis": "vertical"}, {CORNER: (0, 4), (1, 1): (1, 3)}),
    ({"op": "flip", "axis": "both"}, {CORNER: (8, 4), (1, 1): (7, 3)}),
    # The op matrix is a raw matrix: see below for each convention.
    ({"op": "matrix", "matrix": [[1, 0, 3], [0, 1, 1]], "convention": "css"}, {CORNER: (3, 1)}),
]

# convention, matrix: {point of the source: point of the output}, corner origin
MATRICES = [
    # output -> source, so the picture goes the other way; [-1, 1] is the frame: 0.5 is a quarter of each side.
    ("normalized", [[1, 0, 0.5], [0, 1, 0]], {CENTRE: (2, 2), CORNER: (-2, 0)}),
    ("normalized", [[1, 0, 0], [0, 1, 0.5]], {CENTRE: (4, 1)}),
    ("normalized", [[2, 0, 0], [0, 2, 0]], {CENTRE: (4, 2), CORNER: (2, 1)}),
    # x_src = -y_dst, y_src = x_dst in units of the half sides: a quarter turn and a stretch, counter-clockwise.
    ("normalized", [[0, -1, 0], [1, 0, 0]], {CENTRE: (4, 2), (8, 2): (4, 0), (4, 4): (8, 2)}),
    # w_src = 1 + x_dst / 2: the output's right edge (1, 0) shows source x = 1 / 1.5.
    ("normalized", [[1, 0, 0], [0, 1, 0], [0.5, 0, 1]], {CENTRE: (4, 2), (4 + 4 / 1.5, 2): (8, 2)}),
    ("pixel", [[1, 0, 3], [0, 1, -1]], {(3, -1): (0, 0), CENTRE: (1, 3)}),
    ("pixel", [[2, 0, 0], [0, 4, 0]], {CENTRE: (2, 0.5)}),
    ("pixel", [[0, -1, 4], [1, 0, 0]], {(4, 0): (0, 0), (4, 1): (1, 0), (3, 0): (0, 1)}),
    ("css", [[1, 0, 3], [0, 1, -1]], {CORNER: (3, -1)}),
    ("css", [[2, 0, 0], [0, 4, 0]], {(1, 1): (2, 4)}),
    ("css", [[1, 0, 0], [0, 1, 0], [1, 0, 1]], {(1, 1): (0.5, 0.5)}),
    # matrix(a, b, c, d, e, f): x' = a x + c y + e, y' = b x + d y + f.
    ("css", [1, 2, 3, 4, 5, 6], {CORNER: (5, 6), (1, 0): (6, 8), (0, 1): (8, 10)}),
    # Pixel centres are whole numbers: scaling by 2 leaves the centre (0.5, 0.5) of the first pixel in place.
    ("opencv", [[2, 0, 0], [0, 2, 0]], {(0.5, 0.5): (0.5, 0.5), (1.5, 1.5): (2.5, 2.5)}),
    ("opencv", [[1, 0, 3], [0, 1, -1]], {CORNER: (3, -1)}),
    ("opencv", [[0, -1, 3], [1, 0, 0]], {(0.5, 0.5): (3.5, 0.5), (0.5, 3.5): (0.5, 0.5)}),
    ("skimage", [[2, 0, 0], [0, 2, 0]], {(0.5, 0.5): (0.5, 0.5), (2.5, 2.5): (1.5, 1.5)}),
    ("skimage", [[1, 0, 3], [0, 1, -1]], {(3, -1): (0, 0)}),
    # The whole matrix by 5 is the same map.
    ("css", [[5, 0, 15], [0, 5, -5], [0, 0, 5]], {CORNER: (3, -1)}),
    ("css", [[-1, 0, -3], [0, -1, 1], [0, 0, -1]], {CORNER: (3, -1)}),
]


def op_of(fields):
    return spec.OPS[fields["op"]].model_validate(fields, strict=False)


def raw_of(convention, matrix):
    return spec.MatrixSpec.model_validate({"matrix": matrix, "convention": convention}, strict=False)


def where(matrix, point):
    x, y, denominator = homography.apply(matrix, *map(np.float64, point))
    assert denominator != 0
    return float(x), float(y)


def test_every_op_is_worked_by_hand():
    assert {fields["op"] for fields, _ in BY_HAND} == set(spec.OPS)


@pytest.mark.parametrize(("fields", "points"), BY_HAND, ids=str)
def test_an_op_moves_points_to_where_they_were_worked(fields, points):
    dst_from_src = map_of(op_of(fields), FRAME)
    moved = {point: where(dst_from_src, point) for point in points}
    assert moved == {point: pytest.approx(goal, abs=1e-12) for point, goal in points.items()}


@pytest.mark.parametrize("wrap", [raw_of, lambda c, m: op_of({"op": "matrix", "matrix": m, "convention": c})])
@pytest.mark.parametrize(("convention", "matrix", "points"), MATRICES, ids=str)
def test_a_raw_matrix_means_what_its_convention_says(wrap, convention, matrix, points):
    raw = wrap(convention, matrix)
    dst_from_src = raw_matrix(raw, FRAME)
    moved = {point: where(dst_from_src, point) for point in points}
    assert moved == {point: pytest.approx(goal, abs=1e-12) for point, goal in points.items()}
    if isinstance(raw, spec.Matrix):
        assert np.array_equal(map_of(raw, FRAME), dst_from_src)


@pytest.mark.parametrize(
    ("quarters", "linear"), [(0, (1, 0, 0, 1)), (1, (0, -1, 1, 0)), (2, (-1, 0, 0, -1)), (3, (0, 1, -1, 0))]
)
@pytest.mark.parametrize("turns", [0, 1, -1, 5, -2777])
def test_quarter_turns_are_exact_at_any_number_of_turns(quarters, linear, turns):
    angle = 90 * quarters + 360 * turns
    matrix = map_of(op_of({"op": "rotate", "angle": angle, "center": [0, 0]}), FRAME)
    assert tuple(matrix[:2, :2].ravel()) == linear


@pytest.mark.parametrize("angle", [1e6, -1e6, 999_999.5])
def test_a_large_angle_loses_no_precision(angle):
    matrix = map_of(op_of({"op": "rotate", "angle": angle, "center": [0, 0]}), FRAME)
    small = math.radians(angle - 360 * round(angle / 360))
    assert matrix[:2, :2].ravel() == pytest.approx(
        [math.cos(small), -math.sin(small), math.sin(small), math.cos(small)], abs=1e-15
    )


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


NUMBER = st.floats(-1e6, 1e6) | st.floats(-3, 3) | st.integers(-8, 8) | st.sampled_from([1e-9, -1e-6, 1e6, -1e6, 0.5])
UNIT = st.sampled_from(["px", "fraction"])
CENTRED = {"center": st.tuples(NUMBER, NUMBER), "unit": UNIT}
ROWS = st.lists(st.tuples(NUMBER, NUMBER, NUMBER), min_size=2, max_size=3)
RAW = st.fixed_dictionaries({"matrix": ROWS, "convention": st.sampled_from(list(CONVENTIONS))})


def ops_of(name, required=(), optional=(), **more):
    """Ops of a kind, with numbers in the fields named."""
    return st.fixed_dictionaries(
        {"op": st.just(name)} | dict.fromkeys(required, NUMBER), optional=dict.fromkeys(optional, NUMBER) | more
    )


ANY_OP = st.one_of(
    RAW.map(lambda raw: {"op": "matrix", **raw}),
    ops_of("identity"),
    ops_of("translate", (), ("x", "y"), unit=UNIT),
    ops_of("scale", ("x",), ("y",), **CENTRED),
    ops_of("rotate", ("angle",), **CENTRED),
    ops_of("shear", (), ("x", "y"), **CENTRED),
    ops_of("skew", (), ("x", "y"), **CENTRED),
    st.sampled_from([{"op": "flip", "axis": axis} for axis in ("horizontal", "vertical", "both")]),
)
SIDE = st.integers(1, 40)
OPTIONS = {
    "canvas": st.sampled_from(["same", "expand"])
    | st.fixed_dictionaries(
        {"width": SIDE, "height": SIDE}, optional={"fit": st.sampled_from(["none", "stretch", "contain", "cover"])}
    ),
    "filter": st.sampled_from(["nearest", "bilinear"]),
    "border": st.sampled_from(["clip", "constant", "edge", "reflect", "mirror", "wrap"]),
    "fill": st.sampled_from(["transparent", "white", "red", "#f008"]),
}
ANY_SPEC = st.fixed_dictionaries({"ops": st.lists(ANY_OP, max_size=5)}, optional=OPTIONS) | st.builds(
    dict.__or__, RAW, st.fixed_dictionaries({}, optional=OPTIONS)
)
HEADERS = st.builds(
    ImageHeader,
    st.just("PNG"),
    st.integers(1, 12),
    st.integers(1, 12),
    st.integers(1, 8),
    st.integers(1, 4),
    st.sampled_from([8, 16]),
    st.just(16),
)
LIMITS = Settings(max_side=400, max_output_pixels=20_000)


@settings(max_examples=400)
@given(ANY_SPEC, HEADERS)
def test_any_valid_spec_gives_rows_as_planned_or_is_refused_with_a_reason(written, header):
    try:
        (read,) = read_specs(json.dumps(written))
        plan = resolve(read, upright_size(header), LIMITS)
    except (InvalidSpec, ImpossibleGeometry, ImageTooLarge):
        return
    assert np.isfinite(plan.source_from_canvas).all()
    assert np.isfinite(homography.invert(plan.source_from_canvas)).all()
    depth = np.uint8 if header.depth == 8 else np.uint16
    stored = pictures.random(header.width, header.height, header.channels, depth)
    options = {"filter": plan.filter, "border": plan.border, "fill": plan.fill}
    seen = upright(stored, header.orientation)
    rows = np.concatenate(list(warp(seen, plan.source_from_canvas, plan.canvas, **options)))
    assert rows.shape == (plan.canvas.height, plan.canvas.width, plan.channels(header.channels))
    assert rows.dtype == depth


BIG, SMALL = {"op": "scale", "x": 1e6}, {"op": "scale", "x": 1e-6}
BENT = {"op": "matrix", "convention": "css", "matrix": [[1e6, 0, 0], [0, 1e6, 0], [1, 0, 1e6]]}
CANVASES = ["same", "expand", {"width": 5, "height": 5, "fit": "contain"}]


def finite_or_refused(op, count, canvas):
    (read,) = read_specs(json.dumps({"ops": [op] * count, "canvas": canvas}))
    try:
        plan = resolve(read, Size(8, 4), LIMITS)
    except (ImpossibleGeometry, ImageTooLarge):
        return
    assert np.isfinite(plan.source_from_canvas).all()
    assert np.isfinite(homography.invert(plan.source_from_canvas)).all()


@pytest.mark.parametrize("canvas", CANVASES)
@pytest.mark.parametrize(("op", "count"), [(BIG, 10), (BIG, 24), (SMALL, 10), (SMALL, 24), (BENT, 5), (BENT, 15)])
def test_a_long_chain_of_ops_is_finite_or_refused(op, count, canvas):
    finite_or_refused(op, count, canvas)


@pytest.mark.parametrize(
    ("op", "count"),
    [(BIG, 26), (BIG, 51), (BIG, 256), (SMALL, 27), (SMALL, 52), (BENT, 25), ({"op": "scale", "x": 1e-300}, 1)],
)
def test_a_chain_of_ops_beyond_floating_point_is_refused(op, count):
    finite_or_refused(op, count, "same")
