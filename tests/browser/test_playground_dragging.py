"""Handles on the picture: what is dragged, and what follows."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.warping import SAMPLE, assert_shows, warped

COUNT_FROM_RELEASE = """() => {
  const ask = fetch;
  window.fetch = (address, request) => {
    if (address.endsWith("/v1/warp")) window.asked++;
    return ask(address, request);
  };
  addEventListener("pointerup", () => (window.asked = 0), {capture: true});
}"""
"""Pictures that are asked for; as the page sees it, since the driver hears of requests some time later."""


def test_a_photo_is_dropped_and_a_corner_dragged(playground, service, photos):
    playground.settle()
    playground.drop(photos[1])
    expect(playground.page.locator("#size")).to_have_text("301 × 217")
    playground.settle()
    before = playground.pixels()
    assert_shows(playground, warped(service, photos[1], playground.spec))

    x, y = playground.centre_of(playground.handle("Bottom-right corner"))
    playground.drag("Bottom-right corner", -60, -40)
    playground.settle()
    after = playground.pixels()
    assert not np.array_equal(before, after)
    assert_shows(playground, warped(service, photos[1], playground.spec))
    assert playground.centre_of(playground.handle("Bottom-right corner")) == pytest.approx((x - 60, y - 40), abs=1)
    corner = playground.spec["ops"][0]["dst"][2]
    scale = playground.scale
    assert corner == pytest.approx([1 - 60 / scale / 301, 1 - 40 / scale / 217], abs=0.01)


def test_the_picture_follows_while_the_hand_still_moves(playground):
    playground.settle()
    before = playground.pixels()
    x, y = playground.centre_of(playground.handle("Top-left corner"))
    playground.page.mouse.move(x, y)
    playground.page.mouse.down()
    playground.page.mouse.move(x + 80, y + 60, steps=5)
    expect(playground.state).to_have_text("Preview")
    assert not np.array_equal(playground.pixels(), before)
    assert playground.spec["ops"][0]["dst"][0] == [0.1, 0.1]  # the address waits until the hand rests
    playground.page.mouse.up()
    playground.settle()
    assert playground.spec["ops"][0]["dst"][0] != [0.1, 0.1]


def test_crossed_corners_are_said_at_the_card_and_the_handles_stay(playground):
    playground.settle()
    playground.expect_refusals(422)
    x, y = playground.centre_of(playground.handle("Top-right corner"))
    playground.drag("Top-left corner", 2 * playground.scale * 451, 0)
    title = playground.card("perspective").locator(".title")
    assert "strictly convex" in playground.error_at(title)
    assert playground.centre_of(playground.handle("Top-right corner")) == pytest.approx((x, y), abs=1)
    playground.page.get_by_role("button", name="Undo").click()
    playground.settle()
    expect(title).not_to_have_attribute("aria-invalid", "true")


def test_an_exact_picture_that_comes_soon_spares_the_last_preview(playground, service):
    """Time stands still, so that it always comes soon enough, whatever the machine is at."""
    playground.settle()
    playground.page.clock.install(time=0)
    playground.page.clock.pause_at(1000)
    playground.drag("Top-left corner", 20, 10)
    playground.settle()

    x, y = playground.centre_of(playground.handle("Top-left corner"))
    playground.page.mouse.move(x, y)
    playground.page.mouse.down()
    playground.page.evaluate(COUNT_FROM_RELEASE)
    held = []
    playground.page.route("**/v1/warp", lambda route: route.continue_() if held else held.append(route))
    with playground.page.expect_request("**/v1/warp"):
        playground.page.mouse.move(x + 10, y + 5)
    playground.page.mouse.move(x + 40, y + 30, steps=3)  # not previewed while the first step is under way
    playground.page.mouse.up()
    held[0].continue_()
    playground.settle()
    assert playground.page.evaluate("asked") == 1
    assert_shows(playground, warped(service, SAMPLE, playground.spec))
