"""The gate in front of everything: what can be told from a request's head is, before any of its body is read."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.admission import Admission
from service.errors import Draining, MalformedRequest, ServiceError
from service.head import header_of
from service.incoming_body import IncomingBody, check_size
from service.problems import problem_response
from service.readiness import STOPPING, Readiness
from service.record import record_of, route_path
from service.settings import Settings
from service.tokens import Tokens
from service.upload_budget import Budget, hold_bytes

WARP = "/v1/warp"
"""Who asks for it needs a worker."""


class Gate:
    """ASGI middleware that admits requests by their head: token, announced length, room for it and for its work."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        tokens: Tokens,
        budget: Budget,
        readiness: Readiness,
        admission: Admission,
    ) -> None:
        self.app = app
        self.settings = settings
        self.budget = budget
        self.readiness = readiness
        self.admission = admission
        self.tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Admit a request, or refuse it before its body is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.readiness.is_leaving:
            send = _closing(send)
        announced = _announced_size(scope)
        if announced == 0:
            await self._admit(scope, receive, send, announced)
            return
        held = hold_bytes(scope, self.budget)
        record = record_of(scope)
        body = IncomingBody(
            receive,
            send,
            limit=self.settings.max_body_bytes,
            held=held,
            clock=record.clock,
        )
        try:
            await self._admit(scope, body.receive, body.send, announced)
        finally:
            held.release()
            record.bytes_in = body.received

    async def _admit(self, scope: Scope, receive: Receive, send: Send, announced: int | None) -> None:
        try:
            self._check(scope, announced)
        except ServiceError as refusal:
            answer = problem_response(refusal, scope, self.settings)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _check(self, scope: Scope, announced: int | None) -> None:
        """See what the head says.

        Args:
            scope: the request's.
            announced: bytes of its body; None if the header that should say so does not.
        """
        self.tokens.check(scope)
        if announced is None:
            raise MalformedRequest("Content-Length is not a number")
        check_size(announced, self.settings.max_body_bytes)
        if announced and self.readiness.is_draining:
            raise Draining(STOPPING)
        if scope["method"] == "POST" and route_path(scope) == WARP:
            self.readiness.check()
            self.admission.check_room()
        self.budget.check(announced)


def _closing(send: Send) -> Send:
    """Send the client away with its answer: the next request is for another process."""

    async def send_and_close(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Connection"] = "close"
        await send(message)

    return send_and_close


def _announced_size(scope: Scope) -> int | None:
    """Read how long the body is: 0 without one, 1 for one in chunks, of which is known but that something comes."""
    if header_of(scope, b"transfer-encoding") is not None:
        return 1
    announced = header_of(scope, b"content-length")
    if announced is None:
        return 0
    if not (announced.isascii() and announced.isdigit()):
        return None
    return int(announced.lstrip("0")[:20] or 0)  # int() refuses thousands of digits
