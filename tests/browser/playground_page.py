"""The playground as its visitor uses it: what can be done there, and what can be seen."""

import base64
import json
import mimetypes
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import numpy as np
from playwright.sync_api import Locator, Page, expect

from tests.browser.watched_page import WatchedPage, pixels_of

DROP = """([target, files]) => {
  const carried = new DataTransfer();
  for (const [name, type, data] of files) {
    carried.items.add(new File([Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))], name, {type}));
  }
  for (const kind of ["dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
  }
}"""
PASTE = """([target, files]) => {
  const carried = new DataTransfer();
  for (const [name, type, data] of files) {
    carried.items.add(new File([Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))], name, {type}));
  }
  target.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true}));
}"""

READ_ERROR = "(field) => document.getElementById(field.getAttribute('aria-describedby').split(' ').at(-1)).innerText"
EXACT = re.compile("^Exact")


def link(spec: dict[str, Any], off: str = "") -> str:
    """What follows the address in a shared link."""
    return f"/#spec={quote(json.dumps(spec))}{off}"


class PlaygroundPage(WatchedPage):
    """The page /."""

    def __init__(self, page: Page, address: str, rest: str = "/") -> None:
        super().__init__(page, address)
        page.goto(address + rest)
        self.canvas = page.get_by_role("img", name="The warped picture")
        self.stage = page.locator("#stage")
        self.cards = page.locator("#ops .card")
        self.state = page.locator("#state")
        self.code = page.locator("#code")
        self.problem = page.get_by_role("alert")

    def settle(self) -> "PlaygroundPage":
        """Wait until the exact picture is shown."""
        expect(self.state).to_have_text(EXACT)
        return self

    def drop(self, *paths: Path) -> None:
        """Drop files on the page."""
        self._carry(DROP, paths)

    def paste(self, *paths: Path) -> None:
        """Paste files."""
        self._carry(PASTE, paths)

    def _carry(self, how: str, paths: tuple[Path, ...]) -> None:
        files = [
            (path.name, mimetypes.guess_type(path.name)[0] or "", base64.b64encode(path.read_bytes()).decode())
            for path in paths
        ]
        target = self.page.locator("main").element_handle()
        self.page.evaluate(how, [target, files])

    def handle(self, name: str) -> Locator:
        """What can be dragged on the picture."""
        return self.stage.get_by_role("button", name=name, exact=True)

    def centre_of(self, handle: Locator) -> tuple[float, float]:
        """Where a handle is in the window."""
        box = handle.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, name: str, across: float, down: float, steps: int = 6) -> None:
        """Drag a handle so far, in CSS pixels, and let go."""
        x, y = self.centre_of(self.handle(name))
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + across, y + down, steps=steps)
        mouse.up()

    @property
    def scale(self) -> float:
        """CSS pixels for each pixel of the picture."""
        shown, real = self.canvas.evaluate("(canvas) => [canvas.getBoundingClientRect().width, canvas.width]")
        return shown / real

    def pixels(self) -> np.ndarray:
        """Read the warped picture as (height, width, RGBA)."""
        return pixels_of(self.canvas)

    @property
    def zoom(self) -> float:
        """CSS pixels for each pixel of the frame, whatever is shown of it."""
        return int(self.page.locator("#zoom-level").inner_text().removesuffix(" %")) / 100

    @property
    def spec(self) -> dict[str, Any]:
        """The spec in the address."""
        return json.loads(parse_qs(urlsplit(self.page.evaluate("location.href")).fragment)["spec"][0])

    def add(self, op: str) -> None:
        """Add an operation by its name."""
        self.page.get_by_role("button", name="Add an operation").click()
        self.page.get_by_role("searchbox").fill(op)
        self.page.locator("#palette li:visible button").filter(has=self.page.get_by_text(op, exact=True)).click()

    def card(self, op: str) -> Locator:
        """The card of an operation."""
        return self.cards.filter(has=self.page.get_by_role("checkbox", name=f"Use {op}", exact=True))

    def field(self, op: str, name: str) -> Locator:
        """A field of an operation that is selected."""
        return self.card(op).get_by_label(name, exact=True)

    def option(self, name: str) -> Locator:
        """A field of the options."""
        return self.page.locator("#options").get_by_label(name, exact=True)

    def error_at(self, field: Locator) -> str:
        """Read the error that a field points to."""
        expect(field).to_have_attribute("aria-invalid", "true")
        return field.evaluate(READ_ERROR)

    def show(self, kind: str) -> str:
        """Choose the words in which the request is shown, and read it."""
        self.page.get_by_role("radio", name=kind, exact=True).check()
        return self.code.inner_text()

    def download(self) -> tuple[str, bytes]:
        """Download the exact picture."""
        return self._download("Download")

    def download_zip(self) -> tuple[str, bytes]:
        """Download what the batch came in."""
        return self._download("Download the ZIP")

    def _download(self, name: str) -> tuple[str, bytes]:
        with self.page.expect_download() as started:
            self.page.get_by_role("link", name=name, exact=True).click()
        return started.value.suggested_filename, Path(started.value.path()).read_bytes()
