"""From Pillow's picture in memory to an array: modes, palettes and transparent colours expanded.

Converted block by block, straight into the array: `np.asarray` of a whole picture takes two more copies of it on the
way and three times as long (24 megapixels: 0.11 s, against 0.03 s).
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from service.decode.profile import cmyk_to_srgb

Samples = NDArray[np.uint8] | NDArray[np.uint16]


# The modes that the readers give: (channels, how a block is read). "LA;16B" is not a mode of Pillow but what a PNG may
# hold: Pillow makes RGBA of it, the gray three times.
MODES: dict[str, tuple[int, Callable[[Image.Image], Samples]]] = {
    "1": (1, lambda block: np.asarray(block.convert("L"))),
    "L": (1, np.asarray),
    "I;16": (1, np.asarray),  # never convert() this one: it clips at 255
    "LA": (2, np.asarray),
    "LA;16B": (2, lambda block: np.asarray(block)[..., ::3]),
    "P": (3, np.asarray),  # indices, looked up in the palette
    "RGB": (3, np.asarray),
    "RGBA": (4, np.asarray),
    "CMYK": (3, lambda block: np.asarray(block.convert("RGB"))),
}

# A block's copies stay in the processor's cache; the fastest of the sizes tried.
_BLOCK_HEIGHT = 128
_BLOCK_WIDTH = 1024


@dataclass(frozen=True)
class Layout:
    """What the samples of a picture are, as far as its header says.

    Attributes:
        mode: a row of MODES.
        key: the one colour, as decoded, that is transparent; for gray and RGB.
        alphas: alpha of the palette's entries 0, 1, 2 …, the others are opaque; for "P".
        icc: the profile by which "CMYK" becomes sRGB; empty if there is none.
    """

    mode: str
    key: tuple[int, ...] | None = None
    alphas: bytes | None = None
    icc: bytes = b""

    @property
    def channels(self) -> int:
        """Channels of the array: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA."""
        return MODES[self.mode][0] + (self.key is not None or self.alphas is not None)

    @property
    def depth(self) -> int:
        """Bits a sample of the array, 8 or 16."""
        return 16 if self.mode == "I;16" else 8


def to_array(image: Image.Image, layout: Layout) -> Samples:
    """The samples of a loaded picture.

    Returns:
        (height, width, layout.channels), uint8 or uint16 in the machine's byte order, C-contiguous.
    """
    array: Samples = np.empty((image.height, image.width, layout.channels), f"uint{layout.depth}")
    read = _reader(image, layout)
    for rows, columns in _blocks(image.height, image.width):
        block = image.crop((columns.start, rows.start, columns.stop, rows.stop))
        array[rows, columns] = read(block)
    return array


def _reader(image: Image.Image, layout: Layout) -> Callable[[Image.Image], Samples]:
    """How a block of this picture becomes (height, width, channels)."""
    read = MODES[layout.mode][1]
    if layout.mode == "P":
        colours = _palette(image, layout.alphas)
        return lambda block: colours.take(read(block), axis=0)
    convert = cmyk_to_srgb(layout.icc) if layout.icc else None
    if convert is not None:
        return lambda block: np.asarray(convert(block))
    key = layout.key
    if key is not None:
        return lambda block: _with_key(_three_dimensional(read(block)), key)
    return lambda block: _three_dimensional(read(block))


def _palette(image: Image.Image, alphas: bytes | None) -> NDArray[np.uint8]:
    """(256, 3) or, with alphas, (256, 4); entries that the file does not define are opaque black."""
    listed = np.array(image.getpalette("RGB"), np.uint8).reshape(-1, 3)[:256]
    colours = np.zeros((256, 3 if alphas is None else 4), np.uint8)
    colours[: len(listed), :3] = listed
    if alphas is not None:
        stated = np.frombuffer(alphas, np.uint8)[:256]
        colours[:, 3] = 255
        colours[: len(stated), 3] = stated
    return colours


def _with_key(samples: Samples, key: tuple[int, ...]) -> Samples:
    """The samples with an alpha channel behind them: 0 where a pixel equals the key, else the greatest value."""
    opaque = np.iinfo(samples.dtype).max
    equal = (samples == np.array(key, samples.dtype)).all(axis=-1, keepdims=True)
    return np.concatenate([samples, np.where(equal, 0, opaque).astype(samples.dtype)], axis=-1)


def _three_dimensional(samples: Samples) -> Samples:
    return samples.reshape(*samples.shape[:2], -1)


def _blocks(height: int, width: int) -> Iterator[tuple[slice, slice]]:
    """Rows and columns of the blocks that tile a picture."""
    for top, left in itertools.product(range(0, height, _BLOCK_HEIGHT), range(0, width, _BLOCK_WIDTH)):
        yield slice(top, min(top + _BLOCK_HEIGHT, height)), slice(left, min(left + _BLOCK_WIDTH, width))
