"""Takes the pictures of the playground, by using it as a visitor does, against a service of its own.

python -m docs.make_screenshots
"""

import io
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from docs.examples import ROOT
from docs.make_pictures import service
from tests.browser.chromium import launch
from tests.browser.playground_page import PlaygroundPage, link

FOLDER = ROOT / "docs" / "pictures" / "playground"
DESK = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
NIGHT = DESK | {"color_scheme": "dark"}
PHONE = {"viewport": {"width": 390, "height": 800}, "is_mobile": True, "has_touch": True}
CAT = ROOT / "docs" / "pictures" / "chelsea.png"
PAGE = [[128, 62], [498, 104], [560, 416], [66, 378]]
SPLINE = {
    "op": "thin_plate_spline",
    "src": [[0, 0], [1, 0], [1, 1], [0, 1], [0.36, 0.31], [0.7, 0.37], [0.58, 0.75]],
    "dst": [[0, 0], [1, 0], [1, 1], [0, 1], [0.31, 0.3], [0.75, 0.37], [0.57, 0.66]],
    "unit": "fraction",
}


def corners(playground: PlaygroundPage) -> None:
    """What somebody sees who comes for the first time, and drags a corner."""
    playground.settle()
    playground.drag("Top-left corner", 60, 40)
    playground.settle()


def page_on_a_table(folder: Path, address: str) -> Path:
    """A page as a camera sees it from the side, made by the service."""
    spec = {
        "ops": [{"op": "resize", "width": 640, "height": 480}, {"op": "perspective", "dst": PAGE}],
        "fill": "#6b4a35",
    }
    page = (ROOT / "docs" / "pictures" / "specs" / "card.png").read_bytes()
    photo = folder / "page.png"
    photo.write_bytes(httpx.post(f"{address}/v1/warp", params={"spec": json.dumps(spec)}, content=page).content)
    return photo


def straighten(playground: PlaygroundPage) -> None:
    """The corners of a page are put on those in the photo; its result beside it."""
    playground.settle()
    with TemporaryDirectory() as folder:
        playground.drop(page_on_a_table(Path(folder), playground.address))
        expect(playground.page.locator("#size")).to_have_text("640 × 480")
    playground.settle()
    playground.card("perspective").locator(".title").click()
    playground.settle()


def spline(playground: PlaygroundPage) -> None:
    """Before and after, with the points of a spline."""
    playground.settle()
    playground.page.get_by_label("Compare").check()


def errors(playground: PlaygroundPage) -> None:
    """A value that is out of its bounds."""
    playground.settle()
    playground.field("bulge", "strength").fill("3")
    playground.error_at(playground.field("bulge", "strength"))


def batch(playground: PlaygroundPage) -> None:
    """Many photos by one spec."""
    playground.settle()
    with Image.open(CAT) as cat, TemporaryDirectory() as folder:
        parts = [cat.crop(box) for box in ((0, 0, 451, 300), (60, 30, 300, 240), (150, 0, 451, 200), (0, 90, 220, 300))]
        paths = []
        parts += [part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for part in parts[:3]]
        for index, part in enumerate(parts):
            paths.append(f"{folder}/cat-{index + 1}.png")
            part.save(paths[-1])
        playground.page.locator("#files").set_input_files(paths)
        expect(playground.page.locator("#film li")).to_have_count(len(paths))
        playground.page.get_by_role("button", name=f"Warp all {len(paths)}").click()
        expect(playground.page.get_by_role("link", name="Download the ZIP")).to_be_visible()


def phone(playground: PlaygroundPage) -> None:
    """On a phone the picture stays above the fields."""
    playground.settle()


STATES: dict[str, tuple[dict[str, object], str, Callable[[PlaygroundPage], None]]] = {
    "corners": (DESK, "/", corners),
    "straighten": (
        DESK,
        link({"ops": [{"op": "perspective", "src": PAGE}]}),
        straighten,
    ),
    "spline": (NIGHT, link({"ops": [SPLINE], "border": "edge"}), spline),
    "errors": (DESK, link({"ops": [{"op": "rotate", "angle": 12}, {"op": "bulge", "strength": 0.5}]}), errors),
    "batch": (NIGHT, link({"ops": [{"op": "wave", "amplitude": 0.04, "wavelength": 0.5, "unit": "fraction"}]}), batch),
    "phone": (PHONE, link({"ops": [{"op": "bulge", "strength": 0.7}]}), phone),
}


def take(browser: Browser, address: str, name: str) -> None:
    """Take one picture."""
    window, rest, act = STATES[name]
    context = browser.new_context(**window)
    playground = PlaygroundPage(context.new_page(), address, rest)
    act(playground)
    playground.page.mouse.move(0, 0)
    playground.page.wait_for_timeout(300)
    with Image.open(io.BytesIO(playground.page.screenshot())) as shot:
        shot.save(FOLDER / f"{name}.webp", quality=88, method=6)
    context.close()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with service() as address, sync_playwright() as playwright:
        browser = launch(playwright)
        for name in STATES:
            take(browser, address, name)
        browser.close()
