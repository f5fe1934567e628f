"""The query shorthand is the JSON that it stands for, and every fault in it has a place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import InvalidSpec, UploadTooLarge
from service.spec import OPS, OpsSpec, Options, shorthand
from service.spec.text import read_specs
from service.spec.violations import MOST_VIOLATIONS

# What people type, and the op that it stands for.
STANDS_FOR = {
    "identity": {"op": "identity"},
    "identity:": {"op": "identity"},
    "translate": {"op": "translate"},
    "translate:5": {"op": "translate", "x": 5},
    "translate:5,-6.5": {"op": "translate", "x": 5, "y": -6.5},
    "translate:0.25,0,unit=fraction": {"op": "translate", "x": 0.25, "y": 0, "unit": "fraction"},
    "translate:y=3": {"op": "translate", "y": 3},
    "translate:1e2,-1.5E-1": {"op": "translate", "x": 100, "y": -0.15},
    "translate:.5,-5.": {"op": "translate", "x": 0.5, "y": -5},
    "translate: 1e 2, -.25e-1 ": {"op": "translate", "x": 100, "y": -0.025},  # a + in a query is a blank
    "scale:0.5": {"op": "scale", "x": 0.5},
    "scale:2,-3": {"op": "scale", "x": 2, "y": -3},
    "scale:x=2,y=3": {"op": "scale", "x": 2, "y": 3},
    "scale:y=3,x=2": {"op": "scale", "x": 2, "y": 3},
    "scale:2,center=0:0": {"op": "scale", "x": 2, "center": [0, 0]},
    "rotate:30": {"op": "rotate", "angle": 30},
    "rotate:angle=30": {"op": "rotate", "angle": 30},
    "rotate:-45.5,center=10:-20.5": {"op": "rotate", "angle": -45.5, "center": [10, -20.5]},
    "rotate:30,center=0.5:1,unit=fraction": {"op": "rotate", "angle": 30, "center": [0.5, 1], "unit": "fraction"},
    "shear:0.3": {"op": "shear", "x": 0.3},
    "shear:0.3,0.1": {"op": "shear", "x": 0.3, "y": 0.1},
    "skew:15,-10": {"op": "skew", "x": 15, "y": -10},
    "flip:horizontal": {"op": "flip", "axis": "horizontal"},
    "flip:axis=both": {"op": "flip", "axis": "both"},
    "matrix:1,2,3,4,5,6": {"op": "matrix", "matrix": [[1, 2, 3], [4, 5, 6]]},
    "matrix:1,2,3,4,5,6,convention=pixel": {
        "op": "matrix",
        "matrix": [[1, 2, 3], [4, 5, 6]],
        "convention": "pixel",
    },
    "matrix:1,2,3,4,5,6,7,8,9": {"op": "matrix", "matrix": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]},
    "matrix:1,2,3,4,5,6,7,8,9,convention=css": {
        "op": "matrix",
        "matrix": [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
        "convention": "css",
    },
    "matrix:1,2,3,4,5,6,convention=css": {"op": "matrix", "matrix": [1, 2, 3, 4, 5, 6], "convention": "css"},
}

OPTIONS = [
    ({}, {}),
    ({"canvas": "same"}, {}),
    ({"canvas": "expand"}, {"canvas": "expand"}),
    ({"canvas": "640x480"}, {"canvas": {"width": 640, "height": 480}}),
    ({"canvas": "1x2", "fit": "cover"}, {"canvas": {"width": 1, "height": 2, "fit": "cover"}}),
    ({"fit": "contain", "canvas": "1x2"}, {"canvas": {"width": 1, "height": 2, "fit": "contain"}}),
    ({"filter": "nearest"}, {"filter": "nearest"}),
    ({"antialias": "false"}, {"antialias": False}),
    ({"border": "mirror"}, {"border": "mirror"}),
    ({"fill": "rgb(1, 2, 3)"}, {"fill": "rgb(1, 2, 3)"}),
    ({"fill": "#fff", "border": "edge", "filter": "nearest"}, {"fill": "white", "border": "edge", "filter": "nearest"}),
]


def read(*ops, **options):
    (spec,) = read_specs(shorthand.to_json(list(ops), options))
    return spec


def faults_of(*ops, **options):
    with pytest.raises(InvalidSpec) as caught:
        read(*ops, **options)
    return {fault.pointer: fault.detail for fault in caught.value.violations}


def test_every_op_has_a_shorthand_and_its_positions_are_fields():
    assert {text.partition(":")[0] for text in STANDS_FOR} == set(OPS)
    assert set(shorthand.POSITIONAL) | {"matrix"} == set(OPS)
    for op, names in shorthand.POSITIONAL.items():
        assert set(names) <= set(OPS[op].model_fields)


@pytest.mark.parametrize("text", STANDS_FOR)
def test_an_op_is_the_json_that_it_stands_for(text):
    assert read(text) == OpsSpec.model_validate({"ops": [STANDS_FOR[text]]}, strict=False)


def test_six_css_numbers_are_column_by_column_unlike_six_others():
    css, other = read("matrix:1,2,3,4,5,6,convention=css", "matrix:1,2,3,4,5,6").ops
    assert css.matrix == (1, 2, 3, 4, 5, 6)
    assert other.matrix == [(1, 2, 3), (4, 5, 6)]


@pytest.mark.parametrize(("options", "json_form"), OPTIONS)
def test_an_option_is_the_json_that_it_stands_for(options, json_form):
    assert read("rotate:1", **options) == OpsSpec.model_validate(
        {"ops": [{"op": "rotate", "angle": 1}], **json_form}, strict=False
    )


def test_every_option_of_a_spec_can_be_written():
    assert set(shorthand.OPTIONS) == {*Options.model_fields, "fit"}


def test_ops_keep_their_order_and_empty_ones_count_as_absent():
    assert [op.op for op in read("", "rotate:1", "", "scale:2", "rotate:3", "").ops] == ["rotate", "scale", "rotate"]
    assert read("", "").ops == []


def test_the_place_of_an_op_is_counted_without_empty_ones():
    assert list(faults_of("", "rotate:1", "", "scale:0")) == ["/ops/1/x"]


def test_a_fit_that_is_not_given_is_not_set():
    """Else a normalized matrix could not choose its own."""
    assert "fit" not in read("identity", canvas="2x3").canvas.model_fields_set
    assert "fit" in read("identity", canvas="2x3", fit="none").canvas.model_fields_set


FAULTS = [
    ("rotat:30", "/ops/0/op", "did you mean 'rotate'?"),
    ("Rotate:30", "/ops/0/op", "did you mean 'rotate'?"),
    (" rotate:30", "/ops/0/op", "did you mean 'rotate'?"),
    (":30", "/ops/0/op", "choose one of"),
    ("xyzzy", "/ops/0/op", "choose one of identity"),
    ("rotate", "/ops/0/angle", "required"),
    ("rotate:", "/ops/0/angle", "required"),
    ("flip", "/ops/0/axis", "required"),
    ("flip:sideways", "/ops/0/axis", "choose one of horizontal"),
    ("rotate:left", "/ops/0/angle", "number"),
    ("rotate:", "/ops/0/angle", "required"),
    ("rotate:true", "/ops/0/angle", "number"),
    ("rotate:NaN", "/ops/0/angle", "number"),
    ("rotate:Infinity", "/ops/0/angle", "number"),
    ("rotate:1e999", "/ops/0/angle", "number"),
    ("rotate:-1e999", "/ops/0/angle", "number"),
    ("rotate:" + "9" * 400, "/ops/0/angle", "number"),
    ("rotate:" + "9" * 5_000, "/ops/0/angle", "number"),
    ("rotate:0x10", "/ops/0/angle", "number"),
    ("rotate:1_000", "/ops/0/angle", "number"),
    ("rotate:+30", "/ops/0/angle", "number"),
    ("rotate:030", "/ops/0/angle", "number"),
    ("rotate:\u0663", "/ops/0/angle", "number"),
    ("rotate:10:20", "/ops/0/angle", "number"),
    ("rotate:30,40", "/ops/0", "at most angle without a name; it has 2"),
    ("identity:1", "/ops/0", "identity takes no values; it has 1"),
    ("scale:1,2,3", "/ops/0", "at most x, y without a name; it has 3"),
    ("scale:1,", "/ops/0/y", "number"),
    ("scale:,1", "/ops/0/x", "number"),
    ("scale:0", "/ops/0/x", "scale of 0"),
    ("scale:x=1,2", "/ops/0", "before named"),
    ("scale:1,x=2", "/ops/0/x", "twice"),
    ("scale:x=1,x=1", "/ops/0/x", "twice"),
    ("scale:2,op=rotate", "/ops/0/op", "twice"),
    ("scale:op=rotate,angle=30", "/ops/0/op", "twice"),
    ("scale:2,z=1,z=1", "/ops/0", "twice"),
    ("scale:2,z=1", "/ops/0/z", "unknown field"),
    ("scale:2,centre=1:2", "/ops/0/centre", "did you mean 'center'?"),
    ("scale:2,=1", "/ops/0/", "unknown field"),
    ("scale:2,a/b=1", "/ops/0/a~1b", "unknown field"),
    ("rotate:1,center=1", "/ops/0/center", "array"),
    ("rotate:1,center=1:2:3", "/ops/0/center", "2"),
    ("rotate:1,center=1:", "/ops/0/center/1", "number"),
    ("rotate:1,center=a:2", "/ops/0/center/0", "number"),
    ("matrix", "/ops/0", "6 numbers (2x3) or 9 (3x3), row by row, or css's own 6; it has 0"),
    ("matrix:1,2,3,4,5", "/ops/0", "it has 5"),
    ("matrix:1,2,3,4,5,6,7", "/ops/0", "it has 7"),
    ("matrix:1,2,3,4,5,6,matrix=7", "/ops/0/matrix", "twice"),
    ("matrix:1,2,3,4,5,x", "/ops/0/matrix/1/2", "number"),
    ("matrix:1,2,3,4,5,x,convention=css", "/ops/0/matrix/5", "number"),
    ("matrix:1,2,3,4,5,6,convention=cs", "/ops/0/convention", "did you mean 'css'?"),
]


@pytest.mark.parametrize(("text", "pointer", "said"), FAULTS)
def test_a_fault_in_an_op_has_its_place_and_its_sentence(text, pointer, said):
    found = faults_of(text)
    assert list(found) == [pointer]
    assert said in found[pointer]


@pytest.mark.parametrize(("text", "pointer", "said"), FAULTS[::5])
def test_a_fault_in_a_later_op_is_counted(text, pointer, said):
    assert list(faults_of("identity", "identity", text)) == [pointer.replace("/0", "/2", 1)]


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        ({"canvas": "all"}, "/canvas"),
        ({"canvas": "640"}, "/canvas"),
        ({"canvas": "640X480"}, "/canvas"),
        ({"canvas": "-1x5"}, "/canvas"),
        ({"canvas": "1x2x3"}, "/canvas"),
        ({"canvas": "1.5x2"}, "/canvas"),
        ({"canvas": "\u0661x2"}, "/canvas"),
        ({"canvas": "1x2\n"}, "/canvas"),
        ({"canvas": "9" * 5_000 + "x1"}, "/canvas"),
        ({"canvas": "0x5"}, "/canvas/width"),
        ({"canvas": "5x0"}, "/canvas/height"),
        ({"canvas": "5x999999999"}, "/canvas/height"),
        ({"canvas": "5x5", "fit": "fill"}, "/canvas/fit"),
        ({"fit": "cover"}, "/canvas"),
        ({"fit": "cover", "canvas": "expand"}, "/canvas"),
        ({"filter": "box"}, "/filter"),
        ({"filter": "1"}, "/filter"),
        ({"antialias": "true"}, "/antialias"),
        ({"antialias": "0"}, "/antialias"),
        ({"border": "none"}, "/border"),
        ({"fill": "no colour"}, "/fill"),
        ({"fill": "0"}, "/fill"),
    ],
)
def test_a_fault_in_an_option_has_its_place(options, pointer):
    assert list(faults_of("rotate:1", **options)) == [pointer]


@pytest.mark.parametrize(
    "text", ["Qm4rkZ", "scale:Qm4rkZ", "scale:1,Qm4rkZ=Qm4rkZ", "matrix:Qm4rkZ", "scale:1,2,Qm4rkZ"]
)
def test_no_sentence_repeats_the_input(text):
    assert [detail for detail in faults_of(text).values() if "Qm4rkZ" in detail] == []


PIECES = [*"0123", "-1.5", "center=1:2", "unit=px", "x=1", "op=scale", "=", "", "convention=css"]
OP_TEXT = st.text(max_size=40) | st.builds(
    "{}:{}".format,
    st.sampled_from([*OPS, "rotat", ""]),
    st.text(alphabet="0123456789.-+eE,:=xy \u0663", max_size=30) | st.lists(st.sampled_from(PIECES)).map(",".join),
)
OPTION_TEXTS = st.dictionaries(
    st.sampled_from(shorthand.OPTIONS),
    st.text(max_size=20)
    | st.sampled_from(["same", "expand", "5x5", "0x0", "nearest", "cover", "edge", "red", "false"]),
)


@given(st.lists(OP_TEXT, max_size=4), OPTION_TEXTS)
def test_any_text_is_a_spec_or_an_invalid_one_with_places(ops, options):
    try:
        spec = read(*ops, **options)
    except InvalidSpec as refusal:
        count = len(refusal.violations)
    else:
        assert isinstance(spec, OpsSpec)
        return
    assert 0 < count <= MOST_VIOLATIONS


def test_a_text_beyond_the_limit_of_a_spec_is_too_large():
    with pytest.raises(UploadTooLarge):
        read(*["rotate:1"] * 4_000)
