"""Every operation of a spec with its fields, bounds and defaults, as the design lists them."""

import json
from typing import Any

import pytest

from service import spec
from tests.service.specs import ROWS, described, errors_of, errors_of_text, plain, read, read_op

CENTRED = {"center": [1, 2], "unit": "fraction"}
AT_THE_CENTRE = {"center": None, "unit": "px"}
TRIANGLE = [[0, 0], [1, 0.5], [-0.5, 1]]
QUAD = [[0, 0], [1, 0.1], [0.9, 1], [-0.2, 1.5]]

# op: ({field: a value that is not the default}, the fields that must be given, {field: default})
FIELDS: dict[str, tuple[dict[str, Any], set[str], dict[str, Any]]] = {
    "identity": ({}, set(), {}),
    "matrix": ({"matrix": ROWS, "convention": "pixel"}, {"matrix"}, {"convention": "normalized"}),
    "translate": ({"x": 3, "y": -4.5, "unit": "fraction"}, set(), {"x": 0, "y": 0, "unit": "px"}),
    "scale": ({"x": 2, "y": -0.5, **CENTRED}, {"x"}, {"y": 2, **AT_THE_CENTRE}),
    "rotate": ({"angle": -30.5, **CENTRED}, {"angle"}, AT_THE_CENTRE),
    "shear": ({"x": 0.3, "y": -2, **CENTRED}, set(), {"x": 0, "y": 0, **AT_THE_CENTRE}),
    "skew": ({"x": 89.8, "y": -89.8, **CENTRED}, set(), {"x": 0, "y": 0, **AT_THE_CENTRE}),
    "flip": ({"axis": "both"}, {"axis"}, {}),
    "crop": (
        {"x": -3.5, "y": 4, "width": 5, "height": 6, "unit": "fraction"},
        {"width", "height"},
        {"x": 0, "y": 0, "unit": "px"},
    ),
    "resize": ({"width": 5, "height": 6, "fit": "cover"}, {"width"}, {"height": None, "fit": "stretch"}),
    "affine_points": ({"src": TRIANGLE, "dst": QUAD[:3], "unit": "fraction"}, {"src", "dst"}, {"unit": "px"}),
    "perspective": ({"src": QUAD, "dst": QUAD[::-1], "unit": "fraction"}, {"dst"}, {"src": None, "unit": "px"}),
    "lens": (
        {"k1": -0.3, "k2": 0.1, "k3": 1e-3, "p1": 1e-4, "p2": -1e-4, "focal": 500, "inverse": True, **CENTRED},
        set(),
        {"k1": 0, "k2": 0, "k3": 0, "p1": 0, "p2": 0, "focal": None, "inverse": False, **AT_THE_CENTRE},
    ),
    "barrel": (
        {"a": 0.1, "b": -0.2, "c": 0.3, "d": 1.5, "inverse": True, **CENTRED},
        set(),
        {"a": 0, "b": 0, "c": 0, "d": None, "inverse": False, **AT_THE_CENTRE},
    ),
    "polar": ({"log": True, **CENTRED}, set(), {"log": False, **AT_THE_CENTRE}),
    "depolar": ({"log": True, **CENTRED}, set(), {"log": False, **AT_THE_CENTRE}),
    "swirl": ({"strength": -400, "radius": 0.5, **CENTRED}, {"strength"}, {"radius": None, **AT_THE_CENTRE}),
    "arc": ({"angle": -360}, {"angle"}, {}),
    "wave": (
        {"amplitude": -3, "wavelength": 20, "phase": 90, "axis": "x", "unit": "fraction"},
        {"amplitude", "wavelength"},
        {"phase": 0, "axis": "y", "unit": "px"},
    ),
    "bulge": ({"strength": -0.5, "radius": 30, **CENTRED}, {"strength"}, {"radius": None, **AT_THE_CENTRE}),
    "thin_plate_spline": (
        {"src": TRIANGLE, "dst": QUAD[1:], "smoothing": 0.5, "unit": "fraction"},
        {"src", "dst"},
        {"smoothing": 0, "unit": "px"},
    ),
    "mesh": (
        {"columns": 1, "rows": 2, "points": [*QUAD, *QUAD[:2]], "unit": "fraction"},
        {"columns", "rows", "points"},
        {"unit": "px"},
    ),
    "displacement": ({"map": 64, "x_scale": -20, "y_scale": 1.5}, {"x_scale"}, {"map": 1, "y_scale": -20}),
}
EITHER = {"resize": {"width", "height"}, "perspective": {"src", "dst"}}
"""Of these fields one must be given, and it is their operation that lacks it."""

EVERY_FIELD = [(op, field) for op, (fields, _, _) in FIELDS.items() for field in fields]
MAY_BE_NULL = {(op, field) for op, field in EVERY_FIELD if FIELDS[op][2].get(field, "") is None} | {
    (op, field) for op, fields in EITHER.items() for field in fields
}
LENGTHS = [
    ("crop", "width"),
    ("crop", "height"),
    ("lens", "focal"),
    ("swirl", "radius"),
    ("wave", "wavelength"),
    ("bulge", "radius"),
]
WHOLE = {
    ("resize", "width"): 1_000_000,
    ("resize", "height"): 1_000_000,
    ("mesh", "columns"): 50,
    ("mesh", "rows"): 50,
    ("displacement", "map"): 64,
}
"""Whole numbers from 1 on, and the largest of each."""
NUMBERS = [
    (op, field) for op, field in EVERY_FIELD if type(FIELDS[op][0][field]) in {int, float} and (op, field) not in WHOLE
]
BOUNDS = dict.fromkeys(NUMBERS, (-1e6, 1e6)) | {
    ("arc", "angle"): (-360, 360),
    ("bulge", "strength"): (-1, 0.95),
    ("thin_plate_spline", "smoothing"): (0, 1e6),
}
"""The smallest and largest of each number, both allowed; a skew's and LENGTHS, above 0, have tests of their own."""


def op_errors(op: str, **fields: object) -> list[tuple[tuple[int | str, ...], str]]:
    return [(loc[4:], kind) for loc, kind in errors_of({"ops": [{"op": op, **fields}]})]


def test_the_operations_are_those_of_the_table():
    assert set(spec.OPS) == set(FIELDS)


@pytest.mark.parametrize("op", FIELDS)
def test_an_op_takes_every_field_of_its_own(op):
    fields, _, _ = FIELDS[op]
    assert plain(read_op(op, **fields).model_dump()) == {"op": op, **fields}


@pytest.mark.parametrize("op", FIELDS)
def test_an_op_needs_its_required_fields_and_defaults_the_others(op):
    fields, required, defaults = FIELDS[op]
    least = {name: fields[name] for name in required}
    assert plain(read_op(op, **least).model_dump()) == {"op": op, **least, **defaults}
    if op in EITHER:
        assert op_errors(op) == [((), "value_error")]
    elif required:
        missing = {loc[0] for loc, kind in op_errors(op) if kind == "missing"}
        assert missing == required


@pytest.mark.parametrize("op", FIELDS)
def test_an_op_refuses_fields_that_it_does_not_know(op):
    fields, _, _ = FIELDS[op]
    assert op_errors(op, **fields, extra=1) == [(("extra",), "extra_forbidden")]


@pytest.mark.parametrize(("op", "field"), EVERY_FIELD)
@pytest.mark.parametrize("wrong", [True, False, "1", None, {}, "NaN"])
def test_a_field_takes_no_value_of_another_type(op, field, wrong):
    given = {**FIELDS[op][0], field: wrong}
    takes_null = (op, field) in MAY_BE_NULL  # its default, written out
    takes_bool = isinstance(FIELDS[op][0][field], bool)
    if (takes_null and wrong is None) or (takes_bool and isinstance(wrong, bool)):
        assert getattr(read_op(op, **given), field) is wrong
    else:
        assert {loc[0] for loc, _ in op_errors(op, **given)} == {field}


@pytest.mark.parametrize(("op", "field"), NUMBERS)
@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 400])
def test_a_number_is_finite(op, field, number):
    fields, _, _ = FIELDS[op]
    text = json.dumps({"ops": [{"op": op, **fields, field: "HERE"}]}).replace('"HERE"', number)
    assert [(loc[-1], kind) for loc, kind in errors_of_text(text)] == [(field, "finite_number")]


@pytest.mark.parametrize(("op", "field"), [pair for pair in NUMBERS if pair[0] != "skew"])
def test_a_number_has_at_most_its_bounds_and_else_a_million(op, field):
    fields, _, _ = FIELDS[op]
    least, most = BOUNDS[op, field]
    if (op, field) not in LENGTHS:
        assert getattr(read_op(op, **{**fields, field: least}), field) == least
        assert op_errors(op, **{**fields, field: least - 0.001}) == [((field,), "greater_than_equal")]
    assert getattr(read_op(op, **{**fields, field: most}), field) == most
    assert op_errors(op, **{**fields, field: most + 0.001}) == [((field,), "less_than_equal")]


@pytest.mark.parametrize(("op", "field"), LENGTHS)
def test_a_length_is_more_than_0(op, field):
    fields, _, _ = FIELDS[op]
    given = fields | ({"unit": "fraction"} if op == "crop" else {})
    assert getattr(read_op(op, **{**given, field: 1e-9}), field) == 1e-9
    for wrong in (0, -0.0, -1e-9, -5):
        assert op_errors(op, **{**given, field: wrong}) == [((field,), "greater_than")]


@pytest.mark.parametrize(("op", "field"), WHOLE)
def test_a_count_or_side_is_a_whole_number_within_its_bounds(op, field):
    fields, _, _ = FIELDS[op]
    for wrong in (0, -1, 1.0, 1.5, WHOLE[op, field] + 1, 10**400):
        assert [loc for loc, _ in op_errors(op, **{**fields, field: wrong})] == [(field,)]
    if op != "mesh":  # whose points have to go with it
        for right in (1, WHOLE[op, field]):
            assert getattr(read_op(op, **{**fields, field: right}), field) == right


@pytest.mark.parametrize("field", ["x", "y"])
@pytest.mark.parametrize("degrees", [89.9, -89.9, 90])
def test_a_skew_stays_below_89_9_degrees(field, degrees):
    assert [loc for loc, _ in op_errors("skew", **{field: degrees})] == [(field,)]
    assert getattr(read_op("skew", **{field: degrees / 1.002}), field) == degrees / 1.002


@pytest.mark.parametrize("field", ["x", "y"])
@pytest.mark.parametrize("zero", [0, 0.0, -0.0])
def test_a_scale_is_never_0(field, zero):
    assert op_errors("scale", **{"x": 2, "y": 3, field: zero}) == [((field,), "value_error")]


@pytest.mark.parametrize(("x", "y"), [(2, 0.5), (-4, -0.25), (3, 1 / 3), (1, 1)])
def test_a_shear_whose_factors_multiply_to_1_is_refused(x, y):
    assert op_errors("shear", x=x, y=y) == [((), "value_error")]
    assert read_op("shear", x=-x, y=y).x == -x


@pytest.mark.parametrize("unit", ["px", "fraction"])
@pytest.mark.parametrize("field", ["width", "height"])
def test_a_crop_has_whole_sides_in_pixels_and_any_place(unit, field):
    given = {"x": -0.25, "y": 1e-3, "width": 5, "height": 6, "unit": unit}
    assert read_op("crop", **{**given, field: 7.0}).x == -0.25
    if unit == "px":
        for wrong in (0.5, 1.5, 7.000001):
            assert op_errors("crop", **{**given, field: wrong}) == [((field,), "value_error")]
    else:
        assert getattr(read_op("crop", **{**given, field: 1.5}), field) == 1.5


def test_a_resize_has_one_side_or_both():
    assert plain(read_op("resize", height=5).model_dump()) == {
        "op": "resize",
        "width": None,
        "height": 5,
        "fit": "stretch",
    }
    for neither in ({}, {"width": None}, {"width": None, "height": None}, {"fit": "cover"}):
        assert op_errors("resize", **neither) == [((), "value_error")]
    for fit in ("stretch", "contain", "cover"):
        assert read_op("resize", width=5, height=6, fit=fit).fit == fit
    assert op_errors("resize", width=5, fit="none") == [(("fit",), "literal_error")]


@pytest.mark.parametrize("op", ["affine_points", "thin_plate_spline"])
class TestPairs:
    """Lists of points that go in pairs."""

    @pytest.mark.parametrize("longer", ["src", "dst"])
    def test_are_equally_many(self, op, longer):
        points = {"src": [[0, 1]] * 3, "dst": [[2, 3]] * 3}
        assert len(read_op(op, **points).dst) == 3
        points[longer] = [*points[longer], [4, 5]]
        assert op_errors(op, **points) == [(("dst",), "value_error")]

    def test_have_a_least_and_a_largest_number(self, op):
        least, most = {"affine_points": (1, 1_000), "thin_plate_spline": (3, 100)}[op]
        for number in (least, most):
            assert len(read_op(op, src=[[0, 1]] * number, dst=[[2, 3]] * number).src) == number
        for number, kind in ((least - 1, "too_short"), (most + 1, "too_long")):
            found = op_errors(op, src=[[0, 1]] * number, dst=[[2, 3]] * number)
            assert found == [(("src",), kind), (("dst",), kind)]

    @pytest.mark.parametrize("wrong", [[[1, 2, 3]], [[1]], [5], [[1, "2"]], [None]])
    def test_have_two_numbers_each(self, op, wrong):
        given = {"src": [[0, 1]] * 2 + wrong, "dst": [[2, 3]] * 3}
        assert {loc[:2] for loc, _ in op_errors(op, **given)} == {("src", 2)}


def test_a_perspective_has_four_corners_on_one_side_or_both():
    for given in ({"src": QUAD}, {"dst": QUAD}, {"src": QUAD, "dst": None}, {"src": None, "dst": QUAD}):
        read_op("perspective", **given)
    for neither in ({}, {"src": None}, {"src": None, "dst": None, "unit": "fraction"}):
        assert op_errors("perspective", **neither) == [((), "value_error")]
    for field in ("src", "dst"):
        for wrong in ([], QUAD[:3], [*QUAD, [0, 0]], [*QUAD[:3], 5], [1, 2, 3, 4]):
            assert {loc[0] for loc, _ in op_errors("perspective", **{field: wrong})} == {field}


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (3, 1), (1, 3), (50, 50)])
def test_a_mesh_has_a_point_for_each_node(columns, rows):
    nodes = (columns + 1) * (rows + 1)
    assert len(read_op("mesh", columns=columns, rows=rows, points=[[1, 2]] * nodes).points) == nodes
    for wrong in (0, columns * rows, nodes - 1, nodes + 1):
        found = op_errors("mesh", columns=columns, rows=rows, points=[[1, 2]] * wrong)
        assert found == [(("points",), "value_error")]


@pytest.mark.parametrize("zero", [0, 0.0, -0.0])
def test_an_arc_is_never_0(zero):
    assert op_errors("arc", angle=zero) == [(("angle",), "value_error")]


@pytest.mark.parametrize("op", FIELDS)
def test_every_field_of_an_op_is_described(op):
    fields = spec.OPS[op].model_json_schema()["properties"]
    assert [name for name, schema in fields.items() if name != "op" and not described(schema)] == []


@pytest.mark.parametrize("point", [[1], [1, 2, 3], [1, "2"], [1, None], [1e7, 0], {"x": 1, "y": 2}, 5])
def test_a_centre_is_two_numbers(point):
    assert {loc[0] for loc, _ in op_errors("rotate", angle=1, center=point)} == {"center"}


@pytest.mark.parametrize("name", ["Rotate", "rotation", "", 5, None, True, ["rotate"], {"op": "rotate"}])
def test_an_op_is_one_of_the_table(name):
    assert [loc for loc, _ in errors_of({"ops": [{"op": name}]})] == [("OpsSpec", "ops", 0)]


def test_there_are_at_most_256_ops():
    flip = {"op": "flip", "axis": "both"}
    assert len(read({"ops": [flip] * 256}).ops) == 256
    assert errors_of({"ops": [flip] * 257}) == [(("OpsSpec", "ops"), "too_long")]
