"""The places of faults, walked along the client's own JSON, and the sentences that go with them."""

import json

import pytest

from service.errors import InvalidSpec
from service.spec import OPS, Options
from service.spec.text import read_specs
from service.spec.violations import MOST_VIOLATIONS, choose_from

OK = {"op": "scale", "x": 2}
ROWS = [[1, 0, 0], [0, 1, 0]]
MARK = "Qm4rkZ"


def refusal_of(spec: object) -> InvalidSpec:
    with pytest.raises(InvalidSpec) as caught:
        read_specs(json.dumps(spec))
    return caught.value


def faults_of(spec: object) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.detail) for fault in refusal_of(spec).violations]


def pointers_of(spec: object) -> list[str]:
    return sorted(pointer for pointer, _ in faults_of(spec))


PLACES: dict[str, tuple[object, list[str]]] = {
    "not an object": (5, [""]),
    "nothing": ({}, ["/ops"]),
    "an unknown field": ({"ops": [], "x": 1}, ["/x"]),
    "a value at the top": ({"ops": [], "border": "x"}, ["/border"]),
    "two at once": ({"ops": [], "border": "x", "filter": 1}, ["/border", "/filter"]),
    "ops is no list": ({"ops": {}}, ["/ops"]),
    "an op is no object": ({"ops": [OK, 5]}, ["/ops/1"]),
    "an op without name": ({"ops": [OK, {"x": 1}]}, ["/ops/1/op"]),
    "an unknown op": ({"ops": [OK, OK, {"op": "x"}]}, ["/ops/2/op"]),
    "an op's name is no string": ({"ops": [{"op": {"op": 1}}]}, ["/ops/0/op"]),
    "a field is missing": ({"ops": [OK, {"op": "rotate"}]}, ["/ops/1/angle"]),
    "a field is unknown": ({"ops": [{**OK, "z": 1}]}, ["/ops/0/z"]),
    "a field has another type": ({"ops": [OK, {"op": "rotate", "angle": "1"}]}, ["/ops/1/angle"]),
    "a whole op is at fault": ({"ops": [OK, {"op": "shear", "x": 2, "y": 0.5}]}, ["/ops/1"]),
    "a field named as its op": ({"ops": [{**OK, "scale": 1}]}, ["/ops/0/scale"]),
    "a field named as another op": ({"ops": [{**OK, "rotate": 1}]}, ["/ops/0/rotate"]),
    "the op matrix without matrix": ({"ops": [{"op": "matrix"}]}, ["/ops/0/matrix"]),
    "the op matrix with a bad matrix": ({"ops": [{"op": "matrix", "matrix": 5}]}, ["/ops/0/matrix"]),
    "an entry in the op matrix": (
        {"ops": [{"op": "matrix", "matrix": [[1, 0, 0], [0, "1", 0]]}]},
        ["/ops/0/matrix/1/1"],
    ),
    "an unknown field in the op matrix": ({"ops": [{"op": "matrix", "matrix": ROWS, "Rows": 1}]}, ["/ops/0/Rows"]),
    "a row that is an object": ({"matrix": [[1, 0, 0], {"op": "Rows"}]}, ["/matrix/1"]),
    "one of six numbers": ({"matrix": [1, 2, 3, 4, 5, "6"], "convention": "css"}, ["/matrix/5"]),
    "a row too short": ({"matrix": [[1, 0, 0], [0, 1]]}, ["/matrix/1/2"]),
    "a row too long": ({"matrix": [[1, 0, 0], [0, 1, 0, 0]]}, ["/matrix/1"]),
    "five numbers": ({"matrix": [1, 2, 3, 4, 5], "convention": "css"}, ["/matrix/5"]),
    "a matrix and ops": ({"matrix": ROWS, "ops": []}, ["/ops"]),
    "a convention and no matrix": ({"ops": [], "convention": "css"}, ["/convention"]),
    "a point too short": ({"ops": [{**OK, "center": [1]}]}, ["/ops/0/center/1"]),
    "a point too long": ({"ops": [{**OK, "center": [1, 2, 3]}]}, ["/ops/0/center"]),
    "a number in a point": ({"ops": [{**OK, "center": [1, True]}]}, ["/ops/0/center/1"]),
    "a canvas by another name": ({"ops": [], "canvas": "all"}, ["/canvas"]),
    "a canvas without height": ({"ops": [], "canvas": {"width": 5}}, ["/canvas/height"]),
    "a canvas side": ({"ops": [], "canvas": {"width": 5, "height": 0}}, ["/canvas/height"]),
    "a canvas field": ({"ops": [], "canvas": {"width": 5, "height": 5, "op": 0}}, ["/canvas/op"]),
    "a canvas that looks like an output": (
        {"ops": [], "canvas": {"width": 5, "height": 5, "format": "png", "png": 1}},
        ["/canvas/format", "/canvas/png"],
    ),
    "a region's side": ({"ops": [], "region": {"width": 5, "height": 0}}, ["/region/height"]),
    "a region without sides": ({"ops": [], "region": {}}, ["/region/height", "/region/width"]),
    "a region that is no object": ({"ops": [], "region": [1, 2, 3, 4]}, ["/region"]),
    "a region's own field": ({"ops": [], "region": {"width": 5, "height": 5, "region": 1}}, ["/region/region"]),
    "an output that is no object": ({"ops": [], "output": "png"}, ["/output"]),
    "an output without format": ({"ops": [], "output": {}}, ["/output/format"]),
    "an output of another format": ({"ops": [], "output": {"format": "gif", "quality": 5}}, ["/output/format"]),
    "an output's format is no string": ({"ops": [], "output": {"format": ["png"]}}, ["/output/format"]),
    "a quality": ({"matrix": ROWS, "output": {"format": "webp", "quality": 101}}, ["/output/quality"]),
    "a quality of a png": ({"ops": [], "output": {"format": "png", "quality": 5}}, ["/output/quality"]),
    "a key named as its format": ({"ops": [], "output": {"format": "webp", "webp": 5}}, ["/output/webp"]),
    "a key named as another format": ({"ops": [], "output": {"format": "webp", "png": 5}}, ["/output/png"]),
    "keys of an output in capitals": (
        {"ops": [], "output": {"format": "png", "PngOutput": 5, "png": 6}},
        ["/output/PngOutput", "/output/png"],
    ),
    "outputs in a list": (
        [{"ops": []}, {"ops": [], "output": {"format": "jpeg", "quality": 0, "jpeg": 1}}],
        ["/1/output/jpeg", "/1/output/quality"],
    ),
    "an op with an output": ({"ops": [{**OK, "output": {"format": "png"}}]}, ["/ops/0/output"]),
    "an op with a format of its own": ({"ops": [{"op": "polar", "format": "polar"}]}, ["/ops/0/format"]),
    "a crop's side": ({"ops": [OK, {"op": "crop", "width": 1.5, "height": 2}]}, ["/ops/1/width"]),
    "a resize without sides": ({"ops": [OK, {"op": "resize"}]}, ["/ops/1"]),
    "a corner": ({"ops": [{"op": "perspective", "dst": [[0, 0], [1, "0"], [1, 1], [0, 1]]}]}, ["/ops/0/dst/1/1"]),
    "a corner that is missing": ({"ops": [{"op": "perspective", "dst": [[0, 0], [1, 0], [1, 1]]}]}, ["/ops/0/dst/3"]),
    "no corners": ({"ops": [{"op": "perspective", "unit": "px"}]}, ["/ops/0"]),
    "points that are no pairs": ({"ops": [{"op": "affine_points", "src": [[0, 0]], "dst": []}]}, ["/ops/0/dst"]),
    "a node": ({"ops": [{"op": "mesh", "columns": 1, "rows": 1, "points": [[0]]}]}, ["/ops/0/points/0/1"]),
    "nodes too few": ({"ops": [{"op": "mesh", "columns": 1, "rows": 1, "points": [[0, 0]]}]}, ["/ops/0/points"]),
    "a point that is an op": (
        {"ops": [{"op": "mesh", "columns": 1, "rows": 1, "points": [{"op": "mesh", "mesh": 1}]}]},
        ["/ops/0/points/0"],
    ),
    "a displacement without scale": ({"ops": [{"op": "displacement"}]}, ["/ops/0/x_scale"]),
    "a list": ([{"ops": []}, {"ops": [OK, {**OK, "x": 0}]}], ["/1/ops/1/x"]),
    "a list with something else": ([{"ops": []}, 5, {"matrix": 5}], ["/1", "/2/matrix"]),
    "a list in a list": ([[{"ops": []}]], ["/0"]),
    "a key with a slash and a tilde": ({"ops": [], "a/b~c": 1}, ["/a~1b~0c"]),
    "a key that looks escaped": ({"ops": [], "~1~0": 1}, ["/~01~00"]),
    "an empty key": ({"ops": [], "": 1}, ["/"]),
    "a key of digits": ({"ops": [], "0": 1}, ["/0"]),
    "a key in capitals": ({"ops": [], "Filter": 1}, ["/Filter"]),
    "a key in capitals in an op": ({"ops": [{**OK, "X": 1}]}, ["/ops/0/X"]),
    "a key in capitals in a canvas": (
        {"ops": [], "canvas": {"width": 5, "height": 5, "CanvasSize": 0}},
        ["/canvas/CanvasSize"],
    ),
    "keys named as the arms": ({"ops": [], "OpsSpec": 1, "MatrixSpec": 2}, ["/MatrixSpec", "/OpsSpec"]),
    "a spec that looks like an op": ([{"op": "OpsSpec", "ops": []}], ["/0/op"]),
}


@pytest.mark.parametrize("name", PLACES)
def test_the_pointer_leads_to(name):
    spec, pointers = PLACES[name]
    assert pointers_of(spec) == pointers


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"ops": [{"op": "rotat"}]}, "did you mean 'rotate'?"),
        ({"ops": [{"op": "Scale"}]}, "did you mean 'scale'?"),
        ({"ops": [], "filtre": "nearest"}, "did you mean 'filter'?"),
        ({"ops": [], "filter": "biliner"}, "did you mean 'bilinear'?"),
        ({"ops": [], "border": "mirrored"}, "did you mean 'mirror'?"),
        ({"ops": [], "canvas": "expnad"}, "did you mean 'expand'?"),
        ({"ops": [], "canvas": {"width": 1, "height": 1, "fitt": 1}}, "did you mean 'fit'?"),
        ({"ops": [{"op": "rotate", "angle": 1, "centre": [1, 2]}]}, "did you mean 'center'?"),
        ({"ops": [{"op": "flip", "axis": "horizontall"}]}, "did you mean 'horizontal'?"),
        ({"matrix": ROWS, "conventions": "css"}, "did you mean 'convention'?"),
        ({"ops": [{"op": "thin_plate_splines"}]}, "did you mean 'thin_plate_spline'?"),
        ({"ops": [{"op": "perspective", "dts": [], "src": [[0, 0]] * 4}]}, "did you mean 'dst'?"),
        ({"ops": [], "filter": "lanczos"}, "did you mean 'lanczos3'?"),
        ({"ops": [], "canvas": "inscribe"}, "did you mean 'inscribed'?"),
        ({"ops": [], "light": "lineal"}, "did you mean 'linear'?"),
        ({"ops": [], "outputs": {}}, "did you mean 'output'?"),
        ({"ops": [], "region": {"width": 1, "height": 1, "units": "px"}}, "did you mean 'unit'?"),
        ({"ops": [], "output": {"format": "jpg"}}, "did you mean 'jpeg'? choose one of png, webp, jpeg"),
        (
            {"ops": [], "output": {"format": "webp", "qualty": 1}},
            "did you mean 'quality'? choose one of format, quality",
        ),
    ],
)
def test_a_near_miss_is_told_what_is_near(spec, said):
    assert [said in detail for _, detail in faults_of(spec)] == [True]


@pytest.mark.parametrize("name", ["xyzzy", "", 5, None, [], {"rotate": 1}])
def test_what_is_near_nothing_gets_the_choices_without_a_guess(name):
    ((_, detail),) = faults_of({"ops": [{"op": name}]})
    assert detail == f"unknown operation; choose one of {', '.join(OPS)}"


def test_choices_are_listed_in_full_and_the_nearest_first():
    assert choose_from("bb", ["aa", "bbb"]) == "did you mean 'bbb'? choose one of aa, bbb"
    assert choose_from(None, ["aa", "bb"]) == "choose one of aa, bb"


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({}, ["'ops'", "'matrix'"]),
        ({"ops": [], "matrix": ROWS}, ["'ops'", "'matrix'", "not both"]),
        ({"ops": [], "convention": "css"}, ["'convention'", "'matrix'", "both"]),
        ({"matrix": [1, 2, 3, 4, 5, 6]}, ["six numbers", "css"]),
        ({"ops": [{}]}, ["needs its name in 'op'", "rotate"]),
        ({"ops": [{"op": "scale"}]}, ["this field is required"]),
        ({"ops": [{"op": "scale", "x": 0}]}, ["scale of 0"]),
        ({"ops": [{"op": "scale", "x": 1e7}]}, ["must be at most 1000000"]),
        ({"ops": [{"op": "scale", "x": -1e7}]}, ["must be at least -1000000"]),
        ({"ops": [{"op": "skew", "x": 90}]}, ["must be less than 89.9"]),
        ({"ops": [{"op": "skew", "x": -90}]}, ["must be greater than -89.9"]),
        ({"ops": [{"op": "bulge", "strength": 1}]}, ["must be at most 0.95"]),
        ({"ops": [{"op": "swirl", "strength": 1, "radius": 0}]}, ["must be greater than 0"]),
        ({"ops": [{"op": "crop", "width": 0.5, "height": 2}]}, ["whole number of pixels", "unit to 'fraction'"]),
        ({"ops": [{"op": "resize", "fit": "cover"}]}, ["'width'", "'height'", "or both"]),
        ({"ops": [{"op": "perspective"}]}, ["'dst'", "'src'", "or both"]),
        ({"ops": [{"op": "affine_points", "src": [[0, 0]] * 3, "dst": [[0, 0]] * 2}]}, ["'src', which has 3", "has 2"]),
        ({"ops": [{"op": "mesh", "columns": 2, "rows": 3, "points": []}]}, ["needs 12 points", "row by row", "has 0"]),
        ({"ops": [{"op": "arc", "angle": 0}]}, ["arc of 0"]),
        ({"ops": [], "region": {"x": -1, "width": 5, "height": 5}}, ["whole number of pixels", "unit to 'fraction'"]),
        ({"ops": [], "region": {"width": 5, "height": 1, "unit": "fraction"}}, ["from 0 to 1", "unit to 'px'"]),
        ({"ops": [], "region": 5}, ["must be an object"]),
        ({"ops": [], "output": "webp"}, ["must be an object"]),
        ({"ops": [], "output": {}}, ["needs its format in 'format'", "png, webp, jpeg"]),
        ({"ops": [], "output": {"format": "png", "quality": 5}}, ["png has no quality", "webp or jpeg"]),
        ({"ops": [], "output": {"format": "png", "lossless": True}}, ["always lossless"]),
        ({"ops": [], "output": {"format": "jpeg", "lossless": True}}, ["never lossless"]),
        ({"ops": [], "quality": 5}, ["'quality' belongs into the output"]),
        ({"matrix": ROWS, "lossless": True}, ["'lossless' belongs into the output"]),
        ({"matrix": ROWS, "format": "webp"}, ["'format' belongs into the output"]),
    ],
)
def test_the_sentence_says(spec, words):
    ((_, detail),) = faults_of(spec)
    assert [word for word in words if word not in detail] == []
    assert detail[:1] == detail[:1].lower()


@pytest.mark.parametrize(
    "spec",
    [
        MARK,
        [MARK],
        {MARK: 1},
        {"ops": MARK},
        {"ops": [MARK]},
        {"ops": [{"op": MARK}]},
        {"ops": [{"op": [MARK]}]},
        {"ops": [{"op": "scale", "x": MARK}]},
        {"ops": [{"op": "scale", MARK: MARK}]},
        {"ops": [{"op": "flip", "axis": MARK}]},
        {"ops": [{"op": "rotate", "angle": {MARK: MARK}}]},
        {"matrix": MARK, "convention": MARK},
        {"matrix": [[MARK, 0, 0], [0, MARK, 0]]},
        *({"ops": [], option: MARK} for option in Options.model_fields),
        {"ops": [], "output": {"format": MARK, MARK: MARK}},
        {"ops": [], "output": {"format": "webp", "quality": MARK, MARK: MARK}},
        {"ops": [], "region": {"x": MARK, "width": 1, "height": [MARK], MARK: MARK, "unit": MARK}},
        {"ops": [{"op": "affine_points", "src": MARK, "dst": [MARK, [MARK, {MARK: MARK}]]}]},
        {"ops": [], "canvas": {"width": MARK, "height": 1, MARK: MARK}},
    ],
)
def test_no_sentence_repeats_the_input(spec):
    """A pointer names an unknown key, since that is its place; nothing else of the input comes back."""
    refusal = refusal_of(spec)
    assert MARK not in refusal.detail
    assert [fault for fault in refusal.violations if MARK in fault.detail] == []
    assert [fault for fault in refusal.violations if MARK in fault.pointer.removesuffix(f"/{MARK}")] == []


def test_a_scale_without_x_has_one_fault_not_two():
    assert pointers_of({"ops": [{"op": "scale"}]}) == ["/ops/0/x"]


@pytest.mark.parametrize("count", [1, 2, MOST_VIOLATIONS - 1, MOST_VIOLATIONS, MOST_VIOLATIONS + 1, 5_000])
def test_faults_are_counted_and_listed_up_to_a_bound(count):
    refusal = refusal_of({"ops": []} | {f"k{i}": 0 for i in range(count)})
    assert [fault.pointer for fault in refusal.violations] == [f"/k{i}" for i in range(min(count, MOST_VIOLATIONS))]
    said = "unknown field" if count == 1 else f"{count} faults" if count < MOST_VIOLATIONS else "100 faults or more"
    assert said in refusal.detail
