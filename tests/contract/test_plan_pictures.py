"""Plans of pictures: what a warp takes, a plan takes; only the headers are read, and no worker is waited for."""

import json
import time
import zlib

import numpy as np
import pytest

from tests import files, pictures
from tests.contract import one_warp, wire
from tests.contract.holding import held_slot, soon
from tests.contract.plans import ask, checked, plan
from tests.contract.server import running
from tests.contract.test_exif import FORMATS, ORIENTATIONS
from tests.contract.test_picture_faults import PNG_RGB, WHOLE, flipped
from tests.contract.wire import check_problem

FORM = {"Content-Type": wire.FORM}
TURN = {"ops": [{"op": "rotate", "angle": 30}], "canvas": "expand"}
SPECS = [TURN, {"ops": [], "canvas": {"width": 9, "height": 4}}, {"matrix": [[1, 0, 0.5], [0, 1, 0]]}]
SIZES = [(13, 17), (5, 9), (30, 2)]
PICTURES = [files.png(pictures.random(*size, 3), files.RGB) for size in SIZES]


def form(pictures, specs=None):
    spec = [] if specs is None else [wire.text_part("spec", json.dumps(specs))]
    return wire.form(*[wire.file_part("image", picture) for picture in pictures], *spec)


def send(server, pictures, specs=None, query=""):
    return server.client.post(f"/v1/plan{query}", content=form(pictures, specs), headers=FORM)


def raw(server, picture, query="op=rotate:30&canvas=expand"):
    return server.client.post(f"/v1/plan?{query}", content=picture)


def places(entries):
    return [(entry["index"], entry["picture"], entry["spec"], entry["status"]) for entry in entries]


def test_one_picture_in_each_form_gives_an_array_of_one(server):
    expected = [
        {"index": 1, "picture": 1, "spec": 1, "status": 200, "plan": plan(server, TURN, SIZES[0])},
    ]
    for answer in (
        raw(server, PICTURES[0]),
        raw(server, PICTURES[0], "op=rotate:30&canvas=expand&on_error=fail"),
        server.client.post("/v1/plan", params={"spec": json.dumps(TURN)}, content=PICTURES[0]),
        send(server, PICTURES[:1], TURN),
        send(server, PICTURES[:1], [TURN]),
        send(server, PICTURES[:1], None, "?op=rotate:30&canvas=expand"),
    ):
        assert checked(server, answer) == expected


def test_batches_pair_up_as_in_a_warp(server):
    many_pictures = checked(server, send(server, PICTURES, TURN))
    assert places(many_pictures) == [(1, 1, 1, 200), (2, 2, 1, 200), (3, 3, 1, 200)]
    assert [entry["plan"] for entry in many_pictures] == [plan(server, TURN, size) for size in SIZES]
    many_specs = checked(server, send(server, PICTURES[:1], SPECS))
    assert places(many_specs) == [(1, 1, 1, 200), (2, 1, 2, 200), (3, 1, 3, 200)]
    assert [entry["plan"] for entry in many_specs] == [plan(server, spec, SIZES[0]) for spec in SPECS]
    pairs = checked(server, send(server, PICTURES, SPECS))
    assert places(pairs) == [(1, 1, 1, 200), (2, 2, 2, 200), (3, 3, 3, 200)]
    assert [entry["plan"] for entry in pairs] == [
        plan(server, spec, size) for spec, size in zip(SPECS, SIZES, strict=True)
    ]
    check_problem(send(server, PICTURES[:2], SPECS), 422, "wrong-counts")


def test_what_is_wrong_with_one_is_told_in_its_place(server):
    too_large = {"ops": [{"op": "scale", "x": 5000}], "canvas": "expand"}
    no_map = {"ops": [{"op": "identity"}, {"op": "matrix", "matrix": [[1, 0, 0], [1, 0, 0]]}]}
    entries = checked(
        server,
        send(
            server,
            [PICTURES[0], b"text", PICTURES[1], PICTURES[2], PNG_RGB[:50]],
            [TURN, TURN, too_large, no_map, TURN],
        ),
    )
    assert [entry["status"] for entry in entries] == [200, 415, 422, 422, 422]
    problems = [entry["problem"] for entry in entries[1:]]
    assert [problem["code"] for problem in problems] == [
        "unsupported-image", "image-too-large", "impossible-geometry", "undecodable-image",
    ]  # fmt: skip
    assert [problem["status"] for problem in problems] == [entry["status"] for entry in entries[1:]]
    assert [place["pointer"] for place in problems[2]["errors"]] == ["/3/ops/1"]
    assert len({problem["instance"] for problem in problems}) == 1


@pytest.mark.parametrize("query", ["op=rotate:30&canvas=expand", "op=identity", "op=scale:0.3,2&op=skew:20"])
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_photo_is_planned_as_it_is_seen(server, orientation, format, query):
    """The plan of the file, the plan of its upright size and what the warp says of itself are one."""
    file = FORMATS[format](orientation)
    (entry,) = checked(server, raw(server, file, query))
    size = {"width": 9, "height": 16} if orientation >= 5 else {"width": 16, "height": 9}
    assert entry["plan"] == checked(server, ask(server, {"source": size}, f"?{query}"))
    warped = server.warp(file, query)
    assert warped.headers["warp-source-size"] == "{width}x{height}".format(**entry["plan"]["source"])
    assert warped.headers["warp-output-size"] == "{width}x{height}".format(**entry["plan"]["output"])
    numbers = [float(number) for number in warped.headers["warp-matrix"].split(", ")]
    assert numbers == [number for row in entry["plan"]["output_from_source"] for number in row]
    height, width = one_warp.pixels(warped.content).shape[:2]
    assert entry["plan"]["output"] == {"width": width, "height": height}


BROKEN_PIXELS = {
    "PNG": flipped(PNG_RGB, PNG_RGB.index(b"IDAT") + 500),
    **{name: WHOLE[name][: int(len(WHOLE[name]) * 0.9)] for name in ("JPEG", "progressive JPEG", "BMP")},
}


@pytest.mark.parametrize("data", BROKEN_PIXELS.values(), ids=BROKEN_PIXELS.keys())
def test_nothing_is_decoded(server, data):
    """A picture whose pixels are broken has a plan, and no warp."""
    (entry,) = checked(server, raw(server, data))
    assert entry["plan"] == plan(server, TURN, (40, 30))
    check_problem(server.warp(data, "op=rotate:30&canvas=expand"), 422, "undecodable-image")


def test_the_largest_picture_takes_no_time_and_no_memory(server):
    """50 megapixels in 6 KB, whose decoding would take 50 MB and a second."""
    rows = zlib.compress(bytes((1 + 10_000 // 8) * 5_000))
    header = files.ihdr(10_000, 5_000, 1, files.GRAY)
    black = files.PNG_SIGNATURE + header + files.chunk(b"IDAT", rows) + files.chunk(b"IEND", b"")
    raw(server, black, "op=identity")
    server.forget_peak()
    before, worked = server.memory("VmHWM"), server.worked
    for _ in range(10):
        (entry,) = checked(server, raw(server, black, "op=identity"))
        assert entry["plan"]["source"] == {"width": 10_000, "height": 5_000}
    assert server.worked - worked < 1  # second
    assert server.memory("VmHWM") - before < 4 << 20


def test_faults_of_the_request_are_those_of_a_warp(server):
    check_problem(send(server, PICTURES[:1]), 422, "spec-missing")
    check_problem(send(server, PICTURES[:1], TURN, "?op=identity"), 422, "spec-given-twice")
    check_problem(send(server, PICTURES[:1], {"ops": [{"op": "rotat"}]}), 422, "invalid-spec", "/ops/0/op")
    check_problem(raw(server, PICTURES[0], "op=rotat"), 422, "invalid-spec", "/ops/0/op")
    check_problem(raw(server, b""), 400, "empty-body")
    check_problem(send(server, []), 400, "empty-body")
    check_problem(
        server.client.post("/v1/plan?op=identity", content=b"no form", headers=FORM), 400, "malformed-request"
    )
    points = [wire.file_part("image", PICTURES[0]), wire.text_part("points", "[[1, 2]]")]
    problem = check_problem(
        server.client.post("/v1/plan?op=identity", content=wire.form(*points), headers=FORM), 422, "invalid-spec", ""
    )
    assert "part 2 of the form is unknown" in problem["detail"]
    check_problem(send(server, PICTURES[:1] * 65, TURN), 413, "batch-too-large")


def test_limits_of_bytes(small_server):
    noise = files.png(np.random.default_rng(1).integers(0, 255, (150, 150, 3)), files.RGB)
    assert len(noise) > 65536
    check_problem(raw(small_server, noise), 413, "upload-too-large")
    check_problem(send(small_server, [noise], TURN), 413, "upload-too-large")


def test_pixels_of_a_batch(tmp_path):
    with running(tmp_path / "log", max_batch_pixels=2 * 13 * 17 + 440) as server:
        checked(server, send(server, PICTURES[:1], TURN))  # 221 pixels to 20 x 22
        problem = check_problem(send(server, PICTURES[:1], [TURN, TURN]), 413, "batch-too-large")
        assert "GRIDWARP_MAX_BATCH_PIXELS" in problem["detail"]


def test_plans_are_made_while_all_workers_are_held(tmp_path, picture_png):
    """They wait for no slot: not by JSON, and not with pictures, which a warp would be refused."""
    with running(tmp_path / "log", workers=1, queue=0) as server:
        with held_slot(server):
            check_problem(server.warp(picture_png, "op=identity"), 503, "overloaded")
            started = time.perf_counter()
            by_size = plan(server, TURN, (13, 17))
            (entry,) = checked(server, raw(server, picture_png))
            assert time.perf_counter() - started < 2
            assert entry["plan"] == by_size
            check_problem(server.warp(picture_png, "op=identity"), 503, "overloaded")
        soon(lambda: server.warp(picture_png, "op=identity"), 200)


def test_a_plan_leaves_the_upload_budget_as_it_was(small_server, picture_png):
    """The budget holds one body."""
    for _ in range(3):
        checked(small_server, raw(small_server, picture_png + bytes(65536 - len(picture_png))))
        assert plan(small_server, TURN, (13, 17))
        check_problem(ask(small_server, "[" * 60_000), 400, "malformed-request")
