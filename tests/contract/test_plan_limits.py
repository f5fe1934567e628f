"""How much a plan may be asked for: sizes, specs, points, bytes; counted before anything is worked out."""

import json

import pytest

from service.plan_request import MAX_PLAN_BYTES, MOST_MAPPED
from tests.contract import one_warp, wire
from tests.contract.conftest import SMALL_BODY, SMALL_LIMITS
from tests.contract.plans import ask, checked, plan
from tests.contract.test_plan_json import QUESTION, SIZE
from tests.contract.wire import check_problem


def test_limits_of_the_source_and_of_the_output(small_server):
    side, pixels = SMALL_LIMITS["max_side"], SMALL_LIMITS["max_source_pixels"]
    identity = {"ops": []}
    plan(small_server, identity, (side, 1))
    plan(small_server, identity, (pixels // 50, 50))
    for size, said in (((side + 1, 1), f"{side + 1} pixels"), ((pixels // 50, 51), "5100 pixels")):
        for spec in (identity, [identity]):  # it is the fault of the request, whatever the specs
            question = {"spec": spec, "source": dict(zip(("width", "height"), size, strict=True))}
            problem = check_problem(ask(small_server, question), 422, "image-too-large", "/source")
            assert f"the source has {said}" in problem["detail"].replace("a side of ", "")
    wide = {"ops": [], "canvas": {"width": side + 1, "height": 1}}
    problem = check_problem(ask(small_server, {**QUESTION, "spec": wide}), 422, "image-too-large", "/spec/canvas")
    assert "a side of the output has 301 pixels" in problem["detail"]


def test_numbers_of_specs(server):
    few = {**QUESTION, "spec": [{"ops": []}] * 64}
    assert len(checked(server, ask(server, few))) == 64
    problem = check_problem(ask(server, {**QUESTION, "spec": [{"ops": []}] * 65}), 413, "batch-too-large")
    assert "GRIDWARP_MAX_ITEMS" in problem["detail"]
    check_problem(ask(server, {**QUESTION, "spec": []}), 422, "wrong-counts")


@pytest.mark.parametrize(("name", "one"), [("points", [1, 2]), ("boxes", [1, 2, 3, 4])])
def test_points_are_counted_once_for_each_spec(server, name, one):
    """Else 10,000 points for 64 specs would make an answer of 30 MB from a body of 100 KB."""
    specs = [{"ops": []}] * 4
    entries = checked(server, ask(server, {**QUESTION, "spec": specs, name: [one] * 2500}))
    assert [len(entry["plan"][name]) for entry in entries] == [2500] * 4
    problem = check_problem(ask(server, {**QUESTION, "spec": specs, name: [one] * 2501}), 413, "batch-too-large")
    assert f"2501 {name} by 4 specs are 10004" in problem["detail"]


def test_spec_of_more_than_64_kib(server):
    fill = " " * (64 * 1024)
    problem = check_problem(ask(server, {**QUESTION, "spec": {"ops": [], "fill": fill}}), 413, "upload-too-large")
    assert "a spec has at most 65536 bytes" in problem["detail"]


def test_body_of_more_than_its_limit(server):
    text = json.dumps(QUESTION)
    at_limit = text + " " * (MAX_PLAN_BYTES - len(text))
    checked(server, ask(server, at_limit))
    problem = check_problem(ask(server, at_limit + " "), 413, "upload-too-large")
    assert f"at most {MAX_PLAN_BYTES} bytes" in problem["detail"]


def test_the_gates_limit_holds_too(small_server):
    problem = check_problem(ask(small_server, " " * (SMALL_BODY + 1)), 413, "upload-too-large")
    assert "GRIDWARP_MAX_BODY_BYTES" in problem["detail"]


def test_body_that_grows_too_long_in_chunks(server):
    """Nobody waits for its end: it is refused as soon as it is too long."""
    head = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    with wire.connected(server.port) as connection:
        connection.sendall(wire.request("/v1/plan", head))
        connection.sendall(wire.in_chunks(b" " * (MAX_PLAN_BYTES + 1), 65536)[:-5])
        check_problem(wire.read_answer(connection), 413, "upload-too-large")


def test_most_points_with_all_their_digits_fit_and_are_mapped_quickly(server):
    """Each number is as long as a float64 can be; it takes less than a tenth of what is allowed."""
    longest = -123456.78901234567
    points = [[longest, longest + index] for index in range(MOST_MAPPED)]
    boxes = [[longest, longest, longest + index, longest + index] for index in range(MOST_MAPPED)]
    text = json.dumps({**QUESTION, "points": points, "boxes": boxes})
    assert len(text) < 0.9 * MAX_PLAN_BYTES
    before = server.worked
    answer = ask(server, text)
    assert server.worked - before < 1  # second
    got = answer.json()
    assert len(got["points"]) == len(got["boxes"]) == MOST_MAPPED
    few = plan(server, one_warp.SPEC, SIZE, points=points[-2:], boxes=boxes[-2:])
    assert (got["points"][-2:], got["boxes"][-2:]) == (few["points"], few["boxes"])


@pytest.mark.parametrize("name", ["points", "boxes"])
@pytest.mark.parametrize("entry", [[0, 0, 0, 0], []], ids=["good", "bad"])
def test_too_many_to_be_mapped(server, name, entry):
    """Counted before any of them is looked at."""
    problem = check_problem(ask(server, {**QUESTION, name: [entry] * (MOST_MAPPED + 1)}), 413, "batch-too-large")
    assert f"{MOST_MAPPED + 1} {name} by 1 specs" in problem["detail"]


def test_pixels_of_all_outputs_are_limited_as_in_a_warp(server):
    large = {"ops": [], "canvas": {"width": 7000, "height": 7000}}
    check_problem(ask(server, {**QUESTION, "spec": [large] * 20}), 413, "batch-too-large")
    assert len(checked(server, ask(server, {**QUESTION, "spec": [large] * 16}))) == 16
