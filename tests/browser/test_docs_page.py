"""The docs page in a real browser, against a real process: it opens, warps pictures and shows what went wrong."""

import io
import json
import os
import subprocess
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from service.openapi import EXAMPLE_SPEC
from tests import files, pictures
from tests.browser.docs_page import DocsPage
from tests.browser.relay import Relay

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cat, 301x217, as a JPEG without metadata."""
    path = tmp_path_factory.mktemp("photo") / "cat.jpg"
    Image.fromarray(pictures.chelsea()[20:237, 40:341]).save(path, quality=90)
    return path


@pytest.fixture
def see_through(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """A PNG of 33x21 with every kind of alpha, and its pixels: such as pass through a browser's canvas unchanged."""
    pixels = pictures.random(33, 21, channels=4)
    partial = pixels[..., 3:] < 255
    pixels[..., :3] = np.where(partial, np.where(pixels[..., :3] < 128, 0, 255), pixels[..., :3])
    pixels[pixels[..., 3] == 0] = 0
    assert {0, 255} < set(pixels[..., 3].flat)
    path = tmp_path / "see-through.png"
    path.write_bytes(files.png(pixels, files.RGBA))
    return path, pixels


def run_shown_command(docs: DocsPage, folder: Path) -> np.ndarray:
    """Run the curl command that the page shows for its last request, and read the picture as (height, width, RGBA)."""
    done = subprocess.run(
        ["sh", "-c", docs.curl_command()],
        cwd=folder,
        env=os.environ | {"NO_PROXY": "*"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    with Image.open(io.BytesIO(done.stdout)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture.convert("RGBA"))


def assert_same_picture(seen: np.ndarray, expected: np.ndarray) -> None:
    """Equal, but for what a canvas loses: it keeps colour times alpha as 8 bits, and gives that over alpha."""
    assert seen.shape == expected.shape
    np.testing.assert_array_equal(seen[..., 3], expected[..., 3])
    alpha = expected[..., 3:].astype(int)
    lost = np.abs(seen[..., :3].astype(int) - expected[..., :3])
    assert np.all((2 * alpha * lost <= 255 + alpha) | (alpha == 0))  # half a step of 255 / alpha, and half of 1


def parts_of(form: EmailMessage) -> dict[str, EmailMessage]:
    assert form.get_content_type() == "multipart/form-data"
    return {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}


def assert_fits(page_part: Locator) -> None:
    box = page_part.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["viewport"]["width"]


def test_page_opens_and_loads_nothing_from_elsewhere(docs):
    expect(docs.page).to_have_title("Gridwarp: try the API")
    expect(docs.page.get_by_role("heading", name="Gridwarp", exact=True)).to_be_visible()
    icon = docs.page.locator("link[rel=icon]").evaluate(
        "async ({href}) => {const icon = new Image(); icon.src = href; await icon.decode(); return icon.width}"
    )
    assert icon > 0
    docs.open_warp()
    docs.page.wait_for_load_state("networkidle")
    assert f"{docs.address}/openapi.json" in docs.requests
    assert docs.take_complaints() == []  # nor any request to elsewhere


def test_form_warps_a_photo_and_the_page_shows_it(docs, photo):
    docs.open_warp()
    docs.choose_picture(photo)
    assert json.loads(docs.spec.input_value()) == EXAMPLE_SPEC
    assert docs.execute().status == 200
    first = docs.pixels()
    assert_same_picture(first, run_shown_command(docs, photo.parent))
    assert first[0, 0, 3] == 0
    assert first[first.shape[0] // 2, first.shape[1] // 2, 3] == 255

    other = {"ops": [{"op": "rotate", "angle": -75.5}]}
    docs.spec.fill(json.dumps(other))
    assert docs.execute().status == 200
    second = docs.pixels()
    assert '"angle":-75.5' in docs.curl_command()
    assert second.shape == (217, 301, 4)
    assert second.shape != first.shape
    assert_same_picture(second, run_shown_command(docs, photo.parent))


def test_form_sends_the_spec_as_json_and_the_file_as_it_is(open_docs, service, photo):
    with Relay(service) as relay:
        docs = open_docs(relay.address)
        docs.open_warp()
        docs.choose_picture(photo)
        assert docs.execute().status == 200
        parts = parts_of(relay.last_post())
    assert set(parts) == {"image", "map", "spec"}
    assert parts["map"].get_payload(decode=True) == b""  # what the page makes of a list without files
    assert parts["spec"].get_content_type() == "application/json"
    assert json.loads(parts["spec"].get_payload(decode=True)) == EXAMPLE_SPEC
    assert parts["image"].get_filename() == "cat.jpg"
    assert parts["image"].get_content_type() == "image/jpeg"
    assert parts["image"].get_payload(decode=True) == photo.read_bytes()


def test_page_works_below_the_prefix_of_a_proxy(open_docs, service, photo):
    with Relay(service, "/pictures/warping") as relay:
        docs = open_docs(relay.address)
        docs.open_warp()
        docs.choose_picture(photo)
        answer = docs.execute()
        assert (answer.status, answer.url) == (200, f"{relay.address}/v1/warp")


@pytest.mark.parametrize("content_type", ["image/png", "application/octet-stream"])
def test_raw_body_with_the_shorthand(docs, see_through, content_type):
    path, pixels = see_through
    docs.open_warp()
    docs.choose_body(content_type)
    docs.choose_picture(path)
    docs.add_op("rotate:90")
    docs.parameter("canvas").fill("expand")
    sent = docs.execute().request
    assert sent.headers["content-type"] == content_type
    assert sent.url == f"{docs.address}/v1/warp?op=rotate%3A90&canvas=expand"
    np.testing.assert_array_equal(docs.pixels(), np.rot90(pixels, k=-1))


def test_raw_body_without_a_spec_is_told_what_is_missing(docs, see_through):
    docs.open_warp()
    docs.choose_body("image/png")
    docs.choose_picture(see_through[0])
    assert docs.execute().status == 422
    problem = docs.problem()
    assert (problem["code"], problem["status"]) == ("spec-missing", 422)
    assert "?op=rotate:30" in problem["detail"]
    expect(docs.answer.get_by_text("spec-missing").first).to_be_visible()
    expect(docs.picture).to_have_count(0)
    [complaint] = docs.take_complaints()
    assert "status of 422" in complaint


def test_misspelt_op_is_shown_with_its_place(docs, photo):
    docs.open_warp()
    docs.choose_picture(photo)
    docs.spec.fill('{"ops": [{"op": "flip", "axis": "both"}, {"op": "rotat", "angle": 30}]}')
    assert docs.execute().status == 422
    problem = docs.problem()
    assert problem["code"] == "invalid-spec"
    [error] = problem["errors"]
    assert error["pointer"] == "/ops/1/op"
    assert "rotate" in error["detail"]
    expect(docs.answer.get_by_text("/ops/1/op").first).to_be_visible()
    [complaint] = docs.take_complaints()
    assert "status of 422" in complaint


def test_phone_needs_no_scrolling_sideways(open_docs: Callable[..., DocsPage], service, photo):
    docs = open_docs(service, **PHONE)
    docs.open_warp()
    docs.choose_picture(photo)
    docs.execute_button.scroll_into_view_if_needed()
    assert_fits(docs.execute_button)
    assert docs.execute().status == 200
    docs.picture.scroll_into_view_if_needed()
    assert_fits(docs.picture)
    for part in ("documentElement", "body"):
        assert docs.page.evaluate(f"document.{part}.scrollWidth") <= PHONE["viewport"]["width"]
    assert docs.page.evaluate("window.innerWidth") == PHONE["viewport"]["width"]


@pytest.mark.parametrize("accept", ["image/png", "application/zip"])
def test_two_pictures_give_a_link_to_a_zip(docs, photo, see_through, tmp_path, accept):
    """Whatever type of answer is chosen: the page offers the picture's first."""
    docs.open_warp()
    docs.choose_pictures(photo, see_through[0])
    docs.spec.fill('{"ops": [{"op": "flip", "axis": "vertical"}]}')
    docs.warp.get_by_label("Media Type").first.select_option(accept)
    answered = docs.execute()
    assert answered.request.headers["accept"] == accept
    link = docs.answer.get_by_role("link", name="Download file")
    with docs.page.expect_download() as downloading:
        link.click()
    downloading.value.save_as(tmp_path / "saved.zip")
    assert downloading.value.suggested_filename == "warped.zip"
    with zipfile.ZipFile(tmp_path / "saved.zip") as archive:
        assert archive.namelist() == ["0001-cat.png", "0002-see-through.png", "manifest.json"]
        with archive.open("0002-see-through.png") as entry, Image.open(entry) as picture:
            np.testing.assert_array_equal(np.asarray(picture), see_through[1][::-1])
        with archive.open("0001-cat.png") as entry, Image.open(entry) as picture, Image.open(photo) as source:
            np.testing.assert_array_equal(np.asarray(picture), np.asarray(source)[::-1])


def test_one_picture_with_two_specs_gives_a_link_to_a_zip(docs, photo):
    docs.open_warp()
    docs.choose_picture(photo)
    docs.spec.fill('[{"ops": []}, {"ops": [{"op": "rotate", "angle": 90}]}]')
    docs.execute()
    expect(docs.answer.get_by_role("link", name="Download file")).to_be_visible()
    expect(docs.picture).to_have_count(0)
