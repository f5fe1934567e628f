"""The gate in front of every body: its bytes are limited, and reserved in a common budget, before any is read."""

from dataclasses import dataclass

from starlette.datastructures import Headers
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
        try:
            reservation = self.budget.reserve(self._announced_size(scope))
        except ServiceError as refusal:
            answer = problem_response(refusal, request_id_of(scope), self.settings.retry_after)
            await answer(scope, receive, send)
            return
        scope[_KEY] = reservation
        try:
            await self.app(scope, self._counting(receive), send)
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
        self._check(size)
        return size

    def _check(self, size: int) -> None:
        limit = self.settings.max_body_bytes
        if size > limit:
            raise UploadTooLarge(
                f"the body has {size} bytes or more; at most {limit} are allowed (GRIDWARP_MAX_BODY_BYTES)"
            )

    def _counting(self, receive: Receive) -> Receive:
        """Count what really arrives: a header may lie, and a chunked body has none."""
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                self._check(received)
            return message

        return receive_counted


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"
