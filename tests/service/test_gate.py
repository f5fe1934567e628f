"""Requests are admitted by their head, before any byte of their body is read."""

import asyncio
import json

import pytest

from service.admission import Admission, Bounds
from service.engine import engine_in_use
from service.errors import UploadTooLarge
from service.gate import Gate
from service.readiness import Readiness
from service.settings import Settings
from service.tokens import Tokens
from service.upload_budget import Budget, HeldBytes, release_upload

LIMIT, TOTAL = 1000, 1500
SETTINGS = Settings(max_body_bytes=LIMIT, upload_budget=TOTAL, retry_after=7)


def scope_of(*, kind="http", method="POST", path="/", **headers):
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": kind, "http_version": "1.1", "method": method, "path": path, "headers": raw}


def chunks_of(*bodies):
    """The messages of a body, then silence."""
    return [
        {"type": "http.request", "body": body, "more_body": i < len(bodies) - 1} for i, body in enumerate(bodies)
    ] + [{"type": "http.disconnect"}]


class Started(Readiness):
    """The readiness of a service that has chosen what it computes with."""

    def check(self):
        return engine_in_use()


class Recorder:
    """An application, and what passes through the gate in front of it."""

    def __init__(self, messages=(), budget=None, app=None):
        self.messages = list(messages)
        self.budget = budget or Budget(TOTAL)
        self.app = app or self.read_all
        self.called = False
        self.body = b""
        self.seen = []
        self.held = None
        self.sent = []
        self.readiness = Started("")
        self.admission = Admission(Bounds(slots=1, queue=0, queue_work=0, memory=1))
        self.gate = Gate(self.record, SETTINGS, Tokens((), ()), self.budget, self.readiness, self.admission)

    async def record(self, scope, receive, send):
        self.called = True
        try:
            await self.app(scope, receive, send)
        finally:
            self.held = self.budget.held

    async def read_all(self, _scope, receive, _send):
        while self.messages:
            message = await receive()
            self.seen.append(message)
            self.body += message.get("body", b"")

    async def receive(self):
        return self.messages.pop(0)

    async def send(self, message):
        self.sent.append(message)

    async def gone_after_the_answer(self):
        assert self.sent, "the body was read"
        assert json.loads(self.sent[1]["body"]), "the answer is all there"
        return {"type": "http.disconnect"}

    def serve(self, scope):
        asyncio.run(self.gate(scope, self.receive, self.send))
        return self

    def answer(self):
        """Status, headers and problem of a refusal."""
        start, *bodies = self.sent
        assert [body.get("more_body", False) for body in bodies] == [True] * (len(bodies) - 1) + [False]
        return start["status"], dict(start["headers"]), json.loads(b"".join(body["body"] for body in bodies))


@pytest.mark.parametrize(
    "headers",
    [
        {"content_length": "1"},
        {"content_length": "1000"},
        {"content_length": "0" * 5_000 + "12"},
        {"transfer_encoding": "chunked"},
        {"transfer_encoding": "chunked", "content_length": "1"},
    ],
)
def test_a_body_takes_what_has_arrived_of_it_while_it_is_served_and_nothing_after(headers):
    recorder = Recorder(chunks_of(b"x" * 300, b"x" * 400)).serve(scope_of(**headers))
    assert recorder.held == 700
    assert recorder.budget.held == 0


@pytest.mark.parametrize("headers", [{"content_length": "00"}, {"content_length": "0"}, {}])
def test_no_body_takes_nothing(headers):
    recorder = Recorder(chunks_of(b"")).serve(scope_of(**headers))
    assert recorder.called
    assert recorder.held == 0


def test_who_announces_much_and_sends_nothing_takes_no_room_from_others():
    budget = Budget(TOTAL)
    answers = []

    async def serve_another_one(scope, receive, send):
        another = Recorder(chunks_of(b"x" * 900), budget)
        await another.gate(scope_of(content_length="900"), another.receive, another.send)
        answers.append(another.body)

    silent = Recorder(chunks_of(b""), budget, serve_another_one)
    silent.serve(scope_of(content_length="1000"))
    assert answers == [b"x" * 900]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"content_length": "1001"}, 413, "upload-too-large"),
        ({"content_length": "9" * 30}, 413, "upload-too-large"),
        ({"content_length": "9" * 5_000}, 413, "upload-too-large"),
        ({"content_length": "0" * 30 + "1001"}, 413, "upload-too-large"),
        ({"content_length": ""}, 400, "malformed-request"),
        ({"content_length": "-1"}, 400, "malformed-request"),
        ({"content_length": "+1"}, 400, "malformed-request"),
        ({"content_length": "1_0"}, 400, "malformed-request"),
        ({"content_length": "1 "}, 400, "malformed-request"),
        ({"content_length": "0x10"}, 400, "malformed-request"),
        ({"content_length": "1, 1"}, 400, "malformed-request"),
        ({"content_length": "\u00b2"}, 400, "malformed-request"),
    ],
)
def test_a_refusal_comes_before_the_first_byte_is_read(headers, status, code):
    recorder = Recorder()
    recorder.receive = recorder.gone_after_the_answer
    recorder.serve(scope_of(**headers))
    assert not recorder.called
    got, _, problem = recorder.answer()
    assert (got, problem["status"], problem["code"]) == (status, status, code)
    assert recorder.budget.held == 0


def test_413_names_the_setting_and_both_numbers_and_closes_the_connection():
    recorder = Recorder([{"type": "http.disconnect"}])
    _, headers, problem = recorder.serve(scope_of(content_length="1001")).answer()
    assert headers[b"connection"] == b"close"
    assert all(word in problem["detail"] for word in ("1001", "1000", "GRIDWARP_MAX_BODY_BYTES"))


def test_a_full_budget_refuses_unread_and_says_when_to_come_back():
    budget = Budget(TOTAL)
    other = HeldBytes(budget)
    other.add_body(600)
    recorder = Recorder(budget=budget)
    recorder.receive = recorder.gone_after_the_answer
    status, headers, problem = recorder.serve(scope_of(content_length="901")).answer()
    assert (status, problem["code"]) == (503, "overloaded")
    assert 7 <= int(headers[b"retry-after"]) <= 21
    assert budget.held == 600
    assert Recorder(chunks_of(b""), budget).serve(scope_of(content_length="900")).called
    other.release()
    assert Recorder(chunks_of(b""), budget).serve(scope_of(transfer_encoding="chunked")).called


@pytest.mark.parametrize("headers", [{"content_length": "11"}, {"transfer_encoding": "chunked"}])
def test_a_body_passes_through_unchanged(headers):
    messages = chunks_of(b"hello", b"", b" world")
    recorder = Recorder(messages).serve(scope_of(**headers))
    assert recorder.body == b"hello world"
    assert recorder.seen == messages


@pytest.mark.parametrize("headers", [{"content_length": "5"}, {"transfer_encoding": "chunked"}])
def test_what_really_arrives_is_counted(headers):
    exactly = Recorder(chunks_of(b"x" * 600, b"x" * 400)).serve(scope_of(**headers))
    assert len(exactly.body) == LIMIT
    too_long = Recorder(chunks_of(b"x" * 600, b"x" * 401, b"never asked for"))
    with pytest.raises(UploadTooLarge) as caught:
        too_long.serve(scope_of(**headers))
    assert "GRIDWARP_MAX_BODY_BYTES" in caught.value.detail
    assert len(too_long.body) == 600, "the chunk that is one byte too long is not handed on"
    assert too_long.budget.held == 0


def test_the_application_can_release_early():
    async def app(scope, receive, send):
        await receive()
        assert recorder.budget.held == 500
        release_upload(scope)
        assert recorder.budget.held == 0
        other = HeldBytes(recorder.budget)
        other.add_body(TOTAL)
        release_upload(scope)
        assert recorder.budget.held == TOTAL, "the second release must not free the bytes of another"
        other.release()

    recorder = Recorder(chunks_of(b"x" * 500), app=app)
    recorder.serve(scope_of(content_length="500"))
    assert recorder.budget.held == 0


def test_release_without_a_reservation_does_nothing():
    release_upload(scope_of())


@pytest.mark.parametrize("error", [RuntimeError, asyncio.CancelledError, KeyboardInterrupt])
def test_the_bytes_are_given_back_when_the_application_fails(error):
    async def app(scope, receive, send):
        await receive()
        raise error

    recorder = Recorder(chunks_of(b"x" * 500), app=app)
    with pytest.raises(error):
        recorder.serve(scope_of(content_length="500"))
    assert recorder.held == 500
    assert recorder.budget.held == 0


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_what_is_no_http_request_passes_untouched(kind):
    messages = [{"type": f"{kind}.anything", "bytes": b"x" * 5000}]
    recorder = Recorder(messages).serve(scope_of(kind=kind, content_length="999999"))
    assert recorder.seen == messages
    assert recorder.held == 0


def test_messages_that_carry_no_body_are_not_counted():
    recorder = Recorder([{"type": "http.request"}, {"type": "http.disconnect"}]).serve(scope_of(content_length="5"))
    assert [message["type"] for message in recorder.seen] == ["http.request", "http.disconnect"]


def test_a_full_service_refuses_unread_what_needs_a_worker_and_nothing_else():
    recorder = Recorder()
    recorder.admission.working = 1
    recorder.receive = recorder.gone_after_the_answer
    status, headers, problem = recorder.serve(scope_of(path="/v1/warp", content_length="5")).answer()
    assert not recorder.called
    assert (status, problem["code"]) == (503, "overloaded")
    assert "the queue is full" in problem["detail"]
    assert 7 <= int(headers[b"retry-after"]) <= 21
    for method, path in (("POST", "/v1/plan"), ("GET", "/v1/warp"), ("GET", "/livez")):
        other = Recorder(chunks_of(b""))
        other.admission.working = 1
        assert other.serve(scope_of(method=method, path=path)).called


@pytest.mark.parametrize("content_length", ["0", "5"])
def test_a_service_that_starts_warps_nothing_yet(content_length):
    recorder = Recorder()
    recorder.gate.readiness = Readiness("")
    recorder.receive = recorder.gone_after_the_answer
    status, _, problem = recorder.serve(scope_of(path="/v1/warp", content_length=content_length)).answer()
    assert (status, problem["code"]) == (503, "overloaded")
    assert "the service is starting" in problem["detail"]


def test_what_needs_a_worker_is_known_behind_the_prefix_of_a_proxy():
    recorder = Recorder(chunks_of(b""))
    recorder.admission.working = 1
    recorder.serve(scope_of(path="/pictures/v1/warp") | {"root_path": "/pictures"})
    assert not recorder.called


async def briefly(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"[1]", "more_body": False})


def test_a_service_that_stops_takes_no_new_work_and_sends_its_clients_away():
    recorder = Recorder()
    recorder.readiness.drain()
    recorder.receive = recorder.gone_after_the_answer
    status, headers, problem = recorder.serve(scope_of(content_length="5")).answer()
    assert (status, problem["code"]) == (503, "draining")
    assert 7 <= int(headers[b"retry-after"]) <= 21
    assert headers[b"connection"] == b"close"


def test_a_service_that_will_stop_takes_work_and_sends_its_clients_away():
    recorder = Recorder(app=briefly)
    recorder.readiness.leave()
    recorder.receive = recorder.gone_after_the_answer
    status, headers, _ = recorder.serve(scope_of(content_length="5")).answer()
    assert (status, headers) == (200, {b"connection": b"close"})


def test_what_has_no_body_is_answered_to_the_end():
    recorder = Recorder(app=briefly)
    recorder.readiness.drain()
    status, headers, _ = recorder.serve(scope_of()).answer()
    assert (status, headers) == (200, {b"connection": b"close"})
