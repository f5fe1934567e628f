"""The answer to a warp of one picture: decoded, warped and streamed while a worker slot is held."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import anyio
import numpy as np
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from core import Matrix, homography
from service.decode import OpenPicture
from service.engine import ENGINE
from service.filename import content_disposition, warped_name
from service.gate import release_upload
from service.pipeline import Job, png_chunks
from service.workers import Workers


class WarpedPicture(Response):
    """Decodes, warps and sends one picture.

    All that a client can cause to fail happens before the status is sent. What breaks later is a bug and aborts the
    connection, so that nobody takes half a picture for a whole one.
    """

    media_type = "image/png"

    def __init__(self, picture: OpenPicture, name: str | None, job: Job, workers: Workers) -> None:
        super().__init__(headers=_headers(name, job))
        del self.headers["Content-Length"]
        self._picture = picture
        self._job = job
        self._workers = workers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, from the queue to the last byte, as long as the client is there."""
        async with _while_connected(receive):
            arrived = time.perf_counter()
            async with self._workers.slot():
                started = time.perf_counter()
                pixels = await self._workers.run(self._picture.decode)
                release_upload(scope)
                decoded = time.perf_counter()
                self.headers["Server-Timing"] = (
                    f"queue;dur={1e3 * (started - arrived):.1f}, decode;dur={1e3 * (decoded - started):.1f}"
                )
                async with aclosing(png_chunks(self._job, pixels, self._workers)) as chunks:
                    if self._job.strips == 1 or scope["http_version"] == "1.0":
                        await self._send_whole(chunks, scope, receive, send)
                    else:
                        await self._send_strips(chunks, send)

    async def _send_whole(self, chunks: AsyncIterator[bytes], scope: Scope, receive: Receive, send: Send) -> None:
        """Send with a Content-Length: HTTP/1.0 knows no other way to tell a whole answer from a cut one."""
        body = b"".join([chunk async for chunk in chunks])
        whole = Response(body, media_type=self.media_type, headers=dict(self.headers))
        await whole(scope, receive, send)

    async def _send_strips(self, chunks: AsyncIterator[bytes], send: Send) -> None:
        first = await anext(chunks)  # the status waits for it: what breaks before is still a plain error
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": first, "more_body": True})
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


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


def _headers(name: str | None, job: Job) -> dict[str, str]:
    plan, header = job.plan, job.header
    headers = {
        "Content-Disposition": content_disposition("inline", warped_name(name)),
        "Cache-Control": "no-store",
        "Vary": "Accept",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Warp-Engine": ENGINE,
        "Warp-Source-Size": f"{plan.source.width}x{plan.source.height}",
        "Warp-Output-Size": f"{plan.canvas.width}x{plan.canvas.height}",
        "Warp-Matrix": _matrix(homography.invert(plan.source_from_canvas)),
    }
    if header.source_depth > header.depth:
        headers["Warp-Source-Depth"] = f"{header.source_depth};reduced"
    return headers


def _matrix(canvas_from_source: Matrix) -> str:
    """Write 9 numbers, the last one 1 where it can be: a projective matrix means the same times any factor."""
    pivot = canvas_from_source[2, 2]
    scaled = canvas_from_source / (pivot if abs(pivot) > 1e-9 * np.abs(canvas_from_source[2]).max() else 1.0)
    return ", ".join(repr(float(entry)) for entry in (scaled + 0.0).ravel())
