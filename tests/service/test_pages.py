import asyncio
import gzip
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from fastapi import FastAPI

from service import pages
from service.app import create_app
from service.settings import Settings

DOCS = ("docs.html", "docs.css", "init.js", "favicon.svg")
PLAYGROUND = pages.FOLDER / "playground"
SWAGGER_UI = pages.FOLDER / "swagger-ui"
OWN = (*DOCS, *(f"playground/{path.name}" for path in sorted(PLAYGROUND.iterdir())))
WRITTEN = [name for name in OWN if not name.endswith(".jpg")]
PAGES = {"/": "playground/index.html", "/docs": "docs.html"}
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
IMPORTS = re.compile(r'^import .* from "(.+)";$', re.MULTILINE)
MOST_OF_THE_PLAYGROUND = 200_000
"""Bytes on the way to a browser, picture and all."""


def ask(address: str, method: str = "GET", headers: dict[str, str] | None = None) -> httpx.Response:
    """One request to an app that has the pages and nothing else."""
    app = FastAPI(docs_url=None, redoc_url=None)
    app.include_router(pages.router)

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gridwarp") as client:
            return await client.request(method, address, headers=headers)

    return asyncio.run(send())


class References(HTMLParser):
    """What a page makes the browser load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.found += [v for k, v in attrs if k == "src" or (k == "href" and tag == "link")]
        self.inline += [k for k in named if k == "style" or k.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in named):
            self.inline.append(tag)


def loaded_by(page: str) -> set[str]:
    """The addresses that a browser loads with a page: those that it names, and those that its modules name."""
    found: set[str] = set()
    waiting = [urljoin(page, reference) for reference in References(ask(page).text).found]
    while waiting:
        address = waiting.pop()
        if address not in found:
            found.add(address)
            waiting += [urljoin(address, name) for name in IMPORTS.findall(module_of(address))]
    return found


def module_of(address: str) -> str:
    return ask(address).text if address.startswith("/playground/") and address.endswith(".js") else ""


def test_vendored_files_are_exactly_those_of_the_manifest():
    manifest = json.loads((SWAGGER_UI / "manifest.json").read_text())
    present = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in SWAGGER_UI.iterdir()}
    del present["manifest.json"]
    assert present == manifest["sha256"]
    assert (manifest["name"], manifest["version"], manifest["license"]) == ("swagger-ui-dist", "5.35.0", "Apache-2.0")
    assert f'"{manifest["version"]}"'.encode() in (SWAGGER_UI / "swagger-ui-bundle.js").read_bytes()


def test_everything_that_the_pages_refer_to_is_served_and_nothing_else():
    references = loaded_by("/") | loaded_by("/docs")
    assert references | {"/", "/docs", "/playground/chelsea.jpg"} == set(pages.ASSETS)
    for address in references:
        answer = ask(address)
        assert answer.status_code == 200, address
        assert answer.headers["content-type"] == KINDS[Path(address).suffix]
        assert len(answer.content) > 100


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_html(page):
    answer = ask(page)
    assert (answer.status_code, answer.headers["content-type"]) == (200, KINDS[".html"])


@pytest.mark.parametrize("page", PAGES)
def test_pages_work_below_a_path_prefix(page):
    references = References(ask(page).text).found
    assert references
    assert all(urljoin(f"/some/prefix{page}", r).startswith("/some/prefix/") for r in references)


def test_the_playground_is_small_on_the_way():
    addresses = {"/", "/playground/chelsea.jpg", *loaded_by("/")}
    sent = [len(pages.ASSETS[address].deflated) for address in addresses]
    description = json.dumps(create_app(Settings(tokens=())).openapi())
    assert sum(sent) + len(gzip.compress(description.encode())) < MOST_OF_THE_PLAYGROUND


@pytest.mark.parametrize("address", sorted(pages.ASSETS))
def test_headers(address):
    headers = ask(address).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-cache"
    assert headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("name", PAGES.values())
def test_nothing_inline_that_the_policy_would_block(name):
    assert References((pages.FOLDER / name).read_text()).inline == []


@pytest.mark.parametrize("name", WRITTEN)
def test_own_files_load_nothing_from_elsewhere(name):
    text = (pages.FOLDER / name).read_text().replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?:|(?:src|href|url)\W{1,3}//|@import", text) == []


def test_own_files_are_all_served_and_no_others_lie_about():
    assert {p.name for p in pages.FOLDER.iterdir()} == {*DOCS, "playground", "swagger-ui"}
    served = {PAGES.get(address, address.removeprefix("/").removeprefix("docs/")) for address in pages.ASSETS}
    assert {name for name in served if not name.startswith("swagger-ui/")} == set(OWN)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("address", sorted(pages.ASSETS))
def test_browser_that_has_a_file_is_not_sent_it_again(address, encoding):
    accepted = {"Accept-Encoding": encoding}
    first = ask(address, headers=accepted)
    for known in (first.headers["etag"], f'"other", {first.headers["etag"]}', first.headers["etag"][2:]):
        again = ask(address, headers={"If-None-Match": known} | accepted)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert ask(address, headers={"If-None-Match": '"other"'} | accepted).content == first.content


@pytest.mark.parametrize("address", sorted(pages.ASSETS))
def test_a_file_is_deflated_for_those_who_can_read_that(address):
    plain = ask(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    head = ask(address, "HEAD", {"Accept-Encoding": "br, gzip;q=0.8"}).headers
    if head["content-type"] == "image/jpeg":
        assert "content-encoding" not in head
    else:
        assert head["content-encoding"] == "gzip"
        assert int(head["content-length"]) == len(gzip.compress(plain.content)) < 0.7 * len(plain.content)
    assert ask(address, headers={"Accept-Encoding": "gzip"}).content == plain.content


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "x-gzip;q=0.0"])
def test_a_file_is_as_it_is_for_others(accepted):
    assert "content-encoding" not in ask("/docs/docs.css", headers={"Accept-Encoding": accepted}).headers


def test_head_tells_the_length_without_the_body():
    head = ask("/docs", "HEAD", {"Accept-Encoding": "identity"})
    assert head.content == b""
    assert int(head.headers["content-length"]) == len(ask("/docs").content)


@pytest.mark.parametrize(
    "address",
    ["/docs/pages.py", "/docs/swagger-ui/manifest.json", "/docs/..%2f..%2fpages.py", "/playground/index.html"],
)
def test_other_files_are_not_served(address):
    assert ask(address).status_code == 404


def test_pages_are_not_part_of_the_api_description():
    app = FastAPI()
    app.include_router(pages.router)
    assert app.openapi()["paths"] == {}
