"""The OpenAPI document: valid, complete, closed, and with examples that hold."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.datastructures import QueryParams

from core import Size
from service import spec
from service.app import create_app
from service.openapi import EXAMPLE_SPEC
from service.problems import BUG, PROBLEMS
from service.resolve import resolve
from service.settings import Settings
from service.spec.models import ONE_SPEC, SPEC_LIST
from service.spec.shorthand import OPTIONS
from service.spec.sources import PARAMETERS, find_specs
from service.spec.text import read_specs
from service.upload import PARTS

APP = create_app(Settings())
DOCUMENT: dict[str, Any] = json.loads(json.dumps(APP.openapi()))
SCHEMAS = DOCUMENT["components"]["schemas"]
WARP = DOCUMENT["paths"]["/v1/warp"]["post"]
FORM = WARP["requestBody"]["content"]["multipart/form-data"]
QUERY = {parameter["name"]: parameter for parameter in WARP["parameters"]}
MODELS = {
    model.__name__: model
    for model in (
        *spec.OPS.values(),
        *spec.FORMATS.values(),
        spec.CanvasSize,
        spec.Region,
        spec.OpsSpec,
        spec.MatrixSpec,
    )
}


def walk(value, path=""):
    """Every object of a document with its pointer."""
    if isinstance(value, dict):
        yield path, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from walk(child, f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}")


def follow(reference):
    current = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        current = current[part.replace("~1", "/").replace("~0", "~")]
    return current


def validator(schema):
    """Judges by a schema of the document, whose references lead into it."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def is_valid(schema, value):
    return validator(schema).is_valid(value)


def test_the_document_is_valid_openapi_3_1():
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_valid_json_schema(name):
    Draft202012Validator.check_schema(SCHEMAS[name])


def test_every_reference_leads_somewhere_and_every_schema_is_used():
    references = {value["$ref"] for _, value in walk(DOCUMENT) if isinstance(value.get("$ref"), str)}
    assert references
    for reference in references:
        assert isinstance(follow(reference), dict)
    mapped = {to for _, value in walk(DOCUMENT) for to in value.get("discriminator", {}).get("mapping", {}).values()}
    assert {f"#/components/schemas/{name}" for name in SCHEMAS} == references | mapped


def test_the_form_is_listed_first_and_no_picture_type_is_a_wildcard():
    body = WARP["requestBody"]
    assert list(body["content"]) == [
        "multipart/form-data",
        "application/octet-stream",
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/bmp",
        "image/gif",
    ]
    assert body["required"] is True
    for kind, content in list(body["content"].items())[1:]:
        assert content["schema"] == {"type": "string", "format": "binary"}, kind


def test_the_form_has_arrays_of_pictures_and_of_maps_and_one_or_more_specs():
    schema = SCHEMAS["WarpForm"]
    assert FORM["schema"] == {"$ref": "#/components/schemas/WarpForm"}
    assert list(schema["properties"]) == ["image", "map", "spec"]
    assert set(schema["properties"]) == set(PARTS)
    assert schema["required"] == ["image"]
    image, maps, specs = (schema["properties"][name] for name in ("image", "map", "spec"))
    assert (image["type"], image["items"]) == ("array", {"type": "string", "format": "binary"})
    assert (maps["type"], maps["items"]) == (image["type"], image["items"])
    assert (image["minItems"], "minItems" in maps) == (1, False)
    assert [choice.get("$ref", choice.get("type")) for choice in specs["oneOf"]] == [
        "#/components/schemas/WarpSpec",
        "array",
    ]
    assert specs["oneOf"][1]["items"] == {"$ref": "#/components/schemas/WarpSpec"}
    assert FORM["encoding"] == {"spec": {"contentType": "application/json"}}


def test_a_warp_spec_is_ops_or_a_matrix_and_never_both():
    one_spec = {"$ref": "#/components/schemas/WarpSpec"}
    rows = [[1, 0, 0], [0, 1, 0]]
    assert is_valid(one_spec, {"ops": []})
    assert is_valid(one_spec, {"matrix": rows})
    for wrong in ({}, {"ops": [], "matrix": rows}, {"ops": [], "convention": "css"}, [], 5):
        assert not is_valid(one_spec, wrong), wrong


def test_the_shorthand_has_examples_and_the_first_is_empty():
    examples = list(QUERY["op"]["examples"].values())
    assert examples[0]["value"] == []
    assert len(examples) > 1
    assert (QUERY["op"]["style"], QUERY["op"]["explode"]) == ("form", True)
    assert "example" not in QUERY["op"]
    for example in examples[1:]:
        assert is_valid(QUERY["op"]["schema"], example["value"])
        (found,) = find_specs([], QueryParams([("op", text) for text in example["value"]]))
        assert len(found.spec.ops) == len(example["value"])
        assert resolve(found.spec, Size(640, 480), Settings(), rasters=()).canvas.pixels > 0


def test_the_query_has_just_the_parameters_that_the_service_reads():
    assert set(QUERY) == set(PARAMETERS)
    assert [name for name, parameter in QUERY.items() if parameter["in"] != "query" or parameter.get("required")] == []


NEEDED_BESIDE = {
    "fit": [("canvas", "5x5")],
    "quality": [("format", "webp")],
    "lossless": [("format", "webp")],
}


@pytest.mark.parametrize(
    ("option", "field"),
    [("canvas", "canvas"), ("filter", "filter"), ("border", "border"), ("light", "light"), ("format", None)],
)
def test_all_names_that_an_option_takes_are_told(option, field):
    def names(schema):
        return {name for _, value in walk(schema) for name in (*value.get("enum", ()), value.get("const")) if name}

    taken = names(SCHEMAS["OpsSpec"]["properties"][field]) if field else set(spec.FORMATS)
    assert taken
    assert taken <= set(re.findall(r"`([^`]+)`", QUERY[option]["description"]))


@pytest.mark.parametrize("option", OPTIONS)
def test_the_values_that_an_option_is_said_to_take_are_taken(option):
    named = re.findall(r"`([^`]+)`", QUERY[option]["description"])[1:]
    assert named
    for value in named:
        query = [(option, value), *NEEDED_BESIDE.get(option, [])]
        assert len(find_specs([], QueryParams(query))) == 1


def test_every_status_of_a_problem_is_documented_with_its_codes():
    responses = WARP["responses"]
    told = [row for row in PROBLEMS.values() if row.status not in {401, 403}]  # see test_tokens_are_declared
    assert set(responses) == {"200", "431", "500"} | {str(row.status) for row in told}
    for row in [*told, BUG]:
        response = responses[str(row.status)]
        assert f"`{row.code}`" in response["description"]
        content = response["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert content["examples"][row.code]["value"]["code"] == row.code


def test_a_success_is_a_picture_or_a_container_and_tells_of_its_headers():
    response = WARP["responses"]["200"]
    binary = {"schema": {"type": "string", "format": "binary"}}
    kinds = ["image/png", "image/webp", "image/jpeg", "application/zip", "multipart/mixed"]
    assert response["content"] == dict.fromkeys(kinds, binary)
    assert list(response["content"]) == kinds  # the first is what the docs page asks for
    assert set(response["headers"]) == {
        "Content-Disposition",
        "Server-Timing",
        "Warp-Engine",
        "Warp-Items",
        "Warp-Matrix",
        "Warp-Output-Size",
        "Warp-Source-Animation",
        "Warp-Source-Depth",
        "Warp-Source-Size",
        "X-Request-ID",
    }
    assert "absent when the map is not projective" in response["headers"]["Warp-Matrix"]["description"]
    assert "Retry-After" in WARP["responses"]["503"]["headers"]
    assert "Accept-Post" in WARP["responses"]["415"]["headers"]


def test_every_operation_is_described_tagged_and_named_once():
    operations = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["tags"]
        assert operation["description"]
        assert operation["responses"]


def test_the_addresses_of_the_api_are_in_the_document_and_its_pages_are_not():
    operation = {"/livez", "/readyz", "/metrics", "/version", "/problems/{code}"}
    assert set(DOCUMENT["paths"]) == {"/v1/warp", "/v1/plan", "/v1/limits"} | operation


def test_tokens_are_declared_where_they_are_needed():
    assert "securitySchemes" not in DOCUMENT["components"]
    document = create_app(Settings(tokens=("0123456789abcdef",), token_pages=("api",))).openapi()
    assert document["components"]["securitySchemes"]["token"].items() >= {"type": "http", "scheme": "bearer"}.items()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            needs_one = path.startswith("/v1/")
            assert (operation.get("security") == [{"token": []}]) == needs_one
            assert ({"401", "403"} <= operation["responses"].keys()) == needs_one


def test_an_unknown_code_of_a_problem_is_documented_as_404():
    responses = DOCUMENT["paths"]["/problems/{code}"]["get"]["responses"]
    assert set(responses) == {"200", "404", "431", "500"}
    assert list(responses["404"]["content"]) == ["application/problem+json"]


def examples_of(schema):
    yield from schema.get("examples", [])
    if "example" in schema:
        yield schema["example"]


@pytest.mark.parametrize("name", MODELS)
def test_a_models_examples_hold_by_its_schema_and_by_the_model_itself(name):
    examples = list(examples_of(SCHEMAS[name]))
    assert examples
    for example in examples:
        assert [error.message for error in validator(SCHEMAS[name]).iter_errors(example)] == []
        MODELS[name].model_validate_json(json.dumps(example))


def test_the_forms_example_is_a_spec_by_the_schema_and_by_the_service():
    specs = SCHEMAS["WarpForm"]["properties"]["spec"]
    assert specs["example"] == EXAMPLE_SPEC
    assert is_valid(specs, EXAMPLE_SPEC)
    assert is_valid(specs, [EXAMPLE_SPEC])
    assert is_valid(specs, [EXAMPLE_SPEC, EXAMPLE_SPEC])
    assert not is_valid(specs, [])
    assert len(read_specs(json.dumps(EXAMPLE_SPEC))) == 1


def test_the_examples_of_fields_and_of_problems_hold_too():
    checked = 0
    for path, value in walk(DOCUMENT):
        holds_schema = "/schemas/" in path and not path.endswith(("/properties", "/examples"))
        for example in examples_of(value) if holds_schema and isinstance(value.get("examples", []), list) else ():
            assert [error.message for error in validator(value).iter_errors(example)] == [], path
            checked += 1
        if path.endswith("/application~1problem+json"):
            for example in value["examples"].values():
                assert is_valid(value["schema"], example["value"]), path
                checked += 1
    assert checked > len(PROBLEMS) + len(MODELS)


def test_the_schema_has_no_open_object():
    objects = {path: value for path, value in walk(SCHEMAS) if value.get("type") == "object"}
    assert {path.removeprefix("/") for path in objects} >= set(MODELS)
    closed = {
        path: value for path, value in objects.items() if path not in {"/Problem", "/HeadProblem"}
    }  # RFC 9457, 3.2
    assert [path for path, value in closed.items() if value.get("additionalProperties") is not False] == []


def test_the_document_says_the_same_of_specs_as_the_service_does():
    for adapter in (ONE_SPEC, SPEC_LIST):
        for path, value in walk(adapter.json_schema()["$defs"]):
            if value.get("type") == "object":
                assert set(SCHEMAS[value["title"]]["properties"]) == set(value["properties"]), path


def test_the_document_is_made_once():
    assert APP.openapi() is APP.openapi()
