"""The formats that are written in one go, when all rows are there."""

import logging
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core import Colour, Pixels, RowsOf
from service.encode.picture_head import PictureHead
from service.workers import Desk

logger = logging.getLogger("gridwarp.encode")

_PIXELS_A_JOB = 1 << 16

_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


@dataclass(frozen=True)
class WholePicture:
    """How one of these formats is written.

    Attributes:
        written_channels: gives the channels of the file, of those of the rows and the fill.
        prepare: makes a strip what the file can hold, (n, width, written channels).
        encode: writes the file, by an output's settings and a profile.
    """

    written_channels: Callable[[int, Colour], int]
    prepare: Callable[[Pixels, Colour], NDArray[np.uint8]]
    encode: Callable[[Image.Image, Any, bytes], bytes]

    async def chunks(
        self, output: object, picture: PictureHead, rows_of: RowsOf, desk: Desk
    ) -> AsyncGenerator[bytes, None]:
        """Give the whole file, as one chunk.

        The picture is put together in Pillow's memory, 4 bytes a pixel or 1 for gray.
        """
        mode = _MODES[self.written_channels(picture.channels, picture.fill)]
        image = await desk.run(Image.new, mode, picture.size)
        step = max(1, _PIXELS_A_JOB // picture.size.width)
        for top in range(0, picture.size.height, step):
            logger.debug("strip %d of %d", top // step + 1, ceil(picture.size.height / step))
            rows = range(top, min(top + step, picture.size.height))
            await desk.run(self._put, rows_of, rows, picture.fill, image)
        with desk.clock.timed("encode"):
            file = await desk.run(self.encode, image, output, picture.icc)
        yield file

    def _put(self, rows_of: RowsOf, rows: range, fill: Colour, image: Image.Image) -> None:
        strip = rows_of(rows)
        if len(strip) != len(rows):  # a short picture must not end like a whole one
            raise ValueError(f"the strips hold {rows.start + len(strip)} rows, the picture needs {rows.stop} or more")
        prepared = self.prepare(strip, fill)
        image.paste(Image.fromarray(prepared[..., 0] if image.mode == "L" else prepared), (0, rows.start))
