"""What the OpenAPI document says of the warp route, which takes a raw request and so is described by hand.

The schemas of the spec come from its models; the form lists multipart first, since the docs page offers that.
"""

import json
from functools import cache
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from service import openapi_plan, openapi_problems, openapi_query, spec
from service.asset import Asset
from service.containers import CONTAINERS
from service.encode import FORMATS
from service.engine import VERSION
from service.formats import MEDIA_TYPES, USUAL
from service.openapi_problems import Responses
from service.plan_request import PlanRequest
from service.problems import all_codes, describe
from service.tokens import Tokens

SCHEMAS = "#/components/schemas/"

EXAMPLE_SPEC = {"ops": [{"op": "rotate", "angle": 30}], "canvas": "expand"}

WARP_SPEC = {
    "title": "WarpSpec",
    "description": "A warp: either a list of operations or one raw matrix.",
    "oneOf": [{"$ref": f"{SCHEMAS}OpsSpec"}, {"$ref": f"{SCHEMAS}MatrixSpec"}],
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

FORM = {
    "title": "WarpForm",
    "description": "Pictures and what is to be done with them.",
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
}

_FORM = {
    "schema": {"$ref": f"{SCHEMAS}WarpForm"},
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


def _header(description: str, example: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}, "example": example}


HEADERS = {
    "Content-Disposition": _header(
        "inline for a picture, attachment for several; with the output's name",
        """inline; filename="photo-warped.png"; filename*=UTF-8''photo-warped.png""",
    ),
    "Server-Timing": _header(
        "milliseconds in the queue and, of one picture, in the decoder", "queue;dur=0.1, decode;dur=5.4"
    ),
    "Warp-Engine": _header("version and core that made the pixels", f"{VERSION}; compiled"),
    "Warp-Items": _header(
        "how many results there are; in a ZIP or multipart/mixed, whose parts have the other ones", "2"
    ),
    "Warp-Matrix": _header(
        "source -> output in pixels, corner origin: 9 numbers, row by row; absent when the map is not projective",
        "2.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 1.0",
    ),
    "Warp-Output-Size": _header("WIDTHxHEIGHT", "902x600"),
    "Warp-Source-Animation": _header(
        "which picture of an animated file, or of one with pages, it is: `first-frame`, or of a PNG the "
        "`default-image` if that is no frame",
        "first-frame",
    ),
    "Warp-Source-Depth": _header(
        "`16;reduced` where a source of 16 bits (or `10` or `12`, of AVIF) was read as 8 bits", "16;reduced"
    ),
    "Warp-Source-Size": _header("WIDTHxHEIGHT, upright", "451x300"),
    "X-Request-ID": _header("the request's name, the client's own if it sent one", "1ec9ec6918a647c7"),
}


METRICS = """\
# HELP gridwarp_requests_total Requests by address and status.
# TYPE gridwarp_requests_total counter
gridwarp_requests_total{route="/v1/warp",status="200"} 0.0
"""
"""The beginning of what is measured."""

RESPONSES: Responses = {
    200: {
        "description": "One result: the warped picture, in the format that the spec's `output` says. Several: a ZIP of "
        "pictures with `manifest.json` last, or multipart/mixed on request; both also for one result if `Accept` names "
        "them.",
        "headers": HEADERS,
        "content": dict.fromkeys((*(kind.media_type for kind in FORMATS.values()), *CONTAINERS), _BINARY),
    },
    **openapi_problems.OF_PICTURES,
}

PLAN_RESPONSES: Responses = RESPONSES | {
    200: {
        "description": "JSON with one spec: its plan. JSON with an array of specs, and pictures: an entry for each "
        "result, in order; a fault of one of them is its entry's problem.",
        "headers": {"X-Request-ID": HEADERS["X-Request-ID"]},
        "content": {"application/json": {"schema": openapi_plan.ANSWER, "examples": openapi_plan.ANSWERS}},
    }
}


METRICS_RESPONSES: Responses = {
    200: {
        "description": "The numbers, as Prometheus reads them.",
        "content": {"text/plain": {"schema": {"type": "string"}, "example": METRICS}},
    }
}

PROBLEM_RESPONSES: Responses = {
    200: {
        "description": "What the type means.",
        "content": {
            "application/json": {
                "examples": {code: {"summary": code, "value": describe(code)} for code in all_codes()},
            }
        },
    },
    **openapi_problems.NOT_FOUND,
}

DESCRIPTION = """\
Send pictures and a spec that says how they are to be warped; the answer is the warped pictures. `POST /v1/plan` takes
the same and answers with the geometry instead of pixels.

An error is a problem document (RFC 9457). Its `code` is for programs, its `detail` says how to mend it, its `errors`
point into the spec, and its `type` is an address that explains it. A head that is refused (400, 408, 431) makes no
request: its problem has the type `about:blank`, and no `code`, `errors` and `instance`."""

TAGS = [
    {"name": "warp", "description": "Warp pictures, or ask first what a warp would do"},
    {
        "name": "operation",
        "description": "For those who run the service: is it alive, what does it do, what went wrong",
    },
]

SERVERS = [{"url": ".", "description": "where this document is, below whatever prefix a proxy puts before it"}]


def install(app: FastAPI, tokens: Tokens) -> None:
    """Let the application's document include the schemas that the hand-written parts refer to, and who may ask."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=DESCRIPTION,
                routes=app.routes,
                tags=TAGS,
                servers=SERVERS,
                license_info=app.license_info,
                separate_input_output_schemas=False,
            )
            schemas = made.setdefault("components", {}).setdefault("schemas", {})
            _drop_validation_errors(made["paths"], schemas)
            _declare_tokens(made, tokens)
            _declare_what_any_request_gets(made["paths"])
            schemas.update(
                _spec_schemas(), WarpSpec=WARP_SPEC, WarpForm=FORM, **openapi_problems.SCHEMAS, **openapi_plan.SCHEMAS
            )
            app.openapi_schema = made
        return app.openapi_schema

    @cache
    def asset() -> Asset:
        text = json.dumps(app.openapi(), ensure_ascii=False, separators=(",", ":"))
        return Asset(text.encode(), "application/json")

    async def serve(request: Request) -> Response:
        made = await to_thread.run_sync(asset)  # a quarter of a second, the first time
        return await made.respond(request)

    app.openapi = document  # type: ignore[method-assign]
    app.add_api_route("/openapi.json", serve, methods=["GET", "HEAD"], include_in_schema=False, response_model=None)


def _declare_tokens(document: dict[str, Any], tokens: Tokens) -> None:
    """Say which operations need a token, so that the docs page can send one; without tokens none is refused for it."""
    document["security"] = []  # if nothing else is said: none
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if tokens.protect(path):
                operation["security"] = [{"token": []}]
                operation["responses"] |= _written(openapi_problems.WITH_TOKENS)
    if tokens.protect(*document["paths"]):
        scheme = {"type": "http", "scheme": "bearer", "description": "one of the service's tokens"}
        document["components"]["securitySchemes"] = {"token": scheme}


def _declare_what_any_request_gets(paths: dict[str, Any]) -> None:
    for operation in (operation for path in paths.values() for operation in path.values()):
        operation["responses"] |= _written(openapi_problems.OF_ANY)


def _written(responses: Responses) -> dict[str, Any]:
    return {str(status): response for status, response in responses.items()}


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
    schemas: dict[str, Any] = definitions["$defs"]
    del schemas["Colour"]  # a fill is a string
    for one_spec in ("OpsSpec", "MatrixSpec"):
        output = schemas[one_spec]["properties"]["output"]
        output["x-default"] = output.pop("default")  # an object: generators of clients make nothing of such a default
    return schemas
