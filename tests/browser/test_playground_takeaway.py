"""What is taken away: the link, the request in other words, the picture."""

import json
import sys
from pathlib import Path

import numpy as np
import playwright
import pytest
from playwright.sync_api import expect

from tests.browser.playground_page import link
from tests.browser.warping import SAMPLE, assert_shows, run, warped

NODE = Path(playwright.__file__).parent / "driver" / "node"
"""Node as the browser's driver carries it."""


def test_the_link_restores_the_state(open_playground, service):
    spec = {
        "ops": [
            {"op": "crop", "x": 0.1, "y": 0.2, "width": 0.7, "height": 0.6, "unit": "fraction"},
            {"op": "wave", "amplitude": 10, "wavelength": 80},
            {"op": "matrix", "matrix": [[0.8, -0.2, 0.1], [0.1, 0.9, 0]]},
        ],
        "canvas": {"width": 300, "height": 200, "fit": "contain"},
        "filter": "bicubic",
        "border": "constant",
        "fill": "rgb(255 128 0 / 50%)",
        "light": "linear",
        "antialias": False,
        "output": {"format": "webp", "quality": 70},
    }
    first = open_playground(service, link(spec, "&off=1")).settle()
    assert first.spec == spec
    expect(first.page.get_by_role("checkbox", name="Use wave")).not_to_be_checked()
    first.field("matrix", "matrix row 1 column 2").fill("0.25")
    first.settle()

    second = open_playground(service, first.page.url.removeprefix(service)).settle()
    spec["ops"][2]["matrix"][0][1] = 0.25
    assert second.spec == spec
    assert np.array_equal(first.pixels(), second.pixels())
    assert second.option("filter").input_value() == "bicubic"
    assert second.option("canvas").locator("option:checked").first.inner_text() == "width × height"
    assert second.code.inner_text() == first.code.inner_text()


def test_the_link_of_a_bare_matrix_is_read_and_a_broken_one_is_told(open_playground, service):
    spec = {"matrix": [[1, 0, 0.5], [0, 1, 0]], "border": "wrap"}
    playground = open_playground(service, link(spec)).settle()
    assert_shows(playground, warped(service, SAMPLE, spec))
    broken = open_playground(service, "/#spec=%7B%22ops").settle()
    expect(broken.page.locator("#said")).to_contain_text("The link's spec cannot be read")


@pytest.mark.parametrize("name", ["photo.jpg", """it's "a" cat; 1,2.jpg""", "c:\\d $HOME `e`.jpg", "größe.png"])
def test_the_curl_line_gives_the_bytes_of_the_download(open_playground, service, photos, tmp_path, name):
    spec = {"ops": [{"op": "swirl", "strength": 60}], "fill": "rgb(10 20 30 / 50%)", "canvas": "expand"}
    playground = open_playground(service, link(spec)).settle()
    photo = tmp_path / name
    photo.write_bytes(photos[1].read_bytes())
    playground.drop(photo)
    expect(playground.code).not_to_contain_text("chelsea.jpg")
    playground.settle()
    run(playground.show("curl"), tmp_path)
    _, downloaded = playground.download()
    (made,) = {path.name for path in tmp_path.iterdir()} - {name}
    assert (tmp_path / made).read_bytes() == downloaded
    assert downloaded == warped(service, photo, spec)


def test_the_curl_line_of_the_sample_fetches_it(playground, tmp_path):
    playground.settle()
    run(playground.show("curl"), tmp_path)
    name, downloaded = playground.download()
    assert (tmp_path / name).read_bytes() == downloaded


def test_the_programs_give_the_bytes_of_the_download(open_playground, service, photos, tmp_path):
    spec = {"ops": [{"op": "rotate", "angle": 30}], "antialias": False, "fill": "#ff8800"}
    playground = open_playground(service, link(spec)).settle()
    photo = tmp_path / "it's a cat.jpg"
    photo.write_bytes(photos[0].read_bytes())
    playground.drop(photo)
    expect(playground.code).to_contain_text("s a cat.jpg")
    playground.settle()
    name, downloaded = playground.download()
    for kind, file, command in (("Python", "warp.py", sys.executable), ("JavaScript", "warp.mjs", NODE)):
        (tmp_path / file).write_text(playground.show(kind))
        (tmp_path / name).unlink(missing_ok=True)
        run(f"{command} {file}", tmp_path)
        assert (tmp_path / name).read_bytes() == downloaded
    assert json.loads(playground.show("JSON")) == spec


def test_copying(playground):
    playground.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    playground.settle()
    read = "() => navigator.clipboard.readText()"
    for kind in ("curl", "JSON"):
        shown = playground.show(kind)
        playground.page.get_by_role("button", name="Copy", exact=True).dblclick()
        expect(playground.page.locator("#copy")).to_have_text("Copied")
        assert playground.page.evaluate(read) == shown
        expect(playground.page.locator("#copy")).to_have_text("Copy")
    playground.page.get_by_role("button", name="Copy the link").click()
    expect(playground.page.locator("#link")).to_have_text("Copied")
    assert playground.page.evaluate(read) == playground.page.url
