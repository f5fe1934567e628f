"""Bodies are admitted by their size, before any of their bytes is read, against one budget for all."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Overloaded, UploadTooLarge
from service.gate import Budget, Gate, release_upload
from service.settings import Settings

LIMIT, TOTAL = 1000, 1500
SETTINGS = Settings(max_body_bytes=LIMIT, upload_budget=TOTAL, retry_after=7)


def scope_of(*, kind="http", **headers):
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": kind, "http_version": "1.1", "method": "POST", "path": "/", "headers": raw}


def chunks_of(*bodies):
    """The messages of a body, then silence."""
    return [
        {"type": "http.request", "body": body, "more_body": i < len(bodies) - 1} for i, body in enumerate(bodies)
    ] + [{"type": "http.disconnect"}]


class Recorder:
    """An application, and what passes through the gate in front of it."""

    def __init__(self, messages=(), budget=None, app=None):
        self.messages = list(messages)
        self.budget = budget or Budget(TOTAL)
        self.app = app or self.read_all
        self.called = False
        self.body = b""
        self.seen = []
        self.reserved = None
        self.sent = []
        self.gate = Gate(self.record, SETTINGS, self.budget)

    async def record(self, scope, receive, send):
        self.called, self.reserved = True, self.budget.reserved
        await self.app(scope, receive, send)

    async def read_all(self, _scope, receive, _send):
        while self.messages:
            message = await receive()
            self.seen.append(message)
            self.body += message.get("body", b"")

    async def receive(self):
        return self.messages.pop(0)

    async def send(self, message):
        self.sent.append(message)

    def serve(self, scope):
        asyncio.run(self.gate(scope, self.receive, self.send))
        return self

    def answer(self):
        """Status, headers and problem of a refusal."""
        start, body = self.sent
        return start["status"], dict(start["headers"]), json.loads(body["body"])


async def never():
    raise AssertionError("the body was read")


def test_a_budget_counts_what_is_reserved_and_released():
    budget = Budget(10)
    first, second = budget.reserve(4), budget.reserve(6)
    assert budget.reserved == 10
    first.release()
    assert budget.reserved == 6
    first.release()
    assert budget.reserved == 6, "released twice, counted once"
    second.release()
    assert budget.reserved == 0


def test_a_budget_is_filled_to_the_last_byte_and_no_further():
    budget = Budget(10)
    budget.reserve(9)
    with pytest.raises(Overloaded) as caught:
        budget.reserve(2)
    assert all(word in caught.value.detail for word in ("9", "2", "10", "GRIDWARP_UPLOAD_BUDGET"))
    assert budget.reserved == 9, "a refusal reserves nothing"
    budget.reserve(1)
    with pytest.raises(Overloaded):
        budget.reserve(1)
    budget.reserve(0)


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans(), st.integers(0, 9))))
def test_a_budget_always_holds_the_sum_of_what_is_open(steps):
    budget, open_ones = Budget(100), []
    for size, gives, index in steps:
        if gives and open_ones:
            open_ones[index % len(open_ones)].release()
            continue
        room = sum(reservation.size for reservation in open_ones) + size <= 100
        if room:
            open_ones.append(budget.reserve(size))
        else:
            with pytest.raises(Overloaded):
                budget.reserve(size)
        assert budget.reserved == sum(reservation.size for reservation in open_ones)


@pytest.mark.parametrize(
    ("headers", "reserved"),
    [
        ({"content_length": "1"}, 1),
        ({"content_length": "1000"}, 1000),
        ({"content_length": "0" * 5_000 + "12"}, 12),
        ({"content_length": "00"}, 0),
        ({"transfer_encoding": "chunked"}, LIMIT),
        ({"transfer_encoding": "chunked", "content_length": "1"}, LIMIT),
        ({"content_length": "0"}, 0),
        ({}, 0),
    ],
)
def test_a_body_reserves_what_it_announces_while_it_is_served_and_nothing_after(headers, reserved):
    recorder = Recorder(chunks_of(b"")).serve(scope_of(**headers))
    assert recorder.called
    assert recorder.reserved == reserved
    assert recorder.budget.reserved == 0


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
    recorder.receive = never
    recorder.serve(scope_of(**headers))
    assert not recorder.called
    got, _, problem = recorder.answer()
    assert (got, problem["status"], problem["code"]) == (status, status, code)
    assert recorder.budget.reserved == 0


def test_413_names_the_setting_and_both_numbers_and_closes_the_connection():
    _, headers, problem = Recorder().serve(scope_of(content_length="1001")).answer()
    assert headers[b"connection"] == b"close"
    assert all(word in problem["detail"] for word in ("1001", "1000", "GRIDWARP_MAX_BODY_BYTES"))


def test_a_full_budget_refuses_unread_and_says_when_to_come_back():
    budget = Budget(TOTAL)
    other = budget.reserve(600)
    recorder = Recorder(budget=budget)
    recorder.receive = never
    status, headers, problem = recorder.serve(scope_of(content_length="901")).answer()
    assert (status, headers[b"retry-after"], problem["code"]) == (503, b"7", "overloaded")
    assert budget.reserved == 600
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
    assert too_long.budget.reserved == 0


def test_the_application_can_release_early():
    async def app(scope, receive, send):
        release_upload(scope)
        assert recorder.budget.reserved == 0
        other = recorder.budget.reserve(TOTAL)
        release_upload(scope)
        assert recorder.budget.reserved == TOTAL, "the second release must not free the bytes of another"
        other.release()

    recorder = Recorder(app=app)
    recorder.serve(scope_of(content_length="500"))
    assert recorder.reserved == 500
    assert recorder.budget.reserved == 0


def test_release_without_a_reservation_does_nothing():
    release_upload(scope_of())


@pytest.mark.parametrize("error", [RuntimeError, asyncio.CancelledError, KeyboardInterrupt])
def test_the_bytes_are_given_back_when_the_application_fails(error):
    async def app(scope, receive, send):
        raise error

    recorder = Recorder(app=app)
    with pytest.raises(error):
        recorder.serve(scope_of(content_length="500"))
    assert recorder.reserved == 500
    assert recorder.budget.reserved == 0


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_what_is_no_http_request_passes_untouched(kind):
    messages = [{"type": f"{kind}.anything", "bytes": b"x" * 5000}]
    recorder = Recorder(messages).serve(scope_of(kind=kind, content_length="999999"))
    assert recorder.seen == messages
    assert recorder.reserved == 0


def test_messages_that_carry_no_body_are_not_counted():
    recorder = Recorder([{"type": "http.request"}, {"type": "http.disconnect"}]).serve(scope_of(content_length="5"))
    assert [message["type"] for message in recorder.seen] == ["http.request", "http.disconnect"]
