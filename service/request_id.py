"""A name for each request, taken from the client if it is a sane one, and said in every answer."""

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"
_KEY = "gridwarp.request_id"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)


def request_id_of(scope: Scope) -> str:
    """Give the request's id; one is made where the middleware was not passed."""
    return str(scope.setdefault(_KEY, secrets.token_hex(8)))


class RequestId:
    """ASGI middleware that names the request and adds the name to the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = Headers(scope=scope).get(HEADER, "")
        if _SANE.fullmatch(sent):
            scope[_KEY] = sent
        request_id = request_id_of(scope)

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        await self.app(scope, receive, send_named)
