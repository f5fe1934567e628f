"""A client's connection, as uvicorn has it, with bounds that uvicorn does not know.

A request's head has a size and a time in which it has to come: without them whoever sends it slowly, or for ever, keeps
a connection and memory. And an answer can be broken off at once, though its client does not read what is in the way.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 256 << 10
"""Bytes: a spec of 64 KiB in the query takes three times as many, percent-encoded."""

HEAD_SECONDS = 10.0
"""For a request's head, from its first byte or from the beginning of the connection."""

_AT_ONCE = struct.pack("ii", 1, 0)
"""Linger, for no seconds (man 7 socket)."""

_ABORT = "gridwarp.abort"


def abort(scope: Scope) -> None:
    """Close a request's connection at once, whatever its client has not read yet."""
    extension: Callable[[], None] | None = (scope.get("extensions") or {}).get(_ABORT)
    if extension:
        extension()


class Connection(HttpToolsProtocol):
    """One connection."""

    _head_bytes = 0
    _in_head = True
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a head."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._head_is_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        if self._in_head:
            if not self._head_timer:  # of a further request
                self._expect_head()
            self._head_bytes += len(data)
            if self._head_bytes > LONGEST_HEAD + len(data):  # what came before is all head
                self._refuse(431, f"a request's head has at most {LONGEST_HEAD} bytes")
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Offer the application to break off."""
        super().on_message_begin()
        extensions: dict[str, Any] = {_ABORT: self._break_off}
        self.scope["extensions"] = extensions

    def on_headers_complete(self) -> None:
        """Let the head be over."""
        self._in_head = False
        self._head_is_there()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count the next head from its beginning."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_complete()

    def send_400_response(self, _msg: str) -> None:
        """Refuse what is not HTTP."""
        self._refuse(400, "what was sent is not HTTP/1.1")

    def _break_off(self) -> None:
        """Close at once; without a linger of 0 the system would keep what the client does not take, for minutes."""
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def _expect_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def _head_is_there(self) -> None:
        if self._head_timer:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        if self._head_bytes:
            self._refuse(408, f"a request's head has {HEAD_SECONDS:g} s to come")
        else:  # a connection that was opened and not used; an answer would be taken for that of a later request
            self.transport.abort()

    def _refuse(self, status: int, detail: str) -> None:
        """Answer before there is a request, and close."""
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
