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
from service.stopwatch import Stopwatch
from service.workers import Desk

logger = logging.getLogger("gridwarp.encode")

LONGEST_SIDE = 2**31 - 1  # PNG 7.1


def written_channels(channels: int, _fill: Colour) -> int:
    """Give the channels of the file: those of the rows."""
    return channels


async def chunks(_output: object, picture: PictureHead, rows_of: RowsOf, desk: Desk) -> AsyncGenerator[bytes, None]:
    """Encode, giving the bytes of each strip as soon as it and all before it are ready.

    Each worker warps and packs strips of its own, which are joined in order. More are begun only when the caller asks
    for more, so that a slow client holds back the work instead of filling the memory.
    """
    fmt = PngFormat(*picture.size, picture.channels, picture.depth)
    stream = PngStream(fmt)
    making: deque[asyncio.Future[PackedStrip]] = deque()
    tops = iter(range(0, fmt.height, strip_rows(fmt)))
    make = partial(_make_strip, rows_of, fmt, engine_in_use().loops, desk.clock)
    head = stream.head(colour_chunks(picture.icc, picture.png_chunks))
    try:
        while True:
            for top in tops:
                making.append(asyncio.ensure_future(desk.run(make, top)))
                if len(making) >= desk.threads:
                    break
            if not making:
                break
            yield head + stream.strip(await making.popleft())
            head = b""
        yield stream.tail()
    finally:
        for unfinished in making:
            unfinished.cancel()


def _make_strip(rows_of: RowsOf, fmt: PngFormat, loops: Loops, clock: Stopwatch, top: int) -> PackedStrip:
    """Make the strip from row `top` on. It knows of the others only the row above it, which is warped once more."""
    rows = strip_rows(fmt)
    logger.debug("strip %d of %d", top // rows + 1, ceil(fmt.height / rows))
    bottom = min(top + rows, fmt.height)
    pixels = rows_of(range(max(0, top - 1), bottom))
    strip, above = (pixels[1:], pixels[0]) if top else (pixels, None)
    with clock.timed("encode"):
        return pack(strip, above, last=bottom == fmt.height, loops=loops)
