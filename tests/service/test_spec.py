"""Every operation, field, bound and default of a spec, as the design lists them."""

import json
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from core import BORDERS, CONVENTIONS, FILTERS, FITS, Colour
from service import spec
from service.spec import models
from service.spec.models import ONE_SPEC, SPEC_LIST

ROWS = [[1, 0, 0.5], [0, 1, 0]]

# op: ({field: a value that is not the default}, the fields that must be given, {field: default})
FIELDS: dict[str, tuple[dict[str, Any], set[str], dict[str, Any]]] = {
    "identity": ({}, set(), {}),
    "matrix": ({"matrix": ROWS, "convention": "pixel"}, {"matrix"}, {"convention": "normalized"}),
    "translate": ({"x": 3, "y": -4.5, "unit": "fraction"}, set(), {"x": 0, "y": 0, "unit": "px"}),
    "scale": (
        {"x": 2, "y": -0.5, "center": [1, 2], "unit": "fraction"},
        {"x"},
        {"y": 2, "center": None, "unit": "px"},
    ),
    "rotate": ({"angle": -30.5, "center": [1, 2], "unit": "fraction"}, {"angle"}, {"center": None, "unit": "px"}),
    "shear": (
        {"x": 0.3, "y": -2, "center": [1, 2], "unit": "fraction"},
        set(),
        {"x": 0, "y": 0, "center": None, "unit": "px"},
    ),
    "skew": (
        {"x": 89.8, "y": -89.8, "center": [1, 2], "unit": "fraction"},
        set(),
        {"x": 0, "y": 0, "center": None, "unit": "px"},
    ),
    "flip": ({"axis": "both"}, {"axis"}, {}),
}

EVERY_FIELD = [(op, field) for op, (fields, _, _) in FIELDS.items() for field in fields]
NUMBERS = [(op, field) for op, field in EVERY_FIELD if field in {"x", "y", "angle"}]

OPTIONS: dict[str, tuple[list[Any], Any]] = {
    "canvas": (["same", "expand", {"width": 1, "height": 1_000_000, "fit": "cover"}], "same"),
    "filter": (["nearest", "bilinear"], "bilinear"),
    "antialias": ([False], False),
    "border": (["clip", "constant", "edge", "reflect", "mirror", "wrap"], "clip"),
    "fill": (["white", "#ff8800", "transparent"], Colour(0, 0, 0, 0)),
}


def read(value: object) -> Any:
    return ONE_SPEC.validate_json(json.dumps(value))


def read_op(op: str, **fields: object) -> Any:
    return read({"ops": [{"op": op, **fields}]}).ops[0]


def errors_of_text(text: str) -> list[tuple[tuple[int | str, ...], str]]:
    """Where Pydantic finds faults, and of which kind; the text must have some."""
    with pytest.raises(ValidationError) as caught:
        ONE_SPEC.validate_json(text)
    return [(error["loc"], error["type"]) for error in caught.value.errors()]


def errors_of(value: object) -> list[tuple[tuple[int | str, ...], str]]:
    return errors_of_text(json.dumps(value))


def op_errors(op: str, **fields: object) -> list[tuple[tuple[int | str, ...], str]]:
    return [(loc[4:], kind) for loc, kind in errors_of({"ops": [{"op": op, **fields}]})]


def plain(value: Any) -> Any:
    """Numbers and lists as JSON gives them back."""
    return json.loads(json.dumps(value))


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
    if required:
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
    if field == "center" and wrong is None:  # null is the default of center, written out
        assert read_op(op, **given).center is None
    else:
        assert {loc[0] for loc, _ in op_errors(op, **given)} == {field}


@pytest.mark.parametrize(("op", "field"), NUMBERS)
@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 400])
def test_a_number_is_finite(op, field, number):
    fields, _, _ = FIELDS[op]
    text = json.dumps({"ops": [{"op": op, **fields, field: "HERE"}]}).replace('"HERE"', number)
    assert [(loc[-1], kind) for loc, kind in errors_of_text(text)] == [(field, "finite_number")]


@pytest.mark.parametrize(("op", "field"), [pair for pair in NUMBERS if pair[0] != "skew"])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_has_at_most_a_million(op, field, sign):
    fields, _, _ = FIELDS[op]
    given = {**fields, field: sign * 1e6}
    assert getattr(read_op(op, **given), field) == sign * 1e6
    kind = "less_than_equal" if sign > 0 else "greater_than_equal"
    assert op_errors(op, **{**fields, field: sign * 1000000.1}) == [((field,), kind)]


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


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_takes_its_values_and_has_its_default(option):
    values, default = OPTIONS[option]
    assert getattr(read({"ops": []}), option) == default
    for value in values:
        got = getattr(read({"ops": [], option: value}), option)
        if option != "fill":
            assert plain(got.model_dump() if isinstance(value, dict) else got) == value
    assert read({"ops": [], "fill": "#ff8800"}).fill == (255, 136, 0, 255)


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("wrong", [None, 1, 0, [], "other", "Same", "Bilinear", "CLIP"])
def test_an_option_refuses_everything_else(option, wrong):
    assert {loc[1] for loc, _ in errors_of({"ops": [], option: wrong})} == {option}


def test_antialias_true_is_refused_until_it_exists():
    assert errors_of({"ops": [], "antialias": True}) == [(("OpsSpec", "antialias"), "value_error")]


@pytest.mark.parametrize("side", ["width", "height"])
@pytest.mark.parametrize("wrong", [0, -1, 1.0, 1.5, True, "1", None, 1_000_001, 10**400])
def test_a_canvas_side_is_a_whole_number_from_1_to_a_million(side, wrong):
    found = errors_of({"ops": [], "canvas": {"width": 2, "height": 2, side: wrong}})
    assert [loc for loc, _ in found] == [("OpsSpec", "canvas", "CanvasSize", side)]


def test_a_canvas_has_two_sides_and_a_fit_that_may_be_left_out():
    assert read({"ops": [], "canvas": {"width": 5, "height": 6}}).canvas.fit is None
    assert [loc[-1] for loc, _ in errors_of({"ops": [], "canvas": {}})] == ["width", "height"]
    for fit in ("none", "stretch", "contain", "cover", None):
        assert read({"ops": [], "canvas": {"width": 5, "height": 6, "fit": fit}}).canvas.fit == fit
    for fit in ("fill", 1):
        found = errors_of({"ops": [], "canvas": {"width": 5, "height": 6, "fit": fit}})
        assert [loc[-1] for loc, _ in found] == ["fit"]


def test_without_ops_a_list_of_no_ops_and_nothing_at_all_differ():
    assert read({"ops": []}).ops == []
    assert errors_of({}) == [(("OpsSpec", "ops"), "missing")]


def test_ops_and_matrix_exclude_each_other():
    assert errors_of({"ops": [], "matrix": ROWS}) == [(("MatrixSpec", "ops"), "extra_forbidden")]


def test_a_convention_needs_a_matrix():
    assert errors_of({"ops": [], "convention": "css"}) == [(("OpsSpec", "convention"), "extra_forbidden")]


def wrap_spec(fields: dict[str, Any]) -> dict[str, Any]:
    return fields


def wrap_op(fields: dict[str, Any]) -> dict[str, Any]:
    return {"ops": [{"op": "matrix", **fields}]}


def matrix_of(value: Any) -> Any:
    return value.ops[0] if hasattr(value, "ops") else value


@pytest.mark.parametrize("wrap", [wrap_spec, wrap_op])
class TestMatrix:
    """The same rules for a raw matrix as the whole spec and as one op."""

    @pytest.mark.parametrize("convention", ["normalized", "pixel", "opencv", "skimage", "css"])
    @pytest.mark.parametrize("rows", [ROWS, [*ROWS, [0, 0, 1]]])
    def test_takes_two_or_three_rows_in_every_convention(self, wrap, convention, rows):
        got = matrix_of(read(wrap({"matrix": rows, "convention": convention})))
        assert (plain(got.matrix), got.convention) == (rows, convention)

    def test_is_normalized_by_default(self, wrap):
        assert matrix_of(read(wrap({"matrix": ROWS}))).convention == "normalized"

    @pytest.mark.parametrize("order", [("matrix", "convention"), ("convention", "matrix")])
    def test_takes_six_css_numbers_in_any_order_of_the_keys(self, wrap, order):
        fields: dict[str, Any] = {"matrix": [1, 2, 3, 4, 5, 6], "convention": "css"}
        got = matrix_of(read(wrap({key: fields[key] for key in order})))
        assert got.matrix == (1, 2, 3, 4, 5, 6)

    @pytest.mark.parametrize("convention", [None, "normalized", "pixel", "opencv", "skimage"])
    def test_refuses_six_numbers_that_are_not_css(self, wrap, convention):
        fields = {"matrix": [1, 2, 3, 4, 5, 6]} | ({"convention": convention} if convention else {})
        assert [(loc[-1], kind) for loc, kind in errors_of(wrap(fields))] == [("matrix", "value_error")]

    @pytest.mark.parametrize(
        "wrong",
        [[[1, 0, 0]] * rows for rows in (0, 1, 4)]
        + [[[1] * columns] * 2 for columns in (0, 2, 4)]
        + [[[1, 0, 0], [0, 1, entry]] for entry in (True, "0", None, 1e7)]
        + [[1] * length for length in (1, 5, 7, 9)]
        + [[[1, 0, 0], 5], [1, 2, 3, 4, 5, [6]], "1,2,3,4,5,6", None, {}],
    )
    def test_refuses_other_shapes_and_entries(self, wrap, wrong):
        found = errors_of(wrap({"matrix": wrong, "convention": "css"}))
        assert all("matrix" in loc for loc, _ in found)
        arms = {step for loc, _ in found for step in loc if step in ("Rows", "SixNumbers")}
        assert len(arms) == 1, "one form of the matrix reports, not both"


@pytest.mark.parametrize("value", [5, None, "x", [], True, {}, {"matrix": 1}, {"ops": [{"op": "scale", "x": "1"}]}])
def test_only_one_arm_of_a_union_reports(value):
    arms = {loc[0] for loc, _ in errors_of(value)}
    assert len(arms) == 1


def test_a_spec_is_frozen():
    with pytest.raises(ValidationError):
        read({"ops": []}).filter = "nearest"


def test_a_list_of_specs_is_read_in_order():
    got = SPEC_LIST.validate_json(json.dumps([{"ops": []}, {"matrix": ROWS}]))
    assert [type(one) for one in got] == [spec.OpsSpec, spec.MatrixSpec]


@pytest.mark.parametrize(
    ("names", "table"),
    [
        (spec.Options.model_fields["filter"].annotation, FILTERS),
        (spec.Options.model_fields["border"].annotation, BORDERS),
        (spec.RawMatrix.model_fields["convention"].annotation, CONVENTIONS),
        (models.Fit, FITS),
    ],
    ids=["filter", "border", "convention", "fit"],
)
def test_the_spec_offers_what_the_core_has(names, table):
    assert set(get_args(names)) == set(table)
