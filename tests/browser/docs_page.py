"""The docs page as its reader uses it: what can be done there, and what can be seen."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.watched_page import WatchedPage, pixels_of

# Swagger UI looks for a field of its own for binary strings before it takes the one for files.
HARMLESS = "Could not find component: JsonSchema_string_binary"


class DocsPage(WatchedPage):
    """The page /docs, with the warp's form."""

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page, address, harmless=HARMLESS)
        page.goto(f"{address}/docs")
        self.warp = page.locator(".opblock", has=page.locator('[data-path="/v1/warp"]'))
        self.answer = self.warp.locator(".live-responses-table")
        self.picture = self.answer.locator("img")
        self.execute_button = self.warp.get_by_role("button", name="Execute")
        expect(self.warp).to_be_visible()

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
        return pixels_of(self.picture)

    def curl_command(self) -> str:
        """Read the curl command that the page gives for the request."""
        return self.warp.locator(".curl-command code").inner_text()

    def problem(self) -> dict[str, Any]:
        """Read the problem document as the answer shows it."""
        return json.loads(self.answer.locator(".highlight-code code").first.inner_text())
