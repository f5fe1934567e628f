"""The service as a process of its own, and the system's Chromium to look at its page."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.docs_page import DocsPage

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",  # else a picture's values on the page depend on the screen
)


# The scopes end with the module: while Playwright runs, no other test could start an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with a new, empty profile."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on the PATH")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the service, which runs on a free port."""
    log = tmp_path_factory.mktemp("service") / "stderr"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GRIDWARP_")}
    with (
        log.open("w") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "service"],
            cwd=ROOT,
            env=clean | {"GRIDWARP_PORT": "0"},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        try:
            yield _address(process.stdout) or pytest.fail(f"the service did not start: {log.read_text()}")
        finally:
            process.kill()


def _address(lines: Iterator[str]) -> str | None:
    found = (re.search(r"(http://\S+)/docs", line) for line in lines)
    return next((match[1] for match in found if match), None)


@pytest.fixture
def open_docs(browser: Browser) -> Iterator[Callable[..., DocsPage]]:
    """Open the docs page of a service, in a window with the given options; at the end it must not have complained."""
    opened = []

    def open_at(address: str, **window: object) -> DocsPage:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **window})
        context.set_default_timeout(20_000)
        opened.append(DocsPage(context.new_page(), address))
        return opened[-1]

    yield open_at
    complaints = [complaint for docs in opened for complaint in docs.take_complaints()]
    for docs in opened:
        docs.page.context.close()
    assert complaints == []


@pytest.fixture
def docs(open_docs: Callable[..., DocsPage], service: str) -> DocsPage:
    """The docs page in a window of ordinary size."""
    return open_docs(service)
