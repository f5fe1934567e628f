"""A page that is watched while it is used: what the browser complains of, and what it asks for."""

import base64
from http import HTTPStatus

import numpy as np
from playwright.sync_api import ConsoleMessage, Locator, Page, Request

WATCH_POLICY = """
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.violations.push(`policy: ${event.violatedDirective} blocked ${event.blockedURI || event.sourceFile}`));
"""
READ_PIXELS = """(picture) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth ?? picture.width, picture.naturalHeight ?? picture.height];
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  let bytes = "";
  for (const byte of context.getImageData(0, 0, canvas.width, canvas.height).data) bytes += String.fromCharCode(byte);
  return [canvas.width, canvas.height, btoa(bytes)];
}"""

GIVEN_UP = "net::ERR_ABORTED"
"""By the page itself, which wants another picture by now."""


class WatchedPage:
    """A page of the service. It must not complain, but for messages that are harmless."""

    def __init__(self, page: Page, address: str, harmless: str | None = None) -> None:
        self.page = page
        self.address = address
        self.requests: list[str] = []
        self._harmless = {harmless}
        self._complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._complaints.append(f"error: {error}"))
        page.on("request", self._see)
        page.on("requestfailed", self._fail)
        page.add_init_script(WATCH_POLICY)

    def expect_refusals(self, status: int) -> None:
        """Let the browser say that the service answered with this status: it does so by itself, whoever asked."""
        said = f"Failed to load resource: the server responded with a status of {status} ({HTTPStatus(status).phrase})"
        self._harmless.add(said)

    def take_complaints(self) -> list[str]:
        """Hand over, once, what the browser had to say: errors, warnings, blocked and foreign requests."""
        found = self._complaints + self.page.evaluate("window.violations.splice(0)")
        self._complaints = []
        return [complaint for complaint in found if complaint.partition(": ")[2] not in self._harmless]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._complaints.append(f"{message.type}: {message.text}")

    def _see(self, request: Request) -> None:
        self.requests.append(request.url)
        origin = "/".join(self.address.split("/")[:3])
        if not request.url.startswith((f"{self.address}/", f"blob:{origin}/", "data:")):
            self._complaints.append(f"foreign: {request.url}")

    def _fail(self, request: Request) -> None:
        if request.failure != GIVEN_UP:
            self._complaints.append(f"failed: {request.url}: {request.failure}")


def pixels_of(picture: Locator) -> np.ndarray:
    """Read a picture or a canvas as (height, width, RGBA)."""
    width, height, data = picture.evaluate(READ_PIXELS)
    return np.frombuffer(base64.b64decode(data), np.uint8).reshape(height, width, 4)
