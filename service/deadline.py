"""The end of a request that takes too long, or whose client has left.

It has a time for its body, and then for each result. What the client takes to read is not counted, nor what others take
until the request has its slot again.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from anyio import CancelScope
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.alarm import Alarm
from service.connection import abort
from service.errors import DeadlineExceeded, ServiceError, UploadTooSlow
from service.incoming_body import SLOWEST
from service.problems import problem_response
from service.record import record_of
from service.settings import Settings

_KEY = "gridwarp.time"


def drop_work(scope: Scope) -> None:
    """End the work of a request whose client has left, at its next await."""
    time: _Time | None = scope.get(_KEY)
    if time:
        time.drop_work()


def renew_deadline(scope: Scope) -> None:
    """Give the next result of a request the same time as the one before had."""
    time: _Time | None = scope.get(_KEY)
    if time:
        time.renew()


@contextmanager
def stop_deadline(scope: Scope) -> Iterator[None]:
    """Let time pass, within, that does not count: a client's, or that of others."""
    time: _Time | None = scope.get(_KEY)
    if time is None:
        yield
        return
    time.pause()
    try:
        yield
    finally:
        time.go_on()


class _Time:
    """The time of one request.

    Attributes:
        received: bytes of the body so far.
        body_is_there: whether it is the time of a result.
        client_has_left: whether its time is over for that.
    """

    def __init__(self, settings: Settings, work: CancelScope) -> None:
        self.received = 0
        self.body_is_there = False
        self.client_has_left = False
        self._work = work
        self._settings = settings
        self._now = asyncio.get_running_loop().time
        self._alarm = Alarm(work.cancel, self._now() + settings.upload_timeout)
        self._left = 0.0

    def receive(self, message: Message) -> None:
        """Count a part of the body; what comes fast earns no pause, in which it would keep memory from others."""
        if self.body_is_there or message["type"] != "http.request":
            return
        size = len(message.get("body", b""))
        self.received += size
        self._alarm.set(min(self._alarm.due + size / SLOWEST, self._now() + self._settings.upload_timeout))
        if not message.get("more_body", False):
            self.body_is_there = True
            self.renew()

    def renew(self) -> None:
        """Begin the time of a result."""
        self._alarm.set(self._now() + self._settings.deadline)

    def pause(self) -> None:
        """Let time pass that does not count."""
        self._left = self._alarm.due - self._now()
        self._alarm.stop()

    def go_on(self) -> None:
        """Count what is left of it."""
        self._alarm.set(self._now() + self._left)

    def drop_work(self) -> None:
        """Let it be over, since the client has left."""
        self.client_has_left = True
        self._work.cancel()

    def end(self) -> None:
        """Count no more."""
        self._alarm.forget()

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
    """ASGI middleware that ends the work of a request at its next await.

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
            time.pause()
            try:
                await send(message)
            finally:
                time.go_on()

        with CancelScope() as work:
            time = _Time(self.settings, work)
            scope[_KEY] = time
            try:
                await self.app(scope, take, give)
            finally:
                time.end()
        if not work.cancelled_caught:
            return
        if time.client_has_left:
            record = record_of(scope)
            record.cut_short = record.cut_short or "client-left"
            return
        if time.body_is_there:
            record_of(scope).cut_short = "deadline"
        if has_begun:
            abort(scope)
            while (await receive())["type"] != "http.disconnect":
                pass
        else:
            await problem_response(time.refusal, scope, self.settings)(scope, receive, send)
