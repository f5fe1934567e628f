"""Every option, bound and default of a spec, as the design lists them, and what its parts exclude."""

import json
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from core import BORDERS, CONVENTIONS, FILTERS, FITS, Colour
from service import spec
from service.spec import models
from service.spec.models import SPEC_LIST
from tests.service.specs import ROWS, described, errors_of, plain, read

OPTIONS: dict[str, tuple[list[Any], Any]] = {
    "region": (
        [
            None,
            {"unit": "px", "x": 0, "y": 7, "width": 1, "height": 1_000_000},
            {"unit": "fraction", "x": 0.25, "y": 1, "width": 0.5, "height": 1e-3},
        ],
        None,
    ),
    "canvas": (["same", "expand", "inscribed", {"width": 1, "height": 1_000_000, "fit": "cover"}], "same"),
    "filter": (["nearest", "bilinear", "bicubic", "lanczos3"], "bilinear"),
    "antialias": ([False, True], True),
    "border": (["clip", "constant", "edge", "reflect", "mirror", "wrap"], "clip"),
    "fill": (["white", "#ff8800", "transparent"], Colour(0, 0, 0, 0)),
    "light": (["srgb", "linear"], "srgb"),
    "output": (
        [
            {"format": "png"},
            {"format": "webp", "quality": 0, "lossless": True},
            {"format": "webp", "quality": 100, "lossless": False},
            {"format": "jpeg", "quality": 1},
            {"format": "jpeg", "quality": 100},
        ],
        spec.PngOutput(format="png"),
    ),
}


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_takes_its_values_and_has_its_default(option):
    values, default = OPTIONS[option]
    assert getattr(read({"ops": []}), option) == default
    assert described(spec.OpsSpec.model_json_schema()["properties"][option])
    for value in values:
        got = getattr(read({"ops": [], option: value}), option)
        if option != "fill":
            assert plain(got.model_dump() if isinstance(value, dict) else got) == value
    assert read({"ops": [], "fill": "#ff8800"}).fill == (255, 136, 0, 255)


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("wrong", [None, 1, 0, [], "other", "Same", "Bilinear", "CLIP"])
def test_an_option_refuses_everything_else(option, wrong):
    if option == "region" and wrong is None:
        assert read({"ops": [], "region": None}).region is None
    else:
        assert {loc[1] for loc, _ in errors_of({"ops": [], option: wrong})} == {option}


def region_errors(**fields: object) -> list[tuple[tuple[int | str, ...], str]]:
    return [(loc[2:], kind) for loc, kind in errors_of({"ops": [], "region": fields})]


class TestRegion:
    """A cut of the source."""

    def test_needs_its_size_and_begins_at_the_corner_in_pixels(self):
        assert plain(read({"ops": [], "region": {"width": 5, "height": 6}}).region.model_dump()) == {
            "unit": "px",
            "x": 0,
            "y": 0,
            "width": 5,
            "height": 6,
        }
        assert {loc[0] for loc, kind in region_errors() if kind == "missing"} == {"width", "height"}
        assert region_errors(width=5, height=6, z=1) == [(("z",), "extra_forbidden")]

    @pytest.mark.parametrize("field", ["x", "y", "width", "height"])
    @pytest.mark.parametrize("wrong", [-1, 0.5, 1e6 + 1, True, "1", None, [1]])
    def test_is_whole_in_pixels_and_not_negative(self, field, wrong):
        given = {"x": 1, "y": 2, "width": 5, "height": 6, field: wrong}
        assert [loc for loc, _ in region_errors(**given)] == [(field,)]

    @pytest.mark.parametrize("field", ["x", "y", "width", "height"])
    @pytest.mark.parametrize("wrong", [-0.1, 1.1, 5, True, "1", None, [1]])
    def test_is_a_part_of_the_source_in_fractions(self, field, wrong):
        given = {"x": 0.1, "y": 0.2, "width": 0.5, "height": 0.6, "unit": "fraction", field: wrong}
        assert [loc for loc, _ in region_errors(**given)] == [(field,)]

    @pytest.mark.parametrize("unit", ["px", "fraction"])
    @pytest.mark.parametrize("field", ["width", "height"])
    def test_has_an_area(self, unit, field):
        given = {"width": 1, "height": 1, "unit": unit, field: 0}
        assert region_errors(**given) == [((field,), "greater_than")]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [(name, wrong) for name in ("webp", "jpeg") for wrong in (-1, 101, 80.0, 0.8, True, "80", None)] + [("jpeg", 0)],
)
def test_a_quality_is_a_whole_number_up_to_100(name, wrong):
    found = errors_of({"ops": [], "output": {"format": name, "quality": wrong}})
    assert [loc for loc, _ in found] == [("OpsSpec", "output", name, "quality")]


def test_an_output_has_its_format_and_what_goes_with_it():
    assert set(spec.FORMATS) == {"png", "webp", "jpeg"}
    assert read({"ops": [], "output": {"format": "webp"}}).output == spec.WebpOutput(
        format="webp", quality=80, lossless=False
    )
    assert read({"ops": [], "output": {"format": "jpeg"}}).output == spec.JpegOutput(format="jpeg", quality=85)
    for wrong in ({}, {"quality": 80}, {"format": "gif"}, {"format": "PNG"}, {"format": None}, {"format": ["png"]}):
        assert [loc for loc, _ in errors_of({"ops": [], "output": wrong})] == [("OpsSpec", "output")]
    for name, field in (("png", "quality"), ("png", "lossless"), ("jpeg", "lossless"), ("webp", "effort")):
        found = errors_of({"ops": [], "output": {"format": name, field: 1}})
        assert found == [(("OpsSpec", "output", name, field), "extra_forbidden")]
    for lossless in (1, 0, "true", None):
        found = errors_of({"ops": [], "output": {"format": "webp", "lossless": lossless}})
        assert [loc[-1] for loc, _ in found] == ["lossless"]


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
