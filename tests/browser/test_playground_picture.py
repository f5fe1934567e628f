"""The picture: its preview, its exact form, before and after, and its pixels."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Route, expect

from tests.browser.playground_page import link
from tests.browser.warping import SAMPLE, assert_shows, warped


def test_a_photo_is_pasted(playground, photos):
    playground.settle()
    playground.paste(photos[2])
    expect(playground.page.locator("#size")).to_have_text("451 × 150")
    playground.settle()


def test_a_large_photo_is_previewed_small_and_exact_at_the_end(playground, service, large):
    playground.settle()
    playground.drop(large)
    expect(playground.page.locator("#size")).to_have_text("1804 × 1200")
    playground.settle()
    assert_shows(playground, warped(service, large, playground.spec))
    x, y = playground.centre_of(playground.handle("Top-left corner"))
    playground.page.mouse.move(x, y)
    playground.page.mouse.down()
    playground.page.mouse.move(x + 60, y, steps=4)
    expect(playground.state).to_have_text("Preview")
    assert playground.pixels().shape[1] < 900
    playground.page.mouse.up()
    playground.settle()
    assert_shows(playground, warped(service, large, playground.spec))


CANVASES = [
    {},
    {"canvas": "expand"},
    {"canvas": "inscribed"},
    {"canvas": {"width": 1000, "height": 700}},
    {"canvas": {"width": 900, "height": 900, "fit": "stretch"}},
    {"canvas": {"width": 900, "height": 900, "fit": "contain"}},
    {"canvas": {"width": 900, "height": 900, "fit": "cover"}},
    {"region": {"x": 300, "y": 200, "width": 1200, "height": 800}, "canvas": "expand"},
    {"region": {"x": 0.2, "y": 0.1, "width": 0.5, "height": 0.7, "unit": "fraction"}},
]


def hold_the_full_photo(playground, photo: Path) -> list[Route]:
    """Let the request wait that sends all of the photo, so that its preview stays."""
    inside = photo.read_bytes()[1000:1200]
    held: list[Route] = []

    def look(route: Route) -> None:
        if inside in (route.request.post_data_buffer or b""):
            held.append(route)
        else:
            route.continue_()

    playground.page.route("**/v1/warp", look)
    return held


@pytest.mark.parametrize("options", CANVASES, ids=json.dumps)
def test_a_preview_shows_what_the_exact_picture_will(open_playground, service, large, options):
    spec = {"ops": [{"op": "rotate", "angle": 20}, {"op": "scale", "x": 0.9}], "fill": "white", **options}
    playground = open_playground(service)
    playground.settle()
    playground.drop(large)
    expect(playground.page.locator("#size")).to_have_text("1804 × 1200")
    playground.settle()
    held = hold_the_full_photo(playground, large)
    playground.page.evaluate("(fragment) => (location.hash = fragment)", link(spec).removeprefix("/"))
    exact = Image.open(io.BytesIO(warped(service, large, spec))).convert("RGB")
    expect(playground.page.locator("#size")).to_have_text(f"{exact.width} × {exact.height}")
    expect(playground.state).to_have_text("Preview")
    preview = playground.pixels()[..., :3].astype(float)
    assert preview.shape[1] < exact.width
    reduced = np.asarray(exact.resize(preview.shape[1::-1], Image.Resampling.BOX)).astype(float)
    assert np.abs(preview - reduced).mean() < np.abs(np.roll(reduced, 1, axis=1) - reduced).mean()
    while not held:
        playground.page.wait_for_timeout(20)
    held.pop().continue_()
    playground.settle()
    assert_shows(playground, warped(service, large, spec))


def is_like(shown: np.ndarray, picture: np.ndarray) -> bool:
    """Whether it is this picture, as the browser scales it, and not its mirror image."""
    near, far = (np.abs(shown - other).mean() for other in (picture, picture[:, ::-1]))
    return bool(near < far / 4)


def test_before_and_after(open_playground, service):
    playground = open_playground(service, link({"ops": [{"op": "flip", "axis": "horizontal"}]})).settle()
    playground.page.get_by_role("checkbox", name="Compare").check()
    divider = playground.page.get_by_role("slider", name=re.compile("before the warp"))
    box = playground.canvas.bounding_box()
    width, height = round(box["width"]), round(box["height"])
    cat = np.asarray(Image.open(SAMPLE).convert("RGB").resize((width, height))).astype(int)
    left, right = slice(width // 8, width * 3 // 8), slice(width * 5 // 8, width * 7 // 8)

    def shot() -> np.ndarray:
        picture = Image.open(io.BytesIO(playground.page.screenshot(clip=box))).convert("RGB")
        return np.asarray(picture.resize((width, height))).astype(int)

    assert is_like(shot()[:, left], cat[:, left])
    assert is_like(shot()[:, right], cat[:, ::-1][:, right])
    divider.focus()
    divider.press("End")
    assert is_like(shot()[:, right], cat[:, right])
    divider.press("Home")
    assert is_like(shot()[:, left], cat[:, ::-1][:, left])


def test_the_result_beside_the_picture_has_its_room_at_once(open_playground, service):
    spec = {"ops": [{"op": "crop", "x": 50, "y": 40, "width": 300, "height": 200}]}
    playground = open_playground(service, link(spec))
    playground.page.add_init_script("ResizeObserver.prototype.observe = () => {}")  # which would only mend it later
    playground.page.reload()
    playground.settle()
    expect(playground.page.get_by_role("img", name="The result")).to_be_hidden()
    playground.card("crop").locator(".title").click()
    expect(playground.handle("Rectangle")).to_be_visible()
    expect(playground.page.get_by_role("img", name="The result")).to_be_visible()
    seen, needed = playground.stage.evaluate("(stage) => [stage.clientWidth, stage.scrollWidth]")
    assert needed <= seen


def test_zoom_to_pixels(playground):
    playground.settle()
    playground.page.get_by_role("button", name="1:1").click()
    assert playground.scale == pytest.approx(1)
    for _ in range(4):
        playground.page.get_by_role("button", name="Zoom in").click()
    assert playground.scale == pytest.approx(1.5**4)
    expect(playground.canvas).to_have_css("image-rendering", "pixelated")
    playground.page.get_by_role("button", name="Fit").click()
    stage, picture = playground.stage.bounding_box(), playground.canvas.bounding_box()
    assert picture["width"] <= stage["width"]
    assert picture["height"] <= stage["height"]
