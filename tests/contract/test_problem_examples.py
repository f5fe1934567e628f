"""Each problem that is shown as an example is what its request gets, word for word."""

import contextlib
import functools
import json
import re
from urllib.parse import quote

import pytest

from docs.examples import ROOT
from service.connection import LONGEST_HEAD
from service.openapi_problems import HEAD_TOO_LONG
from service.problem_examples import EXAMPLES
from service.problems import describe
from tests.contract import wire
from tests.contract.holding import held_slot
from tests.contract.server import running, wait_for

PHOTO = (ROOT / "docs" / "pictures" / "chelsea.png").read_bytes()
SLOWLY = PHOTO[:1000]

BODIES = {
    "a photo": ({}, PHOTO),
    "half of a photo": ({}, PHOTO[: len(PHOTO) // 2]),
    "two photos in a form": ({"Content-Type": wire.FORM}, wire.form(*[wire.file_part("image", PHOTO)] * 2)),
    "a photo, declared as text": ({"Content-Type": "text/plain"}, PHOTO),
    "the first 1000 bytes of a photo": ({"Content-Length": len(PHOTO)}, SLOWLY),
    "a text": ({}, b"no picture"),
    "nothing": ({}, b""),
}
"""What the examples say is sent: headers of its own, and the body."""

WITH_A_TOKEN = {"token-wrong": {"Authorization": "Bearer fedcba9876543210"}}
LATE = {"overloaded", "draining"}
"""Whether these come depends on what else the service does."""


def settings(example):
    """Those that an example names."""
    return {name.lower(): value for name, value in re.findall(r"GRIDWARP_(\w+)=([^\s,]+)", example.where)}


def request(code):
    """The example's request as it goes over the wire."""
    example = EXAMPLES[code]
    method, target = example.request.split(" ", 1)
    headers, body = BODIES[example.sent]
    length = {"Content-Length": len(body)} if method == "POST" else {}
    return wire.request(
        quote(target, safe="/?&=:,"), length | headers | WITH_A_TOKEN.get(code, {}), body, method=method
    )


def check(code, answer):
    """Demand the problem document that is shown, all of it but the request's name."""
    shown = describe(code)["example"]["problem"]
    problem = wire.check_problem(answer, shown["status"], code, *(place["pointer"] for place in shown["errors"]))
    assert problem | {"instance": ""} == shown | {"instance": ""}


def codes(*, with_settings):
    chosen = [code for code in EXAMPLES if code not in LATE and code != "internal-error"]
    return [code for code in chosen if bool(settings(EXAMPLES[code])) == with_settings]


@pytest.mark.parametrize("code", codes(with_settings=False))
def test_a_request_gets_the_problem_that_is_shown(server, code):
    check(code, wire.exchange(server.port, request(code)))


@pytest.fixture(scope="module")
def with_settings(tmp_path_factory):
    """Have a service with the settings of an example; those that want the same share it."""
    with contextlib.ExitStack() as started:

        @functools.cache
        def service(**chosen):
            return started.enter_context(running(tmp_path_factory.mktemp("shown") / "log", processes=1, **chosen))

        yield service


@pytest.mark.parametrize("code", codes(with_settings=True))
def test_with_its_settings_a_request_gets_the_problem_that_is_shown(with_settings, code):
    check(code, wire.exchange(with_settings(**settings(EXAMPLES[code])).port, request(code)))


def test_one_comes_while_another_picture_is_warped(tmp_path):
    with running(tmp_path / "log", **settings(EXAMPLES["overloaded"])) as server, held_slot(server):
        check("overloaded", wire.exchange(server.port, request("overloaded")))


def test_one_comes_once_the_service_is_told_to_stop(tmp_path):
    with running(tmp_path / "log", processes=1, workers=2) as server, held_slot(server):
        server.tell_to_stop()
        wait_for(lambda: server.client.get("/readyz").status_code == 503)
        check("draining", wire.exchange(server.port, request("draining")))


def test_one_comes_of_a_fault(breaking):
    with breaking(at="1") as (server, _):
        check("internal-error", wire.exchange(server.port, request("internal-error")))


def test_a_head_that_is_too_long_gets_what_is_shown(server):
    answer = wire.exchange(server.port, wire.request("/livez", {"X-Long": "x" * 2 * LONGEST_HEAD}, method="GET"))
    assert (answer.status, answer.headers["content-type"]) == (431, "application/problem+json")
    assert json.loads(answer.body) == HEAD_TOO_LONG


def test_all_are_sent():
    assert {*codes(with_settings=False), *codes(with_settings=True), *LATE, "internal-error"} == set(EXAMPLES)
    assert {example.sent for example in EXAMPLES.values()} == set(BODIES)
