import asyncio
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

OWN = ("docs.html", "docs.css", "init.js", "favicon.svg")
SWAGGER_UI = pages.FOLDER / "swagger-ui"


def ask(
    address: str, method: str = "GET", headers: dict[str, str] | None = None, root_path: str = ""
) -> httpx.Response:
    """One request to an app that has the pages and nothing else."""
    app = FastAPI(docs_url=None, redoc_url=None)
    app.include_router(pages.router)

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app, root_path=root_path), base_url="http://gridwarp"
        ) as client:
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


def test_vendored_files_are_exactly_those_of_the_manifest():
    manifest = json.loads((SWAGGER_UI / "manifest.json").read_text())
    present = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in SWAGGER_UI.iterdir()}
    del present["manifest.json"]
    assert present == manifest["sha256"]
    assert (manifest["name"], manifest["version"], manifest["license"]) == ("swagger-ui-dist", "5.35.0", "Apache-2.0")
    assert f'"{manifest["version"]}"'.encode() in (SWAGGER_UI / "swagger-ui-bundle.js").read_bytes()


def test_everything_the_page_refers_to_is_served():
    page = ask("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    references = [urljoin("/docs", r) for r in References(page.text).found]
    assert set(references) == set(pages.ASSETS) - {"/docs"}
    kinds = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
    for address in references:
        answer = ask(address)
        assert answer.status_code == 200, address
        assert answer.headers["content-type"] == kinds[Path(address).suffix]
        assert len(answer.content) > 100


def test_page_works_below_a_path_prefix():
    references = References((pages.FOLDER / "docs.html").read_text()).found
    assert all(urljoin("/some/prefix/docs", r).startswith("/some/prefix/docs/") for r in references)
    assert 'url: "openapi.json"' in (pages.FOLDER / "init.js").read_text()


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


def test_nothing_inline_that_the_policy_would_block():
    assert References((pages.FOLDER / "docs.html").read_text()).inline == []


@pytest.mark.parametrize("name", OWN)
def test_own_files_load_nothing_from_elsewhere(name):
    text = (pages.FOLDER / name).read_text().replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert re.findall(r"https?:|(?:src|href|url)\W{1,3}//|@import", text) == []


def test_own_files_are_all_served_and_no_others_lie_about():
    assert {p.name for p in pages.FOLDER.iterdir()} == {*OWN, "swagger-ui"}
    assert {pages.FOLDER / n for n in OWN} | set(SWAGGER_UI.glob("*.[jc]s*")) >= {
        pages.FOLDER / a.removeprefix("/docs/") for a in pages.ASSETS if a != "/docs"
    }


@pytest.mark.parametrize("address", sorted(pages.ASSETS))
def test_browser_that_has_a_file_is_not_sent_it_again(address):
    first = ask(address)
    for known in (first.headers["etag"], f'"other", W/{first.headers["etag"]}'):
        again = ask(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert ask(address, headers={"If-None-Match": '"other"'}).content == first.content


def test_head_tells_the_length_without_the_body():
    head = ask("/docs", "HEAD")
    assert head.content == b""
    assert int(head.headers["content-length"]) == len(ask("/docs").content)


@pytest.mark.parametrize("address", ["/docs/pages.py", "/docs/swagger-ui/manifest.json", "/docs/..%2f..%2fpages.py"])
def test_other_files_are_not_served(address):
    assert ask(address).status_code == 404


def test_root_leads_to_the_docs():
    answer = ask("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/docs")


def test_root_keeps_the_prefix_of_a_proxy():
    assert ask("/", root_path="/images").headers["location"] == "/images/docs"


def test_pages_are_not_part_of_the_api_description():
    app = FastAPI()
    app.include_router(pages.router)
    assert app.openapi()["paths"] == {}
