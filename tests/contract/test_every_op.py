"""Every operation in the shorthand, as people type it, and every operation on pictures that leave it nothing to do."""

import json

import pytest

from core import BORDERS, CANVASES, FILTERS
from service.spec import OPS
from tests import files, pictures
from tests.contract import one_warp
from tests.contract.op_cases import BENT, STRAIGHT
from tests.contract.wire import check_problem

SHORTHAND = {
    "identity": {"op": "identity"},
    "matrix:1,0.2,0,0.1,1,0,convention=pixel": {
        "op": "matrix", "matrix": [[1, 0.2, 0], [0.1, 1, 0]], "convention": "pixel",
    },
    "translate:0.2,0.1,unit=fraction": {"op": "translate", "x": 0.2, "y": 0.1, "unit": "fraction"},
    "scale:1.5": {"op": "scale", "x": 1.5},
    "rotate:30,center=2:3": {"op": "rotate", "angle": 30, "center": [2, 3]},
    "shear:0.3": {"op": "shear", "x": 0.3},
    "skew:10,5": {"op": "skew", "x": 10, "y": 5},
    "flip:both": {"op": "flip", "axis": "both"},
    "crop:1,2,9,8": {"op": "crop", "x": 1, "y": 2, "width": 9, "height": 8},
    "resize:width=40": {"op": "resize", "width": 40},
    "affine_points:src=0:0;9:1,dst=1:0;9:3": {"op": "affine_points", "src": [[0, 0], [9, 1]], "dst": [[1, 0], [9, 3]]},
    "perspective:1,0,12,1,13,16,0,17": {"op": "perspective", "dst": [[1, 0], [12, 1], [13, 16], [0, 17]]},
    "perspective_src:1,0,12,1,13,16,0,17": {"op": "perspective", "src": [[1, 0], [12, 1], [13, 16], [0, 17]]},
    "lens:-0.2,0.03": {"op": "lens", "k1": -0.2, "k2": 0.03},
    "barrel:0,-0.1,inverse=true": {"op": "barrel", "a": 0, "b": -0.1, "inverse": True},
    "polar": {"op": "polar"},
    "depolar:log=true": {"op": "depolar", "log": True},
    "swirl:90,8": {"op": "swirl", "strength": 90, "radius": 8},
    "arc:60": {"op": "arc", "angle": 60},
    "wave:2,9,axis=x": {"op": "wave", "amplitude": 2, "wavelength": 9, "axis": "x"},
    "bulge:-0.5": {"op": "bulge", "strength": -0.5},
    "thin_plate_spline:src=0:0;9:0;0:9,dst=1:0;9:1;0:8": {
        "op": "thin_plate_spline", "src": [[0, 0], [9, 0], [0, 9]], "dst": [[1, 0], [9, 1], [0, 8]],
    },
    "mesh:1,1,points=0:0;12:1;1:16;13:17": {
        "op": "mesh", "columns": 1, "rows": 1, "points": [[0, 0], [12, 1], [1, 16], [13, 17]],
    },
}  # fmt: skip


@pytest.mark.parametrize("text", SHORTHAND)
def test_the_shorthand_is_its_json(server, picture_png, text):
    typed = server.client.post("/v1/warp", params={"op": text}, content=picture_png)
    spelled = server.client.post(
        "/v1/warp", params={"spec": json.dumps({"ops": [SHORTHAND[text]]})}, content=picture_png
    )
    assert typed.status_code == spelled.status_code == 200, typed.text
    assert typed.content == spelled.content


def test_every_operation_is_typed():
    """But displacement, which needs a form: see `test_displacement`."""
    assert {op["op"] for op in SHORTHAND.values()} == set(OPS) - {"displacement"}


@pytest.mark.parametrize(
    "options",
    ["filter=lanczos3", "filter=bicubic&antialias=false", "light=linear", "region=1,2,9,8", "canvas=inscribed",
     "region=0.1,0.1,0.5,0.5,fraction", "format=webp&lossless=true", "format=jpeg&quality=80"],
)  # fmt: skip
def test_every_option_is_typed(server, picture_png, options):
    assert server.warp(picture_png, f"op=rotate:10&{options}").status_code == 200


# ----------------------------------------------------------------------------------------------------------------------
# Pictures of one pixel, one row and one column: whatever comes of it, it is a picture or a reason.

TINY = {
    "a pixel": files.png([[[9, 99, 200]]], files.RGB),
    "a row": files.png(pictures.random(5, 1, 2), files.GRAY_ALPHA),
    "a column": files.png(pictures.random(1, 5, 1, "uint16"), files.GRAY, 16),
}
MAP = files.png([[[255, 0, 9]]], files.RGB)
ONE_OP = {
    **{f"{op['op']} {text}": op for text, op in SHORTHAND.items()},
    "displacement": {"op": "displacement", "x_scale": 3},
}
SIZED = {"width": 3, "height": 2, "fit": "contain"}


def send(server, picture, spec):
    parts = {"image": ("p.png", picture), "map": ("m.png", MAP)}
    return server.client.post("/v1/warp", files=parts, data={"spec": json.dumps(spec)})


def check_picture_or_reason(answer):
    if answer.status_code == 200:
        assert one_warp.pixels(answer.content).size
        return
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] in {"impossible-geometry", "image-too-large"}


@pytest.mark.parametrize("canvas", [*CANVASES, "sized"])
@pytest.mark.parametrize("name", ONE_OP)
@pytest.mark.parametrize("tiny", TINY)
def test_every_operation_on_next_to_nothing(server, tiny, name, canvas):
    check_picture_or_reason(
        send(server, TINY[tiny], {"ops": [ONE_OP[name]], "canvas": SIZED if canvas == "sized" else canvas})
    )


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("tiny", TINY)
def test_every_filter_and_border_on_next_to_nothing(server, tiny, filter, border):
    """Under a border that continues it, a pixel is all there is to see."""
    spec = {"filter": filter, "border": border, "canvas": {"width": 9, "height": 7}}
    for ops in (["rotate:30,center=2:3"], ["scale:1.5", "swirl:90,8"], ["polar"]):
        answer = send(server, TINY[tiny], spec | {"ops": [SHORTHAND[op] for op in ops]})
        assert answer.status_code == 200, answer.text
        found = one_warp.pixels(answer.content)
        if tiny == "a pixel" and border not in {"clip", "constant"}:
            assert (found == [9, 99, 200]).all()


@pytest.mark.parametrize("name", STRAIGHT | BENT)
def test_numbers_that_fit_a_picture_on_one_that_they_do_not_fit(server, name):
    for tiny in TINY.values():
        check_picture_or_reason(send(server, tiny, {"ops": (STRAIGHT | BENT)[name]}))


# ----------------------------------------------------------------------------------------------------------------------
# Numbers at the bounds, and beyond them.

NUMBERS = {
    "translate": ("x", "y"), "scale": ("x", "y"), "rotate": ("angle",), "shear": ("x", "y"), "skew": ("x", "y"),
    "lens": ("k1", "k2", "k3", "p1", "p2", "focal"), "barrel": ("a", "b", "c", "d"), "swirl": ("strength", "radius"),
    "arc": ("angle",), "wave": ("amplitude", "wavelength", "phase"), "bulge": ("strength", "radius"),
    "displacement": ("x_scale", "y_scale"),
}  # fmt: skip
NEEDED = {
    "scale": {"x": 1}, "rotate": {"angle": 1}, "swirl": {"strength": 1}, "arc": {"angle": 1},
    "bulge": {"strength": 0.5}, "wave": {"amplitude": 1, "wavelength": 1}, "displacement": {"x_scale": 1},
}  # fmt: skip


@pytest.mark.parametrize(("op", "field"), [(op, field) for op, fields in NUMBERS.items() for field in fields])
def test_numbers_at_their_bounds(server, picture_png, op, field):
    """The farthest are a picture or a reason; beyond are none."""
    for number in (1e6, -1e6, 1e-9, -1e-9, 5e-324):
        for canvas in ("same", SIZED):
            answer = send(
                server, picture_png, {"ops": [{"op": op, **NEEDED.get(op, {}), field: number}], "canvas": canvas}
            )
            assert answer.status_code in {200, 422}, answer.text
    for text in ("1e18", "-1e18", "1e999", "NaN", "Infinity", "-Infinity"):
        fields = json.dumps({"op": op, **NEEDED.get(op, {}), field: 0}).replace(f'"{field}": 0', f'"{field}": {text}')
        answer = server.client.post("/v1/warp", params={"spec": f'{{"ops": [{fields}]}}'}, content=picture_png)
        check_problem(answer, 422, "invalid-spec", f"/ops/0/{field}")


@pytest.mark.parametrize("number", ["1e6", "-1e6", "1e-6"])
def test_points_at_their_bounds(server, picture_png, number):
    for op in (
        f"rotate:30,center={number}:{number}", f"swirl:30,center={number}:0", f"polar:center=0:{number}",
        f"depolar:center={number}:0,log=true", f"bulge:0.5,center=0:{number}", f"barrel:0.1,center={number}:0",
        f"lens:0.1,center={number}:0", f"crop:{number},{number},9,9",
        f"perspective:0,0,{number},0,{number},{number},0,17",
        f"affine_points:src=0:0;9:0;0:9,dst={number}:0;9:{number};0:0",
        f"thin_plate_spline:src=0:0;9:0;0:9;9:9,dst={number}:0;9:{number};0:0;5:5",
        f"mesh:1,1,points=0:0;{number}:0;0:{number};{number}:{number}",
    ):  # fmt: skip
        answer = server.client.post("/v1/warp", params={"op": op}, content=picture_png)
        assert answer.status_code in {200, 422}, (op, answer.text)


def test_a_chain_of_moves_to_the_end_of_the_world(server, picture_png):
    """256 times the farthest: 2.56e8 pixels away, there is fill, or the border's picture."""
    ops = [{"op": "translate", "x": 1e6, "y": -1e6}] * 256
    for border in BORDERS:
        answer = send(server, picture_png, {"ops": ops, "border": border})
        assert answer.status_code == 200, answer.text
    check_picture_or_reason(send(server, picture_png, {"ops": [{"op": "scale", "x": 1e3}] * 256}))
    check_picture_or_reason(send(server, picture_png, {"ops": [{"op": "scale", "x": 1e-3}] * 256}))
    check_picture_or_reason(send(server, picture_png, {"ops": [{"op": "swirl", "strength": 1e6}] * 40}))
