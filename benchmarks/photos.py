"""Real photographs of any size: a mosaic of those that come with scikit-image.

Nothing is enlarged much and nothing repeats nearby, since both would flatter an encoder: a picture is cut into cells of
about 600 x 400 pixels, and each cell shows one of seven photos, the largest rectangle of the cell's shape, scaled to it
by Pillow's Lanczos filter. The smallest photo, 451 x 300, is enlarged by 1.6 at most. From cell to cell the photo
changes, and after every round of seven it is flipped another way, so that the same pixels come back after 28 cells,
some rows of cells further down. Up to 0.8 MP a picture is one cell.
"""

import io
from functools import cache
from itertools import product

import numpy as np
from PIL import Image, ImageOps
from skimage import data

from core import Pixels, Size

NAMES = ("coffee", "chelsea", "rocket", "astronaut", "hubble_deep_field", "retina", "immunohistochemistry")
FLIPS = (
    None,
    Image.Transpose.FLIP_LEFT_RIGHT,
    Image.Transpose.ROTATE_180,
    Image.Transpose.FLIP_TOP_BOTTOM,
)
CELL_WIDTH = 620
ASPECT = 1.5
JPEG_QUALITY = 90

KINDS = ("gray", "RGB", "RGBA", "RGB, 16 bits")
"""RGBA is opaque: a library that does not weigh colours by alpha does the same work then. 16 bits are 257 times 8."""


def size_of(megapixels: float) -> Size:
    """Give the size, 3 to 2, of so many million pixels."""
    width = round((megapixels * 1e6 * ASPECT) ** 0.5)
    return Size(width, round(megapixels * 1e6 / width))


@cache
def photo(megapixels: float, kind: str = "RGB") -> Pixels:
    """Give a photograph (height, width, channels) of one of KINDS; read-only, as it is kept."""
    pixels = _as_kind(_mosaic(size_of(megapixels)), kind)
    pixels.flags.writeable = False
    return pixels


def jpeg(megapixels: float) -> bytes:
    """Give a photograph as a file, at quality 90 with half of the colour's resolution: what cameras and sites send."""
    return _file(megapixels, "JPEG", quality=JPEG_QUALITY)


def png(megapixels: float) -> bytes:
    """Give a photograph as Pillow writes a PNG by default."""
    return _file(megapixels, "PNG")


def _file(megapixels: float, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(photo(megapixels)).save(file, form, **options)
    return file.getvalue()


def _mosaic(size: Size) -> Image.Image:
    columns = max(1, round(size.width / CELL_WIDTH))
    rows = max(1, round(size.height / (CELL_WIDTH / ASPECT)))
    x, y = _edges(size.width, columns), _edges(size.height, rows)
    mosaic = Image.new("RGB", size)
    for number, (row, column) in enumerate(product(range(rows), range(columns))):
        cell = x[column + 1] - x[column], y[row + 1] - y[row]
        mosaic.paste(ImageOps.fit(_flipped(number), cell, Image.Resampling.LANCZOS), (x[column], y[row]))
    return mosaic


def _edges(side: int, cells: int) -> list[int]:
    return np.linspace(0, side, cells + 1).round().astype(int).tolist()


def _flipped(number: int) -> Image.Image:
    rounds, which = divmod(number, len(NAMES))
    taken = Image.fromarray(getattr(data, NAMES[which])())
    how = FLIPS[rounds % len(FLIPS)]
    return taken if how is None else taken.transpose(how)


def _as_kind(mosaic: Image.Image, kind: str) -> Pixels:
    if kind == "gray":
        return np.asarray(mosaic.convert("L"))[..., np.newaxis].copy()
    if kind == "RGBA":
        return np.asarray(mosaic.convert("RGBA")).copy()
    colours = np.asarray(mosaic).copy()
    return colours.astype(np.uint16) * 257 if kind == "RGB, 16 bits" else colours
