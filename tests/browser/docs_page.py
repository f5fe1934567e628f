"""The docs page as its reader uses it: what can be done there, and what can be seen."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response, expect

WATCH_POLICY = """
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.violations.push(`policy: ${event.violatedDirective} blocked ${event.blockedURI || event.sourceFile}`));
"""
READ_PIXELS = """(picture) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  let bytes = "";
  for (const byte of context.getImageData(0, 0, canvas.width, canvas.height).data) bytes += String.fromCharCode(byte);
  return [canvas.width, canvas.height, btoa(bytes)];
}"""

# Swagger UI looks for a field of its own for binary strings before it takes the one for files.
HARMLESS = "Could not find component: JsonSchema_string_binary"


class DocsPage:
    """The page /docs, with the warp's form."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.requests: list[str] = []
        self._complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._complaints.append(f"error: {error}"))
        page.on("request", self._see)
        page.on("requestfailed", lambda request: self._complaints.append(f"failed: {request.url}"))
        page.add_init_script(WATCH_POLICY)
        page.goto(f"{address}/docs")
        self.warp = page.locator(".opblock", has=page.locator('[data-path="/v1/warp"]'))
        self.answer = self.warp.locator(".live-responses-table")
        self.picture = self.answer.locator("img")
        self.execute_button = self.warp.get_by_role("button", name="Execute")
        expect(self.warp).to_be_visible()

    def take_complaints(self) -> list[str]:
        """Hand over, once, what the browser had to say: errors, warnings, blocked and foreign requests."""
        found = self._complaints + self.page.evaluate("window.violations.splice(0)")
        self._complaints = []
        return found

    def open_warp(self) -> None:
        """Open the form of POST /v1/warp."""
        self.warp.locator(".opblock-summary-control").click()
        try_it_out = self.warp.get_by_role("button", name="Try it out")
        expect(self.execute_button.or_(try_it_out)).to_be_visible()
        if try_it_out.is_visible():
            try_it_out.click()
        expect(self.execute_button).to_be_visible()

    def choose_body(self, content_type: str) -> None:
        """Choose how the picture is sent."""
        self.page.get_by_label("Request content type").select_option(content_type)

    def choose_picture(self, file: Path) -> None:
        """Choose the picture, in the form or for the raw body."""
        self.warp.locator(".opblock-section-request-body input[type=file]").set_input_files(file)

    def choose_pictures(self, *paths: Path) -> None:
        """Choose several pictures, in the form, each in a field of its own."""
        fields = self.warp.locator('[data-property-name="image"]')
        for index, path in enumerate(paths):
            if fields.locator("input[type=file]").count() <= index:
                fields.get_by_role("button", name="Add").click()
            fields.locator("input[type=file]").nth(index).set_input_files(path)

    @property
    def spec(self) -> Locator:
        """The form's field for the spec."""
        return self.warp.locator('[data-property-name="spec"]').get_by_role("textbox")

    def add_op(self, text: str) -> None:
        """Write one more `op` of the shorthand."""
        self.warp.locator('[data-param-name="op"]').get_by_role("button", name="Add").click()
        self.parameter("op").last.fill(text)

    def parameter(self, name: str) -> Locator:
        """The field, or the fields, of a parameter of the query."""
        return self.warp.locator(f'[data-param-name="{name}"]').get_by_role("textbox")

    def execute(self) -> Response:
        """Send the form and wait until the page shows the answer."""
        with self.page.expect_response(lambda response: "/v1/warp" in response.url) as answered:
            self.execute_button.click()
        expect(self.answer).to_contain_text(answered.value.headers["x-request-id"])
        return answered.value

    def pixels(self) -> np.ndarray:
        """Read the picture in the answer as (height, width, RGBA), through a canvas."""
        self.page.wait_for_function(
            "(image) => image.complete && image.naturalWidth", arg=self.picture.element_handle()
        )
        width, height, data = self.picture.evaluate(READ_PIXELS)
        return np.frombuffer(base64.b64decode(data), np.uint8).reshape(height, width, 4)

    def curl_command(self) -> str:
        """Read the curl command that the page gives for the request."""
        return self.warp.locator(".curl-command code").inner_text()

    def problem(self) -> dict[str, Any]:
        """Read the problem document as the answer shows it."""
        return json.loads(self.answer.locator(".highlight-code code").first.inner_text())

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and message.text != HARMLESS:
            self._complaints.append(f"{message.type}: {message.text}")

    def _see(self, request: Request) -> None:
        self.requests.append(request.url)
        origin = "/".join(self.address.split("/")[:3])
        if not request.url.startswith((f"{self.address}/", f"blob:{origin}/", "data:")):
            self._complaints.append(f"foreign: {request.url}")
