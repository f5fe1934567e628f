"""A body on its way in, counted: a header may lie, and a chunked body has none."""

from time import perf_counter

from anyio import move_on_after
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Send

from service.errors import UploadTooLarge
from service.stopwatch import Stopwatch
from service.upload_budget import HeldBytes

SLOWEST = 64 << 10
"""Bytes a second that a body, or an answer, must go on with for as long as it takes: of the slowest mobile networks."""

LINGER = 2.0
"""Seconds for which a client that was refused in mid-body can go on sending, which most do before they read; no more
than the limit of bytes, either."""


class IncomingBody:
    """Stands between the application and its server, for one request with a body."""

    def __init__(self, receive: Receive, send: Send, *, limit: int, held: HeldBytes, clock: Stopwatch) -> None:
        """Receive nothing yet.

        Args:
            receive: the server's.
            send: the server's.
            limit: bytes that the body may have.
            held: where they are counted.
            clock: takes the time until it is there.
        """
        self._receive = receive
        self._send = send
        self._limit = limit
        self._held = held
        self._clock = clock
        self._began = perf_counter()
        self._ended = False
        self.received = 0

    async def receive(self) -> Message:
        """Give the next message.

        Raises:
            UploadTooLarge: it has become so.
            Overloaded: there is no room for it.
        """
        if self._ended:
            return await self._receive()
        message = await self._receive()
        if message["type"] == "http.request":
            size = len(message.get("body", b""))
            self.received += size
            self._ended = not message.get("more_body", False)
            check_size(self.received, self._limit)
            self._held.add_body(size)
            if self._ended:
                self._clock.add("upload", perf_counter() - self._began)
        return message

    async def send(self, message: Message) -> None:
        """Send a message; the last one closes the connection if the body is not all there.

        Whoever is refused in mid-body would else go on sending what nobody will use. But a connection that is closed
        while bytes arrive is reset, and takes the refusal with it before it is read; so they are let come for a while.
        """
        if self._ended:
            await self._send(message)
        elif message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Connection"] = "close"
            await self._send(message)
        elif message.get("more_body", False):
            await self._send(message)
        else:
            await self._send({**message, "more_body": True})
            await self._let_come()
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _let_come(self) -> None:
        self._held.release_body()
        left = self._limit
        with move_on_after(LINGER):
            while left > 0:
                message = await self._receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    break
                left -= len(message.get("body", b""))


def check_size(size: int, limit: int) -> None:
    """Refuse a body that is too long.

    Raises:
        UploadTooLarge: the message names the setting and both numbers.
    """
    if size > limit:
        raise UploadTooLarge(
            f"the body has {size} bytes or more; at most {limit} are allowed (GRIDWARP_MAX_BODY_BYTES)"
        )
