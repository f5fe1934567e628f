"""An answer that is made while it is sent, at a desk of the workers, for as long as the client is there."""

import asyncio
from abc import abstractmethod
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from http import HTTPStatus
from time import perf_counter

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT

from service.admission import Need
from service.connection import abort
from service.deadline import drop_work
from service.engine import engine_in_use
from service.items import Item
from service.load_of_items import is_work_known, work_of
from service.paced_send import PacedSend
from service.record import Record, record_of
from service.upload_budget import held_bytes_of
from service.workers import Desk, Workers


class StreamedAnswer(Response):
    """Waits for its turn, makes the chunks and sends each as soon as it is there.

    All that a client can cause to fail happens before the first chunk, which the status waits for. What breaks later is
    a bug and aborts the connection, so that nobody takes half an answer for a whole one.
    """

    def __init__(
        self,
        media_type: str,
        headers: Mapping[str, str],
        items: Sequence[Item],
        workers: Workers,
        memory: int,
        send_timeout: float,
    ) -> None:
        common = {
            "Cache-Control": "no-store",
            "Vary": "Accept",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Warp-Engine": str(engine_in_use()),
        }
        self.status_code = HTTPStatus.OK
        self.media_type = media_type
        self.background = None
        self.init_headers(common | dict(headers))  # no length: it has no body yet
        self._items = items
        self._workers = workers
        self._memory = memory
        self._send_timeout = send_timeout

    @abstractmethod
    def chunks(self, scope: Scope, desk: Desk) -> AsyncGenerator[bytes, None]:
        """Make the body, at a desk; none of the chunks is empty."""

    @abstractmethod
    def is_sent_whole(self, http_version: str) -> bool:
        """Tell whether the body is made before any of it is sent, with a Content-Length."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, from the queue to the last byte."""
        record = record_of(scope)

        def give_up() -> None:
            record.cut_short = "client-too-slow"
            abort(scope)  # which ends the work as any client's leaving does

        def holds_upload() -> bool:
            held = held_bytes_of(scope)
            return held is not None and held.body + held.maps > 0

        with _while_connected(scope, receive):
            arrived = perf_counter()
            async with self._workers.desk(await self._need(), give_up, holds_upload, record.clock) as desk:
                record.clock.add("queue", perf_counter() - arrived)
                paced = PacedSend(send, scope, desk.place, seconds=self._send_timeout, give_up=give_up)
                async with aclosing(self.chunks(scope, desk)) as chunks:
                    if self.is_sent_whole(scope["http_version"]):
                        await self._send_whole(chunks, paced, record)
                    else:
                        await self._send_as_made(chunks, paced, record)

    async def _need(self) -> Need:
        """Say what the request takes; how much work it brings matters only if it has to wait."""
        if self._workers.admission.begins_at_once(need := Need(0, self._memory)):
            return need
        self._workers.admission.check_room()
        if is_work_known(self._items):
            return Need(work_of(self._items), self._memory)
        return Need(await self._workers.run_briefly(work_of, self._items), self._memory)

    def _begin(self, record: Record) -> dict[str, object]:
        queue, decode = record.clock.spent("queue"), record.clock.spent("decode")
        self._add_header("server-timing", f"queue;dur={1e3 * queue:.1f}, decode;dur={1e3 * decode:.1f}")
        return {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}

    def _add_header(self, name: str, value: str) -> None:
        self.raw_headers.append((name.encode(), value.encode()))

    async def _send_whole(self, chunks: AsyncIterator[bytes], send: Send, record: Record) -> None:
        held = deque([chunk async for chunk in chunks])
        self._add_header("content-length", str(sum(map(len, held))))
        await send(self._begin(record))
        if len(held[-1]) > HIGH_WATER_LIMIT:
            held.append(b"")  # an end waits until the client has taken what is before it
        while held:
            body = held.popleft()
            await send({"type": "http.response.body", "body": body, "more_body": bool(held)})

    async def _send_as_made(self, chunks: AsyncIterator[bytes], send: Send, record: Record) -> None:
        first = await anext(chunks)  # the status waits for it: what breaks before is still a plain error
        await send(self._begin(record))
        await send({"type": "http.response.body", "body": first, "more_body": True})
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def knows_no_chunks(http_version: str) -> bool:
    """Tell whether the client can be told the end of an answer only by its length (RFC 9112, section 6.3)."""
    return http_version == "1.0"


@contextmanager
def _while_connected(scope: Scope, receive: Receive) -> Iterator[None]:
    """End the work within when the client leaves; the request's body must have been read."""

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        drop_work(scope)

    watcher = asyncio.create_task(watch())
    try:
        yield
    finally:
        watcher.cancel()
