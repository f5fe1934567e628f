"""A body is counted as it comes, and who is refused in mid-body can read why."""

import asyncio

import pytest

from service import incoming_body as subject
from service.errors import Overloaded
from service.incoming_body import IncomingBody
from service.stopwatch import Stopwatch
from service.upload_budget import Budget, HeldBytes

START = {"type": "http.response.start", "status": 503, "headers": []}
END = {"type": "http.response.body", "body": b"{}", "more_body": False}


def message(body, *, more):
    return {"type": "http.request", "body": body, "more_body": more}


class Client:
    """Sends messages, each after a while, and keeps what it gets, with the time."""

    def __init__(self, *messages, total=10**9):
        self.messages = list(messages)
        self.got = []
        self.budget = Budget(total)

    async def receive(self):
        if not self.messages:
            await asyncio.sleep(3600)
        seconds, sent = self.messages.pop(0)
        await asyncio.sleep(seconds)
        return sent

    async def send(self, sent):
        self.got.append(sent)

    def body(self):
        held = HeldBytes(self.budget)
        return IncomingBody(self.receive, self.send, limit=10**9, held=held, clock=Stopwatch())


def test_bytes_for_which_there_is_no_room_are_refused_and_not_counted():
    async def story():
        client = Client((0, message(b"x" * 6, more=True)), (0, message(b"x" * 5, more=True)), total=10)
        body = client.body()
        await body.receive()
        with pytest.raises(Overloaded):
            await body.receive()
        assert client.budget.held == 6

    asyncio.run(story())


def test_the_connection_stays_until_the_client_has_stopped_sending():
    async def story():
        pieces = [(0.01, message(b"x" * 100, more=True))] * 5
        client = Client(*pieces, (0, {"type": "http.disconnect"}))
        body = client.body()
        await body.receive()
        await body.send(dict(START, headers=[]))
        await body.send(END)
        assert not client.messages, "all of it was let come"
        start, answer, last = client.got
        assert dict(start["headers"])[b"connection"] == b"close"
        assert answer == END | {"more_body": True}, "the answer is out before"
        assert last == {"type": "http.response.body", "body": b"", "more_body": False}
        assert client.budget.held == 0, "what comes now is not kept"

    asyncio.run(story())


def test_it_does_not_stay_for_ever(monkeypatch):
    monkeypatch.setattr(subject, "LINGER", 0.1)

    async def story():
        client = Client(*[(0.01, message(b"x", more=True))] * 100)
        body = client.body()
        await body.receive()
        await body.send(dict(START, headers=[]))
        await body.send(END)
        assert len(client.messages) > 80
        assert len(client.got) == 3

    asyncio.run(story())


def test_an_answer_to_a_whole_body_is_not_touched():
    async def story():
        client = Client((0, message(b"x", more=False)))
        body = client.body()
        await body.receive()
        await body.send(START)
        await body.send(END)
        assert client.got == [START, END]
        assert START["headers"] == []

    asyncio.run(story())
