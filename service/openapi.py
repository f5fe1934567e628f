"""What the OpenAPI document says of the warp route, which takes a raw request and so is described by hand.

The schemas of the spec come from its models; the form lists multipart first, since the docs page offers that.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from service import openapi_plan, openapi_query, spec
from service.containers import CONTAINERS
from service.encode import FORMATS
from service.formats import MEDIA_TYPES, USUAL
from service.media_types import accepted
from service.plan_request import PlanRequest
from service.problems import PROBLEMS, ROUTER_PROBLEMS, Problem
from service.tokens import Tokens

SCHEMAS = "#/components/schemas/"

EXAMPLE_SPEC = {"ops": [{"op": "rotate", "angle": 30}], "canvas": "expand"}

WARP_SPEC = {
    "title": "WarpSpec",
    "description": "A warp: either a list of operations or one raw matrix.",
    "oneOf": [{"$ref": f"{SCHEMAS}OpsSpec"}, {"$ref": f"{SCHEMAS}MatrixSpec"}],
}

PROBLEM = {
    "title": "Problem",
    "description": "An RFC 9457 problem document.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "where the kind of problem is explained"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what is wrong and how to mend it"},
        "instance": {"type": "string", "description": "names this request"},
        "code": {"type": "string", "description": "stable, for programs"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the spec"},
                    "detail": {"type": "string"},
                },
            },
        },
        "item": {"type": "integer", "description": "which of several results it is, from 1; with on_error=fail"},
    },
}

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_ONE_OR_MORE_SPECS = {
    "description": "a spec, or an array of them for several results",
    "type": ["object", "array"],  # says no more than `oneOf` does, but makes the docs page give room for several lines
    "oneOf": [
        {"$ref": f"{SCHEMAS}WarpSpec"},
        {"type": "array", "items": {"$ref": f"{SCHEMAS}WarpSpec"}, "minItems": 1},
    ],
    "example": EXAMPLE_SPEC,
}

_FORM = {
    "schema": {
        "type": "object",
        "required": ["image"],
        "additionalProperties": False,
        "properties": {
            "image": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "string", "format": "binary"},
                "description": "one picture or several: PNG, JPEG, WebP, BMP or GIF, if GRIDWARP_FORMATS says no more",
            },
            "map": {
                "type": "array",
                "items": {"type": "string", "format": "binary"},
                "example": [],  # else the docs page shows a field for one, though none is needed
                "description": "pictures that the operation `displacement` moves pixels by, counted by its `map`",
            },
            "spec": _ONE_OR_MORE_SPECS,
        },
    },
    "encoding": {"spec": {"contentType": "application/json"}},
}


WARP: dict[str, Any] = {
    "parameters": openapi_query.OF_A_WARP,
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": _FORM}
        | dict.fromkeys(("application/octet-stream", *(MEDIA_TYPES[name] for name in USUAL)), _BINARY),
    },
}


PLAN: dict[str, Any] = {
    "parameters": openapi_query.OF_A_PLAN,
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": f"{SCHEMAS}PlanRequest"},
                "examples": openapi_plan.QUESTIONS,
            },
            **WARP["requestBody"]["content"],
        },
    },
}


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


HEADERS = {
    "Content-Disposition": _header("inline for a picture, attachment for several; with the output's name"),
    "Server-Timing": _header("milliseconds in the queue and, of one picture, in the decoder"),
    "Warp-Engine": _header("version and core that made the pixels"),
    "Warp-Items": _header("how many results there are; in a ZIP or multipart/mixed, whose parts have the other ones"),
    "Warp-Matrix": _header(
        "source -> output in pixels, corner origin: 9 numbers, row by row; absent when the map is not projective"
    ),
    "Warp-Output-Size": _header("WIDTHxHEIGHT"),
    "Warp-Source-Animation": _header(
        "which picture of an animated file, or of one with pages, it is: `first-frame`, or of a PNG the "
        "`default-image` if that is no frame"
    ),
    "Warp-Source-Depth": _header(
        "`16;reduced` where a source of 16 bits (or `10` or `12`, of AVIF) was read as 8 bits"
    ),
    "Warp-Source-Size": _header("WIDTHxHEIGHT, upright"),
    "X-Request-ID": _header("the request's name, the client's own if it sent one"),
}


def _problem_responses() -> dict[int | str, dict[str, Any]]:
    problems: dict[int, list[Problem]] = {}
    for problem in PROBLEMS.values():
        problems.setdefault(problem.status, []).append(problem)
    return {status: _problem_response(kinds) for status, kinds in sorted(problems.items())}


def _problem_response(kinds: list[Problem]) -> dict[str, Any]:
    examples = {kind.code: {"summary": kind.title, "value": _example(kind)} for kind in kinds}
    content = {"schema": {"$ref": f"{SCHEMAS}Problem"}, "examples": examples}
    description = "; ".join(f"{kind.title} (`{kind.code}`)" for kind in kinds)
    return {"description": description, "content": {"application/problem+json": content}}


def _example(kind: Problem) -> dict[str, Any]:
    return {
        "type": f"/problems/{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": "what is wrong and how to mend it",
        "instance": "urn:gridwarp:request:1ec9ec6918a647c7",
        "code": kind.code,
        "errors": [{"pointer": "/ops/0/op", "detail": "unknown operation"}] if kind.code == "invalid-spec" else [],
    }


_ONLY_WITH_TOKENS = (401, 403)
_PROBLEM_RESPONSES = _problem_responses()
_TOKEN_RESPONSES = {str(status): _PROBLEM_RESPONSES[status] for status in _ONLY_WITH_TOKENS}

RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "One result: the warped picture, in the format that the spec's `output` says. Several: a ZIP of "
        "pictures with `manifest.json` last, or multipart/mixed on request; both also for one result if `Accept` names "
        "them.",
        "headers": HEADERS,
        "content": dict.fromkeys((*(kind.media_type for kind in FORMATS.values()), *CONTAINERS), _BINARY),
    },
    **{status: response for status, response in _PROBLEM_RESPONSES.items() if status not in _ONLY_WITH_TOKENS},
}
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: _problem_response([ROUTER_PROBLEMS[404]])}

RESPONSES[415]["headers"] = {"Accept-Post": _header(f"what is read, such as {accepted(USUAL)}")}
RESPONSES[503]["headers"] = {"Retry-After": _header("seconds to wait")}

PLAN_RESPONSES: dict[int | str, dict[str, Any]] = RESPONSES | {
    200: {
        "description": "JSON with one spec: its plan. JSON with an array of specs, and pictures: an entry for each "
        "result, in order; a fault of one of them is its entry's problem.",
        "headers": {"X-Request-ID": HEADERS["X-Request-ID"]},
        "content": {"application/json": {"schema": openapi_plan.ANSWER}},
    }
}


def install(app: FastAPI, tokens: Tokens) -> None:
    """Let the application's document include the schemas that the hand-written parts refer to, and who may ask."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                routes=app.routes,
                license_info=app.license_info,
                separate_input_output_schemas=False,
            )
            schemas = made.setdefault("components", {}).setdefault("schemas", {})
            _drop_validation_errors(made["paths"], schemas)
            _declare_tokens(made, tokens)
            schemas.update(_spec_schemas(), WarpSpec=WARP_SPEC, Problem=PROBLEM, **openapi_plan.SCHEMAS)
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _declare_tokens(document: dict[str, Any], tokens: Tokens) -> None:
    """Say which operations need a token, so that the docs page can send one; without tokens none is refused for it."""
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if tokens.protect(path):
                operation["security"] = [{"token": []}]
                operation["responses"] |= _TOKEN_RESPONSES
    if tokens.protect(*document["paths"]):
        scheme = {"type": "http", "scheme": "bearer", "description": "one of the service's tokens"}
        document["components"]["securitySchemes"] = {"token": scheme}


def _drop_validation_errors(paths: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Take out the 422 that FastAPI adds to every route with a parameter; none of ours can give it."""
    for operation in (operation for path in paths.values() for operation in path.values()):
        if "application/json" in operation["responses"].get("422", {}).get("content", {}):
            del operation["responses"]["422"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)


def _spec_schemas() -> dict[str, Any]:
    models = [(model, "validation") for model in (spec.OpsSpec, spec.MatrixSpec, PlanRequest)]
    _, definitions = models_json_schema(models, ref_template=SCHEMAS + "{model}")  # type: ignore[arg-type]
    return {name: schema for name, schema in definitions["$defs"].items() if name != "Colour"}  # a fill is a string
