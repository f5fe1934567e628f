"""Every operation on the page: it can be added, and what of it can be dragged does what it should."""

import httpx
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from service.spec import OPS
from tests.browser.playground_page import link
from tests.browser.warping import SAMPLE

WIDTH, HEIGHT = 451, 300  # of the sample
MIDDLE = [WIDTH / 2, HEIGHT / 2]
ASIDE = [MIDDLE[0] + 30, MIDDLE[1] + 20]
CROP = {"op": "crop", "x": 50, "y": 40, "width": 300, "height": 200}
QUAD = [[0, 0], [400, 0], [400, 300], [0, 300]]
LEANING = [[0, 0], [360, 20], [400, 300], [0, 300]]
AFFINE = {"op": "affine_points", "src": [[100, 100], [300, 200]], "dst": [[100, 100], [300, 200]]}
CORNERS = [[0, 0], [1, 0], [0, 1], [1, 1]]
SPLINE = {
    "op": "thin_plate_spline",
    "src": [*CORNERS, [0.5, 0.5]],
    "dst": [*CORNERS, [0.5, 0.5]],
    "unit": "fraction",
}
NODES = [[x / 2, y] for y in range(2) for x in range(3)]
MESH = {"op": "mesh", "columns": 2, "rows": 1, "points": NODES, "unit": "fraction"}

# The operation, its handle, how far it is dragged in pixels of the picture, and the fields that follow.
DRAGS = [
    ({"op": "translate"}, "Picture", (20, -10), {"x": 20, "y": -10}),
    ({"op": "translate", "x": 0.1, "unit": "fraction"}, "Picture", (WIDTH / 10, 0), {"x": 0.2, "y": 0}),
    ({"op": "rotate", "angle": 0}, "Angle", (0.4 * HEIGHT, 0.4 * HEIGHT), {"angle": 90}),
    ({"op": "rotate", "angle": 90}, "Centre", (30, 20), {"center": ASIDE}),
    ({"op": "scale", "x": 0.5}, "Bottom-right corner", (WIDTH / 10, HEIGHT / 10), {"x": 0.7}),
    ({"op": "scale", "x": 0.5}, "Right side", (WIDTH / 10, 0), {"x": 0.7, "y": 0.5}),
    ({"op": "scale", "x": 0.5, "y": 0.4}, "Top-left corner", (-WIDTH / 10, -HEIGHT / 20), {"x": 0.7, "y": 0.5}),
    ({"op": "shear"}, "Bottom side", (30, 0), {"x": 30 / (HEIGHT / 2)}),
    ({"op": "shear"}, "Right side", (0, 45), {"y": 45 / (WIDTH / 2)}),
    ({"op": "skew"}, "Bottom side", (HEIGHT / 2, 0), {"x": 45}),
    (CROP, "Top-left corner", (20, 10), {"x": 70, "y": 50, "width": 280, "height": 190}),
    (CROP, "Rectangle", (20, 10), {"x": 70, "y": 50}),
    ({"op": "perspective", "dst": QUAD}, "Top-right corner", (-40, 20), {"dst": LEANING}),
    ({"op": "perspective", "src": QUAD}, "Top-right corner", (-40, 20), {"src": LEANING}),
    (AFFINE, "Target 2", (-30, 15), {"dst": [[100, 100], [270, 215]]}),
    ({"op": "lens", "k1": -0.2, "focal": 200}, "Focal length", (-50, 0), {"focal": 150}),
    ({"op": "lens", "k1": -0.2}, "Centre", (30, 20), {"center": ASIDE}),
    ({"op": "barrel", "b": 0.1}, "Centre", (30, 20), {"center": ASIDE}),
    ({"op": "polar"}, "Centre", (30, 20), {"center": ASIDE}),
    ({"op": "depolar"}, "Centre", (-60, 30), {"center": [WIDTH - 60, WIDTH + 30]}),
    ({"op": "swirl", "strength": 90}, "Radius", (-50, 0), {"radius": HEIGHT / 2 - 50}),
    ({"op": "bulge", "strength": 0.5, "radius": 0.4, "unit": "fraction"}, "Radius", (60, 0), {"radius": 0.6}),
    ({"op": "swirl", "strength": 90}, "Centre", (30, 20), {"center": ASIDE}),
    (SPLINE, "Target 5", (0.1 * WIDTH, -0.1 * HEIGHT), {"dst": [*CORNERS, [0.6, 0.4]]}),
    (MESH, "Node 2 of row 1", (0, 0.2 * HEIGHT), {"points": [[0, 0], [0.5, 0.2], *NODES[2:]]}),
]


def sample() -> np.ndarray:
    with Image.open(SAMPLE) as photo:
        return np.asarray(photo.convert("RGBA")).astype(int)


@pytest.mark.parametrize(("op", "handle", "way", "expected"), DRAGS, ids=[f"{d[0]['op']}-{d[1]}" for d in DRAGS])
def test_a_handle_does_what_it_should(open_playground, service, op, handle, way, expected):
    playground = open_playground(service, link({"ops": [op]})).settle()
    if not playground.handle(handle).count():  # whose link opens with the result
        playground.card(op["op"]).locator(".title").click()
    expect(playground.handle(handle)).to_be_visible()
    scale = playground.zoom
    start = playground.centre_of(playground.handle(handle))
    playground.drag(handle, way[0] * scale, way[1] * scale)
    playground.settle()
    (changed,) = playground.spec["ops"]
    assert changed.keys() == (op | expected).keys()
    for name, value in (op | expected).items():
        if name in expected:
            fine = np.abs(value).max() <= 2  # a factor or a fraction; a pointer's place is a whole number of pixels
            np.testing.assert_allclose(changed[name], value, atol=0.012 if fine else 1.5, err_msg=name)
        else:
            assert changed[name] == value
    if op["op"] not in {"rotate", "shear", "skew"} or handle == "Centre":  # the others keep to a line or a circle
        end = (start[0] + way[0] * scale, start[1] + way[1] * scale)
        assert playground.centre_of(playground.handle(handle)) == pytest.approx(end, abs=2)


@pytest.mark.parametrize("behind", [[], [{"op": "rotate", "angle": 40}, {"op": "scale", "x": 0.6}]])
@pytest.mark.parametrize("canvas", ["same", "expand", {"width": 300, "height": 300, "fit": "contain"}])
def test_a_handle_stays_under_the_pointer(open_playground, service, behind, canvas):
    corners = {"op": "perspective", "dst": [[50, 40], [400, 0], [420, 280], [10, 260]]}
    playground = open_playground(service, link({"ops": [corners, *behind], "canvas": canvas})).settle()
    if behind:
        playground.card("perspective").locator(".title").click()
        playground.settle()
    x, y = playground.centre_of(playground.handle("Top-left corner"))
    mouse = playground.page.mouse
    mouse.move(x, y)
    mouse.down()
    for step in range(1, 5):
        mouse.move(x + 9 * step, y + 6 * step)
        playground.page.wait_for_timeout(60)
        place = playground.centre_of(playground.handle("Top-left corner"))
        assert place == pytest.approx((x + 9 * step, y + 6 * step), abs=1.5)
    mouse.up()
    playground.settle()


def test_behind_an_operation_that_bends_the_picture_is_shown_up_to_it(open_playground, service):
    spec = {"ops": [{"op": "rotate", "angle": 20}, {"op": "swirl", "strength": 90}]}
    playground = open_playground(service, link(spec)).settle()
    expect(playground.page.get_by_role("img", name="The result")).to_be_hidden()
    playground.card("rotate").locator(".title").click()
    expect(playground.page.get_by_text("Shown up to this operation")).to_be_visible()
    expect(playground.page.get_by_role("img", name="The result")).to_be_visible()
    playground.drag("Angle", 30, 30)
    playground.settle()
    assert playground.spec["ops"][0]["angle"] != 20


@pytest.mark.parametrize("view", ["result", "before"])
def test_a_point_is_added_without_changing_the_picture(open_playground, service, view):
    op = SPLINE | {"dst": [*CORNERS, [0.6, 0.45]]}
    playground = open_playground(service, link({"ops": [op]})).settle()
    result = playground.pixels().astype(int)
    if view == "before":
        playground.page.get_by_label("Before this step").check()
    playground.settle()
    box = playground.canvas.bounding_box()
    place = (box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"])
    playground.page.mouse.dblclick(*place)
    name = "Target 6" if view == "result" else "Point 6"
    expect(playground.handle(name)).to_be_visible()
    assert playground.centre_of(playground.handle(name)) == pytest.approx(place, abs=2)
    playground.page.get_by_label("Result", exact=True).check()
    playground.settle()
    # A new point is rounded to 1/10,000 of a side, less than 1/20 of a pixel.
    moved = np.abs(np.roll(result, 1, axis=1) - result).mean()
    assert np.abs(playground.pixels().astype(int) - result).mean() <= moved / 20

    playground.page.get_by_role("button", name="Add a point").click()
    expect(playground.handle("Target 7")).to_be_visible()
    playground.handle("Target 6").press("Delete")
    expect(playground.handle("Target 7")).to_have_count(0)
    assert len(playground.spec["ops"][0]["src"]) == len(playground.spec["ops"][0]["dst"]) == 6


def test_the_unit_changes_and_the_picture_does_not(open_playground, service):
    spec = {"ops": [{"op": "bulge", "strength": 0.5, "radius": 100, "center": [200, 120]}]}
    playground = open_playground(service, link(spec)).settle()
    before = playground.pixels()
    playground.field("bulge", "unit").select_option("fraction")
    playground.settle()
    (op,) = playground.spec["ops"]
    assert op["center"] == pytest.approx([200 / WIDTH, 120 / HEIGHT], abs=1e-4)
    assert op["radius"] == pytest.approx(100 / HEIGHT, abs=1e-4)
    # Each length is rounded to 1/10,000 of a side, less than 1/20 of a pixel.
    moved = np.abs(np.roll(before.astype(int), 1, axis=1) - before).mean()
    assert np.abs(playground.pixels().astype(int) - before).mean() <= moved / 20


def test_a_mesh_gets_other_cells_and_keeps_its_shape(open_playground, service):
    bent = MESH | {"points": [[0, 0], [0.5, 0.2], [1, 0], [0, 1], [0.5, 0.8], [1, 1]]}
    playground = open_playground(service, link({"ops": [bent]})).settle()
    before = playground.pixels()
    playground.field("mesh", "columns").fill("4")
    playground.settle()
    (op,) = playground.spec["ops"]
    assert (op["columns"], op["rows"], len(op["points"])) == (4, 1, 10)
    assert op["points"][:5:2] + op["points"][5::2] == bent["points"]
    after, straight = playground.pixels().astype(int), sample()
    # Each cell is two triangles, so more cells bend a little differently; nothing beside what the mesh does.
    assert np.abs(after - before).mean() < np.abs(before - straight).mean() / 4


def test_every_operation_can_be_added(open_playground, service, photos):
    playground = open_playground(service, link({"ops": []})).settle()
    playground.expect_refusals(422)
    for name in OPS:
        playground.add(name.replace("_", " "))
        if name == "displacement":
            playground.error_at(playground.field("displacement", "map"))
            playground.card("displacement").locator("input[type=file]").set_input_files(photos[1])
        playground.settle()
        assert playground.spec["ops"][0]["op"] == name
        playground.page.get_by_role("button", name=f"Remove {name.replace('_', ' ')}", exact=True).click()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"canvas": "expand"},
        {"canvas": "inscribed"},
        {"canvas": {"width": 500, "height": 200}},
        {"canvas": {"width": 200, "height": 400, "fit": "stretch"}},
        {"canvas": {"width": 400, "height": 400, "fit": "contain"}},
        {"canvas": {"width": 200, "height": 300, "fit": "cover"}},
    ],
    ids=str,
)
def test_handles_lie_where_the_picture_has_their_points(open_playground, service, options):
    corners = {"op": "perspective", "dst": [[50, 40], [400, 20], [420, 280], [30, 260]]}
    crop = {"op": "crop", "x": 30, "y": 10, "width": 380, "height": 280}
    spec = {"ops": [corners, {"op": "rotate", "angle": 15}, crop]}
    playground = open_playground(service, link(spec | options)).settle()
    playground.card("perspective").locator(".title").click()
    playground.settle()
    source = {"width": WIDTH, "height": HEIGHT}
    asked = {"spec": spec | options, "source": source, "points": [[0, 0], [WIDTH, HEIGHT]]}
    planned = httpx.post(f"{service}/v1/plan", json=asked).json()
    box = playground.canvas.bounding_box()
    across, down = box["width"] / planned["output"]["width"], box["height"] / planned["output"]["height"]
    for name, (x, y) in zip(("Top-left corner", "Bottom-right corner"), planned["points"], strict=True):
        place = (box["x"] + x * across, box["y"] + y * down)
        assert playground.centre_of(playground.handle(name)) == pytest.approx(place, abs=1)
