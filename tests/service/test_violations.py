"""The places of faults, walked along the client's own JSON, and the sentences that go with them."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.errors import InvalidSpec, MalformedRequest, UploadTooLarge, Violation
from service.spec import OPS, CanvasSize, MatrixSpec, OpsSpec
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
        ({"ops": [], "antialias": True}, ["antialias"]),
        ({"ops": [{"op": "scale", "x": 1e7}]}, ["1000000"]),
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
        *({"ops": [], option: MARK} for option in ("canvas", "filter", "antialias", "border", "fill")),
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


FIELDS = sorted({name for model in (*OPS.values(), OpsSpec, MatrixSpec, CanvasSize) for name in model.model_fields})
KEYS = st.sampled_from([*FIELDS, *OPS, "OpsSpec", "Rows", "~", "/", "a/b"])
WORDS = st.sampled_from([*OPS, "same", "expand", "css", "pixel", "nearest", "white", "fraction", "both"])
ATOMS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS
ANY_JSON = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=6),
    max_leaves=20,
)
LOOSE_OP = st.fixed_dictionaries({"op": WORDS | ANY_JSON}, optional={"x": ANY_JSON, "matrix": ANY_JSON, "y": ANY_JSON})
LOOSE_SPEC = st.fixed_dictionaries(
    {}, optional={"ops": st.lists(LOOSE_OP, max_size=3) | ANY_JSON, "matrix": ANY_JSON, "canvas": ANY_JSON}
)


def parts_of(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def is_place(tree: Any, pointer: str) -> bool:
    """Tell whether a pointer leads to a value of the tree, or to a missing child of one."""
    if pointer and not pointer.startswith("/"):
        return False
    parts = parts_of(pointer)
    for depth, part in enumerate(parts):
        last = depth == len(parts) - 1
        if isinstance(tree, dict):
            if part not in tree:
                return last
            tree = tree[part]
        elif isinstance(tree, list) and part.isdigit():
            if int(part) >= len(tree):
                return last
            tree = tree[int(part)]
        else:
            return False
    return True


@example({"ops": [{"op": "scale", "OpsSpec": 1}]})
@given(ANY_JSON | LOOSE_SPEC | st.lists(LOOSE_SPEC, max_size=3))
def test_any_json_is_read_or_refused_and_every_pointer_is_a_place_in_it(tree):
    faults: tuple[Violation, ...] = ()
    try:
        read_specs(json.dumps(tree))
    except (MalformedRequest, UploadTooLarge):
        pass
    except InvalidSpec as refusal:
        faults = refusal.violations or (Violation("nowhere", "a refusal without a fault"),)
    assert [fault for fault in faults if not is_place(tree, fault.pointer)] == []
