"""How fast PNGs are written, and how small they are, beside other encoders on one thread.

    python -m benchmarks.png [--quick] [--save]

Fifteen photographs that come with scikit-image, as they are and turned by 30 degrees, which gives them an alpha. All
pixels are in memory before the clock starts, and the whole file is when it stops. Bytes are beside Pillow's default.
"""

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from statistics import median

import cv2
import numpy as np
from PIL import Image
from skimage import data

from benchmarks import pairs
from benchmarks.record import Row
from benchmarks.script import run_alone
from core import Chain, Pixels, Size, homography, warp
from service.png import Loops, PngFormat, PngStream, pack, strip_rows
from service.png.compiled import COMPILED

COLOUR = (
    "astronaut",
    "chelsea",
    "coffee",
    "hubble_deep_field",
    "immunohistochemistry",
    "motorcycle",
    "retina",
    "rocket",
)
GRAY = ("brick", "camera", "cell", "coins", "grass", "gravel", "moon")
QUICK = ("coffee", "retina", "camera")
DEGREES = 30

PLAIN, TURNED, IN_SHORT = "photographs", "photographs, turned", "in short"

PILLOW, PILLOW_FAST, OPENCV, LIBVIPS = "Pillow", "Pillow, level 1", "OpenCV", "libvips"

Encode = Callable[[Pixels], bytes]


def ours(pixels: Pixels, loops: Loops = COMPILED) -> bytes:
    """Encode strip by strip."""
    height, width, channels = pixels.shape
    fmt = PngFormat(width, height, channels, 8 * pixels.itemsize)
    step = strip_rows(fmt)
    stream = PngStream(fmt)
    file = io.BytesIO()
    file.write(stream.head())
    for top in range(0, height, step):
        above = pixels[top - 1] if top else None
        file.write(stream.strip(pack(pixels[top : top + step], above, last=top + step >= height, loops=loops)))
    file.write(stream.tail())
    return file.getvalue()


def pillow(pixels: Pixels, **options: int) -> bytes:
    """Encode as Pillow does it by default, or otherwise."""
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(file, "PNG", **options)
    return file.getvalue()


def opencv(pixels: Pixels) -> bytes:
    """Encode by default. Red and blue change places, which is no matter for speed and size."""
    return cv2.imencode(".png", pixels)[1].tobytes()


def libvips(pixels: Pixels) -> bytes:
    """Encode by default, which is without filters."""
    import pyvips  # noqa: PLC0415 -- not everybody has it

    return pyvips.Image.new_from_array(pixels).pngsave_buffer()


def peers(pixels: Pixels) -> Mapping[str, Encode]:
    """Give those who can write such a picture: OpenCV has no gray with alpha."""
    found: dict[str, Encode] = {PILLOW: pillow, PILLOW_FAST: lambda shown: pillow(shown, compress_level=1)}
    if pixels.shape[2] != 2:
        found[OPENCV] = opencv
    if find_spec("pyvips"):
        found[LIBVIPS] = libvips
    return found


def photograph(name: str) -> Pixels:
    """Give a photograph (height, width, channels)."""
    pixels = data.stereo_motorcycle()[0] if name == "motorcycle" else getattr(data, name)()
    return np.ascontiguousarray(pixels.reshape(*pixels.shape[:2], -1))


def turned(pixels: Pixels) -> Pixels:
    """Turn about the centre, on a canvas of the same size; outside is transparent."""
    size = Size(pixels.shape[1], pixels.shape[0])
    chain = Chain.inverse(homography.about(*size.centre, homography.rotate(np.radians(DEGREES))))
    return np.concatenate(list(warp(pixels, chain, size)))


def beside_peers(table: str, name: str, pixels: Pixels, effort: pairs.Effort) -> Iterator[Row]:
    """Compare on one picture."""
    encoders = {"ours": ours} | peers(pixels)
    sizes = {who: len(encode(pixels)) for who, encode in encoders.items()}  # which warms them too
    runs = {who: lambda encode=encode: encode(pixels) for who, encode in encoders.items()}
    taken = pairs.in_turn(runs, effort)
    megapixels = pixels.shape[0] * pixels.shape[1] / 1e6
    for peer in list(encoders)[1:]:
        yield {
            "table": table,
            "picture": name,
            "peer": peer,
            "its MP/s": megapixels / median(taken[peer]),
            "our MP/s": megapixels / median(taken["ours"]),
            "ahead": pairs.times_as_fast(taken["ours"], taken[peer]),
            "its bytes": sizes[peer] / sizes[PILLOW],
            "our bytes": sizes["ours"] / sizes[PILLOW],
        }


def in_short(rows: list[Row]) -> Iterator[Row]:
    """Give the median and the worst picture for each peer."""
    for table in (PLAIN, TURNED):
        for peer in (PILLOW, PILLOW_FAST, OPENCV, LIBVIPS):
            some = [row for row in rows if row["table"] == table and row["peer"] == peer]
            if some:
                yield {
                    "table": IN_SHORT,
                    "pictures": table,
                    "peer": peer,
                    "ahead, median": median(row["ahead"] for row in some),
                    "ahead, worst": min(row["ahead"] for row in some),
                    "its bytes, median": median(row["its bytes"] for row in some),
                    "its bytes, worst": max(row["its bytes"] for row in some),
                    "our bytes, median": median(row["our bytes"] for row in some),
                    "our bytes, worst": max(row["our bytes"] for row in some),
                }


def measure(quick: bool) -> list[Row]:
    """Measure all; see the module."""
    cv2.setNumThreads(1)
    effort = pairs.QUICK if quick else pairs.FULL
    rows: list[Row] = []
    for name in QUICK if quick else (*COLOUR, *GRAY):
        pixels = photograph(name)
        rows += beside_peers(PLAIN, name, pixels, effort)
        rows += beside_peers(TURNED, name, turned(pixels), effort)
        print(name, file=sys.stderr)
    return [*in_short(rows), *sorted(rows, key=lambda row: row["table"])]


if __name__ == "__main__":
    run_alone("png", measure, __doc__)
