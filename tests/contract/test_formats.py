"""GRIDWARP_FORMATS: what is read and what is not, of pictures and of displacement maps."""

import io
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from service.formats import MEDIA_TYPES
from tests import pictures, tiff_files
from tests.contract.server import ROOT, running
from tests.contract.wire import check_problem

SAMPLES = pictures.random(13, 17, 3)


def encoded(name):
    file = io.BytesIO()
    Image.fromarray(SAMPLES).save(file, name, **({"lossless": True} if name == "WEBP" else {}))
    return file.getvalue()


PICTURES = {name: encoded(name.upper()) for name in MEDIA_TYPES}


@pytest.fixture(scope="module")
def server_of_two(tmp_path_factory):
    with running(tmp_path_factory.mktemp("two") / "log", formats="avif, TIFF") as server:
        yield server


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_what_is_not_allowed_is_415_and_says_what_is(server, server_of_two, name):
    for asked, allowed in ((server, "PNG, JPEG, WEBP, BMP, GIF"), (server_of_two, "AVIF, TIFF")):
        answer = asked.warp(PICTURES[name], "op=identity")
        if name.upper() in allowed.split(", "):
            assert answer.status_code == 200
            continue
        problem = check_problem(answer, 415, "unsupported-image")
        assert problem["detail"] == (
            f"{name.upper()} is not read here; convert the picture to one of {allowed} (GRIDWARP_FORMATS)."
        )
        types = ", ".join(MEDIA_TYPES[each] for each in allowed.lower().split(", "))
        assert answer.headers["accept-post"] == f"multipart/form-data, application/octet-stream, {types}"


def test_bytes_that_are_no_picture_at_all(server_of_two):
    problem = check_problem(server_of_two.warp(b"hello", "op=identity"), 415, "unsupported-image")
    assert "none of AVIF, TIFF (GRIDWARP_FORMATS)" in problem["detail"]


def test_a_request_of_another_type_is_told_the_same(server_of_two):
    answer = server_of_two.warp(b"hello", "op=identity", headers={"Content-Type": "text/html"})
    problem = check_problem(answer, 415, "unsupported-media-type")
    assert "application/octet-stream, image/avif, image/tiff;" in problem["detail"]


def test_maps_are_pictures(server, server_of_two):
    spec = json.dumps({"ops": [{"op": "displacement", "x_scale": 3, "y_scale": 2}]})

    def ask(asked, picture, displacement):
        parts = {"image": picture, "map": displacement}
        return asked.client.post("/v1/warp", files=parts, data={"spec": spec})

    assert ask(server_of_two, PICTURES["tiff"], PICTURES["tiff"]).status_code == 200
    problem = check_problem(ask(server_of_two, PICTURES["tiff"], PICTURES["png"]), 415, "unsupported-image")
    assert problem["detail"].startswith("map 1: PNG is not read here")
    check_problem(ask(server, PICTURES["png"], PICTURES["tiff"]), 415, "unsupported-image")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_tiff_is_turned_once(server_of_two, orientation):
    data = tiff_files.tiff(SAMPLES, 2, tags={274: (3, [orientation])})
    answer = server_of_two.warp(data, "op=identity")
    with Image.open(io.BytesIO(data)) as image:  # Pillow turns it when it is loaded
        expected = np.asarray(image)
    with Image.open(io.BytesIO(answer.content)) as image:
        np.testing.assert_array_equal(np.asarray(image), expected)


def test_gray_of_16_bits_stays_so(server_of_two):
    samples = pictures.random(13, 17, 1, np.uint16)[..., 0]
    for order in "<>":
        answer = server_of_two.warp(tiff_files.tiff(samples, 1, 16, order=order), "op=identity")
        with Image.open(io.BytesIO(answer.content)) as image:
            np.testing.assert_array_equal(np.asarray(image), samples)
        assert "warp-source-depth" not in answer.headers


def test_more_pages_are_told(server_of_two):
    answer = server_of_two.warp(tiff_files.tiff(SAMPLES, 2, further=[{254: (4, [2])}]), "op=identity")
    assert answer.headers["warp-source-animation"] == "first-frame"


def test_a_format_that_nobody_knows_is_an_error_at_start():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRIDWARP_")}
    ended = subprocess.run(
        [sys.executable, "-m", "service"],
        cwd=ROOT,
        env=environment | {"GRIDWARP_FORMATS": "png,jpg", "GRIDWARP_PORT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr == (
        "gridwarp: GRIDWARP_FORMATS: format 2 is unknown; did you mean 'jpeg'? "
        "choose from png, jpeg, webp, bmp, gif, tiff, avif\n"
    )
