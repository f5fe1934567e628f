"""A plan written as JSON values: against the map applied by hand, and against what the sampler really reads."""

import itertools
import json
import math

import numpy as np
import pytest

from core import FILTERS, Size
from service.plan_document import describe_geometry, describe_plan
from service.resolve import resolve
from service.settings import Settings
from service.spec.text import read_specs

SOURCE = Size(8, 4)
PERSPECTIVE = {"matrix": [[1, 0, 0], [0, 1, 0], [-0.0625, 0, 1]], "convention": "css"}  # w = 1 - x/16
CUT = {"matrix": [[1, 0, 0], [0, 1, 0], [-0.2, 0, 1]], "convention": "css"}  # the horizon is x = 5


def planned(spec, source=SOURCE):
    return resolve(read_specs(json.dumps(spec))[0], source, Settings())


def document(spec, source=SOURCE, **asked):
    """The plan, by way of JSON: it must hold no NaN."""
    return json.loads(json.dumps(describe_plan(planned(spec, source), **asked), allow_nan=False))


def test_members_and_their_order():
    members = ["source", "output", "output_from_source", "source_from_output", "scale", "uncovered", "exact_copy"]
    assert list(document({"ops": []})) == [*members, "cost"]
    assert list(document({"ops": []}, points=[], boxes=[])) == [*members, "points", "boxes", "cost"]
    assert list(document({"ops": []}, boxes=[])) == [*members, "boxes", "cost"]


@pytest.mark.parametrize("spec", [{"ops": [{"op": "rotate", "angle": 30}]}, PERSPECTIVE, CUT])
def test_it_begins_with_the_geometry_that_manifests_have(spec):
    geometry = describe_geometry(planned(spec))
    assert geometry == {name: document(spec)[name] for name in geometry}
    there, back = np.array(geometry["output_from_source"]), np.array(geometry["source_from_output"])
    np.testing.assert_allclose(there @ back / (there @ back)[2, 2], np.eye(3), atol=1e-12)
    assert there[2, 2] == back[2, 2] == 1


POINTS = [[0, 0], [8, 4], [3, 1], [-100, 0.5]]


def test_points_and_boxes_of_a_quarter_turn_by_hand():
    """Clockwise onto a canvas of 4 x 8: the top-left corner goes to the top-right one."""
    got = document(
        {"ops": [{"op": "rotate", "angle": 90}], "canvas": "expand"}, points=POINTS, boxes=[[1, 0, 3, 1], [8, 4, 8, 4]]
    )
    assert got["output"] == {"width": 4, "height": 8}
    assert got["points"] == [[4, 0], [0, 8], [3, 3], [3.5, -100]]
    assert got["boxes"] == [[3, 1, 4, 3], [0, 8, 0, 8]]


def test_points_and_boxes_of_a_perspective_by_hand():
    got = document(PERSPECTIVE, points=[[0, 0], [8, 4], [4, 3], [16, 1], [17, 1]], boxes=[[4, 0, 8, 3], [4, -1, 16, 3]])
    assert got["points"] == [[0, 0], [16, 8], pytest.approx([16 / 3, 4]), None, None]
    assert got["boxes"] == [pytest.approx([16 / 3, 0, 16, 6]), None]


def test_a_box_is_bounded_by_all_four_corners():
    """Turned by 45 degrees, each side of the box around it is touched by another corner."""
    turn = {"ops": [{"op": "rotate", "angle": 45, "center": [0, 0]}]}
    (box,) = document(turn, boxes=[[0, 0, 2, 1]])["boxes"]
    assert box == pytest.approx([-math.sqrt(0.5), 0, math.sqrt(2), 1.5 * math.sqrt(2)], abs=1e-12)


@pytest.mark.parametrize("spec", [PERSPECTIVE, CUT, {"ops": [{"op": "skew", "x": 40, "y": -10}], "canvas": "expand"}])
def test_the_box_around_a_box_holds_every_point_of_it_and_is_no_larger(spec):
    boxes = [[0, 0, 4, 3], [1.5, -2, 4.9, 9], [-30, 1, -2, 2]]
    for box, mapped in zip(boxes, document(spec, boxes=boxes)["boxes"], strict=True):
        points = list(itertools.product(np.linspace(box[0], box[2], 21), np.linspace(box[1], box[3], 21)))
        inside = np.array(document(spec, points=points)["points"])
        assert [*inside.min(axis=0), *inside.max(axis=0)] == pytest.approx(mapped, rel=1e-12)


def test_points_are_the_matrix_applied():
    spec = {"ops": [{"op": "shear", "x": 0.3}, {"op": "rotate", "angle": 77}], "canvas": {"width": 33, "height": 20}}
    got = document(spec, points=POINTS)
    x, y, w = np.array(got["output_from_source"]) @ np.column_stack([POINTS, np.ones(len(POINTS))]).T
    np.testing.assert_allclose(got["points"], np.column_stack([x / w, y / w]), rtol=1e-13)


def test_scale_is_null_where_it_has_no_bound():
    got = document(CUT, points=[[4.9, 0], [5, 0], [5.1, 0]])
    assert got["scale"]["largest"] is None
    assert got["scale"]["smallest"] == pytest.approx((math.hypot(2, 0.8) - 0.8) / 2)  # at (0, 4), where w = 1
    assert [point is None for point in got["points"]] == [False, True, True]


def test_scale_of_a_picture_that_lies_beyond_the_horizon():
    """The first map moves the picture to the right of x = 9, and what lies right of 5 is beyond the second's horizon.

    Its front is where the frame's centre looks, to the left; so nothing of the picture is in view.
    """
    away = {"op": "translate", "x": 9}
    got = document({"ops": [away, {"op": "matrix", **CUT}]}, points=[[4, 2]], boxes=[[0, 0, 1, 1]])
    assert got["scale"] == {"smallest": None, "largest": None}
    assert got["points"] == got["boxes"] == [None]
    assert got["uncovered"] is True


@pytest.mark.parametrize(
    ("spec", "scale"),
    [
        ({"ops": []}, (1, 1)),
        ({"ops": [{"op": "scale", "x": 3, "y": -0.5}]}, (0.5, 3)),
        (
            {"ops": [{"op": "scale", "x": 3, "y": -0.5}], "canvas": {"width": 16, "height": 16, "fit": "stretch"}},
            (2, 6),
        ),
        ({"ops": [], "canvas": {"width": 2, "height": 2, "fit": "contain"}}, (0.25, 0.25)),
        ({"ops": [{"op": "shear", "x": 1.5}]}, (0.5, 2)),
    ],
)
def test_scale_counts_output_pixels_for_each_source_pixel(spec, scale):
    got = document(spec)["scale"]
    assert (got["smallest"], got["largest"]) == pytest.approx(scale)


@pytest.mark.parametrize(
    ("spec", "is_copy"),
    [
        ({"ops": []}, True),
        ({"ops": [{"op": "flip", "axis": "both"}, {"op": "translate", "x": 3}]}, True),
        ({"ops": [{"op": "rotate", "angle": 90}]}, True),
        ({"ops": [{"op": "translate", "x": 0.5}]}, False),
        ({"ops": [{"op": "scale", "x": 2}]}, False),
        (PERSPECTIVE, False),
    ],
)
@pytest.mark.parametrize("filter", FILTERS)
def test_cost_counts_what_is_read(spec, is_copy, filter):
    """A point in general position reads as many pixels as the sampler has pairs of taps."""
    got = document(spec | {"filter": filter, "antialias": False})
    taps = 1 if is_copy else {"nearest": 1, "bilinear": 2 * 2, "bicubic": 4 * 4, "lanczos3": 6 * 6}[filter]
    output = got["output"]["width"] * got["output"]["height"]
    assert got["exact_copy"] is is_copy
    assert got["cost"] == {"source_pixels": 32, "output_pixels": output, "taps": taps, "total": 32 + taps * output}


def most_read(plan):
    """Count, for each pixel of the output, how many of the source it really reads."""
    counts = np.zeros(plan.canvas.pixels, int)
    for read in plan.grid.strip(range(plan.canvas.height)):
        points = len(read.neighbours.rows[0][0].ravel())
        of_each = 1 if read.starts is None else np.diff([*read.starts, points])
        counts[read.pixels] += of_each * len(read.neighbours.rows) * len(read.neighbours.columns)
    return counts.max()


ANGLED = {"op": "rotate", "angle": 30}


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize(
    "ops",
    [
        [ANGLED],
        [ANGLED, {"op": "scale", "x": 1.5}],
        [ANGLED, {"op": "scale", "x": 0.5}],
        [ANGLED, {"op": "scale", "x": 0.1, "y": 0.7}],
        [{"op": "shear", "x": 2}],
    ],
    ids=str,
)
def test_cost_counts_what_is_averaged(ops, filter):
    spec = {"ops": ops, "filter": filter, "canvas": "expand"}
    got = document(spec, Size(90, 60))["cost"]
    assert got["taps"] == most_read(planned(spec, Size(90, 60)))
    assert got["total"] == 5400 + got["taps"] * got["output_pixels"]


@pytest.mark.timeout(10)
@pytest.mark.parametrize("ops", [[], [ANGLED], [{"op": "swirl", "strength": 60}]], ids=str)
@pytest.mark.parametrize("factor", [1e-6, 1e-9, 1e-12])
def test_cost_is_soon_counted_however_much_is_averaged(ops, factor):
    got = document({"ops": [*ops, {"op": "scale", "x": factor}]}, Size(90, 60))["cost"]
    assert got["total"] == 5400 + got["taps"] * got["output_pixels"]


def test_a_source_and_an_output_of_one_pixel():
    got = document({"ops": [{"op": "rotate", "angle": 45}]}, Size(1, 1), points=[[0.5, 0.5]])
    assert got["output"] == {"width": 1, "height": 1}
    assert got["points"] == [pytest.approx([0.5, 0.5])]
    assert got["scale"] == {"smallest": pytest.approx(1), "largest": pytest.approx(1)}


def test_whatever_is_asked_the_numbers_are_finite_or_null():
    """Near the bounds of what a spec may say."""
    far = [[sign * 1e6, other * 1e6] for sign, other in itertools.product((-1, 1), repeat=2)]
    for rows in (
        [[1e-6, 0, 1e6], [0, 1e-6, 1e6]],
        [[1, 0, 0], [0, 1, 0], [1e-6, 1e-6, 1e-6]],
        [[1e6, 0, 0], [0, 1e6, 1]],
    ):
        got = document({"matrix": rows, "convention": "css"}, points=far, boxes=[[-1e6, -1e6, 1e6, 1e6]])
        assert len(got["points"]) == 4
        assert got["scale"]["smallest"] > 0


def test_a_point_on_the_horizon_is_on_it_however_the_numbers_are_rounded():
    for spec, x in ((CUT, 5), ({**CUT, "matrix": [[1, 0, 0], [0, 1, 0], [-1 / 3, 0, 1]]}, 3)):
        assert document(spec, points=[[x, y / 7] for y in range(-20, 20)])["points"] == [None] * 40
