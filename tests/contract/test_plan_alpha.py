"""What a plan says of the size and of the outside is what the pixels show, through every map, border and filter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import BORDERS, FILTERS
from tests import files, pictures
from tests.contract.any_ops import ANY_CANVAS, ANY_STRAIGHT_OP
from tests.contract.op_cases import BENT, HEIGHT, WIDTH, warped
from tests.contract.plans import plan

ALPHA_CASES = {
    "identity": {"ops": []},
    "half turn": {"ops": [{"op": "rotate", "angle": 180}]},
    "turned": {"ops": [{"op": "rotate", "angle": 10}]},
    "turned, expanded": {"ops": [{"op": "rotate", "angle": 10}], "canvas": "expand"},
    "turned, inscribed": {"ops": [{"op": "rotate", "angle": 10}], "canvas": "inscribed"},
    "turned, enlarged": {"ops": [{"op": "rotate", "angle": 10}, {"op": "scale", "x": 2}]},
    "enlarged": {"ops": [{"op": "scale", "x": 1.5}]},
    "enlarged, expanded": {"ops": [{"op": "scale", "x": 1.5}], "canvas": "expand"},
    "shrunk": {"ops": [{"op": "scale", "x": 0.7}]},
    "resized": {"ops": [{"op": "resize", "width": 9}]},
    "moved": {"ops": [{"op": "translate", "x": 3}]},
    "moved by a part": {"ops": [{"op": "translate", "y": 0.25}]},
    "cropped": {"ops": [{"op": "crop", "x": 2, "y": 3, "width": 9, "height": 9}, {"op": "translate", "x": 2}]},
    "cropped beyond": {"ops": [{"op": "crop", "x": 2, "y": 3, "width": 12, "height": 9}]},
    "a region": {"ops": [{"op": "translate", "x": 2}], "region": {"x": 4, "width": 9, "height": 9}},
    "a larger canvas": {"ops": [], "canvas": {"width": 40, "height": 17}},
    "contained": {"ops": [], "canvas": {"width": 40, "height": 17, "fit": "contain"}},
    "covered": {"ops": [], "canvas": {"width": 40, "height": 17, "fit": "cover"}},
    "stretched": {"ops": [], "canvas": {"width": 40, "height": 17, "fit": "stretch"}},
    "horizon in view": {"matrix": [[1, 0, 0], [0, 1, 0], [-0.3, 0, 1]], "convention": "pixel"},
}
UNCOVERED_UNDER_CLIP = {
    "turned", "turned, expanded", "shrunk", "moved", "moved by a part", "cropped beyond", "a region", "a larger canvas",
    "contained", "horizon in view",
}  # fmt: skip


def check_size_and_mode(planned, image):
    """Of an opaque RGB picture, over the transparent fill."""
    assert image.size == (planned["output"]["width"], planned["output"]["height"])
    assert image.mode == ("RGBA" if planned["uncovered"] else "RGB")


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("name", ALPHA_CASES)
def test_uncovered_is_whether_the_answer_has_alpha(server, picture_png, name, filter, border):
    spec = {**ALPHA_CASES[name], "filter": filter, "border": border}
    planned = plan(server, spec, (13, 17))
    image = warped(server, picture_png, spec)
    check_size_and_mode(planned, image)
    if border == "clip" and filter == "bilinear":
        assert planned["uncovered"] == (name in UNCOVERED_UNDER_CLIP)
        assert not planned["uncovered"] or np.asarray(image)[..., 3].min() < 255


@settings(max_examples=60)
@given(
    st.lists(ANY_STRAIGHT_OP, max_size=4),
    ANY_CANVAS,
    st.sampled_from(sorted(BORDERS)),
    st.sampled_from(sorted(FILTERS)),
)
def test_uncovered_is_whether_the_answer_has_alpha_by_any_list(server, picture_png, ops, canvas, border, filter):
    spec = {"ops": ops, "canvas": canvas, "border": border, "filter": filter}
    check_size_and_mode(plan(server, spec, (13, 17)), warped(server, picture_png, spec))


# ----------------------------------------------------------------------------------------------------------------------
# Of a map that bends lines the fill may show, unless the map itself proves that it does not.

NOISE = files.png(pictures.random(WIDTH, HEIGHT, 3), files.RGB)
ALL_COVERED = {
    "a bulge within": {"ops": [{"op": "bulge", "strength": 0.5, "radius": 20}]},
    "a bulge within a crop": {
        "ops": [
            {"op": "bulge", "strength": 0.5, "radius": 20},
            {"op": "crop", "x": 3, "y": 2, "width": 50, "height": 40},
        ]
    },
}
"""By every border but constant, whose taps may reach beyond an edge that is itself inside."""

NEVER_WITHOUT_A_SOURCE = {"barrel", "polar", "swirl", "wave", "bulge", "thin_plate_spline"}
"""Under the borders that continue the picture it has no outside."""


FILLED_ALL_THE_SAME = {"lens, inverse", *ALL_COVERED}
"""Nothing of the outside is in view; where that is not proved, there is an alpha channel all the same."""


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("name", BENT | ALL_COVERED)
def test_uncovered_is_whether_the_answer_has_alpha_where_lines_bend(server, name, border):
    """And where the plan says that all is covered, no fill has any part in it."""
    spec = {"border": border} | (ALL_COVERED[name] if name in ALL_COVERED else {"ops": BENT[name]})
    planned = plan(server, spec, (WIDTH, HEIGHT))
    check_size_and_mode(planned, warped(server, NOISE, spec))
    continued = border not in {"clip", "constant"}
    if (name in ALL_COVERED and border != "constant") or (continued and name in NEVER_WITHOUT_A_SOURCE):
        assert not planned["uncovered"]
    over_red, over_blue = (np.asarray(warped(server, NOISE, spec | {"fill": fill})) for fill in ("red", "blue"))
    if not planned["uncovered"]:
        np.testing.assert_array_equal(over_red, over_blue)
    elif not continued:
        assert np.array_equal(over_red, over_blue) == (name in FILLED_ALL_THE_SAME)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filter", ["nearest", "bicubic", "lanczos3"])
def test_other_filters_where_lines_bend(server, filter, border):
    spec = {"ops": BENT["a chain"], "canvas": "expand", "border": border, "filter": filter}
    check_size_and_mode(plan(server, spec, (WIDTH, HEIGHT)), warped(server, NOISE, spec))


def test_what_is_planned_without_its_map_is_uncovered(server):
    """Where a displacement goes is not known before its picture is read, so the fill may show."""
    spec = {"ops": [{"op": "displacement", "x_scale": 9}]}
    for more in ({}, {"map_sizes": [{"width": 4, "height": 4}]}):
        planned = plan(server, spec, (9, 9), points=[[1, 2]], boxes=[[1, 2, 3, 4]], **more)
        assert planned["uncovered"]
        assert (planned["points"], planned["boxes"]) == ([None], [None])
