"""PNG: each strip a chunk as soon as it is packed, whatever the picture's size."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator

from core import Colour, Pixels
from service.encode.picture_head import PictureHead
from service.encode.png_colour import colour_chunks
from service.engine import engine_in_use
from service.png import PackedStrip, PngFormat, PngStream, pack
from service.workers import Workers

LONGEST_SIDE = 2**31 - 1  # PNG 7.1

STRIPS_IN_FLIGHT = 2
"""Strips that may be packing while the next one is warped; they bound the memory of a request."""


def written_channels(channels: int, _fill: Colour) -> int:
    """Give the channels of the file: those of the rows."""
    return channels


async def chunks(
    _output: object, picture: PictureHead, strips: AsyncIterator[Pixels], workers: Workers
) -> AsyncGenerator[bytes, None]:
    """Encode, giving the bytes of each strip as soon as it and all before it are ready.

    Strips are packed on other workers while the next one comes; that is asked for only when the caller asks for more,
    so that a slow client holds back the work instead of filling the memory.
    """
    loops = engine_in_use().loops
    stream = PngStream(PngFormat(*picture.size, picture.channels, picture.depth))
    head = stream.head(await workers.run(colour_chunks, picture.icc, picture.png_chunks))
    packing: deque[asyncio.Future[PackedStrip]] = deque()
    above, top = None, 0
    try:
        async for rows in strips:
            top += len(rows)
            last = top == picture.size.height
            packing.append(asyncio.ensure_future(workers.run(pack, rows, above, last=last, loops=loops)))
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
