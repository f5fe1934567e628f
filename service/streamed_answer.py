"""An answer that is made while it is sent, under a worker slot, for as long as the client is there."""

import asyncio
import time
from abc import abstractmethod
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager

import anyio
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.engine import engine_in_use
from service.workers import Workers


class StreamedAnswer(Response):
    """Waits for a slot, makes the chunks and sends each as soon as it is there.

    All that a client can cause to fail happens before the first chunk, which the status waits for. What breaks later is
    a bug and aborts the connection, so that nobody takes half an answer for a whole one.
    """

    def __init__(self, media_type: str, headers: Mapping[str, str], workers: Workers) -> None:
        common = {
            "Cache-Control": "no-store",
            "Vary": "Accept",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Warp-Engine": str(engine_in_use()),
        }
        super().__init__(headers=common | dict(headers), media_type=media_type)
        del self.headers["Content-Length"]
        self._workers = workers
        self._timings: list[str] = []

    @abstractmethod
    def chunks(self, scope: Scope) -> AsyncGenerator[bytes, None]:
        """Make the body, while a slot is held; none of the chunks is empty."""

    @abstractmethod
    def is_sent_whole(self, http_version: str) -> bool:
        """Tell whether the body is made before any of it is sent, with a Content-Length."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, from the queue to the last byte."""
        async with _while_connected(receive):
            arrived = time.perf_counter()
            async with self._workers.slot():
                self._note("queue", arrived)
                async with aclosing(self.chunks(scope)) as chunks:
                    if self.is_sent_whole(scope["http_version"]):
                        await self._send_whole(chunks, send)
                    else:
                        await self._send_as_made(chunks, send)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Take the time of a stage for the header Server-Timing; in vain once the first chunk is out."""
        started = time.perf_counter()
        yield
        self._note(stage, started)

    def _note(self, stage: str, started: float) -> None:
        self._timings.append(f"{stage};dur={1e3 * (time.perf_counter() - started):.1f}")
        self.headers["Server-Timing"] = ", ".join(self._timings)

    async def _send_whole(self, chunks: AsyncIterator[bytes], send: Send) -> None:
        held = deque([chunk async for chunk in chunks])
        self.headers["Content-Length"] = str(sum(map(len, held)))
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        while held:
            await send({"type": "http.response.body", "body": held.popleft(), "more_body": bool(held)})

    async def _send_as_made(self, chunks: AsyncIterator[bytes], send: Send) -> None:
        first = await anext(chunks)  # the status waits for it: what breaks before is still a plain error
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": first, "more_body": True})
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def knows_no_chunks(http_version: str) -> bool:
    """Tell whether the client can be told the end of an answer only by its length (RFC 9112, section 6.3)."""
    return http_version == "1.0"


@asynccontextmanager
async def _while_connected(receive: Receive) -> AsyncIterator[None]:
    """Drop the work within, at its next await, when the client leaves; the request's body must have been read.

    A strip that is being computed is finished, since a thread cannot be stopped; no other is begun.
    """
    with anyio.CancelScope() as work:

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            work.cancel()

        watcher = asyncio.create_task(watch())
        try:
            yield
        finally:
            watcher.cancel()
