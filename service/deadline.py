"""The time that a request has: for its body, and then for each result.

What the client takes to read is not counted, nor what others take until the request has its slot again. One timer is
set for a request; when it is due, it looks whether the time has been prolonged meanwhile, which costs less than to set
it anew whenever that happens.
"""

import asyncio
import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from anyio import CancelScope
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.connection import abort
from service.errors import DeadlineExceeded, ServiceError, UploadTooSlow
from service.incoming_body import SLOWEST
from service.problems import problem_response
from service.record import record_of
from service.settings import Settings

_KEY = "gridwarp.time"


def renew_deadline(scope: Scope) -> None:
    """Give the next result of a request the same time as the one before had."""
    time: _Time | None = scope.get(_KEY)
    if time:
        time.renew()


def stop_deadline(scope: Scope) -> AbstractContextManager[object]:
    """Let time pass, within, that does not count: a client's, or that of others."""
    time: _Time | None = scope.get(_KEY)
    return time.stopped() if time else nullcontext()


class _Time:
    """The time of one request.

    Attributes:
        received: bytes of the body so far.
        body_is_there: whether it is the time of a result.
    """

    def __init__(self, settings: Settings, work: CancelScope) -> None:
        self.received = 0
        self.body_is_there = False
        self._settings = settings
        self._work = work
        self._loop = asyncio.get_running_loop()
        self._due = self._loop.time() + settings.upload_timeout
        self._stopped_since = math.inf
        self._timer = self._loop.call_at(self._due, self._look)

    def receive(self, message: Message) -> None:
        """Count a part of the body; what comes fast earns no pause, in which it would keep memory from others."""
        if self.body_is_there or message["type"] != "http.request":
            return
        size = len(message.get("body", b""))
        self.received += size
        self._due = min(self._due + size / SLOWEST, self._loop.time() + self._settings.upload_timeout)
        if not message.get("more_body", False):
            self.body_is_there = True
            self.renew()

    def renew(self) -> None:
        """Begin the time of a result."""
        self._due = self._loop.time() + self._settings.deadline
        if self._due < self._timer.when():
            self._timer.cancel()
            self._timer = self._loop.call_at(self._due, self._look)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Let time pass, within, that does not count."""
        self._stopped_since = self._loop.time()
        try:
            yield
        finally:
            self._due += self._loop.time() - self._stopped_since
            self._stopped_since = math.inf

    def end(self) -> None:
        """Count no more."""
        self._timer.cancel()

    def _look(self) -> None:
        now = self._loop.time()
        due = self._due + max(0.0, now - self._stopped_since)
        if now < due:
            self._timer = self._loop.call_at(due, self._look)
        else:
            self._work.cancel()

    @property
    def refusal(self) -> ServiceError:
        """What to say when it is over."""
        settings = self._settings
        if self.body_is_there:
            return DeadlineExceeded(
                f"a result took more than {settings.deadline:g} s (GRIDWARP_DEADLINE); ask for fewer or smaller "
                "pictures, or try again when the service is less busy"
            )
        return UploadTooSlow(
            f"no more than {self.received} bytes of the body have come in time; it has to come with {SLOWEST} bytes a "
            f"second, and may be no more than {settings.upload_timeout:g} s late (GRIDWARP_UPLOAD_TIMEOUT)"
        )


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
        has_begun = False

        async def take() -> Message:
            message = await receive()
            time.receive(message)
            return message

        async def give(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            with time.stopped():
                await send(message)

        with CancelScope() as work:
            time = _Time(self.settings, work)
            scope[_KEY] = time
            try:
                await self.app(scope, take, give)
            finally:
                time.end()
        if not work.cancelled_caught:
            return
        if time.body_is_there:
            record_of(scope).cut_short = "deadline"
        if has_begun:
            abort(scope)
            while (await receive())["type"] != "http.disconnect":
                pass
        else:
            await problem_response(time.refusal, scope, self.settings)(scope, receive, send)
