"""How soon the playground shows what a hand does: steps of a drag, and the exact picture after it.

python -m benchmarks.playground writes the figures to docs/playground.md. Chromium, which draws without a graphics card,
the service and this script share the processors.
"""

import io
import statistics
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from docs.examples import ROOT
from docs.generated import put_between_marks
from docs.make_pictures import service
from tests.browser.chromium import launch
from tests.browser.playground_page import PlaygroundPage, link

PAGE = ROOT / "docs" / "playground.md"
PHOTO = (1224, 816)  # a megapixel
DRAGS, STEPS, PAUSE = 8, 20, 16  # a mouse tells of its moves some 60 times a second
WARPS = {
    "rotate": ([{"op": "rotate", "angle": 20}], "Angle"),
    "perspective": (
        [{"op": "perspective", "dst": [[0.1, 0.1], [0.9, 0], [1, 1], [0, 0.9]], "unit": "fraction"}],
        "Top-left corner",
    ),
    "bulge": ([{"op": "bulge", "strength": 0.5}], "Centre"),
    "thin_plate_spline": (
        [
            {
                "op": "thin_plate_spline",
                "src": [[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]],
                "dst": [[0, 0], [1, 0], [0, 1], [1, 1], [0.6, 0.4]],
                "unit": "fraction",
            }
        ],
        "Target 5",
    ),
}
WATCH = """() => {
  window.steps = [];
  window.rests = [];
  let moved = 0, rested = 0;
  document.addEventListener("pointermove", ({buttons}) => buttons && (moved ||= performance.now()), true);
  document.addEventListener("pointerup", () => (rested = performance.now()), true);
  const look = () => {
    const now = performance.now(), state = document.querySelector("#state").textContent;
    if (state === "Preview" && moved) {
      window.steps.push(now - moved);
      moved = 0;
    }
    if (state.startsWith("Exact") && rested) {
      window.rests.push(now - rested);
      rested = moved = 0;
    }
  };
  new MutationObserver(look).observe(document.querySelector("#state"), {childList: true});
}"""


class Figures(NamedTuple):
    """Milliseconds: from a move of the hand to the preview that follows it, and from its rest to the exact picture."""

    steps: list[float]
    rests: list[float]


def measure(browser: Browser, address: str, photo: Path, name: str) -> Figures:
    """Drag a handle to and fro."""
    ops, handle = WARPS[name]
    playground = PlaygroundPage(browser.new_page(viewport={"width": 1280, "height": 800}), address, link({"ops": ops}))
    playground.settle()
    playground.drop(photo)
    expect(playground.page.locator("#size")).to_have_text(" × ".join(map(str, PHOTO)))
    playground.settle()
    playground.page.evaluate(WATCH)
    for drag in range(DRAGS):
        x, y = playground.centre_of(playground.handle(handle))
        playground.page.mouse.move(x, y)
        playground.page.mouse.down()
        for step in range(STEPS):
            playground.page.mouse.move(x + (-1) ** drag * 3 * step, y + (-1) ** drag * 2 * step)
            playground.page.wait_for_timeout(PAUSE)
        playground.page.mouse.up()
        playground.settle()
    figures = Figures(*(playground.page.evaluate(f"window.{kind}") for kind in ("steps", "rests")))
    playground.page.close()
    return figures


def table(measured: dict[str, Figures]) -> Iterator[str]:
    """Write the figures for people: medians, with the ninth of ten."""
    yield "| operation | a preview follows the hand after | the exact picture is there after its rest |"
    yield "|---|---|---|"
    for name, (steps, rests) in measured.items():
        yield f"| `{name}` | {said(steps)} | {said(rests)} |"


def said(times: list[float]) -> str:
    """Write a median and the ninth of ten."""
    return f"{statistics.median(times):.0f} ms (9 of 10 below {statistics.quantiles(times, n=10)[-1]:.0f})"


def photo_of_a_megapixel(folder: Path) -> Path:
    """The cat, enlarged."""
    with Image.open(ROOT / "docs" / "pictures" / "chelsea.png") as cat:
        large = cat.convert("RGB").resize(PHOTO, Image.Resampling.LANCZOS)
    data = io.BytesIO()
    large.save(data, "JPEG", quality=90)
    (folder / "photo.jpg").write_bytes(data.getvalue())
    return folder / "photo.jpg"


if __name__ == "__main__":
    with TemporaryDirectory() as folder, service() as address, sync_playwright() as playwright:
        photo = photo_of_a_megapixel(Path(folder))
        browser = launch(playwright)
        measured = {name: measure(browser, address, photo, name) for name in WARPS}
        browser.close()
    lines = "\n".join(table(measured))
    print(lines)
    put_between_marks(PAGE, "figures", lines)
