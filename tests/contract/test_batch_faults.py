"""What goes wrong in a batch: one bad item leaves the others alone, or, if the client wishes, stops them all."""

import json

import pytest

from service.decode import open_picture
from service.errors import UndecodableImage
from tests import files, pictures
from tests.contract import wire
from tests.contract.batches import (
    HALF,
    MIXED,
    MOVED,
    SPECS,
    TURN,
    WHOLE,
    ZIP,
    alone,
    ask,
    open_answer,
    truncated,
)
from tests.contract.wire import FORM as FORM_TYPE
from tests.contract.wire import check_problem

FORM = {"Content-Type": FORM_TYPE}

FLAT = {"ops": [{"op": "flip", "axis": "both"}, {"op": "matrix", "matrix": [[1, 2, 0], [2, 4, 0]]}]}
TOO_WIDE = files.png(pictures.random(301, 2), files.GRAY)

BAD_PICTURES = {
    "cut short in its pixels": (truncated(), 422, "undecodable-image"),
    "cut short, which its chunks show": (WHOLE[: len(WHOLE) // 2], 422, "undecodable-image"),
    "no picture": (b"just text", 415, "unsupported-image"),
    "broken header": (WHOLE[:20], 422, "undecodable-image"),
}


def test_one_of_the_faults_shows_only_while_decoding():
    opened = open_picture(truncated())
    with pytest.raises(UndecodableImage):
        opened.decode()


@pytest.mark.parametrize("accept", [ZIP, MIXED])
@pytest.mark.parametrize("bad", BAD_PICTURES)
@pytest.mark.parametrize("place", range(5))
def test_one_broken_picture_among_five(server, accept, bad, place):
    broken, status, code = BAD_PICTURES[bad]
    images = [files.png(pictures.random(40, 30, 3, seed=seed), files.RGB) for seed in range(5)]
    images[place] = broken
    answer = ask(server, images, TURN, accept=accept)
    batch = open_answer(answer)
    assert list(batch.problems) == [place + 1]
    problem = batch.problems[place + 1]
    assert set(problem) == wire.PROBLEM_FIELDS
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["instance"] == f"urn:gridwarp:request:{answer.headers['x-request-id']}"
    assert batch.pictures == {
        index: alone(server, image, TURN).content for index, image in enumerate(images, start=1) if image != broken
    }
    stop = ask(server, images, TURN, query="?on_error=fail", accept=accept)
    told = check_problem(stop, status, code, item=place + 1)["detail"]
    assert told == f"result {place + 1}: {problem['detail']}"


@pytest.mark.parametrize("accept", [ZIP, MIXED])
def test_all_broken_is_still_an_answer(server, accept):
    batch = open_answer(ask(server, [truncated(), b"text", WHOLE[:20]], TURN, accept=accept))
    assert batch.pictures == {}
    assert [problem["status"] for problem in batch.problems.values()] == [422, 415, 422]


def test_the_first_of_several_faults_stops_the_batch(server):
    """By its place, though that of the last picture shows already in its header."""
    answer = ask(server, [WHOLE, truncated(), b"text"], TURN, query="?on_error=fail")
    check_problem(answer, 422, "undecodable-image", item=2)


@pytest.mark.parametrize(
    ("specs", "bad", "pointer"),
    [
        ([TURN, FLAT, HALF], 2, "/1/ops/1"),
        ([FLAT, TURN], 1, "/0/ops/1"),
        ([TURN, {"matrix": [[0] * 3] * 2}], 2, "/1/matrix"),
    ],
)
def test_a_map_that_is_impossible_points_into_the_array(server, specs, bad, pointer):
    batch = open_answer(ask(server, [WHOLE], specs))
    assert list(batch.problems) == [bad]
    assert batch.problems[bad]["code"] == "impossible-geometry"
    assert [place["pointer"] for place in batch.problems[bad]["errors"]] == [pointer]
    assert batch.pictures == {
        index: alone(server, WHOLE, spec).content for index, spec in enumerate(specs, start=1) if index != bad
    }
    answer = ask(server, [WHOLE], specs, query="?on_error=fail")
    check_problem(answer, 422, "impossible-geometry", pointer, item=bad)


def test_a_broken_picture_is_broken_for_every_spec(server):
    batch = open_answer(ask(server, [truncated()], SPECS))
    assert [problem["code"] for problem in batch.problems.values()] == ["undecodable-image"] * 3


def test_a_fault_between_specs_of_one_picture(server):
    """The picture is decoded once, and is still there after an item that does not need it."""
    batch = open_answer(ask(server, [WHOLE], [TURN, FLAT, FLAT, MOVED, FLAT]))
    assert list(batch.problems) == [2, 3, 5]
    assert batch.pictures == {1: alone(server, WHOLE, TURN).content, 4: alone(server, WHOLE, MOVED).content}


def test_limits_of_one_picture_concern_it_alone(small_server):
    fits = files.png(pictures.random(20, 10), files.GRAY)
    images = [fits, TOO_WIDE, fits]
    batch = open_answer(ask(small_server, images, HALF))
    assert list(batch.pictures) == [1, 3]
    assert "GRIDWARP_MAX_SIDE" in batch.problems[2]["detail"]
    assert (batch.problems[2]["status"], batch.problems[2]["code"]) == (422, "image-too-large")
    check_problem(ask(small_server, images, HALF, query="?on_error=fail"), 422, "image-too-large", item=2)


@pytest.mark.parametrize("query", ["", "?on_error=fail"])
@pytest.mark.parametrize(
    ("spec", "status", "code", "pointers"),
    [
        ([TURN, {"ops": [{"op": "rotat"}]}], 422, "invalid-spec", ["/1/ops/0/op"]),
        ([TURN, {}], 422, "invalid-spec", ["/1/ops"]),
        (None, 422, "spec-missing", []),
    ],
)
def test_a_fault_of_the_request_itself_is_no_batch(server, query, spec, status, code, pointers):
    check_problem(ask(server, [WHOLE, WHOLE], spec, query=query), status, code, *pointers)


@pytest.mark.parametrize("query", ["?on_error=stop", "?on_error=Fail", "?on_error=fial"])
def test_unknown_choice_of_on_error(server, query):
    for images in ([WHOLE], [WHOLE, WHOLE]):
        problem = check_problem(ask(server, images, TURN, query=query), 422, "invalid-spec", "")
        assert "'on_error'" in problem["detail"]
        assert "report, fail" in problem["detail"] or "did you mean 'fail'" in problem["detail"]


def test_on_error_given_twice(server):
    answer = ask(server, [WHOLE], TURN, query="?on_error=fail&on_error=report")
    check_problem(answer, 422, "invalid-spec", "/on_error")


def test_one_result_that_fails(server):
    """As a picture it is its own problem; in a container it is a batch of which all fails, or its own problem."""
    check_problem(ask(server, [truncated()], TURN, accept="*/*"), 422, "undecodable-image")
    assert list(open_answer(ask(server, [truncated()], TURN)).problems) == [1]
    check_problem(ask(server, [truncated()], TURN, query="?on_error=fail"), 422, "undecodable-image", item=1)


@pytest.mark.parametrize(("images", "specs"), [(2, 3), (3, 2), (1, 0), (2, 0), (5, 4)])
def test_counts_that_do_not_pair_up(server, images, specs):
    answer = ask(server, [WHOLE] * images, [TURN] * specs)
    assert f"pictures: {images}, specs: {specs};" in check_problem(answer, 422, "wrong-counts")["detail"]


@pytest.mark.parametrize("accept", [ZIP, MIXED])
def test_an_empty_file_is_one_bad_picture(server, accept):
    batch = open_answer(ask(server, [WHOLE, b"", WHOLE], TURN, accept=accept))
    assert list(batch.pictures) == [1, 3]
    assert (batch.problems[2]["status"], batch.problems[2]["code"]) == (400, "empty-body")


def test_a_blank_spec_among_others_has_a_picture_to_go_with(server):
    """Left out it would shift the others to the wrong pictures; alone it is a box that was emptied on the docs page."""
    blank, turn = wire.text_part("spec", " "), wire.text_part("spec", json.dumps(TURN))
    images = [wire.file_part("image", WHOLE)] * 2
    for parts in ([blank, turn], [turn, blank], [blank, turn, turn]):
        answer = server.client.post("/v1/warp", content=wire.form(*images, *parts), headers=FORM)
        check_problem(answer, 400, "malformed-request")
    answer = server.client.post("/v1/warp", content=wire.form(*images, blank, blank), headers=FORM)
    check_problem(answer, 422, "spec-missing")


def test_a_broken_spec_among_others_is_told_by_its_number(server):
    parts = [wire.text_part("spec", text) for text in (json.dumps(TURN), '{"ops": ', json.dumps(HALF))]
    answer = server.client.post("/v1/warp", content=wire.form(wire.file_part("image", WHOLE), *parts), headers=FORM)
    assert check_problem(answer, 400, "malformed-request")["detail"].startswith("spec 2 is not JSON")


def test_an_output_that_is_too_large_points_to_its_canvas(server):
    specs = [TURN, {"ops": [], "canvas": {"width": 17000, "height": 2}}]
    answer = ask(server, [WHOLE], specs, query="?on_error=fail")
    check_problem(answer, 422, "image-too-large", "/1/canvas", item=2)
