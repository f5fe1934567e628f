"""PNG: strips become chunks as soon as they are packed, whatever the picture's size."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator
from functools import partial
from math import ceil

from core import Colour, RowsOf
from service.encode.picture_head import PictureHead
from service.encode.png_colour import colour_chunks
from service.engine import engine_in_use
from service.png import Loops, PackedStrip, PngFormat, PngStream, pack, strip_rows
from service.workers import Workers

logger = logging.getLogger("gridwarp.encode")

LONGEST_SIDE = 2**31 - 1  # PNG 7.1

STRIPS_A_JOB = 4
"""Strips that a worker makes in one go: handing work over takes a fifth as long as making one."""


def written_channels(channels: int, _fill: Colour) -> int:
    """Give the channels of the file: those of the rows."""
    return channels


async def chunks(
    _output: object, picture: PictureHead, rows_of: RowsOf, workers: Workers
) -> AsyncGenerator[bytes, None]:
    """Encode, giving the bytes of some strips as soon as they and all before them are ready.

    Each worker warps and packs strips of its own, which are joined in order. More are begun only when the caller asks
    for more, so that a slow client holds back the work instead of filling the memory.
    """
    fmt = PngFormat(*picture.size, picture.channels, picture.depth)
    stream = PngStream(fmt)
    making: deque[asyncio.Future[list[PackedStrip]]] = deque()
    step = STRIPS_A_JOB * strip_rows(fmt)
    tops = iter(range(0, fmt.height, step))
    make = partial(_pack_rows, rows_of, fmt, engine_in_use().loops)
    head = stream.head(colour_chunks(picture.icc, picture.png_chunks))
    try:
        while True:
            for top in tops:
                making.append(asyncio.ensure_future(workers.run(make, range(top, min(top + step, fmt.height)))))
                if len(making) >= workers.threads:
                    break
            if not making:
                break
            yield head + b"".join(stream.strip(packed) for packed in await making.popleft())
            head = b""
        yield stream.tail()
    finally:
        for unfinished in making:
            unfinished.cancel()


def _pack_rows(rows_of: RowsOf, fmt: PngFormat, loops: Loops, rows: range) -> list[PackedStrip]:
    """Make some strips, which know of the others only the row above them: it is warped once more."""
    packed = []
    above = rows_of(range(rows.start - 1, rows.start))[-1] if rows.start else None
    for top in range(rows.start, rows.stop, strip_rows(fmt)):
        logger.debug("strip %d of %d", top // strip_rows(fmt) + 1, ceil(fmt.height / strip_rows(fmt)))
        strip = rows_of(range(top, min(top + strip_rows(fmt), rows.stop)))
        packed.append(pack(strip, above, last=top + len(strip) == fmt.height, loops=loops))
        above = strip[-1]
    return packed
