"""Sends an answer as fast as its client reads it; the request's slot is another's while the client is waited for."""

import asyncio
from collections.abc import Callable

from starlette.types import Message, Send

from service.admission import Place
from service.incoming_body import SLOWEST
from service.stopwatch import Stopwatch

MOMENT = 0.05
"""Seconds that a client may take for a chunk before the slot is given away: a good one takes most at once."""


class PacedSend:
    """The way out for one answer."""

    def __init__(
        self, send: Send, place: Place, *, seconds: float, give_up: Callable[[], None], clock: Stopwatch
    ) -> None:
        """Send nothing yet.

        Args:
            send: the server's.
            place: the request's.
            seconds: that the client may keep us waiting, beside what it takes at SLOWEST.
            give_up: is called when the client has taken longer.
            clock: takes the time that the client takes.
        """
        self._send = send
        self._place = place
        self._left = seconds
        self._give_up = give_up
        self._clock = clock
        self._gave_way = False

    async def __call__(self, message: Message) -> None:
        """Send a message; it returns when there is a slot again, and the client takes more."""
        loop = asyncio.get_running_loop()
        self._left += len(message.get("body", b"")) / SLOWEST
        began = loop.time()
        timers = loop.call_later(MOMENT, self._give_way), loop.call_later(self._left, self._give_up)
        try:
            await self._send(message)
        finally:
            for timer in timers:
                timer.cancel()
            waited = loop.time() - began
            self._left -= waited
            self._clock.add("send", waited)
        if self._gave_way:
            self._gave_way = False
            await self._place.come_back()

    def _give_way(self) -> None:
        self._gave_way = True
        self._place.give_way()
