"""The plan of maps that are no matrices: null where there is none, and else as the map says, point by point."""

import itertools
import math
import tracemalloc

import numpy as np
import pytest

from core import Size
from service.plan_document import POINTS_AT_ONCE, describe_in_headers, describe_plan
from service.plan_request import MOST_MAPPED
from service.resolve import resolve
from service.settings import Settings
from tests import files, pictures
from tests.service.making import made, specs_of
from tests.service.test_plan_document import document

RASTERS = [pictures.ramp(8, 6, 2)]
SOURCE = Size(80, 60)
SWIRL = {"op": "swirl", "strength": 120, "radius": 40, "center": [30, 20]}
BENT = {
    "lens": {"op": "lens", "k1": 0.2, "p1": 0.01},
    "lens, inverse": {"op": "lens", "k1": 0.2, "p1": 0.01, "inverse": True},
    "barrel": {"op": "barrel", "b": -0.02, "c": 0.01},
    "swirl": SWIRL,
    "arc": {"op": "arc", "angle": 75},
    "wave": {"op": "wave", "amplitude": 4, "wavelength": 37},
    "bulge": {"op": "bulge", "strength": 0.6},
    "thin_plate_spline": {
        "op": "thin_plate_spline",
        "src": [[0, 0], [80, 0], [0, 60], [80, 60], [30, 30]],
        "dst": [[0, 0], [80, 0], [0, 60], [80, 60], [40, 33]],
    },
    "mesh": {"op": "mesh", "columns": 2, "rows": 1, "points": [[0, 0], [50, 5], [80, 0], [0, 60], [30, 55], [80, 60]]},
}
BOXES = [[10, 5, 30, 20], [33.5, 41, 70, 59], [0, 0, 80, 60]]


@pytest.mark.parametrize("name", [*BENT, "polar", "depolar"])
def test_there_is_no_matrix_but_all_else(name):
    got = document({"ops": [BENT.get(name, {"op": name})]}, SOURCE, points=[[30, 20]], boxes=[])
    assert got["output_from_source"] is None
    assert got["source_from_output"] is None
    assert got["exact_copy"] is False
    assert got["scale"]["smallest"] > 0
    if name == "polar":  # the centre becomes a whole side of the strip
        assert got["scale"]["largest"] is None
    else:
        assert got["scale"]["largest"] >= got["scale"]["smallest"]
    assert got["cost"]["taps"] >= 4


def test_headers_leave_the_matrix_out():
    picture = files.png(pictures.ramp(8, 4), files.GRAY)
    bent, turned = (
        describe_in_headers(item.work)
        for item, _ in made([picture], [{"ops": [SWIRL]}, {"ops": [{"op": "rotate", "angle": 30}]}])
    )
    assert turned.keys() - bent.keys() == {"Warp-Matrix"}
    assert (bent["Warp-Source-Size"], bent["Warp-Output-Size"]) == ("8x4", "8x4")


def test_points_go_where_they_were_worked():
    """At the centre a swirl stays; 2 px off, with half of 180 degrees left, it is a quarter turn."""
    half_left = {"op": "swirl", "strength": 180, "radius": 10 / math.log(2) ** 2, "center": [30, 20]}
    got = document({"ops": [half_left]}, SOURCE, points=[[30, 20], [32, 20], [30, 22]])
    assert got["points"] == [pytest.approx(goal) for goal in ([30, 20], [30, 22], [28, 20])]


@pytest.mark.parametrize("name", BENT)
@pytest.mark.parametrize("canvas", ["same", "expand", "inscribed", {"width": 50, "height": 70, "fit": "contain"}])
def test_points_come_from_where_the_pixels_are_read(name, canvas):
    spec = {"ops": [{"op": "flip", "axis": "horizontal"}, BENT[name]], "canvas": canvas}
    points = list(itertools.product([3.0, 17.5, 40.0, 76.0], [2.0, 31.0, 57.5]))
    got = document(spec, SOURCE, points=points)["points"]
    plan = resolve(specs_of(spec)[0].spec, SOURCE, Settings())
    back = np.stack(plan.chain.src_from_dst(*np.array(got).T), axis=-1)
    np.testing.assert_allclose(back, points, atol=1e-9)


@pytest.mark.parametrize("name", BENT)
def test_boxes_hold_what_is_in_them(name):
    """Between points that are looked at, a sixty-fourth of a side apart, no map here bends out by a tenth of that."""
    spec = {"ops": [BENT[name]]}
    for box, mapped in zip(BOXES, document(spec, SOURCE, boxes=BOXES)["boxes"], strict=True):
        x0, y0, x1, y1 = box
        inside = list(itertools.product(np.linspace(x0, x1, 47), np.linspace(y0, y1, 41)))
        images = np.array(document(spec, SOURCE, points=inside)["points"])
        slack = 0.1 * max(x1 - x0, y1 - y0) / 64
        assert np.all(images.min(axis=0) >= np.array(mapped[:2]) - slack)
        assert np.all(images.max(axis=0) <= np.array(mapped[2:]) + slack)
        corners = np.array(document(spec, SOURCE, points=[[x0, y0], [x1, y0], [x1, y1], [x0, y1]])["points"])
        assert np.all(corners >= np.array(mapped[:2]) - 1e-9)
        assert np.all(corners <= np.array(mapped[2:]) + 1e-9)


def test_a_side_that_is_bent_outwards_is_bounded_by_more_than_its_ends():
    """The top of an arc is its middle: at the corners the ring has fallen by R (1 - cos 45 degrees)."""
    radius = 80 / (math.pi / 2)
    (box,) = document({"ops": [{"op": "arc", "angle": 90}]}, SOURCE, boxes=[[0, 0, 80, 60]])["boxes"]
    reach = (radius + 30) * math.sqrt(0.5)
    bottom = 30 + radius - (radius - 30) * math.sqrt(0.5)
    assert box == pytest.approx([40 - reach, 0, 40 + reach, bottom])


def test_a_box_around_a_pole_is_more_than_its_outline():
    """The strip of a square around the centre begins at the centre itself, and takes every angle."""
    (box,) = document({"ops": [{"op": "polar"}]}, SOURCE, boxes=[[32, 22, 48, 38]])["boxes"]
    strip = document({"ops": [{"op": "polar"}]}, SOURCE)["output"]
    assert box[0] == pytest.approx(0, abs=1e-9)
    assert box[2] == pytest.approx(8 * math.sqrt(2))
    assert box[3] - box[1] >= strip["height"] * 31 / 32


def test_many_boxes_take_little_memory_and_are_bounded_by_the_middles_of_their_sides_too():
    """At once there are no more points than POINTS_AT_ONCE, as float64 in some thirty arrays."""
    plan = resolve(specs_of({"ops": [{"op": "arc", "angle": 90}]})[0].spec, SOURCE, Settings())
    boxes = [[0, 0, 80, 60]] * MOST_MAPPED
    tracemalloc.start()
    mapped = describe_plan(plan, boxes=boxes)["boxes"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30 * 8 * POINTS_AT_ONCE + 1000 * MOST_MAPPED
    (alone,) = describe_plan(plan, boxes=boxes[:1])["boxes"]
    np.testing.assert_allclose(mapped, np.broadcast_to(alone, (MOST_MAPPED, 4)), atol=1e-9)


@pytest.mark.parametrize("canvas", ["same", {"width": 9, "height": 7, "fit": "stretch"}])
def test_what_a_map_that_is_not_decoded_does_is_not_known(canvas):
    spec = {"ops": [{"op": "scale", "x": 0.5}, {"op": "displacement", "x_scale": 3}], "canvas": canvas}
    plan = resolve(specs_of(spec)[0].spec, SOURCE, Settings(), rasters=None)
    got = describe_plan(plan, points=[[1, 2], [40, 30]], boxes=[[0, 0, 80, 60]])
    assert got["points"] == [None, None]
    assert got["boxes"] == [None]
    assert got["scale"] == {"smallest": None, "largest": None}
    assert got["output_from_source"] is got["source_from_output"] is None
    assert got["uncovered"] is True
    assert got["cost"]["taps"] == 4


def test_of_a_map_that_is_decoded_all_is_known():
    spec = {"ops": [{"op": "displacement", "x_scale": 3}], "canvas": "expand"}
    plan = resolve(specs_of(spec)[0].spec, SOURCE, Settings(), rasters=RASTERS)
    got = describe_plan(plan, points=[[40, 30]])
    assert got["points"][0] is not None
    assert got["scale"]["smallest"] > 0


@pytest.mark.parametrize(
    ("op", "smallest", "largest"),
    [
        # A bulge enlarges its centre by 1 / (1 - strength), and shrinks most where 1 - strength (1 - r^2) (1 - 5 r^2)
        # is most: 1 + 0.8 strength at r^2 = 0.6.
        ({"op": "bulge", "strength": 0.5}, 1 / 1.4, 2),
        ({"op": "bulge", "strength": -1}, 0.5, 5),
        # A wave is a shear by its slope: tan(a) has the scales (sqrt(4 + t^2) -+ t) / 2.
        (
            {"op": "wave", "amplitude": 40 / math.tau, "wavelength": 40},
            (math.sqrt(5) - 1) / 2,
            (math.sqrt(5) + 1) / 2,
        ),
        # The outer edge of an arc is longer than the picture, the inner one shorter: by R + 30 and R - 30 to R.
        ({"op": "arc", "angle": 90}, 1 - 30 * math.pi / 160, 1 + 30 * math.pi / 160),
    ],
    ids=str,
)
def test_scale_is_found_among_many_places(op, smallest, largest):
    """They are a hundredth of the canvas apart, so that an extreme between them is missed by far less than 2 %."""
    got = document({"ops": [op], "canvas": "expand"}, SOURCE)["scale"]
    assert got["smallest"] == pytest.approx(smallest, rel=0.02)
    assert got["largest"] == pytest.approx(largest, rel=0.02)
    assert got["smallest"] >= smallest * (1 - 1e-9)
    assert got["largest"] <= largest * (1 + 1e-9)
