"""Many photos by one spec."""

import io
import zipfile

from PIL import Image
from playwright.sync_api import expect

from tests.browser.playground_page import link
from tests.browser.warping import run, warped
from tests.browser.watched_page import pixels_of

FIRST_SEEN = """() => {
  const pictures = document.querySelectorAll("#batch .grid img").length;
  return pictures && {pictures, progress: document.querySelector("#batch progress").checkVisibility()};
}"""


def test_a_batch_of_five_and_a_file_that_is_none(playground, photos, tmp_path):
    playground.settle()
    text = tmp_path / "notes.txt"
    text.write_text("no picture")
    playground.page.locator("#files").set_input_files([*photos[:2], text, *photos[2:]])
    expect(playground.problem).to_contain_text("notes.txt: The bytes are none of PNG")
    expect(playground.page.locator("#film li")).to_have_count(5)
    playground.settle()
    spec = playground.spec
    playground.page.get_by_role("button", name="Warp all 5").click()
    batch = playground.page.get_by_role("region", name="All photos")
    expect(batch.get_by_role("status")).to_have_text("All 5 pictures")
    expect(batch.get_by_role("img")).to_have_count(5)

    name, data = playground.download_zip()
    assert name == "warped.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = [f"{index + 1:04}-{photo.stem}.png" for index, photo in enumerate(photos)]
        assert archive.namelist() == [*names, "manifest.json"]
        for photo, entry, picture in zip(photos, names, batch.get_by_role("img").all(), strict=True):
            expected = warped(playground.address, photo, spec)
            assert archive.read(entry) == expected
            assert pixels_of(picture).shape[:2] == Image.open(io.BytesIO(expected)).size[::-1]
    (tmp_path / "here").mkdir()
    for photo in photos:
        (tmp_path / "here" / photo.name).write_bytes(photo.read_bytes())
    run(playground.show("curl"), tmp_path / "here")
    assert (tmp_path / "here" / "warped.zip").read_bytes() == data

    playground.page.get_by_role("checkbox", name="Use perspective").uncheck()
    expect(batch.get_by_role("status")).to_have_text("The warp has changed since")
    batch.get_by_role("button", name="Again").click()
    expect(batch.get_by_role("status")).to_have_text("All 5 pictures")
    assert playground.download_zip()[1] != data
    batch.get_by_role("button", name="Back to one").click()
    expect(playground.canvas).to_be_visible()


def test_the_batch_fills_while_it_is_still_made(playground, photos, large):
    playground.settle()
    playground.drop(photos[1], large, large, large)
    expect(playground.page.locator("#film li")).to_have_count(4)
    playground.settle()
    playground.page.get_by_role("button", name="Warp all 4").click()
    batch = playground.page.get_by_role("region", name="All photos")
    first = playground.page.wait_for_function(FIRST_SEEN).json_value()  # each frame: the driver looks too rarely
    assert first["pictures"] < 4
    assert first["progress"]
    expect(batch.get_by_role("status")).to_have_text("All 4 pictures")


def test_one_photo_of_a_batch_that_cannot_be_warped(open_playground, service, photos):
    spec = {"ops": [], "region": {"x": 0, "y": 0, "width": 300, "height": 200}}
    playground = open_playground(service, link(spec)).settle()
    playground.page.locator("#files").set_input_files([photos[0], photos[1], photos[2]])
    expect(playground.page.locator("#film li")).to_have_count(3)
    playground.page.get_by_role("button", name="Warp all 3").click()
    batch = playground.page.get_by_role("region", name="All photos")
    expect(batch.get_by_role("status")).to_have_text("2 of 3 pictures; 1 could not be warped")
    expect(batch.get_by_role("figure").nth(2)).to_contain_text("region")
