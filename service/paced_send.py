"""Sends an answer as fast as its client reads it; the request's slot is another's while the client is waited for."""

import asyncio
from collections.abc import Callable

from starlette.types import Message, Scope, Send

from service.admission import Place
from service.alarm import Alarm
from service.deadline import stop_deadline
from service.incoming_body import SLOWEST
from service.record import record_of

MOMENT = 0.05
"""Seconds that a client may take for a chunk before the slot is given away: a good one takes most at once."""


class PacedSend:
    """The way out for one answer."""

    def __init__(self, send: Send, scope: Scope, place: Place, *, seconds: float, give_up: Callable[[], None]) -> None:
        """Send nothing yet.

        Args:
            send: the server's.
            scope: the request's, whose record takes the time that the client takes.
            place: the request's.
            seconds: that the client may be late, beside what it takes at SLOWEST.
            give_up: is called when it is later.
        """
        self._send = send
        self._scope = scope
        self._place = place
        self._seconds = self._left = seconds
        self._give_up = give_up
        self._clock = record_of(scope).clock
        self._gave_way = False
        self._began = 0.0
        self._alarm = Alarm(self._is_waiting)

    async def __call__(self, message: Message) -> None:
        """Send a message; it returns when there is a slot again, and the client takes more."""
        loop = asyncio.get_running_loop()
        self._left = min(self._left, self._seconds) + len(message.get("body", b"")) / SLOWEST
        is_last = not message.get("more_body", True)
        self._began = loop.time()
        self._alarm.set(self._began + min(MOMENT, self._left))
        try:
            await self._send(message)
        finally:
            if is_last or self._gave_way:
                self._alarm.forget()
            else:
                self._alarm.stop()
            waited = loop.time() - self._began
            self._left -= waited
            self._clock.add("send", waited)
        if self._gave_way and not is_last:
            self._gave_way = False
            with stop_deadline(self._scope):
                await self._place.come_back()

    def _is_waiting(self) -> None:
        if self._gave_way or self._left <= MOMENT:
            self._give_up()
        else:
            self._gave_way = True
            self._place.give_way()
            self._alarm.set(self._began + self._left)
