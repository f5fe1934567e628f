"""What the OpenAPI document says of errors: the schema of their documents, and an example of each, with its request."""

from collections.abc import Iterable
from typing import Any

from service.connection import LONGEST_HEAD
from service.errors import Draining, Overloaded
from service.formats import USUAL
from service.media_types import PROBLEM_TYPE, accepted
from service.problem_examples import EXAMPLES
from service.problems import BUG, PROBLEMS, ROUTER_PROBLEMS, Problem, example_of

Responses = dict[int | str, dict[str, Any]]

SCHEMAS: dict[str, Any] = {
    "Problem": {
        "title": "Problem",
        "description": "An RFC 9457 problem document.",
        "type": "object",
        "required": ["type", "title", "status", "detail", "instance", "code", "errors"],
        "properties": {
            "type": {
                "type": "string",
                "format": "uri-reference",
                "description": "where the kind of problem is explained",
            },
            "title": {"type": "string", "description": "the kind of problem, in words"},
            "status": {"type": "integer", "description": "the HTTP status"},
            "detail": {"type": "string", "description": "what is wrong and how to mend it"},
            "instance": {"type": "string", "description": "names this request"},
            "code": {"type": "string", "description": "the kind of problem; stable, for programs"},
            "errors": {
                "type": "array",
                "description": "the places that are wrong, if it is the spec",
                "items": {"$ref": "#/components/schemas/Violation"},
            },
            "item": {"type": "integer", "description": "which of several results it is, from 1; with on_error=fail"},
        },
        "examples": [example_of(PROBLEMS[kind]) for kind in PROBLEMS if PROBLEMS[kind].code == "invalid-spec"],
    },
    "Violation": {
        "title": "Violation",
        "description": "A place in the client's JSON, and what is wrong there.",
        "type": "object",
        "additionalProperties": False,
        "required": ["pointer", "detail"],
        "properties": {
            "pointer": {"type": "string", "description": "JSON pointer into the spec, or into a plan's body"},
            "detail": {"type": "string", "description": "what is wrong and how to mend it"},
        },
    },
    "HeadProblem": {
        "title": "HeadProblem",
        "description": "What is said of a head that is refused. It makes no request, so there is less to say than in a "
        "`Problem`.",
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"const": "about:blank", "description": "the status says it all"},
            "title": {"type": "string", "description": "the status in words"},
            "status": {"type": "integer", "description": "the HTTP status"},
            "detail": {"type": "string", "description": "what is wrong"},
        },
    },
}

HEAD_TOO_LONG = {
    "type": "about:blank",
    "title": "Request Header Fields Too Large",
    "status": 431,
    "detail": f"a request's head has at most {LONGEST_HEAD} bytes",
}


def _header(description: str, schema: dict[str, Any], example: object) -> dict[str, Any]:
    return {"description": description, "schema": schema, "example": example}


_HEADERS = {
    401: {"WWW-Authenticate": _header("the scheme of the tokens", {"type": "string"}, "Bearer")},
    415: {"Accept-Post": _header("what is read", {"type": "string"}, accepted(USUAL))},
    503: {"Retry-After": _header("seconds to wait", {"type": "integer"}, 2)},
}


def _response(kinds: list[Problem]) -> dict[str, Any]:
    """Describe the answers of one status."""
    examples = {
        kind.code: {"summary": kind.title, "description": EXAMPLES[kind.code].words, "value": example_of(kind)}
        for kind in kinds
    }
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
    headers = _HEADERS.get(kinds[0].status)
    return {
        "description": "; ".join(f"{kind.title} (`{kind.code}`)" for kind in kinds),
        **({"headers": headers} if headers else {}),
        "content": {PROBLEM_TYPE: content},
    }


def _responses(kinds: Iterable[Problem]) -> Responses:
    """Describe answers of any status, the lowest first."""
    by_status: dict[int, list[Problem]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(kind)
    return {status: _response(by_status[status]) for status in sorted(by_status)}


_ONLY_WITH_TOKENS = (401, 403)

OF_ANY: Responses = {
    431: {
        "description": "The request's head is too long",
        "content": {
            PROBLEM_TYPE: {
                "schema": {"$ref": "#/components/schemas/HeadProblem"},
                "examples": {"head": {"summary": "a head that is too long", "value": HEAD_TOO_LONG}},
            }
        },
    },
    **_responses([BUG]),
}
"""What any request can get."""

OF_PICTURES: Responses = _responses(kind for kind in PROBLEMS.values() if kind.status not in _ONLY_WITH_TOKENS)
"""What a request with pictures or a spec can get too."""

WITH_TOKENS: Responses = _responses(kind for kind in PROBLEMS.values() if kind.status in _ONLY_WITH_TOKENS)
"""What a request can get that needs a token."""

NOT_READY: Responses = _responses([PROBLEMS[Draining], PROBLEMS[Overloaded]])

NOT_FOUND: Responses = _responses([ROUTER_PROBLEMS[404]])
