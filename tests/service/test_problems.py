"""Every error has one row in one table, and none of them tells what it should not."""

import asyncio
import logging

import httpx
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from service import errors
from service.errors import Violation
from service.media_types import accepted
from service.problems import BUG, PROBLEMS, ROUTER_PROBLEMS, add_problem_handlers, describe
from service.request_id import RequestId
from service.settings import Settings

SETTINGS = Settings(retry_after=7, formats=("png", "tiff"))
PRIVATE = "Qm4rkZ /etc/passwd"

# What the design's table of statuses says.
STATUS = {
    "MalformedRequest": 400,
    "EmptyBody": 400,
    "UploadTooLarge": 413,
    "BatchTooLarge": 413,
    "UnsupportedMedia": 415,
    "UnsupportedImage": 415,
    "UndecodableImage": 422,
    "ImageTooLarge": 422,
    "InvalidSpec": 422,
    "SpecMissing": 422,
    "SpecGivenTwice": 422,
    "MapMissing": 422,
    "WrongCounts": 422,
    "ImpossibleGeometry": 422,
    "TokenMissing": 401,
    "TokenWrong": 403,
    "UploadTooSlow": 408,
    "DeadlineExceeded": 503,
    "Draining": 503,
    "Overloaded": 503,
}


def subclasses(kind):
    return {found for child in kind.__subclasses__() for found in {child, *subclasses(child)}}


KINDS = sorted(subclasses(errors.ServiceError), key=lambda kind: kind.__name__)


def ask(error, *, path="/", method="GET", headers=None):
    """The answer of an application whose one route raises."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/")
    async def raise_it():
        raise error

    add_problem_handlers(app, SETTINGS)
    app.add_middleware(RequestId)

    async def send():
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gridwarp") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(send())


def test_every_kind_of_error_has_a_row_and_every_row_is_of_a_kind():
    assert set(PROBLEMS) == set(KINDS)
    assert errors.ServiceError not in PROBLEMS


def test_every_kind_of_error_is_told_in_the_table_at_the_top_of_its_module():
    assert [kind.__name__ for kind in KINDS if f"─ {kind.__name__} " not in errors.__doc__] == []


def test_the_statuses_are_those_of_the_design():
    assert {kind.__name__: row.status for kind, row in PROBLEMS.items()} == STATUS


def test_codes_and_titles_are_unique_and_codes_fit_into_an_address():
    for rows in (PROBLEMS.values(), ROUTER_PROBLEMS.values()):
        assert len({row.code for row in rows}) == len({row.title for row in rows}) == len(rows)
    known = [*PROBLEMS.values(), *ROUTER_PROBLEMS.values(), BUG]
    assert [row.code for row in known if not row.code.replace("-", "").isalpha() or row.code != row.code.lower()] == []
    assert {row.code: row.status for row in known} == {
        code: describe(code)["status"] for code in {r.code for r in known}
    }


@pytest.mark.parametrize("row", [*PROBLEMS.values(), BUG], ids=lambda row: row.code)
def test_each_code_is_explained(row):
    found = describe(row.code)
    assert (found["code"], found["status"], found["title"]) == (row.code, row.status, row.title)
    assert set(found) == {"code", "status", "title", "example"}
    assert found["example"]["problem"]["code"] == row.code


@pytest.mark.parametrize("code", ["", "no-such", "MALFORMED-REQUEST", "500"])
def test_an_unknown_code_is_not(code):
    assert describe(code) is None


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_error_becomes_its_problem_document(kind):
    places = (Violation("/ops/1", "first"), Violation("", "second"))
    answer = ask(kind("what is wrong", places), headers={"X-Request-ID": "my-id"})
    row = PROBLEMS[kind]
    assert answer.status_code == row.status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"] == "my-id"
    assert answer.json() == {
        "type": f"/problems/{row.code}",
        "title": row.title,
        "status": row.status,
        "detail": "what is wrong: /ops/1: first; second",
        "instance": "urn:gridwarp:request:my-id",
        "code": row.code,
        "errors": [{"pointer": "/ops/1", "detail": "first"}, {"pointer": "", "detail": "second"}],
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_status_brings_the_headers_that_a_client_needs_and_no_others(kind):
    answer = ask(kind("what is wrong"))
    assert answer.json()["errors"] == []
    wanted = {503: "retry-after", 415: "accept-post", 401: "www-authenticate"}
    got = [name for name in wanted.values() if name in answer.headers]
    assert got == [name for status, name in wanted.items() if status == answer.status_code]
    if answer.status_code == 415:
        assert answer.headers["accept-post"] == accepted(("png", "tiff"))


def test_those_that_are_refused_together_are_told_to_come_again_at_different_times():
    told = {int(ask(errors.Overloaded("full")).headers["retry-after"]) for _ in range(200)}
    assert told == set(range(7, 22))


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [("/nowhere", "GET", 404, "not-found"), ("/", "POST", 405, "method-not-allowed")],
)
def test_the_routers_own_errors_are_problems_too(path, method, status, code):
    answer = ask(None, path=path, method=method)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert ("GET" in answer.headers.get("allow", "")) == (status == 405)


@pytest.mark.parametrize("status", [400, 401, 404, 405, 409, 418, 503])
def test_an_http_exception_keeps_its_status_and_not_its_text(status):
    answer = ask(HTTPException(status, detail=PRIVATE, headers={"X-More": "kept"}))
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["x-more"] == "kept"
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Qm4rkZ" not in answer.text


class Unforeseen(Exception):
    pass


@pytest.mark.parametrize("error", [Unforeseen(PRIVATE), ValueError(PRIVATE), KeyError(PRIVATE), MemoryError(PRIVATE)])
def test_a_bug_is_a_500_that_tells_nothing_but_is_logged_in_full(error, caplog):
    with caplog.at_level(logging.ERROR, "gridwarp.problems"):
        answer = ask(error, headers={"X-Request-ID": "my-id"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == "my-id"
    assert answer.json()["instance"] == "urn:gridwarp:request:my-id"
    for word in ("Qm4rkZ", "passwd", type(error).__name__, "Traceback", ".py"):
        assert word not in answer.text
    assert "my-id" in caplog.text
    assert "Qm4rkZ" in caplog.text


def test_a_subclass_without_a_row_is_a_bug_and_not_its_parents_problem():
    """Else a new kind of error could be forgotten in the table."""
    forgotten = type("Forgotten", (errors.InvalidSpec,), {})
    assert ask(forgotten("what is wrong")).status_code == 500


def test_a_client_that_left_gets_no_problem_and_makes_no_noise(caplog):
    answer = ask(ClientDisconnect())
    assert (answer.status_code, answer.content) == (499, b"")
    assert caplog.text == ""


def test_the_document_of_an_unnamed_request_names_it_all_the_same():
    first, second = (ask(errors.SpecMissing("none")) for _ in range(2))
    assert first.json()["instance"] != second.json()["instance"]
    assert first.json()["instance"] == f"urn:gridwarp:request:{first.headers['x-request-id']}"


def told(*places):
    error = errors.InvalidSpec("the spec has faults", places)
    return ask(error).json()["detail"]


def test_the_detail_tells_the_places_to_those_who_read_nothing_else():
    assert told() == "the spec has faults"
    assert told(Violation("", "wrong")) == "wrong"
    assert told(Violation("/ops/0", "wrong")) == "/ops/0: wrong"
    places = [Violation(f"/ops/{index}", "wrong") for index in range(5)]
    assert told(*places[:3]) == "the spec has faults: /ops/0: wrong; /ops/1: wrong; /ops/2: wrong"
    assert told(*places) == "the spec has faults: /ops/0: wrong; /ops/1: wrong; /ops/2: wrong; and 2 more"
