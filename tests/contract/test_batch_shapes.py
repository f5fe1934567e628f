"""Batches of every shape, asked for in every way: each result is byte for byte that of a request of its own."""

import json
import subprocess
import zipfile

import httpx
import numpy as np
import pytest
from stream_unzip import stream_unzip

from tests import files, pictures
from tests.contract import one_warp, sources, wire
from tests.contract.batches import HALF, MIXED, MOVED, SPECS, TURN, ZIP, alone, ask, open_answer, open_zip

IMAGES = [
    files.png(pictures.random(40, 30, 3, seed=1), files.RGB),
    files.png(pictures.random(40, 30, 3, seed=2), files.RGB),
    files.png(pictures.random(17, 55, 2, seed=3), files.GRAY_ALPHA),
]
FORM = {"Content-Type": wire.FORM}


def check_each(server, batch, pairs):
    """Compare every result with that of its own request, given the (image, spec) of each."""
    assert batch.problems == {}
    assert batch.pictures == {
        index: alone(server, image, spec).content for index, (image, spec) in enumerate(pairs, start=1)
    }


@pytest.mark.parametrize("accept", [ZIP, MIXED, "*/*"])
def test_many_pictures_one_spec(server, accept):
    answer = ask(server, IMAGES, TURN, accept=accept)
    assert answer.headers["content-type"].startswith(MIXED if accept == MIXED else ZIP)
    check_each(server, open_answer(answer), [(image, TURN) for image in IMAGES])


@pytest.mark.parametrize("accept", [ZIP, MIXED, "*/*"])
def test_one_picture_many_specs(server, accept):
    batch = open_answer(ask(server, IMAGES[:1], SPECS, accept=accept))
    check_each(server, batch, [(IMAGES[0], spec) for spec in SPECS])


@pytest.mark.parametrize("accept", [ZIP, MIXED, "*/*"])
def test_as_many_pictures_as_specs(server, accept):
    batch = open_answer(ask(server, IMAGES, SPECS, accept=accept))
    check_each(server, batch, list(zip(IMAGES, SPECS, strict=True)))


@pytest.mark.parametrize("on_error", ["", "?on_error=report", "?on_error=fail", "?on_error="])
def test_what_is_done_with_errors_changes_nothing_where_there_are_none(server, on_error):
    batch = open_answer(ask(server, IMAGES, SPECS, query=on_error))
    check_each(server, batch, list(zip(IMAGES, SPECS, strict=True)))


def test_an_array_of_one_spec_is_one_spec(server):
    check_each(server, open_answer(ask(server, IMAGES, [TURN])), [(image, TURN) for image in IMAGES])


@pytest.mark.parametrize("kind", ["texts", "files"])
def test_repeated_spec_parts(server, kind):
    parts = [wire.file_part("image", image) for image in IMAGES]
    for spec in SPECS:
        text = json.dumps(spec)
        parts.append(wire.text_part("spec", text) if kind == "texts" else wire.file_part("spec", text.encode(), "s"))
    answer = server.client.post("/v1/warp", content=wire.form(*parts), headers=FORM)
    check_each(server, open_answer(answer), list(zip(IMAGES, SPECS, strict=True)))


def test_specs_before_and_between_the_pictures(server):
    parts = [
        wire.text_part("spec", json.dumps(TURN)),
        wire.file_part("image", IMAGES[0]),
        wire.text_part("spec", json.dumps(HALF)),
        wire.file_part("image", IMAGES[1]),
    ]
    answer = server.client.post("/v1/warp", content=wire.form(*parts), headers=FORM)
    check_each(server, open_answer(answer), [(IMAGES[0], TURN), (IMAGES[1], HALF)])


def test_spec_in_the_query(server):
    query = httpx.QueryParams({"spec": json.dumps(SPECS)})
    check_each(server, open_answer(ask(server, IMAGES, query=f"?{query}")), list(zip(IMAGES, SPECS, strict=True)))


def test_shorthand_for_many_pictures(server):
    batch = open_answer(ask(server, IMAGES, query="?op=rotate:30&canvas=expand"))
    check_each(server, batch, [(image, TURN) for image in IMAGES])


def test_raw_picture_with_many_specs(server):
    answer = server.client.post("/v1/warp", params={"spec": json.dumps(SPECS)}, content=IMAGES[2])
    check_each(server, open_answer(answer), [(IMAGES[2], spec) for spec in SPECS])


@pytest.mark.parametrize("accept", [ZIP, MIXED])
def test_one_result_in_a_container_on_request(server, accept):
    batch = open_answer(ask(server, IMAGES[:1], TURN, accept=accept))
    check_each(server, batch, [(IMAGES[0], TURN)])
    raw = server.warp(IMAGES[0], "op=rotate:30&canvas=expand", headers={"Accept": accept})
    check_each(server, open_answer(raw), [(IMAGES[0], TURN)])


@pytest.mark.parametrize(
    "accept", ["*/*", "image/*", "image/png", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json", ""]
)
def test_no_accept_is_refused(server, accept):
    one = ask(server, IMAGES[:1], TURN, accept=accept)
    assert (one.status_code, one.headers["content-type"]) == (200, "image/png")
    many = ask(server, IMAGES, TURN, accept=accept)
    assert (many.status_code, many.headers["content-type"]) == (200, ZIP)
    assert one.headers["vary"] == many.headers["vary"] == "Accept"


def test_every_mode_of_a_picture_in_one_batch(server):
    found = sources.sources()
    batch = open_answer(ask(server, [file for file, _ in found.values()], {"ops": []}))
    for got, (_, samples) in zip(batch.pictures.values(), found.values(), strict=True):
        np.testing.assert_array_equal(one_warp.pixels(got), samples)


def test_pictures_alike_in_size_but_not_in_kind(server):
    """They share one grid and nothing else: gray and RGB, 8 bits and 16, turned by EXIF and upright, in any order."""
    alike = [
        files.png(pictures.random(36, 24, 1), files.GRAY),
        files.png(pictures.random(36, 24, 4), files.RGBA),
        files.png(pictures.random(24, 36, 3), files.RGB, before=[files.chunk(b"eXIf", files.exif(6))]),
        files.png(pictures.random(36, 24, 1, np.uint16), files.GRAY, 16),
        files.png(pictures.random(24, 36, 3), files.RGB),
        files.png(pictures.random(36, 24, 1, seed=4), files.GRAY),
    ]
    for spec in (TURN, MOVED, TURN | {"filter": "nearest"}, TURN | {"border": "constant", "fill": "#08f8"}):
        check_each(server, open_answer(ask(server, alike, spec)), [(image, spec) for image in alike])


def test_manifest(server):
    answer = ask(server, IMAGES[::2], [TURN, HALF], names=["a b.jpeg", "été.png"])
    batch = open_answer(answer)
    assert batch.manifest["failed"] == 0
    for entry, image, spec in zip(batch.manifest["items"], IMAGES[::2], [TURN, HALF], strict=True):
        one = alone(server, image, spec)
        index = entry["index"]
        assert set(entry) == {
            "index", "picture", "spec", "name", "status", "file",
            "source", "output", "output_from_source", "source_from_output",
        }  # fmt: skip
        assert (entry["picture"], entry["spec"], entry["status"]) == (index, index, 200)
        assert entry["name"] == ["a b", "été"][index - 1]
        assert entry["file"] == batch.names[index - 1] == ["0001-a b.png", "0002-été.png"][index - 1]
        assert "{width}x{height}".format(**entry["source"]) == one.headers["warp-source-size"]
        assert "{width}x{height}".format(**entry["output"]) == one.headers["warp-output-size"]
        flat = [number for row in entry["output_from_source"] for number in row]
        assert ", ".join(map(repr, flat)) == one.headers["warp-matrix"]
        product = np.array(entry["output_from_source"]) @ entry["source_from_output"]
        np.testing.assert_allclose(product / product[2, 2], np.eye(3), atol=1e-9)


def test_headers_of_the_parts_are_those_of_the_picture_alone(server):
    batch = open_answer(ask(server, IMAGES, SPECS, accept=MIXED))
    for (index, headers), image, spec in zip(batch.headers.items(), IMAGES, SPECS, strict=True):
        one = alone(server, image, spec)
        for name in ("warp-source-size", "warp-output-size", "warp-matrix", "content-type"):
            assert headers[name] == one.headers[name]
        assert batch.names[index - 1] == f"000{index}-p{index}.png"


def test_headers_of_the_whole(server):
    for accept, name in ((ZIP, "warped.zip"), (MIXED, "warped.multipart")):
        headers = ask(server, IMAGES, TURN, accept=accept).headers
        assert headers["content-disposition"].startswith(f'attachment; filename="{name}"')
        assert headers["warp-items"] == "3"
        assert headers["cache-control"] == "no-store"
        assert headers["vary"] == "Accept"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["server-timing"].startswith("queue;dur=")
        assert headers["warp-engine"]
        assert headers["x-request-id"]
        assert headers["transfer-encoding"] == "chunked"
        assert "warp-matrix" not in headers


def test_the_same_request_gives_the_same_zip(server):
    assert ask(server, IMAGES, SPECS).content == ask(server, IMAGES, SPECS).content


@pytest.fixture
def folder(tmp_path):
    for index, image in enumerate(IMAGES, start=1):
        (tmp_path / f"{index}.png").write_bytes(image)
    (tmp_path / "specs.json").write_text(json.dumps(SPECS))
    return tmp_path


def test_curl_and_unzip(server, curl, folder):
    """The lines that a person types."""
    images = [argument for index in (1, 2, 3) for argument in ("-F", f"image=@{folder / str(index)}.png")]
    options = ["-sS", "--noproxy", "*", "--fail", "-o", str(folder / "warped.zip")]
    arguments = [curl, *options, *images, "-F", f"spec=<{folder / 'specs.json'}", f"{server.url}/v1/warp"]
    subprocess.run(arguments, check=True, capture_output=True)
    subprocess.run(["unzip", "-tq", "warped.zip"], cwd=folder, check=True, capture_output=True)
    subprocess.run(["unzip", "-q", "warped.zip", "-d", "out"], cwd=folder, check=True, capture_output=True)
    unpacked = {file.name: file.read_bytes() for file in (folder / "out").iterdir()}
    assert set(unpacked) == {"0001-1.png", "0002-2.png", "0003-3.png", "manifest.json"}
    for index, (image, spec) in enumerate(zip(IMAGES, SPECS, strict=True), start=1):
        assert unpacked[f"000{index}-{index}.png"] == alone(server, image, spec).content


def test_curl_with_one_picture_and_specs_in_the_query(server, curl, folder):
    answer = wire.run_curl(
        curl, folder, f"{server.url}/v1/warp", "--url-query", f"spec@{folder / 'specs.json'}",
        "--data-binary", f"@{folder / '1.png'}", "-H", f"Accept: {MIXED}",
    )  # fmt: skip
    check_each(server, open_answer(answer), [(IMAGES[0], spec) for spec in SPECS])


def test_httpx_streams_to_a_file(server, tmp_path):
    target = tmp_path / "warped.zip"
    upload = [("image", ("p.png", image)) for image in IMAGES]
    with (
        server.client.stream("POST", "/v1/warp?op=flip:both", files=upload) as answer,
        target.open("wb") as file,
    ):
        for chunk in answer.iter_bytes():
            file.write(chunk)
    assert zipfile.is_zipfile(target)
    assert len(open_zip(target.read_bytes()).pictures) == 3


def test_a_reader_that_never_goes_back(server):
    """It takes the pictures from the stream as they come, without the directory at the end."""
    expected = open_answer(ask(server, IMAGES, TURN))
    upload = [("image", (f"p{index}.png", image)) for index, image in enumerate(IMAGES, start=1)]
    with server.client.stream("POST", "/v1/warp?op=rotate:30&canvas=expand", files=upload) as answer:
        read = [(name.decode(), b"".join(chunks)) for name, _, chunks in stream_unzip(answer.iter_bytes(777))]
    assert [name for name, _ in read] == [*expected.names, "manifest.json"]
    assert [content for _, content in read[:-1]] == list(expected.pictures.values())
