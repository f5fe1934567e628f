"""A client's connection, as uvicorn has it, with bounds that uvicorn does not know.

A request's head has a size and a time in which it has to come, what stands between the parts of a body has a size, and
so many requests may be sent ahead: without that a client keeps connections and memory as long as it likes. What the
client does not read is kept for a while and no longer, also behind the last byte of an answer. And an answer can be
broken off at once, whatever of it is still on its way.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from starlette.types import Scope
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from service.alarm import Alarm
from service.incoming_body import SLOWEST
from service.record import record_of

LONGEST_HEAD = 256 << 10
"""Bytes: with room for what proxies and browsers add. Of an address the parser itself takes less than 64 KiB."""

HEAD_SECONDS = 10.0
"""For a request's head, from its first byte or from the beginning of the connection."""

MOST_AHEAD = 64
"""Requests that may have come while one is being answered."""

FRAMING = 8
"""Bytes for each byte of a chunked body, beside LONGEST_HEAD, that may stand around its chunks and behind the last: one
of a single byte takes five more (RFC 9112, section 7.1)."""

_AT_ONCE = struct.pack("ii", 1, 0)
"""Linger, for no seconds (man 7 socket)."""

_ABORT = "gridwarp.abort"


def abort(scope: Scope) -> None:
    """Close a request's connection at once, whatever its client has not read yet."""
    extension: Callable[[], None] | None = (scope.get("extensions") or {}).get(_ABORT)
    if extension:
        extension()


class TooManyAhead(Exception):
    """Ends the parser's work at a request for which there is no room; it never gets further than that."""


class Connection(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, send_timeout: float, **kwargs: Any) -> None:
        """Be as uvicorn has it.

        Args:
            args: uvicorn's.
            send_timeout: seconds that the client may leave what it was sent unread, beside what it takes at SLOWEST.
            kwargs: uvicorn's.
        """
        super().__init__(*args, **kwargs)
        self._send_timeout = send_timeout
        self._answered: RequestResponseCycle | None = None  # or being answered
        self._is_over = self._is_deaf = False
        self._in_head, self._has_head_begun, self._head_bytes = True, False, 0
        self._framing_bytes = self._framing_allowed = 0
        self._bytes_ahead = 0  # of heads in the pipeline
        self._head_alarm = Alarm(self._comes_too_slowly)
        self._unread_alarm = Alarm(self._reads_too_slowly)

    @property
    def _is_answering(self) -> bool:
        return bool(self._answered and not self._answered.response_complete)

    # --- what comes

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a head."""
        super().connection_made(transport)
        self._head_alarm.set(self.loop.time() + HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more, and tell the request that is being answered, which need not be the last one."""
        self._is_over = True
        self._head_alarm.forget()
        self._unread_alarm.forget()
        if self._answered and self._is_answering:
            self._answered.disconnected = True
            self._answered.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        if self._is_deaf:
            return
        if self._in_head:
            if not (self._head_alarm.is_set or self._is_answering):  # of a further request
                self._head_alarm.set(self.loop.time() + HEAD_SECONDS)
            self._head_bytes += len(data)
            if self._head_bytes > LONGEST_HEAD + len(data):  # what came before is all head
                self._refuse(431, f"a request's head has at most {LONGEST_HEAD} bytes")
                return
        else:
            self._framing_bytes += len(data)
        super().data_received(data)
        if self._framing_bytes > self._framing_allowed:
            self._refuse(431, "what stands around the chunks of the body, and behind them, is too much")

    def on_message_begin(self) -> None:
        """Offer the application to break off."""
        self._has_head_begun = True
        super().on_message_begin()
        extensions: dict[str, Any] = {_ABORT: self._break_off}
        self.scope["extensions"] = extensions

    def on_headers_complete(self) -> None:
        """Let the head be over.

        Raises:
            TooManyAhead: too many others have to be answered first.
        """
        if len(self.pipeline) == MOST_AHEAD:
            raise TooManyAhead
        self._in_head = self._has_head_begun = False
        self._framing_bytes, self._framing_allowed = 0, LONGEST_HEAD
        self._head_alarm.stop()
        super().on_headers_complete()
        self.headers = []  # the request has its own; what stands behind a chunked body is none of them
        if self.pipeline:
            self._bytes_ahead += self._head_bytes
            self._read_on()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._framing_bytes -= len(body)
        self._framing_allowed += FRAMING * len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Count the next head from its beginning."""
        self._in_head, self._head_bytes, self._framing_bytes = True, 0, 0
        super().on_message_complete()

    def send_400_response(self, _msg: str) -> None:
        """Refuse what is not HTTP, or too much of it."""
        self._refuse(400, f"what was sent is not HTTP/1.1, or more than {MOST_AHEAD} requests ahead")

    # --- what goes

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """Go on with what has come meanwhile, and see that the client reads the answer."""
        super().on_response_complete()
        self._expect_reading()
        if self.transport.is_closing():
            return
        if self.pipeline:
            self._read_on()
            return
        self._bytes_ahead = 0
        if self._has_head_begun and not self._is_answering:
            self._unset_keepalive_if_required()
            self._head_alarm.set(self.loop.time() + HEAD_SECONDS)

    def _read_on(self) -> None:
        """Read what else comes ahead, unless it is too much: only who reads sees that the client leaves."""
        if self._bytes_ahead > LONGEST_HEAD:
            self.flow.pause_reading()
        else:
            self.flow.resume_reading()

    def pause_writing(self) -> None:
        """See that the client reads."""
        super().pause_writing()
        self._expect_reading()

    def resume_writing(self) -> None:
        """Let the client be, if there is more to come."""
        super().resume_writing()
        if self._is_answering:
            self._unread_alarm.stop()
        else:
            self._expect_reading()

    # --- what takes too long

    def _comes_too_slowly(self) -> None:
        if self._has_head_begun:
            self._refuse(408, f"a request's head has {HEAD_SECONDS:g} s to come")
        else:  # a connection that was opened and not used; an answer would be taken for that of a later request
            self.transport.abort()

    def _expect_reading(self) -> None:
        self._unread_alarm.stop()
        if unread := self.transport.get_write_buffer_size():
            self._unread_alarm.set(self.loop.time() + self._send_timeout + unread / SLOWEST)

    def _reads_too_slowly(self) -> None:
        if self._answered and self._is_answering:
            if not self.flow.write_paused:  # what was unread may be read, and this be more; its end will be looked at
                return
            record_of(cast("Scope", self._answered.scope)).cut_short = "client-too-slow"
        if self.transport.get_write_buffer_size():
            self._break_off()

    # --- how it ends

    def _break_off(self) -> None:
        """Close at once; without a linger of 0 the system would keep what the client does not take, for minutes."""
        if not self._is_over:
            self._is_over = True
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self.transport.abort()

    def _refuse(self, status: int, detail: str) -> None:
        """Answer what is no request, and close; whoever has asked before has his answer first."""
        if self._is_deaf or self.transport.is_closing():
            return
        self._is_deaf = True
        if self._answered and self._is_answering:
            if self._answered is not self.cycle or not self._answered.more_body:  # that request is whole
                self.pipeline.clear()
                self._answered.keep_alive = False
                return
            if self._answered.response_started:
                self._break_off()
                return
        title = HTTPStatus(status).phrase
        document = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body = json.dumps(document).encode()
        lines = [
            f"HTTP/1.1 {status} {title}",
            "content-type: application/problem+json",
            f"content-length: {len(body)}",
            "cache-control: no-store",
            "connection: close",
        ]
        self.transport.write("\r\n".join((*lines, "", "")).encode() + body)
        self.transport.close()
        self._expect_reading()
