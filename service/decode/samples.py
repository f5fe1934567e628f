"""From Pillow's picture in memory to an array: as it is stored, or with palettes and transparent colours expanded.

What Pillow stores as it is wanted is not copied: the array is a view of Pillow's memory. The rest is expanded by bands
of rows, whose copies stay in the processor's cache.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from service.decode.pillow_memory import memory_of
from service.decode.profile import cmyk_to_srgb

Samples = NDArray[np.uint8] | NDArray[np.uint16]

# The modes that the readers give, and the channels that they have without a transparent colour. Two are no modes of
# Pillow: "LA;16B" is what a PNG may hold, of which Pillow makes RGBA, the gray three times, as it stores "LA"; "I;16I"
# is "I;16" of a TIFF in which 0 is white.
MODES = {"1": 1, "L": 1, "I;16": 1, "I;16I": 1, "LA": 2, "La": 2, "LA;16B": 2, "P": 3, "RGB": 3, "RGBA": 4, "CMYK": 3}

_BAND_PIXELS = 1 << 15


@dataclass(frozen=True)
class Layout:
    """What the samples of a picture are, as far as its header says.

    Attributes:
        mode: one of MODES.
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
        return MODES[self.mode] + (self.key is not None or self.alphas is not None)

    @property
    def depth(self) -> int:
        """Bits a sample of the array, 8 or 16."""
        return 16 if self.mode.startswith("I;16") else 8


def to_array(image: Image.Image, layout: Layout) -> Samples:
    """The samples of a loaded picture.

    Returns:
        (height, width, layout.channels), uint8 or uint16 in the machine's byte order. A pixel's samples lie side by
        side, the pixels of a row one behind the other, and so do the rows; RGB takes four bytes a pixel, of which the
        last means nothing, unless it comes of CMYK. The memory may be Pillow's, and lives as long as the array.
    """
    match layout.mode:
        case "P":
            return _looked_up(memory_of(image), _palette(image, layout.alphas))[..., : layout.channels]
        case "CMYK":
            return _to_rgb(image, layout.icc)
        case "LA" | "LA;16B":
            return _packed(memory_of(image))
        case "La":
            return _packed(memory_of(image.convert("LA")))
        case "I;16I":
            inverted = cast("NDArray[np.uint16]", memory_of(image))
            return np.invert(inverted, out=inverted).astype("=u2", copy=False)
    stored = cast("Samples", memory_of(image)).astype(f"=u{layout.depth // 8}", copy=False)
    return stored[..., : layout.channels] if layout.key is None else _with_key(stored, layout.key)


def _looked_up(indices: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(height, width, 4): a colour is looked up as one number of 32 bits."""
    colours = palette.view(np.uint32)[:, 0]
    looked_up = np.empty(indices.shape[:2], np.uint32)
    for rows in _bands(looked_up):
        colours.take(indices[rows, :, 0], out=looked_up[rows], mode="clip")  # "raise" would take a copy
    return looked_up[..., np.newaxis].view(np.uint8)


def _palette(image: Image.Image, alphas: bytes | None) -> NDArray[np.uint8]:
    """(256, 4); entries that the file does not define are opaque black."""
    listed = np.array(image.getpalette("RGB"), np.uint8).reshape(-1, 3)[:256]
    colours = np.full((256, 4), (0, 0, 0, 255), np.uint8)
    colours[: len(listed), :3] = listed
    if alphas is not None:
        stated = np.frombuffer(alphas, np.uint8)[:256]
        colours[: len(stated), 3] = stated
    return colours


def _to_rgb(image: Image.Image, icc: bytes) -> NDArray[np.uint8]:
    """(height, width, 3), by the profile if it is a usable one."""
    by_profile = cmyk_to_srgb(icc) if icc else None
    convert = by_profile or (lambda band: band.convert("RGB"))
    array = np.empty((image.height, image.width, 3), np.uint8)
    for rows in _bands(array):
        band = convert(image.crop((0, rows.start, image.width, rows.stop)))
        array[rows] = memory_of(band)[..., :3]
    return array


def _packed(stored: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Gray and alpha, of the four bytes that Pillow keeps for them."""
    array = np.empty((*stored.shape[:2], 2), np.uint8)
    array[..., 0], array[..., 1] = stored[..., 0], stored[..., 3]
    return array


def _with_key(stored: Samples, key: tuple[int, ...]) -> Samples:
    """The samples with an alpha behind them: 0 where a pixel equals the key, else the greatest value.

    RGB has a byte to spare for it; a gray picture is copied.
    """
    colours = len(key)
    array = stored
    if stored.shape[2] == colours:
        array = np.empty((*stored.shape[:2], colours + 1), stored.dtype)
        array[..., :colours] = stored
    array[..., colours] = np.iinfo(stored.dtype).max
    transparent = np.array(key, stored.dtype)
    for rows in _bands(array):
        array[rows, :, colours][(array[rows, :, :colours] == transparent).all(axis=-1)] = 0
    return array


def _bands(array: NDArray[np.generic]) -> Iterator[slice]:
    """Rows of the bands that make up an array."""
    height, width = array.shape[:2]
    step = max(1, _BAND_PIXELS // width)
    for top in range(0, height, step):
        yield slice(top, min(top + step, height))
