"""Errors on the wire: RFC 9457 problem documents, all from one table."""

import logging
import random
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from service import errors
from service.media_types import PROBLEM_TYPE, accepted
from service.problem_examples import EXAMPLES
from service.record import record_of
from service.request_id import request_id_of
from service.settings import Settings

logger = logging.getLogger("gridwarp.problems")


class Problem(NamedTuple):
    """A kind of error: its status, its stable code and what it means."""

    status: int
    code: str
    title: str


PROBLEMS: dict[type[errors.ServiceError], Problem] = {
    errors.MalformedRequest: Problem(400, "malformed-request", "The request is not well-formed JSON or multipart"),
    errors.EmptyBody: Problem(400, "empty-body", "No picture was sent"),
    errors.UploadTooLarge: Problem(413, "upload-too-large", "The upload exceeds a limit"),
    errors.BatchTooLarge: Problem(413, "batch-too-large", "The batch exceeds a limit"),
    errors.UnsupportedMedia: Problem(415, "unsupported-media-type", "The request's content type is not supported"),
    errors.UnsupportedImage: Problem(415, "unsupported-image", "The picture's format is not supported"),
    errors.UndecodableImage: Problem(422, "undecodable-image", "The picture is broken"),
    errors.ImageTooLarge: Problem(422, "image-too-large", "The source or the output exceeds a limit of pixels"),
    errors.InvalidSpec: Problem(422, "invalid-spec", "The spec or a parameter is not valid"),
    errors.SpecMissing: Problem(422, "spec-missing", "No spec was sent"),
    errors.SpecGivenTwice: Problem(422, "spec-given-twice", "The spec is given in more than one place"),
    errors.MapMissing: Problem(422, "map-missing", "A displacement map was not sent"),
    errors.WrongCounts: Problem(422, "wrong-counts", "The numbers of pictures and specs do not go together"),
    errors.ImpossibleGeometry: Problem(422, "impossible-geometry", "No picture can come of this map"),
    errors.TokenMissing: Problem(401, "token-missing", "A token is needed"),
    errors.TokenWrong: Problem(403, "token-wrong", "The token is not valid"),
    errors.UploadTooSlow: Problem(408, "upload-too-slow", "The body did not come in time"),
    errors.DeadlineExceeded: Problem(503, "deadline-exceeded", "The request took too long"),
    errors.Draining: Problem(503, "draining", "The service is stopping"),
    errors.Overloaded: Problem(503, "overloaded", "The service is busy"),
}

ROUTER_PROBLEMS = {
    400: Problem(400, "malformed-request", "The request is not well-formed"),
    404: Problem(404, "not-found", "There is nothing at this address"),
    405: Problem(405, "method-not-allowed", "The address does not take this method"),
}

TOLD_PLACES = 3
"""Places that the detail names; all are in `errors`."""

BUG = Problem(500, "internal-error", "The service has a fault")

CLIENT_LEFT = 499
"""What is noted of a request whose client did not wait for the answer, as nginx does; it is never sent."""

_TOLD = "gridwarp.told"
"""An exception's mark: it is in the log."""


def add_problem_handlers(app: FastAPI, settings: Settings) -> None:
    """Answer every error of the app with a problem document, and have each bug logged once, with the request's id.

    Args:
        app: the application.
        settings: say how long a client is told to wait after a 503, and what to send after a 415.
    """

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, errors.ServiceError)  # noqa: S101 (the registration below says so)
        return problem_response(error, request.scope, settings)

    async def not_routed(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 (the registration below says so)
        problem = ROUTER_PROBLEMS.get(error.status_code) or Problem(
            error.status_code, "http-error", HTTPStatus(error.status_code).phrase
        )
        detail = f"{problem.title}; see /docs for what the service offers"
        record_of(request.scope).problem = problem.code if problem.code in all_codes() else ""
        return _response(_document(problem, detail, request_id_of(request.scope)), error.headers or {})

    async def broken(request: Request, error: Exception) -> Response:
        request_id = request_id_of(request.scope)
        logger.error("request %s failed", request_id, exc_info=error)
        vars(error)[_TOLD] = True
        detail = "this is a bug of the service, not of the request; please report it with the request's id"
        headers = {
            "X-Request-ID": request_id,
            "Connection": "close",
        }  # the server closes it whenever an error gets so far
        return _response(_document(BUG, detail, request_id), headers)

    async def gone(request: Request, _error: Exception) -> Response:
        record_of(request.scope).cut_short = "client-left"
        return Response(status_code=CLIENT_LEFT)  # nobody reads it

    app.add_exception_handler(errors.ServiceError, refused)
    app.add_exception_handler(HTTPException, not_routed)
    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(Exception, broken)
    logging.getLogger("uvicorn.error").addFilter(_is_news)


def _is_news(event: logging.LogRecord) -> bool:
    """Leave out a bug that the server, which gets it in the end, would tell once more, and without the request's id."""
    error = event.exc_info[1] if event.exc_info else None
    return _TOLD not in getattr(error, "__dict__", ())


def problem_response(error: errors.ServiceError, scope: Scope, settings: Settings) -> Response:
    """Write a ServiceError as a problem document with its status and headers."""
    problem = PROBLEMS[type(error)]
    record_of(scope).problem = problem.code
    headers = {}
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(_some_seconds(settings.retry_after))
    if problem.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        headers["Accept-Post"] = accepted(settings.formats)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return _response(problem_document(error, request_id_of(scope)), headers)


def _some_seconds(least: int) -> int:
    """Choose when to come again, up to three times as late: a crowd that is refused at once is not to come back so."""
    return random.randint(least, 3 * least)  # noqa: S311 (nobody gains by guessing it)


def problem_document(error: errors.ServiceError, request_id: str) -> dict[str, Any]:
    """Write a ServiceError as the members of a problem document (RFC 9457, section 3)."""
    told = _in_one_sentence(error.detail, error.violations)
    detail = f"result {error.item}: {told}" if error.item else told
    document = _document(PROBLEMS[type(error)], detail, request_id, error.violations)
    return document | {"item": error.item} if error.item else document


def _in_one_sentence(detail: str, violations: tuple[errors.Violation, ...]) -> str:
    """Say what is wrong and where, in one sentence for those who show nothing else."""
    places = [f"{place.pointer}: {place.detail}".removeprefix(": ") for place in violations]
    if len(places) <= 1:
        return "".join(places) or detail
    more = f"; and {len(places) - TOLD_PLACES} more" if len(places) > TOLD_PLACES else ""
    return f"{detail}: {'; '.join(places[:TOLD_PLACES])}{more}"


def describe(code: str) -> dict[str, Any] | None:
    """Look up what a problem's type means, with an example of a request that has it, or None."""
    row = next((row for row in _known() if row.code == code), None)
    if row is None:
        return None
    example = {"request": EXAMPLES[code].words, "problem": example_of(row)}
    return {"code": row.code, "status": row.status, "title": row.title, "example": example}


def example_of(problem: Problem) -> dict[str, Any]:
    """Give the problem document of the example's request; only the name of the request is made up."""
    example = EXAMPLES[problem.code]
    return _document(problem, _in_one_sentence(example.detail, example.errors), "1ec9ec6918a647c7", example.errors)


def all_codes() -> tuple[str, ...]:
    """List the codes of all problems, each once."""
    return tuple(dict.fromkeys(row.code for row in _known()))


def _known() -> list[Problem]:
    return [*PROBLEMS.values(), *ROUTER_PROBLEMS.values(), BUG]


def _document(
    problem: Problem, detail: str, request_id: str, violations: tuple[errors.Violation, ...] = ()
) -> dict[str, Any]:
    return {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "instance": f"urn:gridwarp:request:{request_id}",
        "code": problem.code,
        "errors": [{"pointer": place.pointer, "detail": place.detail} for place in violations],
    }


def _response(document: dict[str, Any], headers: Mapping[str, str]) -> Response:
    return JSONResponse(
        document,
        document["status"],
        headers={"Cache-Control": "no-store", **headers},
        media_type=PROBLEM_TYPE,
    )
