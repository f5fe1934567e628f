"""Lets one request in at each turn of the event loop, so that nobody who asks whether the service lives has to wait.

When a crowd comes at once, the loop would else work off the beginnings of all of them, one after the other, before it
looks what else has come: hundreds of refusals take a tenth of a second.
"""

import asyncio
from collections import deque

from starlette.types import ASGIApp, Receive, Scope, Send

from service.record import route_path

HEALTH = ("/livez", "/readyz")


class Turnstile:
    """ASGI middleware; health checks pass by."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._line: deque[asyncio.Future[None]] = deque()
        self._turns = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in."""
        if scope["type"] == "http" and route_path(scope) not in HEALTH:
            await self._turn()
        await self.app(scope, receive, send)

    async def _turn(self) -> None:
        loop = asyncio.get_running_loop()
        if self._turns:
            turn = loop.create_future()
            self._line.append(turn)
            await turn
        else:
            self._turns = True
            loop.call_soon(self._next)

    def _next(self) -> None:
        while self._line and self._line[0].done():  # who was cancelled does not come
            self._line.popleft()
        if self._line:
            self._line.popleft().set_result(None)
            asyncio.get_running_loop().call_soon(self._next)
        else:
            self._turns = False
