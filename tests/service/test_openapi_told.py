"""The OpenAPI document leaves nothing unsaid: all of it is described, and whatever may be sent or come is shown."""

import pytest

from service import spec
from service.openapi_query import OF_A_WARP
from service.plan_request import PlanRequest, SourceSize
from service.problem_examples import EXAMPLES
from service.problems import all_codes
from tests.service.test_openapi import DOCUMENT, MODELS, QUERY, SCHEMAS, examples_of, follow, validator, walk

OPERATIONS = {f"{method} {path}": found for path, item in DOCUMENT["paths"].items() for method, found in item.items()}
SAID = MODELS | {model.__name__: model for model in (PlanRequest, SourceSize)}
"""What clients write."""


def is_described(value):
    """Whether it says what it is, itself or where it refers to."""
    return bool(value.get("description")) or ("$ref" in value and is_described(follow(value["$ref"])))


def undescribed(parts, path):
    return [f"{path}/{name}" for name, value in parts.items() if not is_described(value)]


def test_every_operation_parameter_answer_and_header_is_described():
    missing = undescribed(OPERATIONS, "")
    for name, operation in OPERATIONS.items():
        missing += [name for text in ("summary", "description") if not operation[text]]
        missing += undescribed({found["name"]: found for found in operation.get("parameters", [])}, name)
        missing += undescribed(operation["responses"], name)
        for status, response in operation["responses"].items():
            missing += undescribed(response.get("headers", {}), f"{name} {status}")
    assert missing == []
    assert not [name for name, value in OPERATIONS.items() if "Successful Response" in str(value)]  # FastAPI's word


def test_every_schema_and_every_field_is_described():
    """Also fields of what stands within unions and arrays."""
    missing = undescribed(SCHEMAS, "")
    for path, value in walk(SCHEMAS):
        if path.endswith("/properties"):
            missing += undescribed(value, path)
    assert missing == []


def test_the_tags_are_those_of_the_operations_and_are_described():
    used = {tag for operation in OPERATIONS.values() for tag in operation["tags"]}
    assert {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]} == used


def test_operations_have_short_names():
    """Generated clients call their functions so."""
    names = {name: operation["operationId"] for name, operation in OPERATIONS.items()}
    assert names == {
        "post /v1/warp": "warp",
        "post /v1/plan": "plan",
        "get /v1/limits": "limits",
        "get /metrics": "metrics",
        "get /livez": "livez",
        "get /readyz": "readyz",
        "get /version": "version",
        "get /problems/{code}": "problem",
    }


@pytest.mark.parametrize("model", SAID.values(), ids=SAID)
def test_every_field_is_in_an_example(model):
    shown = {name for example in SCHEMAS[model.__name__]["examples"] for name in example}
    assert shown == set(model.model_fields)


@pytest.mark.parametrize("name", spec.OPS)
def test_the_first_example_of_an_operation_suits_a_picture_of_any_size(name):
    """Pages that let people add an operation begin with it."""
    model = spec.OPS[name]
    first = model.model_config["json_schema_extra"]["examples"][0]
    if "unit" in model.model_fields and not issubclass(model, spec.Centred):
        assert first["unit"] == "fraction"
    else:
        assert not first.keys() & {"center", "radius", "focal"}


@pytest.mark.parametrize("name", QUERY)
def test_every_parameter_has_examples(name):
    parameter = QUERY[name]
    shown = [example["value"] for example in parameter.get("examples", {}).values()] or parameter["schema"]["examples"]
    assert shown
    for value in shown:
        assert validator(parameter["schema"]).is_valid(value)


def test_the_docs_page_fills_in_no_parameter():
    """It would take an example beside the schema; and the shorthand does not go with the form's spec."""
    filled_in = [parameter["name"] for parameter in OF_A_WARP if "example" in parameter or "examples" in parameter]
    assert filled_in == ["op"]  # by its first example, which is empty: see test_openapi


def test_what_is_in_an_address_has_an_example():
    (parameter,) = OPERATIONS["get /problems/{code}"]["parameters"]
    assert set(parameter["schema"]["examples"]) <= set(all_codes())


def test_every_header_has_an_example():
    headers = [
        (f"{name} {status} {header}", told)
        for name, operation in OPERATIONS.items()
        for status, response in operation["responses"].items()
        for header, told in response.get("headers", {}).items()
    ]
    assert len(headers) > 10
    assert [place for place, told in headers if not validator(told["schema"]).is_valid(told.get("example"))] == []


def test_every_answer_that_is_no_picture_has_an_example():
    missing = []
    for name, operation in OPERATIONS.items():
        for status, response in operation["responses"].items():
            for kind, content in response["content"].items():
                schema = follow(content["schema"]["$ref"]) if "$ref" in content["schema"] else content["schema"]
                if schema.get("format") != "binary" and not (
                    content.keys() & {"example", "examples"} or list(examples_of(schema))
                ):
                    missing.append(f"{name} {status} {kind}")
    assert missing == []


def test_every_code_is_shown_with_its_request():
    assert set(EXAMPLES) == set(all_codes())
    shown = OPERATIONS["get /problems/{code}"]["responses"]["200"]["content"]["application/json"]["examples"]
    assert set(shown) == set(all_codes())
    for code, example in shown.items():
        assert example["value"]["example"]["request"] == EXAMPLES[code].words
    for operation in OPERATIONS.values():
        for response in operation["responses"].values():
            for code, example in response["content"].get("application/problem+json", {}).get("examples", {}).items():
                assert code == "head" or (example["description"], example["value"]) == (
                    EXAMPLES[code].words,
                    shown[code]["value"]["example"]["problem"],
                )
