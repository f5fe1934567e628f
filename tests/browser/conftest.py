"""The service as a process of its own, and the system's Chromium to look at its page."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from tests import pictures
from tests.browser.chromium import launch
from tests.browser.docs_page import DocsPage
from tests.browser.playground_page import PlaygroundPage
from tests.browser.watched_page import WatchedPage

ROOT = Path(__file__).parents[2]
expect.set_options(timeout=20_000)  # two processors do all of it: the browser's work, the service's and the tests'


# The scopes end with the module: while Playwright runs, no other test could start an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with a new, empty profile."""
    with sync_playwright() as playwright:
        try:
            started = launch(playwright)
        except FileNotFoundError as missing:
            pytest.skip(str(missing))
        yield started
        started.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the service, which runs on a free port."""
    with _running(tmp_path_factory.mktemp("service")) as address:
        yield address


@pytest.fixture
def guarded_service(tmp_path: Path) -> Iterator[str]:
    """The address of a service that wants a token."""
    with _running(tmp_path, GRIDWARP_TOKENS="a-token-for-the-playground") as address:
        yield address


@contextmanager
def _running(folder: Path, **settings: str) -> Iterator[str]:
    log = folder / "stderr"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GRIDWARP_")}
    with (
        log.open("w") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "service"],
            cwd=ROOT,
            env=clean | {"GRIDWARP_PORT": "0"} | settings,
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
def open_window(browser: Browser) -> Iterator[Callable[..., WatchedPage]]:
    """Open windows with the given options and pages in them; at the end none of the pages must have complained."""
    pages: list[WatchedPage] = []

    def open_one(kind: type[WatchedPage], address: str, *more: object, **window: object) -> WatchedPage:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **window})
        context.set_default_timeout(20_000)
        pages.append(kind(context.new_page(), address, *more))
        return pages[-1]

    yield open_one
    complaints = [complaint for page in pages for complaint in page.take_complaints()]
    for page in pages:
        page.page.context.close()
    assert complaints == []


@pytest.fixture
def open_docs(open_window: Callable[..., WatchedPage]) -> Callable[..., DocsPage]:
    """Open the docs page of a service, in a window with the given options."""
    return partial(open_window, DocsPage)


@pytest.fixture
def docs(open_docs: Callable[..., DocsPage], service: str) -> DocsPage:
    """The docs page in a window of ordinary size."""
    return open_docs(service)


@pytest.fixture
def open_playground(open_window: Callable[..., WatchedPage]) -> Callable[..., PlaygroundPage]:
    """Open the playground of a service, with what follows its address, in a window with the given options."""
    return partial(open_window, PlaygroundPage)


@pytest.fixture
def playground(open_playground: Callable[..., PlaygroundPage], service: str) -> PlaygroundPage:
    """The playground as somebody finds it who comes without a link."""
    return open_playground(service)


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> list[Path]:
    """Five parts of a cat, none like another."""
    folder, cat = tmp_path_factory.mktemp("photos"), pictures.chelsea()
    parts = [cat, cat[20:237, 40:341], cat[:150], cat[:, 200:], cat[60:200, 100:300]]
    return [_save(folder / f"part-{index}.jpg", part) for index, part in enumerate(parts)]


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Path:
    """The same cat with 2.2 million pixels."""
    path = tmp_path_factory.mktemp("large") / "large.jpg"
    Image.fromarray(pictures.chelsea()).resize((1804, 1200), Image.Resampling.LANCZOS).save(path, quality=90)
    return path


def _save(path: Path, pixels: np.ndarray) -> Path:
    Image.fromarray(pixels).save(path, quality=90)
    return path
