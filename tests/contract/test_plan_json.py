"""Plans asked for by JSON: where the spec may stand, what else may be asked, and each fault at its place."""

import json

import pytest

from service.openapi_plan import QUESTIONS
from tests.contract import one_warp, wire
from tests.contract.plans import ask, checked, plan
from tests.contract.test_malformed import NOT_JSON
from tests.contract.test_spec_faults import FAULTS, IMPOSSIBLE, SHORTHAND_FAULTS
from tests.contract.wire import check_problem

SOURCE = {"width": 13, "height": 17}
SIZE = (13, 17)
QUESTION = {"spec": one_warp.SPEC, "source": SOURCE}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_examples_of_the_document_run(server, name):
    checked(server, ask(server, QUESTIONS[name]["value"]))


def test_one_spec_in_each_of_its_places_gives_one_plan(server):
    in_body = checked(server, ask(server, QUESTION))
    assert in_body["output"] == {"width": 20, "height": 30}
    for params in ({"spec": one_warp.JSON}, one_warp.SHORTHAND):
        answer = server.client.post("/v1/plan", params=params, json={"source": SOURCE})
        assert checked(server, answer) == in_body
    empty = "?op=&spec=&canvas="  # a form that was left empty says nothing
    assert checked(server, ask(server, QUESTION, empty)) == in_body


@pytest.mark.parametrize("query", ["?op=identity", "?spec={}", "?canvas=expand", "?op=&fill=white"])
def test_spec_given_twice(server, query):
    problem = check_problem(ask(server, QUESTION, query), 422, "spec-given-twice")
    assert "'spec' in the body" in problem["detail"]


def test_spec_missing(server):
    for query in ("", "?op=&spec="):
        assert "to the body" in check_problem(ask(server, {"source": SOURCE}, query), 422, "spec-missing")["detail"]


def test_an_array_of_specs_gives_an_entry_for_each(server):
    specs = [one_warp.SPEC, {"ops": [{"op": "scale", "x": 5000}], "canvas": "expand"}, {"ops": []}]
    points = [[1, 2], [3, 4]]
    entries = checked(server, ask(server, {"spec": specs, "source": SOURCE, "points": points}))
    assert [(entry["index"], entry["picture"], entry["spec"]) for entry in entries] == [(1, 1, 1), (2, 1, 2), (3, 1, 3)]
    assert [entry["status"] for entry in entries] == [200, 422, 200]
    assert entries[0]["plan"] == plan(server, one_warp.SPEC, SIZE, points=points)
    assert entries[2]["plan"]["points"] == points
    assert entries[1]["problem"]["code"] == "image-too-large"
    in_query = server.client.post(
        "/v1/plan", params={"spec": json.dumps(specs)}, json={"source": SOURCE, "points": points}
    )
    in_body, in_query = entries[1]["problem"], checked(server, in_query)[1]["problem"]
    assert [place["pointer"] for place in in_body["errors"]] == ["/spec/1/canvas"]
    assert [place["pointer"] for place in in_query["errors"]] == ["/1/canvas"]
    assert in_body["detail"] == f"/spec{in_query['detail']}"


def test_an_array_of_one_gives_an_array_of_one(server):
    (entry,) = checked(server, ask(server, {**QUESTION, "spec": [one_warp.SPEC]}))
    assert entry == {"index": 1, "picture": 1, "spec": 1, "status": 200, "plan": plan(server, one_warp.SPEC, SIZE)}


def test_a_problem_in_an_entry_points_into_the_body(server):
    specs = [{"ops": []}, {"ops": [{"op": "identity"}, {"op": "matrix", "matrix": [[1, 0, 0], [1, 0, 0]]}]}]
    _, entry = checked(server, ask(server, {**QUESTION, "spec": specs}))
    assert entry["problem"]["code"] == "impossible-geometry"
    assert [place["pointer"] for place in entry["problem"]["errors"]] == ["/spec/1/ops/1"]


def test_null_asks_for_nothing(server):
    assert plan(server, one_warp.SPEC, SIZE, points=None, boxes=None) == plan(server, one_warp.SPEC, SIZE)


def test_byte_order_mark_and_parameters_of_the_type(server):
    expected = checked(server, ask(server, QUESTION))
    body = "\ufeff" + json.dumps(QUESTION)
    for declared in ("application/json; charset=utf-8", "Application/JSON"):
        answer = server.client.post("/v1/plan", content=body.encode(), headers={"Content-Type": declared})
        assert checked(server, answer) == expected


@pytest.mark.parametrize("name", FAULTS)
def test_fault_of_the_spec_is_named_under_spec(server, name):
    """The very faults of a warp, each at its place in the body."""
    spec, pointers, sentence = FAULTS[name]
    answer = ask(server, {"spec": spec, "source": SOURCE})
    code = "impossible-geometry" if name in IMPOSSIBLE else "invalid-spec"
    problem = check_problem(answer, 422, code, *[f"/spec{pointer}" for pointer in pointers])
    assert sentence in problem["errors"][0]["detail"]


@pytest.mark.parametrize("query", SHORTHAND_FAULTS)
def test_fault_of_the_query_is_named_in_the_query(server, query):
    pointer, sentence = SHORTHAND_FAULTS[query]
    answer = ask(server, {"source": SOURCE}, f"?{query}")
    assert sentence in check_problem(answer, 422, "invalid-spec", pointer)["errors"][0]["detail"]


def test_fault_of_the_query_beside_a_spec_in_the_body(server):
    for query, pointer in (("?opp=identity", ""), ("?canvas=same&canvas=same", "/canvas")):
        check_problem(ask(server, QUESTION, query), 422, "invalid-spec", pointer)


# Name: (what the body has beside the spec, pointers, what the first sentence says).
BODY_FAULTS = {
    "no source": ({}, ["/source"], "required"),
    "source that is null": ({"source": None}, ["/source"], "object"),
    "source that is a list": ({"source": [13, 17]}, ["/source"], "object"),
    "source without a side": ({"source": {"width": 13}}, ["/source/height"], "required"),
    "source of 0": ({"source": {"width": 0, "height": 17}}, ["/source/width"], "1"),
    "source of parts": ({"source": {"width": 13.5, "height": 17}}, ["/source/width"], "whole number"),
    "source as text": ({"source": {"width": "13", "height": True}}, ["/source/width", "/source/height"], "number"),
    "source beyond all bounds": ({"source": {"width": 10**300, "height": 17}}, ["/source/width"], "1000000"),
    "source that is infinite": ({"source": {"width": 1e999, "height": 17}}, ["/source/width"], "whole number"),
    "unknown side": ({"source": {"width": 13, "height": 17, "hight": 1}}, ["/source/hight"], "did you mean 'height'?"),
    "unknown field": ({"source": SOURCE, "point": [1, 2]}, ["/point"], "did you mean 'points'?"),
    "unknown field, nothing near": ({"source": SOURCE, "a/b~c": 1}, ["/a~1b~0c"], "choose one of spec, source"),
    "map without a side": ({"source": SOURCE, "map_sizes": [{"width": 9}]}, ["/map_sizes/0/height"], "required"),
    "map of 0": ({"source": SOURCE, "map_sizes": [{"width": 9, "height": 0}]}, ["/map_sizes/0/height"], "1"),
    "unknown side of a map": (
        {"source": SOURCE, "map_sizes": [SOURCE, {"width": 9, "height": 9, "hight": 1}]},
        ["/map_sizes/1/hight"],
        "did you mean 'height'?",
    ),
    "one map, not a list": ({"source": SOURCE, "map_sizes": {"width": 9, "height": 9}}, ["/map_sizes"], "array"),
    "65 maps": ({"source": SOURCE, "map_sizes": [{"width": 9, "height": 9}] * 65}, ["/map_sizes"], "64"),
    "two unknown fields": ({"source": SOURCE, "Points": 1, "box": 1}, ["/Points", "/box"], "did you mean 'points'?"),
    "one point, not a list of them": ({"source": SOURCE, "points": [1, 2]}, ["/points/0", "/points/1"], "array"),
    "points that are no list": ({"source": SOURCE, "points": {"x": 1}}, ["/points"], "array"),
    "point of one": ({"source": SOURCE, "points": [[1, 2], [3]]}, ["/points/1/1"], "too few"),
    "point of three": ({"source": SOURCE, "points": [[1, 2, 3]]}, ["/points/0"], "at most 2"),
    "point as text": ({"source": SOURCE, "points": [[1, 2], [3, 4], [5, 6], ["7", 8]]}, ["/points/3/0"], "number"),
    "point that is NaN": ({"source": SOURCE, "points": [[1, float("nan")]]}, ["/points/0/1"], "finite"),
    "point at infinity": ({"source": SOURCE, "points": [[1e999, 0]]}, ["/points/0/0"], "finite"),
    "point beyond the bound": ({"source": SOURCE, "points": [[1e6, -1e6], [0, 1e6 + 1]]}, ["/points/1/1"], "1000000"),
    "box of three": ({"source": SOURCE, "boxes": [[1, 2, 3]]}, ["/boxes/0/3"], "too few"),
    "box of five": ({"source": SOURCE, "boxes": [[1, 2, 3, 4, 5]]}, ["/boxes/0"], "at most 4"),
    "box inside out in x": ({"source": SOURCE, "boxes": [[0, 0, 1, 1], [3, 1, 2, 4]]}, ["/boxes/1"], "x0 <= x1"),
    "box inside out in y": ({"source": SOURCE, "boxes": [[0, 4, 1, 3]]}, ["/boxes/0"], "y0 <= y1"),
    "box that is truth": ({"source": SOURCE, "boxes": [[True, 0, 1, 1]]}, ["/boxes/0/0"], "number"),
}  # fmt: skip


@pytest.mark.parametrize("name", BODY_FAULTS)
def test_fault_of_the_body_is_named_at_its_place(server, name):
    body, pointers, sentence = BODY_FAULTS[name]
    problem = check_problem(ask(server, {"spec": one_warp.SPEC, **body}), 422, "invalid-spec", *pointers)
    assert sentence in problem["errors"][0]["detail"], problem["errors"]
    assert "spec" not in problem["detail"].replace("spec, source", "")


@pytest.mark.parametrize("text", ["[]", "null", "5", '"rotate"', "[{}]"])
def test_body_that_is_no_object(server, text):
    check_problem(ask(server, text), 422, "invalid-spec", "")


@pytest.mark.parametrize("text", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_body_that_is_not_json(server, text):
    for body in (text, b'{"source": {"width": 1, "height": 1}, "spec": ' + text + b"}"):
        problem = check_problem(ask(server, body), 400, "malformed-request")
        assert problem["detail"].startswith("the body")


def test_body_that_is_empty_or_no_text(server):
    for body in (b"", b"\xff", json.dumps(QUESTION).encode("utf-16"), b'{"source": {"width": 1, "width": 2}}'):
        check_problem(ask(server, body), 400, "malformed-request")


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('{"source": {"width": 1, "height": 1}, "spec": {"ops": [{"op": "\\ud800"}]}}', "/spec/ops/0/op"),
        ('{"source": {"width": 1, "height": 1}, "points": ["\\ud800"]}', "/points/0"),
        ('{"source": {"width": 1, "height": 1, "\\ud800": 1}}', "/source"),
        ('{"\\ud800": 1}', ""),
    ],
)
def test_half_of_a_character(server, text, pointer):
    assert "surrogate" in check_problem(ask(server, text), 422, "invalid-spec", pointer)["detail"]


@pytest.mark.parametrize("depth", [100, 190, 250, 600, 900, 960, 990, 1100, 5000])
def test_body_of_any_depth(server, depth):
    nested = "[" * depth + "]" * depth
    answer = ask(server, f'{{"source": {{"width": 1, "height": 1}}, "spec": {nested}}}')
    assert answer.status_code in {400, 422}, answer.text


def test_so_many_faults_that_not_all_are_told(server):
    many = {str(index): 0 for index in range(100_000)}
    problem = check_problem(ask(server, many), 422, "invalid-spec", *[f"/{index}" for index in range(100)])
    assert "100 faults or more" in problem["detail"]
    points = [["x", 1]] * 9_000
    check_problem(
        ask(server, {**QUESTION, "points": points}), 422, "invalid-spec", *[f"/points/{i}/0" for i in range(100)]
    )


UNHEARD_OF = "hunter2-Zx9"


@pytest.mark.parametrize(
    "body", [{UNHEARD_OF: 1}, {"source": {UNHEARD_OF: 1}}, {"points": [UNHEARD_OF]}, {"source": UNHEARD_OF}, UNHEARD_OF]
)
def test_values_are_not_repeated(server, body):
    """A field's name is, in the pointer to it, for it is the place."""
    answer = ask(server, {**QUESTION, **body} if isinstance(body, dict) else json.dumps(body))
    assert answer.status_code == 422
    problem = answer.json()
    assert all(UNHEARD_OF not in place["detail"] for place in problem["errors"])
    (place,) = problem["errors"]
    assert UNHEARD_OF not in problem["detail"].removeprefix(place["pointer"])


@pytest.mark.parametrize("declared", ["text/plain", "text/json", "application/jsonx", "application/problem+json", ""])
def test_content_type_that_is_not_taken(server, declared):
    answer = server.client.post("/v1/plan", content=json.dumps(QUESTION), headers={"Content-Type": declared})
    assert "application/json" in check_problem(answer, 415, "unsupported-media-type")["detail"]


def test_other_methods_are_not_taken(server):
    for method in ("GET", "PUT", "DELETE"):
        check_problem(server.client.request(method, "/v1/plan"), 405, "method-not-allowed")


def test_a_warp_takes_no_json(server):
    check_problem(server.client.post("/v1/warp?op=identity", json=QUESTION), 415, "unsupported-media-type")


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "application/octet-stream", "image/png"])
def test_json_is_known_by_its_brace_where_its_type_is_not_declared(server, content_type):
    """As `curl -d` sends it; no picture begins so."""
    question = {"spec": {"ops": []}, "source": {"width": 3, "height": 2}}
    declared = server.client.post("/v1/plan", json=question)
    body = b"\xef\xbb\xbf \r\n\t" + json.dumps(question).encode()
    undeclared = server.client.post("/v1/plan", content=body, headers={"Content-Type": content_type})
    assert declared.status_code == undeclared.status_code == 200
    assert declared.json() == undeclared.json()
    broken = server.client.post("/v1/plan", content=b'{"source"', headers={"Content-Type": content_type})
    wire.check_problem(broken, 400, "malformed-request")
