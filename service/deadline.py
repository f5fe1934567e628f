"""The time that each result of a request has, from the last byte of the body or the end of the result before.

What the client takes to read is not counted.
"""

import math
from collections.abc import Callable

from anyio import CancelScope, current_time
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.connection import abort
from service.errors import DeadlineExceeded
from service.problems import problem_response
from service.record import record_of
from service.settings import Settings

_KEY = "gridwarp.renew_deadline"


def renew_deadline(scope: Scope) -> None:
    """Give the next result of a request the same time as the one before had."""
    renew: Callable[[], None] | None = scope.get(_KEY)
    if renew:
        renew()


class Deadline:
    """ASGI middleware that ends what takes too long, at its next await.

    A strip that is being computed is finished, since a thread cannot be stopped; no other is begun.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_begun = is_counting = False

        def renew() -> None:
            work.deadline = current_time() + self.settings.deadline

        async def arm() -> Message:
            nonlocal is_counting
            message = await receive()
            if not is_counting and message["type"] == "http.request" and not message.get("more_body", False):
                is_counting = True
                renew()
            return message

        async def stop_the_clock(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            left = work.deadline - current_time()
            work.deadline = math.inf
            await send(message)
            work.deadline = current_time() + left

        scope[_KEY] = renew
        with CancelScope() as work:
            await self.app(scope, arm, stop_the_clock)
        if not work.cancelled_caught:
            return
        record_of(scope).cut_short = "deadline"
        if has_begun:
            abort(scope)
            while (await receive())["type"] != "http.disconnect":
                pass
        else:
            error = DeadlineExceeded(
                f"a result took more than {self.settings.deadline:g} s (GRIDWARP_DEADLINE); ask for fewer or smaller "
                "pictures, or try again when the service is less busy"
            )
            await problem_response(error, scope, self.settings)(scope, receive, send)
