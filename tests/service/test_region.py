"""A region is cut from the upright picture before all operations; what is said of the warp is of the whole picture."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from core import Size
from service.errors import InvalidSpec
from service.plan_document import describe_in_headers, describe_plan
from service.resolve import resolve
from service.settings import Settings
from service.spec.text import read_specs
from tests import files, pictures
from tests.service.making import made, made_alone

PICTURE = Size(20, 10)
PART = {"x": 3, "y": 2, "width": 8, "height": 4}
TURN = {"op": "rotate", "angle": 90}


def planned(region, *ops, picture=PICTURE, **more):
    (spec,) = read_specs(json.dumps({"region": region, "ops": ops, **more}))
    return resolve(spec, picture, Settings())


@pytest.mark.parametrize(
    ("region", "place", "size"),
    [
        (PART, (3, 2), (8, 4)),
        ({"width": 20, "height": 10}, (0, 0), (20, 10)),
        ({"x": 19, "y": 9, "width": 1, "height": 1}, (19, 9), (1, 1)),
        ({"x": 0.15, "y": 0.2, "width": 0.4, "height": 0.4, "unit": "fraction"}, (3, 2), (8, 4)),
        # Each edge to the nearest pixel, halves up: 2.5 -> 3 and 7.4 -> 7; 1.5 -> 2 and 5.5 -> 6.
        ({"x": 0.125, "y": 0.15, "width": 0.245, "height": 0.4, "unit": "fraction"}, (3, 2), (4, 4)),
        ({"width": 1, "height": 1, "unit": "fraction"}, (0, 0), (20, 10)),
        ({"x": 0.5, "y": 0.5, "width": 0.5, "height": 0.5, "unit": "fraction"}, (10, 5), (10, 5)),
        # 19.8 and 20 are both 20; it is the pixel between them.
        ({"x": 0.99, "width": 0.01, "height": 1, "unit": "fraction"}, (19, 0), (1, 10)),
    ],
)
def test_the_part_is_as_worked_by_hand(region, place, size):
    plan = planned(region)
    assert (plan.place.x, plan.place.y) == place
    assert plan.picture == PICTURE
    assert plan.source == plan.canvas == size


@pytest.mark.parametrize(
    "region",
    [
        {"x": 13, "y": 0, "width": 8, "height": 4},
        {"x": 0, "y": 7, "width": 8, "height": 4},
        {"width": 21, "height": 1},
        {"width": 1, "height": 11},
        {"x": 20, "width": 1, "height": 1},
        {"x": 0.5, "width": 0.55, "height": 1, "unit": "fraction"},
        {"x": 1, "width": 0.01, "height": 1, "unit": "fraction"},
    ],
)
def test_beyond_the_picture_is_refused_at_the_region(region):
    with pytest.raises(InvalidSpec) as caught:
        planned(region)
    (fault,) = caught.value.violations
    assert fault.pointer == "/region"
    assert fault.detail == caught.value.detail
    assert "20 x 10" in fault.detail


def test_operations_and_canvas_know_only_the_part_and_the_plan_only_the_whole():
    """About the part's centre (4, 2) a quarter turn takes (5, 2) to (4, 3): of the picture that is (8, 4)."""
    plan = planned(PART, TURN)
    document = describe_plan(plan, points=[[8, 4], [3, 2]], boxes=[[3, 2, 11, 6]])
    assert document["source"] == {"width": 20, "height": 10}
    assert document["output"] == {"width": 8, "height": 4}
    assert document["points"] == [[4, 3], [6, -2]]
    assert document["boxes"] == [[2, -2, 6, 6]]
    there, back = (np.array(document[name]) for name in ("output_from_source", "source_from_output"))
    assert there @ [8, 4, 1] == pytest.approx([4, 3, 1])
    assert back @ [4, 3, 1] == pytest.approx([8, 4, 1])
    assert document["cost"]["source_pixels"] == 200
    assert planned(PART, TURN, canvas="expand").canvas == (4, 8)
    bent = describe_plan(planned(PART, {"op": "swirl", "strength": 50}), points=[[7, 4], [3, 2]])
    assert bent["points"][0] == pytest.approx([4, 2])  # the part's centre stays


def test_points_outside_the_part_still_have_a_place():
    assert describe_plan(planned(PART), points=[[0, 0], [20, 10]])["points"] == [[-3, -2], [17, 8]]


def photo(orientation=1):
    picture = pictures.random(20, 10, 3)
    block = files.chunk(b"eXIf", files.exif(orientation))
    return picture, files.png(picture, files.RGB, before=[block])


ASKED = [
    {"ops": []},
    {"ops": [{"op": "rotate", "angle": 25}], "canvas": "expand"},
    {"ops": [{"op": "scale", "x": 1.7}], "canvas": "expand", "filter": "bicubic"},
    {"ops": [{"op": "translate", "x": 2.5, "y": 1}], "border": "reflect"},
    {"ops": [{"op": "translate", "x": -3.25}], "border": "edge", "filter": "lanczos3"},
    {"ops": [{"op": "scale", "x": 0.3}], "border": "wrap", "light": "linear"},
    {"ops": [{"op": "wave", "amplitude": 3, "wavelength": 5}], "border": "constant", "fill": "red"},
]


@pytest.mark.parametrize("spec", ASKED, ids=str)
def test_the_pixels_are_those_of_a_picture_that_was_cut_before(spec):
    """Nothing outside is seen: borders, averages and edges end where the part does."""
    picture, whole = photo()
    alone = files.png(picture[2:6, 3:11], files.RGB)
    np.testing.assert_array_equal(made_alone(whole, {**spec, "region": PART}), made_alone(alone, spec))


def test_a_turned_file_is_cut_upright():
    """Orientation 6 is turned clockwise to be seen; its picture of 10 x 20 is stored as 20 x 10."""
    picture, turned = photo(6)
    seen = np.rot90(picture, -1)
    region = {"x": 1, "y": 7, "width": 5, "height": 11}
    np.testing.assert_array_equal(made_alone(turned, {"region": region, "ops": []}), seen[7:18, 1:6])


def test_the_matrix_beside_a_picture_is_of_the_whole_one():
    ((item, data),) = made([photo()[1]], [{"region": PART, "ops": [TURN], "canvas": "expand"}])
    headers = describe_in_headers(item.work)
    assert headers["Warp-Source-Size"] == "20x10"
    assert headers["Warp-Output-Size"] == "4x8"
    matrix = np.array(headers["Warp-Matrix"].split(", "), float).reshape(3, 3)
    assert matrix @ [3, 2, 1] == pytest.approx([4, 0, 1])
    assert Image.open(io.BytesIO(data)).size == (4, 8)


def test_limits_count_the_whole_picture():
    """All of it is decoded."""
    (item,) = [item for item, _ in made([photo()[1]], [{"region": PART, "ops": []}])]
    assert item.work.plan.picture.pixels == 200
    (refused,) = [found for _, found in made([photo()[1]], [{"region": PART, "ops": []}], limits=Settings(max_side=19))]
    assert "GRIDWARP_MAX_SIDE" in refused.detail
