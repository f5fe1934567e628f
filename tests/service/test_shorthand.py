"""The query shorthand is the JSON that it stands for, and every fault in it has a place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import InvalidSpec, UploadTooLarge
from service.spec import OPS, OpsSpec, shorthand
from service.spec.violations import MOST_VIOLATIONS
from tests.service.short_specs import faults_of, read

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
    "crop:10,-20.5,300,200": {"op": "crop", "x": 10, "y": -20.5, "width": 300, "height": 200},
    "crop:width=0.5,height=0.25,unit=fraction": {"op": "crop", "width": 0.5, "height": 0.25, "unit": "fraction"},
    "resize:640": {"op": "resize", "width": 640},
    "resize:640,480,fit=cover": {"op": "resize", "width": 640, "height": 480, "fit": "cover"},
    "resize:height=480": {"op": "resize", "height": 480},
    "affine_points:src=1:2,dst=-3.5:4": {"op": "affine_points", "src": [[1, 2]], "dst": [[-3.5, 4]]},
    "affine_points:src=0:0;1:0;0:1,dst=0:.5;1:0;0:1,unit=fraction": {
        "op": "affine_points",
        "src": [[0, 0], [1, 0], [0, 1]],
        "dst": [[0, 0.5], [1, 0], [0, 1]],
        "unit": "fraction",
    },
    "perspective:1,2,30,4,50,60,-7,80": {"op": "perspective", "dst": [[1, 2], [30, 4], [50, 60], [-7, 80]]},
    "perspective:0,0,1,0,1,1,0,.5,unit=fraction": {
        "op": "perspective",
        "dst": [[0, 0], [1, 0], [1, 1], [0, 0.5]],
        "unit": "fraction",
    },
    "perspective_src:1,2,30,4,50,60,-7,80": {"op": "perspective", "src": [[1, 2], [30, 4], [50, 60], [-7, 80]]},
    "perspective_src:1,2,30,4,50,60,-7,80,dst=0:0;9:0;9:9;0:9": {
        "op": "perspective",
        "src": [[1, 2], [30, 4], [50, 60], [-7, 80]],
        "dst": [[0, 0], [9, 0], [9, 9], [0, 9]],
    },
    "perspective:src=0:0;9:0;9:9;0:9": {"op": "perspective", "src": [[0, 0], [9, 0], [9, 9], [0, 9]]},
    "lens:-0.3,0.1,1e-3,2e-3,0.01": {"op": "lens", "k1": -0.3, "k2": 0.1, "p1": 1e-3, "p2": 2e-3, "k3": 0.01},
    "lens:0.1,focal=900,inverse=true,center=10:20": {
        "op": "lens",
        "k1": 0.1,
        "focal": 900,
        "inverse": True,
        "center": [10, 20],
    },
    "barrel:0.1,-0.2,0.3,0.9": {"op": "barrel", "a": 0.1, "b": -0.2, "c": 0.3, "d": 0.9},
    "barrel:b=0.2,inverse=false": {"op": "barrel", "b": 0.2, "inverse": False},
    "polar": {"op": "polar"},
    "polar:log=true": {"op": "polar", "log": True},
    "depolar:center=0.5:0.25,unit=fraction": {"op": "depolar", "center": [0.5, 0.25], "unit": "fraction"},
    "swirl:90,120.5": {"op": "swirl", "strength": 90, "radius": 120.5},
    "arc:-60": {"op": "arc", "angle": -60},
    "wave:10,80,axis=x,phase=90": {"op": "wave", "amplitude": 10, "wavelength": 80, "axis": "x", "phase": 90},
    "bulge:-0.5,radius=50": {"op": "bulge", "strength": -0.5, "radius": 50},
    "thin_plate_spline:src=0:0;9:0;0:9,dst=0:0;8:1;0:9,smoothing=2": {
        "op": "thin_plate_spline",
        "src": [[0, 0], [9, 0], [0, 9]],
        "dst": [[0, 0], [8, 1], [0, 9]],
        "smoothing": 2,
    },
    "mesh:2,1,points=0:0;5:1;9:0;0:9;5:8;9:9": {
        "op": "mesh",
        "columns": 2,
        "rows": 1,
        "points": [[0, 0], [5, 1], [9, 0], [0, 9], [5, 8], [9, 9]],
    },
    "displacement:20,-5.5,map=2": {"op": "displacement", "x_scale": 20, "y_scale": -5.5, "map": 2},
}


def test_every_op_has_a_shorthand_and_its_positions_are_fields():
    assert {text.partition(":")[0] for text in STANDS_FOR} == set(shorthand.NAMES)
    assert set(shorthand.NAMES) == {*OPS, "perspective_src"}
    assert set(shorthand.POSITIONAL) | {"matrix", "perspective"} == set(OPS)
    for op, names in shorthand.POSITIONAL.items():
        assert set(names) <= set(OPS[op].model_fields)


@pytest.mark.parametrize("text", STANDS_FOR)
def test_an_op_is_the_json_that_it_stands_for(text):
    assert read(text) == OpsSpec.model_validate({"ops": [STANDS_FOR[text]]}, strict=False)


def test_six_css_numbers_are_column_by_column_unlike_six_others():
    css, other = read("matrix:1,2,3,4,5,6,convention=css", "matrix:1,2,3,4,5,6").ops
    assert css.matrix == (1, 2, 3, 4, 5, 6)
    assert other.matrix == [(1, 2, 3), (4, 5, 6)]


def test_ops_keep_their_order_and_empty_ones_count_as_absent():
    assert [op.op for op in read("", "rotate:1", "", "scale:2", "rotate:3", "").ops] == ["rotate", "scale", "rotate"]
    assert read("", "").ops == []


def test_the_place_of_an_op_is_counted_without_empty_ones():
    assert list(faults_of("", "rotate:1", "", "scale:0")) == ["/ops/1/x"]


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
    ("rotate:1" + "0" * 300, "/ops/0/angle", "at most 1000000"),
    ("perspective_source:1", "/ops/0/op", "did you mean 'perspective_src'?"),
    ("perspective", "/ops/0", "needs 'dst'"),
    ("perspective:unit=fraction", "/ops/0", "needs 'dst'"),
    ("perspective_src", "/ops/0", "takes 8 numbers, x and y of the top-left"),
    ("perspective_src:dst=0:0;9:0;9:9;0:9", "/ops/0", "takes 8 numbers"),
    ("perspective:1,2,3,4,5,6,7", "/ops/0", "it has 7"),
    ("perspective:1,2,3,4,5,6,7,8,9", "/ops/0", "it has 9"),
    ("perspective:1,2,3,4,5,6,7,x", "/ops/0/dst/3/1", "number"),
    ("perspective_src:1,x,3,4,5,6,7,8", "/ops/0/src/0/1", "number"),
    ("perspective:1,2,3,4,5,6,7,8,dst=1:2", "/ops/0/dst", "twice"),
    ("perspective_src:1,2,3,4,5,6,7,8,src=1:2", "/ops/0/src", "twice"),
    ("perspective_src:1,2,3,4,5,6,7,8,op=crop", "/ops/0/op", "twice"),
    ("perspective:dst=0:0;9:0;9:9", "/ops/0/dst/3", "too few"),
    ("perspective:dst=0:0;9:0;9:9;0:9;5:5", "/ops/0/dst", "at most 4"),
    ("affine_points:1,2", "/ops/0", "no values without a name, only src, dst, unit; it has 2"),
    ("affine_points:src=1:2", "/ops/0/dst", "required"),
    ("affine_points:src=1:2;3:4,dst=1:2", "/ops/0/dst", "as many points as 'src', which has 2; it has 1"),
    ("affine_points:src=1:2,dst=1", "/ops/0/dst/0", "array"),
    ("affine_points:src=1:2,dst=", "/ops/0/dst/0", "array"),
    ("affine_points:src=1:2;,dst=1:2;3:4", "/ops/0/src/1", "array"),
    ("affine_points:src=1:2,dst=1:x", "/ops/0/dst/0/1", "number"),
    ("affine_points:src=1:2,dst=1:2:3", "/ops/0/dst/0", "at most 2"),
    ("thin_plate_spline:src=1:2;3:4,dst=1:2;3:4;5:6", "/ops/0/src", "at least 3"),
    ("mesh:2,1,points=0:0;5:1;9:0;0:9;5:8", "/ops/0/points", "needs 6 points"),
    ("mesh:2.5,1,points=0:0", "/ops/0/columns", "whole number"),
    ("mesh:51,1,points=0:0", "/ops/0/columns", "at most 50"),
    ("rotate:1,center=1:2;3:4", "/ops/0/center", "at most 2"),
    ("crop:1,2,3", "/ops/0/height", "required"),
    ("crop:1,2,3.5,4", "/ops/0/width", "whole number of pixels"),
    ("crop:1,2,0,4", "/ops/0/width", "greater than 0"),
    ("crop:1,2,3,4,5", "/ops/0", "at most x, y, width, height without a name; it has 5"),
    ("resize", "/ops/0", "needs 'width', 'height' or both"),
    ("resize:640.0", "/ops/0/width", "whole number"),
    ("resize:640,480,fit=none", "/ops/0/fit", "choose one of stretch, contain, cover"),
    ("lens:1,inverse=1", "/ops/0/inverse", "true or false"),
    ("lens:1,inverse=yes", "/ops/0/inverse", "true or false"),
    ("polar:5", "/ops/0", "no values without a name, only center, unit, log; it has 1"),
    ("arc:0", "/ops/0/angle", "arc of 0"),
    ("arc:400", "/ops/0/angle", "at most 360"),
    ("wave:5", "/ops/0/wavelength", "required"),
    ("bulge:0.96", "/ops/0/strength", "at most 0.95"),
    ("displacement:5,map=0", "/ops/0/map", "at least 1"),
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
    "text",
    [
        "Qm4rkZ",
        "scale:Qm4rkZ",
        "scale:1,Qm4rkZ=Qm4rkZ",
        "matrix:Qm4rkZ",
        "scale:1,2,Qm4rkZ",
        "perspective:Qm4rkZ",
        "perspective_src:1,2,3,4,5,6,7,Qm4rkZ",
        "polar:Qm4rkZ",
        "affine_points:src=Qm4rkZ,dst=1:Qm4rkZ",
    ],
)
def test_no_sentence_repeats_the_input(text):
    assert [detail for detail in faults_of(text).values() if "Qm4rkZ" in detail] == []


PIECES = [*"0123", "-1.5", "center=1:2", "unit=px", "x=1", "op=scale", "=", "", "convention=css", "log=true"]
PIECES += ["src=1:2;3:4;5:6", "dst=1:2;3:4;5:6", "points=1:2;3:4;5:6;7:8", "points=;:;", "inverse=false", "width=5"]
OP_TEXT = st.text(max_size=40) | st.builds(
    "{}:{}".format,
    st.sampled_from([*shorthand.NAMES, "rotat", ""]),
    st.text(alphabet="0123456789.-+eE,:;=xy \u0663", max_size=30) | st.lists(st.sampled_from(PIECES)).map(",".join),
)
OPTION_TEXTS = st.dictionaries(
    st.sampled_from(shorthand.OPTIONS),
    st.text(max_size=20)
    | st.sampled_from(["same", "expand", "5x5", "0x0", "nearest", "cover", "edge", "red", "false", "linear"])
    | st.sampled_from(["png", "webp", "jpeg", "80", "1,2,3,4", "0,0,.5,1,fraction", ",,,"]),
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
