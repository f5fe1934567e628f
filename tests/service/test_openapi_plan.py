"""What the OpenAPI document says of plans."""

import json

import pytest
from starlette.datastructures import QueryParams

from service.openapi_plan import QUESTIONS
from service.plan_answer import answer_question
from service.plan_request import MOST_MAPPED, PlanRequest, read_question
from service.settings import Settings
from tests.service.test_openapi import DOCUMENT, QUERY, SCHEMAS, WARP, is_valid, validator

PLAN = DOCUMENT["paths"]["/v1/plan"]["post"]
BODIES = PLAN["requestBody"]["content"]
QUESTION = BODIES["application/json"]["schema"]
ANSWER = PLAN["responses"]["200"]["content"]["application/json"]["schema"]
SIZE = {"width": 640, "height": 480}


def test_json_is_listed_first_and_then_all_that_a_warp_takes():
    assert list(BODIES) == ["application/json", *WARP["requestBody"]["content"]]
    assert {kind: body for kind, body in BODIES.items() if kind != "application/json"} == WARP["requestBody"]["content"]
    assert PLAN["requestBody"]["required"] is True


def test_the_query_is_that_of_a_warp_without_what_a_plan_has_not():
    assert {parameter["name"]: parameter for parameter in PLAN["parameters"]} == {
        name: parameter for name, parameter in QUERY.items() if name != "on_error"
    }


def test_every_status_of_a_warp_can_come():
    assert set(PLAN["responses"]) == set(WARP["responses"])
    for status in set(WARP["responses"]) - {"200"}:
        assert PLAN["responses"][status] == WARP["responses"][status]
    assert list(PLAN["responses"]["200"]["content"]) == ["application/json"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_examples_are_questions_by_the_schema_and_by_the_service(name):
    example = BODIES["application/json"]["examples"][name]["value"]
    assert is_valid(QUESTION, example)
    asked = read_question(json.dumps(example).encode(), QueryParams(""))
    assert asked.source == (640, 480)
    answer = json.loads(json.dumps(answer_question(asked, Settings(), "id")))
    assert [error.message for error in validator(ANSWER).iter_errors(answer)] == []


@pytest.mark.parametrize("example", SCHEMAS["PlanRequest"]["examples"])
def test_the_models_own_examples_hold_too(example):
    assert is_valid(QUESTION, example)
    assert read_question(json.dumps(example).encode(), QueryParams("")).source == (640, 480)


@pytest.mark.parametrize(
    ("question", "valid"),
    [
        ({"source": SIZE}, True),
        ({"source": SIZE, "spec": {"ops": []}, "points": [], "boxes": [[0, 0, 0, 0]]}, True),
        ({"source": SIZE, "spec": [{"ops": []}, {"matrix": [[1, 0, 0], [0, 1, 0]]}], "points": None}, True),
        ({"spec": {"ops": []}}, False),
        ({"source": SIZE, "spec": None}, False),
        ({"source": SIZE, "spec": []}, False),
        ({"source": SIZE, "spec": {"ops": [], "canvass": "same"}}, False),
        ({"source": {"width": 0, "height": 1}}, False),
        ({"source": {"width": 1.5, "height": 1}}, False),
        ({"source": SIZE, "points": [[1]]}, False),
        ({"source": SIZE, "points": [[1, 2, 3]]}, False),
        ({"source": SIZE, "points": [[0, 1e7]]}, False),
        ({"source": SIZE, "boxes": [[1, 2, 3]]}, False),
        ({"source": SIZE, "points": [[0, 0]] * (MOST_MAPPED + 1)}, False),
        ({"source": SIZE, "map_sizes": []}, True),
        ({"source": SIZE, "map_sizes": [SIZE, {"width": 1, "height": 1}]}, True),
        ({"source": SIZE, "map_sizes": None}, True),
        ({"source": SIZE, "map_sizes": [SIZE] * 65}, False),
        ({"source": SIZE, "map_sizes": [{"width": 5}]}, False),
        ({"source": SIZE, "map_sizes": [[5, 5]]}, False),
        ({"source": SIZE, "map_sizes": 2}, False),
        ({"source": SIZE, "maps": 2}, False),
        ([], False),
    ],
)
def test_the_schema_takes_what_the_service_takes(question, valid):
    assert is_valid(QUESTION, question) is valid


PLANNED = {
    "source": SIZE,
    "output": SIZE,
    "output_from_source": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    "source_from_output": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    "scale": {"smallest": 1.0, "largest": None},
    "uncovered": False,
    "exact_copy": True,
    "points": [[1.0, 2.0], None],
    "boxes": [None, [0.0, 1.0, 2.0, 3.0]],
    "cost": {"source_pixels": 1, "output_pixels": 1, "taps": 1, "total": 2},
}
ENTRY = {"index": 1, "picture": 1, "spec": 1, "status": 200, "plan": PLANNED}


def test_an_answer_is_a_plan_or_entries():
    assert is_valid(ANSWER, PLANNED)
    assert is_valid(ANSWER, {**PLANNED, "output_from_source": None, "source_from_output": None})
    assert is_valid(ANSWER, [ENTRY])
    for wrong in (
        [],
        [PLANNED],
        ENTRY,
        {**PLANNED, "more": 1},
        {name: value for name, value in PLANNED.items() if name != "cost"},
        {**PLANNED, "points": [[1.0]]},
        {**PLANNED, "output_from_source": [[1.0, 0.0, 0.0]]},
        {**PLANNED, "source_from_output": [1.0, 0.0, 0.0]},
        {**PLANNED, "scale": {"smallest": 0.0, "largest": 1.0}},
        [{**ENTRY, "problem": {}}],
        [{**ENTRY, "plan": {}}],
    ):
        assert not is_valid(ANSWER, wrong), wrong


def test_the_document_knows_the_fields_of_the_model():
    assert set(SCHEMAS["PlanRequest"]["properties"]) == set(PlanRequest.model_fields)
    assert SCHEMAS["PlanRequest"]["required"] == ["source"]
