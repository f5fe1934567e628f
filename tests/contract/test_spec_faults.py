"""422: specs that are JSON and describe no warp. Each fault is named at its place in what the client wrote."""

import json

import pytest

from tests.contract import one_warp, wire
from tests.contract.wire import check_problem

FORM = {"Content-Type": wire.FORM}
MATRIX = [[1, 0, 0], [0, 1, 0]]


TRIANGLE, LINE = [[0, 0], [9, 0], [0, 9]], [[0, 0], [1, 1], [2, 2]]
SPECK = [{"op": "rotate", "angle": 45}, {"op": "scale", "x": 0.05}]


def one(op, **fields):
    return {"ops": [{"op": op, **fields}]}


def rotate(**fields):
    return one("rotate", **fields)


# Name: (spec, pointers, what the first sentence says).
FAULTS = {
    "nothing": ({}, ["/ops"], "either 'ops', a list of operations, or 'matrix'"),
    "null": (None, [""], ""),
    "text": ("rotate", [""], ""),
    "number": (30, [""], ""),
    "ops that is no list": ({"ops": {"op": "identity"}}, ["/ops"], "array"),
    "op that is no object": ({"ops": ["rotate"]}, ["/ops/0"], ""),
    "op without a name": ({"ops": [{"angle": 30}]}, ["/ops/0/op"], "rotate"),
    "unknown op": ({"ops": [{"op": "rotat", "angle": 30}]}, ["/ops/0/op"], "did you mean 'rotate'?"),
    "unknown op, nothing near": ({"ops": [{"op": "zzz"}]}, ["/ops/0/op"], "choose one of identity, matrix"),
    "op in capitals": ({"ops": [{"op": "Rotate", "angle": 30}]}, ["/ops/0/op"], "did you mean 'rotate'?"),
    "op that is a number": ({"ops": [{"op": 3}]}, ["/ops/0/op"], ""),
    "second op": ({"ops": [{"op": "identity"}, {"op": "flop"}]}, ["/ops/1/op"], "did you mean 'flip'?"),
    "unknown parameter": (rotate(angle=1, centre=[1, 2]), ["/ops/0/centre"], "did you mean 'center'?"),
    "unknown field": ({"ops": [], "canvass": "expand"}, ["/canvass"], "did you mean 'canvas'?"),
    "unknown field, awkward": ({"ops": [], "a/b~c": 1}, ["/a~1b~0c"], "choose one of"),
    "missing parameter": (rotate(), ["/ops/0/angle"], "required"),
    "truth for a number": (rotate(angle=True), ["/ops/0/angle"], "number"),
    "text for a number": (rotate(angle="30"), ["/ops/0/angle"], "number"),
    "null for a number": (rotate(angle=None), ["/ops/0/angle"], "number"),
    "list for a number": (rotate(angle=[30]), ["/ops/0/angle"], "number"),
    "number beyond the bound": (rotate(angle=1e6 + 1), ["/ops/0/angle"], "1000000"),
    "number far below": (rotate(angle=-(10**300)), ["/ops/0/angle"], "1000000"),
    "two faults": (rotate(angle="x", center=[1]), ["/ops/0/center/1", "/ops/0/angle"], ""),
    "point of three": (rotate(angle=1, center=[1, 2, 3]), ["/ops/0/center"], ""),
    "unknown unit": (rotate(angle=1, unit="percent"), ["/ops/0/unit"], "px, fraction"),
    "unknown axis": ({"ops": [{"op": "flip", "axis": "horizonal"}]}, ["/ops/0/axis"], "did you mean 'horizontal'?"),
    "scale of 0": ({"ops": [{"op": "scale", "x": 1, "y": 0}]}, ["/ops/0/y"], "0"),
    "skew of 90": ({"ops": [{"op": "skew", "x": 90}]}, ["/ops/0/x"], "89.9"),
    "shear that flattens": ({"ops": [{"op": "shear", "x": 2, "y": 0.5}]}, ["/ops/0"], "flattens"),
    "257 ops": ({"ops": [{"op": "identity"}] * 257}, ["/ops"], "256"),
    "ops and matrix": ({"ops": [], "matrix": MATRIX}, ["/ops"], "either 'ops' or 'matrix', not both"),
    "convention without matrix": ({"ops": [], "convention": "pixel"}, ["/convention"], "give both"),
    "unknown convention": ({"matrix": MATRIX, "convention": "openCV"}, ["/convention"], "did you mean 'opencv'?"),
    "matrix of one row": ({"matrix": [[1, 0, 0]]}, ["/matrix"], ""),
    "matrix of four rows": ({"matrix": [[1, 0, 0]] * 4}, ["/matrix"], ""),
    "matrix with a short row": ({"matrix": [[1, 0, 0], [0, 1]]}, ["/matrix/1/2"], "too few"),
    "matrix with a long row": ({"matrix": [[1, 0, 0], [0, 1, 0, 0]]}, ["/matrix/1"], ""),
    "matrix with a text": ({"matrix": [[1, 0, 0], [0, "1", 0]]}, ["/matrix/1/1"], "number"),
    "empty matrix": ({"matrix": []}, ["/matrix"], ""),
    "six numbers, not css": ({"matrix": [1, 0, 0, 1, 0, 0]}, ["/matrix"], "css"),
    "five numbers": ({"matrix": [1, 0, 0, 1, 0], "convention": "css"}, ["/matrix/5"], "too few"),
    "unknown canvas": ({"ops": [], "canvas": "expnd"}, ["/canvas"], "did you mean 'expand'?"),
    "canvas of 0": ({"ops": [], "canvas": {"width": 0, "height": 1}}, ["/canvas/width"], "1"),
    "canvas of parts": ({"ops": [], "canvas": {"width": 1.5, "height": 1}}, ["/canvas/width"], "whole number"),
    "canvas without height": ({"ops": [], "canvas": {"width": 9}}, ["/canvas/height"], "required"),
    "canvas too much": ({"ops": [], "canvas": {"width": 9, "hight": 9}}, ["/canvas/height", "/canvas/hight"], ""),
    "canvas list": ({"ops": [], "canvas": [9, 9]}, ["/canvas"], ""),
    "unknown fit": ({"ops": [], "canvas": {"width": 9, "height": 9, "fit": "fill"}}, ["/canvas/fit"], "stretch"),
    "unknown filter": ({"ops": [], "filter": "bilinar"}, ["/filter"], "did you mean 'bilinear'?"),
    "unknown border": ({"ops": [], "border": "mirrored"}, ["/border"], "did you mean 'mirror'?"),
    "fill that is no colour": ({"ops": [], "fill": "whte"}, ["/fill"], ""),
    "fill that is a number": ({"ops": [], "fill": 255}, ["/fill"], ""),
    "antialias as text": ({"ops": [], "antialias": "false"}, ["/antialias"], ""),
    "second of two specs": ([one_warp.SPEC, {"ops": [{"op": "rotate"}]}], ["/1/ops/0/angle"], "required"),
    "list in a list": ([[one_warp.SPEC]], ["/0"], ""),
    "singular matrix": ({"matrix": [[1, 2, 0], [2, 4, 0]]}, ["/matrix"], "singular"),
    "matrix of zeros": ({"matrix": [[0, 0, 0], [0, 0, 0]], "convention": "css"}, ["/matrix"], ""),
    "singular op": ({"ops": [{"op": "identity"}, {"op": "matrix", "matrix": [[1, 0, 0], [1, 0, 0]]}]}, ["/ops/1"], ""),
    "tiny scale": ({"ops": [{"op": "scale", "x": 1e-300, "y": 1}]}, ["/ops/0"], ""),
    "unknown light": ({"ops": [], "light": "liner"}, ["/light"], "did you mean 'linear'?"),
    "unknown format": ({"ops": [], "output": {"format": "wepb"}}, ["/output/format"], "did you mean 'webp'?"),
    "quality of a PNG": ({"ops": [], "output": {"format": "png", "quality": 80}}, ["/output/quality"], ""),
    "region beyond": ({"ops": [], "region": {"x": 5, "y": 0, "width": 9, "height": 9}}, ["/region"], "13 x 17"),
    "region without height": ({"ops": [], "region": {"width": 9}}, ["/region/height"], "required"),
    "resize to nothing": (one("resize"), ["/ops/0"], "'width', 'height' or both"),
    "arc of 0": (one("arc", angle=0), ["/ops/0/angle"], "no centre"),
    "bulge of 2": (one("bulge", strength=2), ["/ops/0/strength"], "0.95"),
    "radius of 0": (one("swirl", strength=9, radius=0), ["/ops/0/radius"], "0"),
    "wave of no length": (one("wave", amplitude=1, wavelength=0), ["/ops/0/wavelength"], "0"),
    "a pair too few": (one("affine_points", src=TRIANGLE, dst=TRIANGLE[:2]), ["/ops/0/dst"], ""),
    "five corners": (one("perspective", dst=[[0, 0]] * 5), ["/ops/0/dst"], "at most 4"),
    "a node too few": (one("mesh", columns=1, rows=1, points=TRIANGLE), ["/ops/0/points"], "needs 4 points"),
    "map 0": (one("displacement", map=0, x_scale=1), ["/ops/0/map"], "1"),
    "crossing corners": (one("perspective", dst=[[0, 0], [13, 17], [13, 0], [0, 17]]), ["/ops/0"], "cross"),
    "points on a line": (one("affine_points", src=LINE, dst=TRIANGLE), ["/ops/0"], "line"),
    "knots on a line": (one("thin_plate_spline", src=TRIANGLE, dst=LINE), ["/ops/0"], "line"),
    "folded mesh": (one("mesh", columns=1, rows=1, points=[*TRIANGLE, [-2, 2]]), ["/ops/0"], "column 0 and row 0"),
    "fold in view": (one("lens", k1=-2) | {"canvas": "expand"}, ["/canvas"], ""),
    "nothing inscribed": ({"ops": SPECK, "canvas": "inscribed"}, ["/canvas"], ""),
}  # fmt: skip
IMPOSSIBLE = {
    "singular matrix", "matrix of zeros", "singular op", "tiny scale", "crossing corners", "points on a line",
    "knots on a line", "folded mesh", "fold in view", "nothing inscribed",
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_named_at_its_place(server, picture_png, name):
    spec, pointers, sentence = FAULTS[name]
    code = "impossible-geometry" if name in IMPOSSIBLE else "invalid-spec"
    body = wire.form(wire.file_part("image", picture_png), wire.text_part("spec", json.dumps(spec)))
    in_form = server.client.post("/v1/warp", content=body, headers=FORM)
    in_query = server.client.post("/v1/warp", params={"spec": json.dumps(spec)}, content=picture_png)
    for answer in (in_form, in_query):
        problem = check_problem(answer, 422, code, *pointers)
        assert sentence in problem["errors"][0]["detail"], problem["errors"]


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_number_that_only_javascript_has(server, picture_png, word):
    text = f'{{"ops": [{{"op": "rotate", "angle": {word}}}]}}'
    answer = server.client.post("/v1/warp", params={"spec": text}, content=picture_png)
    problem = check_problem(answer, 422, "invalid-spec", "/ops/0/angle")
    assert "finite" in problem["detail"]


@pytest.mark.parametrize(
    ("text", "pointer"),
    [('{"ops": [{"op": "flip", "axis": "\\ud800"}]}', "/ops/0/axis"), ('{"ops": [], "\\ud800": 1}', "")],
)
def test_half_of_a_character(server, picture_png, text, pointer):
    in_query = server.client.post("/v1/warp", params={"spec": text}, content=picture_png)
    body = wire.form(wire.file_part("image", picture_png), wire.text_part("spec", text))
    in_form = server.client.post("/v1/warp", content=body, headers=FORM)
    for answer in (in_query, in_form):
        problem = check_problem(answer, 422, "invalid-spec", pointer)
        assert "surrogate" in problem["detail"]


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1e400", "123456789e9999999999"])
def test_number_beyond_every_float(server, picture_png, number):
    text = f'{{"ops": [{{"op": "rotate", "angle": {number}}}]}}'
    answer = server.client.post("/v1/warp", params={"spec": text}, content=picture_png)
    check_problem(answer, 422, "invalid-spec", "/ops/0/angle")
    check_problem(server.warp(picture_png, f"op=rotate:{number}"), 422, "invalid-spec", "/ops/0/angle")


UNHEARD_OF = "hunter2-Zx9"


@pytest.mark.parametrize(
    "spec",
    [
        {"ops": [{"op": UNHEARD_OF}]},
        {"ops": [{"op": "flip", "axis": UNHEARD_OF}]},
        rotate(angle=UNHEARD_OF),
        {"ops": [], "fill": UNHEARD_OF},
        {"ops": [], "canvas": UNHEARD_OF},
        {"matrix": UNHEARD_OF},
        {"ops": UNHEARD_OF},
        UNHEARD_OF,
        [UNHEARD_OF],
    ],
    ids=json.dumps,
)
def test_values_are_not_repeated(server, picture_png, spec):
    for params in ({"spec": json.dumps(spec)}, {"op": UNHEARD_OF}, {"op": f"rotate:{UNHEARD_OF}"}, {UNHEARD_OF: "1"}):
        answer = server.client.post("/v1/warp", params=params, content=picture_png)
        assert answer.status_code == 422
        assert UNHEARD_OF not in answer.text


SHORTHAND_FAULTS = {
    "op=rotat:30": ("/ops/0/op", "did you mean 'rotate'?"),
    "op=rotate:30&op=flop:horizontal": ("/ops/1/op", "did you mean 'flip'?"),
    "op=rotate": ("/ops/0/angle", "required"),
    "op=rotate:": ("/ops/0/angle", "required"),
    "op=rotate:thirty": ("/ops/0/angle", "number"),
    "op=rotate:NaN": ("/ops/0/angle", "number"),
    "op=rotate:0x10": ("/ops/0/angle", "number"),
    "op=rotate:true": ("/ops/0/angle", "number"),
    "op=rotate:1,2": ("/ops/0", "at most angle without a name"),
    "op=rotate:angle=1,2": ("/ops/0", "before named"),
    "op=rotate:1,angle=2": ("/ops/0/angle", "twice"),
    "op=rotate:1,centre=2:3": ("/ops/0/centre", "did you mean 'center'?"),
    "op=matrix:1,0,0,0,1": ("/ops/0", "6 numbers (2x3) or 9 (3x3)"),
    "op=identity&canvas=640": ("/canvas", ""),
    "op=identity&canvas=0x9": ("/canvas/width", "1"),
    "op=identity&fit=cover": ("/canvas", "640x480"),
    "op=identity&filter=bilinar": ("/filter", "did you mean 'bilinear'?"),
    "op=identity&antialias=yes": ("/antialias", ""),
    "op=identity&light=linaer": ("/light", "did you mean 'linear'?"),
    "op=identity&region=1,2,3": ("/region", "x, y, width and height"),
    "op=identity&region=0,0,99,99": ("/region", "beyond the picture"),
    "op=identity&quality=80": ("/output", "goes with a format"),
    "op=identity&format=gif": ("/output/format", "png, webp, jpeg"),
    "op=identity&format=jpeg&quality=101": ("/output/quality", "100"),
    "op=perspective:0,0,1,1": ("/ops/0", "8 numbers"),
    "op=polar:1": ("/ops/0", "only center, unit, log"),
    "op=mesh:1,1,points=0:0;9:0;0:9": ("/ops/0/points", "needs 4 points"),
    "op=identity&fil=white": ("", "did you mean 'fill'?"),
    "op=identity&canvas=same&canvas=expand": ("/canvas", "twice"),
    "matrix=1,0,0,0,1,0": ("", "parameter 1 of the query is unknown"),
}


@pytest.mark.parametrize("query", SHORTHAND_FAULTS)
def test_fault_of_the_shorthand(server, picture_png, query):
    pointer, sentence = SHORTHAND_FAULTS[query]
    problem = check_problem(server.warp(picture_png, query), 422, "invalid-spec", pointer)
    assert sentence in problem["errors"][0]["detail"]


def test_spec_missing(server, picture_png):
    check_problem(server.client.post("/v1/warp", content=picture_png), 422, "spec-missing")
    check_problem(server.warp(picture_png, "op=&spec=&canvas="), 422, "spec-missing")
    check_problem(server.client.post("/v1/warp", files={"image": ("p.png", picture_png)}), 422, "spec-missing")


@pytest.mark.parametrize("query", ["?op=identity", "?spec={}", "?canvas=expand", "?op=identity&spec={}"])
def test_spec_given_twice(server, picture_png, query):
    answer = server.client.post(
        f"/v1/warp{query}", files={"image": ("p.png", picture_png)}, data={"spec": one_warp.JSON}
    )
    check_problem(answer, 422, "spec-given-twice")


def test_so_many_faults_that_not_all_are_told(server, picture_png):
    """64 KiB hold 7,000 of them; to list all would be a megabyte."""
    keys = ",".join(f'"{index}":0' for index in range(7000))
    body = wire.form(wire.file_part("image", picture_png), wire.text_part("spec", f'{{"ops":[],{keys}}}'))
    answer = server.client.post("/v1/warp", content=body, headers=FORM)
    check_problem(answer, 422, "invalid-spec", *[f"/{index}" for index in range(100)])


@pytest.mark.parametrize("query", ["%ff", "op=%ff", "spec=%ff%fe", "op=%00", "%", "&&==&", "op=" + "a" * 50_000])
def test_query_that_is_no_text(server, picture_png, query):
    answer = wire.exchange(
        server.port, wire.request(f"/v1/warp?{query}", {"Content-Length": len(picture_png)}, picture_png)
    )
    assert answer.status in {400, 422}
    check_problem(answer, answer.status, json.loads(answer.body)["code"], *_pointers(answer))


def _pointers(answer):
    return [place["pointer"] for place in json.loads(answer.body)["errors"]]
