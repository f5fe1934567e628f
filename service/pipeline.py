"""Pixels through warp and encoder to PNG chunks, a few strips at a time."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from math import ceil

from core import Pixels, SamplingGrid, warp_through
from service.decode import OpenPicture
from service.png import PackedStrip, PngFormat, PngStream, pack, strip_rows
from service.resolve import Plan
from service.upright import upright
from service.workers import Workers

logger = logging.getLogger("gridwarp.pipeline")

STRIPS_IN_FLIGHT = 2
"""Strips that may be packing while the next one is warped; they bound the memory of a request."""


@dataclass(frozen=True)
class Job:
    """One picture to warp: opened, and its geometry resolved."""

    picture: OpenPicture
    plan: Plan

    @property
    def format(self) -> PngFormat:
        """The output's format."""
        plan, header = self.plan, self.picture.header
        return PngFormat(plan.canvas.width, plan.canvas.height, plan.channels(header.channels), header.depth)

    @property
    def strips(self) -> int:
        """How many strips the output is made in."""
        return ceil(self.plan.canvas.height / strip_rows(self.format))


async def png_chunks(job: Job, grid: SamplingGrid, pixels: Pixels, workers: Workers) -> AsyncGenerator[bytes, None]:
    """Warp and encode, giving the bytes of each strip as soon as it and all before it are ready.

    Strips are warped in turn and packed on other workers meanwhile; the next one is begun only when the caller asks for
    more, so that a slow client holds back the work instead of filling the memory.
    """
    stream = PngStream(job.format)
    seen = upright(pixels, job.picture.header.orientation)
    strips = warp_through(grid, seen, fill=job.plan.fill, strip_rows=strip_rows(job.format))
    packing: deque[asyncio.Future[PackedStrip]] = deque()
    above = None
    head = stream.head()
    try:
        for index in range(job.strips):
            logger.debug("strip %d of %d", index + 1, job.strips)
            rows = await workers.run(next, strips)
            last = index == job.strips - 1
            packing.append(asyncio.ensure_future(workers.run(pack, rows, above, last=last)))
            above = rows[-1]
            if len(packing) > STRIPS_IN_FLIGHT:
                yield head + stream.strip(await packing.popleft())
                head = b""
        while packing:
            yield head + stream.strip(await packing.popleft())
            head = b""
        yield stream.tail()
    finally:
        for unfinished in packing:
            unfinished.cancel()
