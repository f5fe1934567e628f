"""The formats that are written in one go, when all rows are there."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core import Colour, Pixels
from service.encode.picture_head import PictureHead
from service.workers import Workers

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
        self, output: object, picture: PictureHead, strips: AsyncIterator[Pixels], workers: Workers
    ) -> AsyncGenerator[bytes, None]:
        """Give the whole file, as one chunk.

        The picture is put together in Pillow's memory, 4 bytes a pixel or 1 for gray.

        Raises:
            ValueError: rows are missing. A short picture must not end like a whole one.
        """
        mode = _MODES[self.written_channels(picture.channels, picture.fill)]
        image = await workers.run(Image.new, mode, picture.size)
        top = 0
        async for rows in strips:
            await workers.run(self._put, rows, picture.fill, image, top)
            top += len(rows)
        if top != picture.size.height:
            raise ValueError(f"the strips hold {top} rows, the picture needs {picture.size.height}")
        yield await workers.run(self.encode, image, output, picture.icc)

    def _put(self, rows: Pixels, fill: Colour, image: Image.Image, top: int) -> None:
        prepared = self.prepare(rows, fill)
        image.paste(Image.fromarray(prepared[..., 0] if image.mode == "L" else prepared), (0, top))
