"""A name for each request, taken from the client if it is a sane one, and said in every answer."""

import random
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.head import header_of

HEADER = b"x-request-id"
_KEY = "gridwarp.request_id"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)


def request_id_of(scope: Scope) -> str:
    """Give the request's id; one is made where the middleware was not passed."""
    request_id: str | None = scope.get(_KEY)
    if request_id is None:
        request_id = scope[_KEY] = f"{random.getrandbits(64):016x}"
    return request_id


class RequestId:
    """ASGI middleware that names the request and adds the name to the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = header_of(scope, HEADER)
        if sent and _SANE.fullmatch(sent):
            scope[_KEY] = sent
        named = HEADER, request_id_of(scope).encode()

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], named]
            await send(message)

        await self.app(scope, receive, send_named)
