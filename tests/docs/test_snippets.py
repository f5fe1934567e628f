"""Every block of code on a page is run as it stands, against a running service, and makes what it should.

What it should make is what a plain request for the same pictures gives. A block says itself which pictures it sends,
by their names; what it asks for is listed here, by the name of the file that it writes.
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from PIL import Image
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import expect

from docs.examples import ADDRESS, ROOT, pages
from tests import pictures
from tests.browser.conftest import browser  # noqa: F401 (a fixture)
from tests.contract.batches import MIXED, TURN, ZIP, ask, open_mixed, open_zip
from tests.contract.instrumented_server import instrumented_server
from tests.contract.server import running
from tests.docs.snippets import ALL, OURS, TO_READ, TO_RUN

FLIP = {"ops": [{"op": "flip", "axis": "horizontal"}]}
ON_GOLD = {"ops": [{"op": "rotate", "angle": -20}], "fill": "gold"}
HALF = {"ops": [{"op": "scale", "x": 0.5}], "canvas": "expand"}
SQUARE = {"ops": [], "canvas": {"width": 100, "height": 100, "fit": "cover"}}
UPSIDE_DOWN = {"ops": [{"op": "flip", "axis": "vertical"}]}
QUARTER = {"ops": [{"op": "rotate", "angle": 90}], "canvas": "expand"}

ASKED = {
    "rotated.png": {"spec": TURN, "accept": "image/png"},
    "turned.zip": {"spec": TURN},
    "warped.zip": {"spec": HALF},
    "variants.zip": {"spec": [FLIP, ON_GOLD, SQUARE]},
    "pairs.zip": {"spec": [UPSIDE_DOWN, QUARTER]},
    "flipped.zip": {"spec": FLIP},
    "flipped.multipart": {"spec": FLIP, "accept": MIXED},
    "single.zip": {"spec": FLIP},
    "strict.zip": {"spec": FLIP, "query": "?on_error=fail"},
}
"""What a block asks for that writes a file of this name."""

TAKEN_APART = "turned.zip"
"""What a block asks for that only writes what is in an answer."""

PHOTOS = {"photo.jpg": (660, 420), "a.jpg": (140, 100), "b.jpg": (140, 100), "c.jpg": (630, 420)}
"""The pictures of a reader: width and height. The large ones, turned, leave in three strips."""

BROKEN = b"no picture"
REFUSED = "GRIDWARP_MAX_BATCH_PIXELS"
NODE = compute_driver_executable()[0]

COMMANDS = {
    "sh": lambda code: ["sh", "-eu", "-c", code],
    "python": lambda code: [sys.executable, "-W", "error", "-c", code],
    "node": lambda code: [NODE, "--input-type=module", "--eval", code],
}
PROGRAMS = [block for block in OURS if block.kind in COMMANDS]
SCRIPTS = [block for block in OURS if block.kind == "page"]

# What says by itself what went wrong: all but the plainest curl lines.
CAREFUL = [block for block in PROGRAMS if block.kind != "sh" or "||" in block.commands]
BATCHES = [block for block in PROGRAMS if block.kind == "python" and "b.jpg" in block.code]


def named(block):
    return f"{block.page.stem}-{block.line}-{block.kind}"


@pytest.fixture(scope="module")
def refusing(tmp_path_factory):
    """A service that refuses whatever it is asked for, once it has read it."""
    with running(tmp_path_factory.mktemp("refusing") / "log", max_batch_pixels=1) as server:
        yield server


@pytest.fixture(scope="module")
def breaking(tmp_path_factory):
    """A service that breaks at the last strip of a picture, when the first one has left."""
    with instrumented_server(tmp_path_factory.mktemp("breaking")) as service:
        service.begin({"breaks_at": "3"})
        yield service.server


@pytest.fixture
def folder(tmp_path):
    """What a reader has: the repository's README and pictures, and photos of their own."""
    folder = tmp_path / "folder"
    shutil.copytree(ROOT / "docs" / "pictures", folder / "docs" / "pictures")
    shutil.copy(ROOT / "README.md", folder)
    for left, (name, (width, height)) in enumerate(PHOTOS.items()):
        photo = Image.fromarray(pictures.chelsea()[20:, 10 * left :])
        photo.resize((width, height)).save(folder / name, quality=90)
    return folder


def contents(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def run(block, server, folder):
    """Run a program in a folder; gives what it has done, and what it has written there."""
    before = contents(folder)
    done = subprocess.run(
        COMMANDS[block.kind](block.commands.replace(ADDRESS, server.url)),
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done, {name: content for name, content in contents(folder).items() if before.get(name) != content}


def plain(server, folder, names, **asked):
    """Send these pictures without any of the pages' code."""
    return ask(server, [(folder / name).read_bytes() for name in names], names=names, **asked)


def sent_by(block, folder, made):
    """List the pictures that a block names and has not made itself, in its order."""
    names = dict.fromkeys(re.findall(r"[\w./-]+\.\w+", block.commands))
    return [name for name in names if (folder / name).is_file() and name not in made]


def meaning(content_type, body):
    """Read an answer so that two can be compared: all but the id of the request that failures tell."""
    if content_type == "image/png":
        return body
    if content_type == "application/problem+json":
        return _without_id(json.loads(body))
    batch = open_zip(body) if content_type == ZIP else open_mixed(content_type, body)
    return batch.pictures, batch.names, _without_id(batch.problems), _without_id(batch.manifest)


def _without_id(document):
    return json.loads(re.sub(r"urn:gridwarp:request:[0-9a-f]{16}", "", json.dumps(document)))


def check_made(block, made, server, folder):
    """Compare what a block has written with the plain answer: the whole, its members, or both."""
    assert made, "it made nothing"
    whole = [name for name in made if name in ASKED]
    answer = plain(server, folder, sent_by(block, folder, made), **ASKED[whole[0] if whole else TAKEN_APART])
    content_type = answer.headers["content-type"]
    for name in whole:
        if content_type.startswith(MIXED):
            boundary = made[name].split(b"\r\n")[0].removeprefix(b"--").decode()
            content_type_made = f"{MIXED}; boundary={boundary}"
        else:
            content_type_made = content_type
        assert meaning(content_type_made, made[name]) == meaning(content_type, answer.content)
    members = {name.rpartition("/")[2]: content for name, content in made.items() if name not in whole}
    if members:
        check_members(members, open_zip(answer.content))


def check_members(members, batch):
    manifest = members.pop("manifest.json", None)
    assert manifest is None or _without_id(json.loads(manifest)) == _without_id(batch.manifest)
    expected = dict(zip(batch.names, batch.pictures.values(), strict=True))
    assert members.keys() == expected.keys(), "who knows what these files should hold? See ASKED"
    assert members == expected


def test_no_block_is_left_out():
    """Each is run here, or by the test that `run_elsewhere` names, or cannot be run."""
    assert {block.mark for block in ALL} <= {*TO_RUN, *TO_READ}
    assert sorted(map(named, [*PROGRAMS, *SCRIPTS])) == sorted(map(named, OURS))
    assert {block.kind for block in OURS} == {*COMMANDS, "page"}
    scripts_pages = [block.before for block in SCRIPTS]
    assert [block for block in ALL if block.mark == "html"] == scripts_pages


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_no_block_looks_otherwise(page):
    """A fence of another kind, or a command outside of any, would be run by nobody."""
    text = page.read_text(encoding="utf-8")
    here = [block for block in ALL if block.page == page]
    assert len(re.findall(r"^\s*(?:```|~~~)", text, re.MULTILINE)) == 2 * len(here)
    commands = re.findall(r"^\s*curl -.*$", text, re.MULTILINE)
    assert commands == [line for block in here for line in block.code.splitlines() if line.startswith("curl -")]
    assert not [block for block in here if block.mark not in TO_RUN and "curl -" in block.code]


@pytest.mark.parametrize("block", PROGRAMS, ids=named)
def test_a_program_makes_what_a_plain_request_gives(block, server, folder):
    done, made = run(block, server, folder)
    assert done.returncode == 0, done.stderr
    assert block.kind == "sh" or done.stdout == done.stderr == ""
    check_made(block, made, server, folder)


@pytest.mark.parametrize("block", BATCHES, ids=named)
def test_a_program_tells_which_picture_of_a_batch_failed(block, server, folder):
    (folder / "b.jpg").write_bytes(BROKEN)
    done, made = run(block, server, folder)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert re.match(r"b\.jpg |0002-b\.json ", line)
    assert line.endswith("convert the picture to one of them.")
    check_made(block, made, server, folder)


@pytest.mark.parametrize("block", CAREFUL, ids=named)
def test_a_program_tells_why_it_was_refused(block, refusing, folder):
    done, made = run(block, refusing, folder)
    assert REFUSED in done.stdout + done.stderr
    if block.kind != "sh":
        assert done.returncode != 0
        assert made == {}


@pytest.mark.parametrize("block", [block for block in CAREFUL if block.kind != "sh"], ids=named)
def test_a_program_tells_that_its_answer_was_cut(block, breaking, folder):
    done, _ = run(block, breaking, folder)
    assert done.returncode != 0
    assert re.search(r"incomplete chunked read|terminated", done.stderr)


@pytest.fixture
def opened(browser):  # noqa: F811 (the fixture)
    """Open the page that an html block and the script after it make, at the service's own address."""
    context = browser.new_context()
    context.set_default_timeout(20_000)
    complaints = []

    def hear(error):
        complaints.append(error)

    def opened(block, server):
        assert block.before.mark == "html"
        html = f'<!doctype html>{block.before.code}<script type="module">{block.code}</script>'
        page = context.new_page()
        page.on("pageerror", hear)
        page.route(f"{server.url}/page", lambda route: route.fulfill(content_type="text/html", body=html))
        page.goto(f"{server.url}/page")
        return page

    yield opened
    context.close()
    assert complaints == []


def shows_the_picture(page, server, folder):
    image = page.locator("img").element_handle()
    for name in ("photo.jpg", "a.jpg"):
        answer = plain(server, folder, [name], **ASKED["rotated.png"])
        size = list(Image.open(io.BytesIO(answer.content)).size)
        page.locator("input").set_input_files(folder / name)
        page.wait_for_function(
            "([image, size]) => image.complete && `${[image.naturalWidth, image.naturalHeight]}` === `${size}`",
            arg=[image, size],
        )
        seen = page.evaluate("async ({src}) => [...new Uint8Array(await (await fetch(src)).arrayBuffer())]", image)
        assert bytes(seen) == answer.content


def offers_the_zip(page, server, folder):
    link = page.locator("a")
    expect(link).to_be_hidden()
    names = ["a.jpg", "b.jpg", "c.jpg"]
    page.locator("input").set_input_files([folder / name for name in names])
    with page.expect_download() as downloading:
        link.click()
    assert downloading.value.suggested_filename == "turned.zip"
    answer = plain(server, folder, names, **ASKED["turned.zip"])
    assert meaning(ZIP, downloading.value.path().read_bytes()) == meaning(ZIP, answer.content)


ON_PAGES = {"<img": shows_the_picture, "<a": offers_the_zip}
"""What a page does for its reader, by the element that it does it in."""


@pytest.mark.parametrize("block", SCRIPTS, ids=named)
def test_a_page_gives_its_reader_the_pictures(block, opened, server, folder):
    (check,) = [check for element, check in ON_PAGES.items() if f"{element} " in block.before.code]
    check(opened(block, server), server, folder)


@pytest.mark.parametrize("block", SCRIPTS, ids=named)
def test_a_page_tells_its_reader_why_it_was_refused(block, opened, refusing, folder):
    page = opened(block, refusing)
    with page.expect_event("dialog") as shown:
        page.locator("input").set_input_files(folder / "photo.jpg")
    shown.value.dismiss()
    assert REFUSED in shown.value.message
