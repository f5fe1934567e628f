"""A request to an ASGI application or middleware without a server: what goes in, and what comes out."""

import asyncio
import json


def scope_of(path="/", method="GET", **headers):
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "http_version": "1.1", "method": method, "path": path, "query_string": b"", "headers": raw}


class Exchange:
    """What one request got.

    Attributes:
        sent: the messages of the answer.
    """

    def __init__(self, *messages):
        self.messages = list(messages or [{"type": "http.request", "body": b"", "more_body": False}])
        self.sent = []
        self.gone = asyncio.Event()

    async def receive(self):
        if self.messages:
            return self.messages.pop(0)
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def headers(self):
        return dict(self.sent[0]["headers"])

    @property
    def body(self):
        return b"".join(message["body"] for message in self.sent[1:])

    @property
    def problem(self):
        return json.loads(self.body)


async def answer_with(send, *pieces, status=200):
    """Send an answer in pieces."""
    await send({"type": "http.response.start", "status": status, "headers": []})
    for number, piece in enumerate(pieces, start=1):
        await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})
