"""The spec is in exactly one of three places: the form, the query's JSON, the query's shorthand."""

import pytest
from starlette.datastructures import QueryParams

from service.errors import InvalidSpec, MalformedRequest, SpecGivenTwice, SpecMissing, UploadTooLarge
from service.spec import MatrixSpec, OpsSpec, shorthand
from service.spec.sources import PARAMETERS, find_specs

ROTATE = '{"ops": [{"op": "rotate", "angle": 30}]}'
FLIP = '{"ops": [{"op": "flip", "axis": "both"}]}'
MATRIX = '{"matrix": [[1, 0, 0.5], [0, 1, 0]]}'


def find(*parts, **query):
    """The specs of a request; a list in the query is a repeated parameter."""
    pairs = [(name, text) for name, texts in query.items() for text in ([texts] if isinstance(texts, str) else texts)]
    return [placed.spec for placed in find_specs(parts, QueryParams(pairs))]


def names(specs):
    return [spec.ops[0].op if isinstance(spec, OpsSpec) else "matrix" for spec in specs]


@pytest.mark.parametrize(
    ("parts", "query"),
    [
        ([ROTATE], {}),
        ([], {"spec": ROTATE}),
        ([], {"op": "rotate:30"}),
        ([], {"op": ["", "rotate:30"]}),
        ([ROTATE], {"spec": "", "op": "", "canvas": "", "fit": ""}),
        ([], {"spec": ROTATE, "op": ["", ""], "fill": ""}),
        ([], {"spec": ["", ROTATE]}),
    ],
)
def test_the_same_spec_is_found_in_each_place_and_empty_parameters_count_as_absent(parts, query):
    (spec,) = find(*parts, **query)
    assert spec == OpsSpec.model_validate_json(ROTATE)


@pytest.mark.parametrize(
    ("parts", "query"),
    [
        ([ROTATE], {"spec": ROTATE}),
        ([ROTATE], {"op": "rotate:30"}),
        ([ROTATE], {"canvas": "expand"}),
        ([], {"spec": ROTATE, "op": "rotate:30"}),
        ([], {"spec": ROTATE, "fill": "red"}),
        ([ROTATE], {"spec": ROTATE, "op": "rotate:30"}),
        (["no JSON"], {"spec": "{"}),
    ],
)
def test_two_places_are_one_too_many_whatever_they_say(parts, query):
    with pytest.raises(SpecGivenTwice):
        find(*parts, **query)


@pytest.mark.parametrize("query", [{}, {"op": ""}, {"spec": ""}, {"op": ["", ""], "spec": "", "canvas": ""}])
def test_no_place_at_all_is_told_with_an_example_that_works(query):
    with pytest.raises(SpecMissing) as caught:
        find(**query)
    assert ROTATE in caught.value.detail
    assert "?op=rotate:30" in caught.value.detail


def test_options_alone_are_a_spec_without_ops():
    (spec,) = find(canvas="expand", fill="white")
    assert (spec.ops, spec.canvas, spec.fill) == ([], "expand", (255, 255, 255, 255))


def test_repeated_ops_keep_the_order_of_the_query():
    (spec,) = find(op=["scale:2", "rotate:30", "scale:3"], canvas="expand")
    assert [op.op for op in spec.ops] == ["scale", "rotate", "scale"]


@pytest.mark.parametrize("place", ["form", "query"])
def test_an_array_and_repeated_parts_are_the_same_specs_in_order(place):
    def read(*texts):
        return find(*texts) if place == "form" else find(spec=list(texts))

    assert names(read(f"[{ROTATE}, {MATRIX}, {FLIP}]")) == ["rotate", "matrix", "flip"]
    assert names(read(ROTATE, MATRIX, FLIP)) == ["rotate", "matrix", "flip"]
    assert isinstance(read(f"[{MATRIX}]")[0], MatrixSpec)


@pytest.mark.parametrize(
    "parts",
    [
        ['{"ops": [', "]}"],
        [f"{ROTATE}, {FLIP}", FLIP],
        [ROTATE, ""],
        ["", ""],
        [ROTATE, FLIP + "]"],
        ["[" + ROTATE, FLIP + "]"],
        [ROTATE, '{"ops": [], "ops": []}'],
    ],
)
def test_joining_repeated_parts_mends_and_hides_no_fault(parts):
    with pytest.raises(MalformedRequest):
        find(*parts)


def test_the_fault_of_a_repeated_part_has_the_parts_number():
    with pytest.raises(InvalidSpec) as caught:
        find(ROTATE, '{"ops": [{"op": "rotate"}]}', f"[{ROTATE}]")
    assert [fault.pointer for fault in caught.value.violations] == ["/1/ops/0/angle", "/2"]


def test_all_parts_together_have_the_limit_of_one_spec_and_are_not_parsed_beyond_it(monkeypatch):
    padding = " " * 32_768
    assert len(find(ROTATE + padding, ROTATE)) == 2
    with pytest.raises(UploadTooLarge):
        find(ROTATE + padding, ROTATE + padding)
    monkeypatch.setattr("service.spec.sources.parse_json", lambda _: pytest.fail("parsed before it was measured"))
    with pytest.raises(UploadTooLarge):
        find(ROTATE + padding, ROTATE + padding)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("ops", "op"),
        ("filtre", "filter"),
        ("Canvas", "canvas"),
        ("fil", "fill"),
        ("boarder", "border"),
        ("regions", "region"),
        ("lights", "light"),
        ("qualty", "quality"),
        ("loseless", "lossless"),
    ],
)
def test_an_unknown_parameter_is_refused_with_the_nearest_one(name, near):
    with pytest.raises(InvalidSpec) as caught:
        find(op="rotate:30", **{name: "1"})
    (fault,) = caught.value.violations
    assert fault.pointer == ""
    assert "parameter 2 of the query" in fault.detail
    assert f"did you mean '{near}'?" in fault.detail
    assert all(known in fault.detail for known in PARAMETERS)


@pytest.mark.parametrize("name", ["Qm4rkZ", "angle", "OP", "", "spec[]"])
def test_an_unknown_parameter_is_refused_even_if_it_is_empty_and_never_repeated(name):
    with pytest.raises(InvalidSpec) as caught:
        find(ROTATE, **{name: ""})
    (fault,) = caught.value.violations
    assert "Qm4rkZ" not in fault.pointer + fault.detail + caught.value.detail


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("output", "write format=webp"),
        ("rotate", "write op=rotate:..."),
        ("thin_plate_spline", "write op=thin_plate_spline:..."),
        ("perspective", "write op=perspective:..."),
        ("perspective_src", "write op=perspective_src:..."),
    ],
)
def test_what_is_written_otherwise_is_said_how(name, hint):
    with pytest.raises(InvalidSpec) as caught:
        find(**{name: "1"})
    (fault,) = caught.value.violations
    assert fault.pointer == ""
    assert hint in fault.detail


@pytest.mark.parametrize("name", shorthand.OPTIONS)
def test_an_option_given_twice_is_refused_even_with_equal_values(name):
    with pytest.raises(InvalidSpec) as caught:
        find(op="rotate:30", **{name: ["same", "same"]})
    assert [fault.pointer for fault in caught.value.violations] == [f"/{name}"]
    assert "twice" in caught.value.detail


def test_the_parameters_are_the_spec_the_op_every_option_and_on_error():
    options = {"region", "canvas", "fit", "filter", "antialias", "border", "fill", "light"}
    assert set(PARAMETERS) == {"spec", "op", *options, "format", "quality", "lossless", "on_error"}
