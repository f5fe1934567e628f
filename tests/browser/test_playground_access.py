"""For everybody: by keyboard, by touch, on a phone, in the dark, with a token, below a prefix; axe finds no barrier."""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect

from tests.browser.playground_page import PlaygroundPage, link
from tests.browser.relay import Relay
from tests.browser.warping import SAMPLE, assert_shows, warped

AXE = (Path(axe_playwright_python.__file__).with_name("axe.min.js")).read_text()
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WINDOWS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"color_scheme": "light", **PHONE},
}
SPLINE = {
    "op": "thin_plate_spline",
    "src": [[0, 0], [1, 0], [0, 1]],
    "dst": [[0, 0], [1, 0], [0.2, 1]],
    "unit": "fraction",
}
SPECS = {
    "spline": {"ops": [{"op": "rotate", "angle": 10}, SPLINE]},
    "matrix": {"matrix": [[0.707, -0.707, 0], [0.707, 0.707, 0]], "canvas": {"width": 300, "height": 200}},
    "empty": {"ops": []},
}


def barriers(playground: PlaygroundPage) -> list[str]:
    """What axe finds, by all of its rules; its source is given to the browser past the page's own policy."""
    playground.page.evaluate(AXE)
    found = playground.page.evaluate("() => axe.run()")
    assert len(found["passes"]) > 20
    return [f"{rule['impact']}: {rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("window", WINDOWS)
def test_axe_finds_no_barrier(open_playground, service, window, spec):
    playground = open_playground(service, link(SPECS[spec]), **WINDOWS[window]).settle()
    assert barriers(playground) == []


@pytest.mark.parametrize("window", WINDOWS)
def test_axe_finds_no_barrier_in_what_opens(open_playground, service, photos, window):
    playground = open_playground(service, "/", **WINDOWS[window]).settle()
    playground.expect_refusals(422)
    playground.page.get_by_role("button", name="Add an operation").click()
    expect(playground.page.get_by_role("searchbox")).to_be_focused()
    assert barriers(playground) == []
    playground.page.keyboard.press("Escape")
    playground.page.get_by_label("Compare").check()
    playground.option("fill").fill("blau")
    playground.error_at(playground.option("fill"))
    assert barriers(playground) == []
    playground.option("fill").fill("")
    playground.page.locator("#files").set_input_files(photos[:3])
    playground.page.get_by_role("button", name="Warp all 3").click()
    expect(playground.page.get_by_role("link", name="Download the ZIP")).to_be_visible()
    assert barriers(playground) == []


def go_to(playground: PlaygroundPage, name: str) -> None:
    """Press Tab until the focus is on what begins with this name."""
    named = "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    for _ in range(80):
        playground.page.keyboard.press("Tab")
        if playground.page.evaluate(named).strip().startswith(name):
            return
    pytest.fail(f"no Tab leads to {name}")


def test_by_keyboard_alone(playground, service):
    playground.settle()
    keyboard = playground.page.keyboard
    go_to(playground, "Bottom-right corner")
    start = playground.spec["ops"][0]["dst"][2]
    for _ in range(3):
        keyboard.press("Shift+ArrowLeft")
    keyboard.press("ArrowUp")
    playground.settle()
    moved = playground.spec["ops"][0]["dst"][2]
    assert moved == pytest.approx([start[0] - 30 / 451, start[1] - 1 / 300], abs=2e-4)
    assert_shows(playground, warped(service, SAMPLE, playground.spec))

    go_to(playground, "Add an operation")
    keyboard.press("Enter")
    expect(playground.page.get_by_role("searchbox")).to_be_focused()
    keyboard.type("swirl")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(playground.card("swirl").locator(".title")).to_be_focused()
    go_to(playground, "Move up swirl")
    keyboard.press("Enter")
    assert [op["op"] for op in playground.spec["ops"]] == ["swirl", "perspective"]
    keyboard.press("Control+z")
    assert [op["op"] for op in playground.spec["ops"]] == ["perspective", "swirl"]
    playground.settle()
    go_to(playground, "Radius")
    keyboard.press("Shift+ArrowLeft")
    playground.settle()
    assert playground.spec["ops"][1]["radius"] == 140
    go_to(playground, "Download")
    with playground.page.expect_download() as started:
        keyboard.press("Enter")
    assert Path(started.value.path()).read_bytes() == warped(service, SAMPLE, playground.spec)


def test_on_a_phone_by_touch(open_playground, service):
    playground = open_playground(service, "/", **PHONE).settle()
    page = playground.page
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    x, y = playground.centre_of(playground.handle("Top-left corner"))
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touched = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})

    send("touchStart", (x, y))
    for step in range(1, 6):
        send("touchMove", (x + 8 * step, y + 6 * step))
    send("touchEnd")
    playground.settle()
    assert playground.centre_of(playground.handle("Top-left corner")) == pytest.approx((x + 40, y + 30), abs=1.5)
    assert page.evaluate("scrollY") == 0  # the finger moved the handle, not the page

    page.wait_for_timeout(500)  # Chromium may take a touch within 300 ms for the second half of a double tap
    page.get_by_role("button", name="Add an operation").tap()
    page.locator("#palette").get_by_role("button", name="bulge").tap()
    playground.settle()
    strength = playground.field("bulge", "strength")
    strength.scroll_into_view_if_needed()
    expect(playground.canvas).to_be_in_viewport()  # above the fields, so that one sees what they do
    strength.fill("-0.5")
    playground.settle()
    for part in (playground.cards.first, page.locator("#options"), page.locator("#takeaway"), playground.stage):
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_below_the_prefix_of_a_proxy(open_playground, service, photos):
    with Relay(service, prefix="/pictures") as relay:
        playground = open_playground(relay.address).settle()
        assert f"{relay.address}/v1/warp" in playground.show("curl")
        playground.drop(photos[1])
        expect(playground.page.locator("#size")).to_have_text("301 × 217")
        playground.settle()


def test_a_token_is_asked_for(open_playground, guarded_service, tmp_path):
    playground = open_playground(guarded_service)
    playground.expect_refusals(401)
    expect(playground.problem).to_contain_text("this address needs a token")
    playground.page.get_by_label("Token").fill("a-token-for-the-playground")
    playground.page.get_by_role("button", name="Use it").click()
    playground.settle()
    expect(playground.problem).to_be_hidden()
    assert "Authorization: Bearer a-token-for-the-playground" in playground.show("curl")
