"""The gate in front of every body: its bytes are limited, and reserved in a common budget, before any is read."""

from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import MalformedRequest, Overloaded, ServiceError, UploadTooLarge
from service.problems import problem_response
from service.request_id import request_id_of
from service.settings import Settings

_KEY = "gridwarp.reservation"


@dataclass
class Budget:
    """The bytes that all bodies in memory may have together."""

    total: int
    reserved: int = 0

    def reserve(self, size: int) -> "Reservation":
        """Set bytes aside.

        Raises:
            Overloaded: other uploads hold too many.
        """
        if self.reserved + size > self.total:
            raise Overloaded(
                f"uploads in progress hold {self.reserved} bytes and this one needs {size}; at most {self.total} "
                "are held at once (GRIDWARP_UPLOAD_BUDGET); try again"
            )
        self.reserved += size
        return Reservation(self, size)


@dataclass
class Reservation:
    """Bytes set aside for one request."""

    budget: Budget
    size: int

    def release(self) -> None:
        """Give the bytes back; a second time does nothing."""
        self.budget.reserved -= self.size
        self.size = 0


def release_upload(scope: Scope) -> None:
    """Say that the request's body is no longer in memory."""
    if reservation := scope.get(_KEY):
        reservation.release()


class _Body:
    """A body on its way in: counted, since a header may lie and a chunked body has none, and not waited for in vain."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive = receive
        self._send = send
        self._limit = limit
        self._received = 0
        self._ended = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            self._ended = not message.get("more_body", False)
            check_size(self._received, self._limit)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and not self._ended:
            # Whoever is refused in mid-body would else go on sending what nobody will use, without any limit.
            MutableHeaders(scope=message)["Connection"] = "close"
        await self._send(message)


def check_size(size: int, limit: int) -> None:
    """Refuse a body that is too long.

    Raises:
        UploadTooLarge: the message names the setting and both numbers.
    """
    if size > limit:
        raise UploadTooLarge(
            f"the body has {size} bytes or more; at most {limit} are allowed (GRIDWARP_MAX_BODY_BYTES)"
        )


class Gate:
    """ASGI middleware that admits bodies by their size; requests without a body pass."""

    def __init__(self, app: ASGIApp, settings: Settings, budget: Budget) -> None:
        self.app = app
        self.settings = settings
        self.budget = budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Admit a request, or refuse it before its body is read."""
        if scope["type"] != "http" or not _has_body(scope):
            await self.app(scope, receive, send)
            return
        body = _Body(receive, send, self.settings.max_body_bytes)
        try:
            reservation = self.budget.reserve(self._announced_size(scope))
        except ServiceError as refusal:
            answer = problem_response(refusal, request_id_of(scope), self.settings)
            await answer(scope, body.receive, body.send)
            return
        scope[_KEY] = reservation
        try:
            await self.app(scope, body.receive, body.send)
        finally:
            reservation.release()

    def _announced_size(self, scope: Scope) -> int:
        """Read Content-Length; a chunked body may become as long as any, whatever length stands beside it."""
        headers = Headers(scope=scope)
        announced = headers.get("content-length")
        if announced is None or "transfer-encoding" in headers:
            return self.settings.max_body_bytes
        if not (announced.isascii() and announced.isdigit()):
            raise MalformedRequest("Content-Length is not a number")
        size = int(announced.lstrip("0")[:20] or 0)  # int() refuses thousands of digits
        check_size(size, self.settings.max_body_bytes)
        return size


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
