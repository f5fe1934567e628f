"""What the parts of a request take on one thread, beside OpenCV's: where the time goes, and how much is left to gain.

    python -m benchmarks.parts [--quick] [--save]

A file is decoded, turned by 30 degrees and encoded, as each does it in its server; what a server does besides, such as
reading the request, is no part.
"""

from collections.abc import Callable
from statistics import median

import cv2
import numpy as np

from benchmarks import pairs, photos
from benchmarks.contenders.opencv import OPENCV
from benchmarks.contenders.ours import OURS
from benchmarks.core import job_of
from benchmarks.engine import LOOPS
from benchmarks.record import Row
from benchmarks.script import run_alone
from benchmarks.strips import strips
from core import Pixels, Size
from service.decode import open_picture
from service.png import pack

SIZES = (0.4, 2, 12)
QUICK_SIZES = (0.4,)
FORMS = {"JPEG": photos.jpeg, "PNG": photos.png}

PARTS = "parts of a request"


def encode(pixels: Pixels) -> Callable[[], list[bytes]]:
    """Filter and deflate strip by strip, as the service does."""
    height, width, _ = pixels.shape

    def run() -> list[bytes]:
        packed, above = [], None
        for rows in strips(Size(width, height)):
            strip = pixels[rows.start : rows.stop]
            packed.append(pack(strip, above, last=rows.stop == height, loops=LOOPS))
            above = strip[-1]
        return packed

    return run


def compare(form: str, megapixels: float, effort: pairs.Effort) -> list[Row]:
    """Time each part of both, in turn."""
    file = FORMS[form](megapixels)
    bytes_of_file = np.frombuffer(file, np.uint8)
    job = job_of(megapixels)
    warped = OURS.prepare(job)()
    parts = {
        "decode": (lambda: open_picture(file).decode(), lambda: cv2.imdecode(bytes_of_file, cv2.IMREAD_COLOR)),
        "warp": (OURS.prepare(job), OPENCV.prepare(job)),
        "encode": (encode(warped), lambda: cv2.imencode(".png", warped)),
    }
    whose = ("our", "its")
    runs = {f"{who} {part}": run for part, both in parts.items() for who, run in zip(whose, both, strict=True)}
    for run in runs.values():
        run()
    with OPENCV.on_threads(1):
        taken = pairs.in_turn(runs, effort)
    return [
        {
            "table": PARTS,
            "in": form,
            "MP": megapixels,
            "part": part,
            "peer": "OpenCV",
            "its ms": 1000 * median(taken[f"its {part}"]),
            "our ms": 1000 * median(taken[f"our {part}"]),
            "ahead": pairs.times_as_fast(taken[f"our {part}"], taken[f"its {part}"]),
        }
        for part in parts
    ]


def measure(quick: bool) -> list[Row]:
    """Measure all; see the module."""
    effort = pairs.QUICK if quick else pairs.FULL
    sizes = QUICK_SIZES if quick else SIZES
    return [row for form in FORMS for megapixels in sizes for row in compare(form, megapixels, effort)]


if __name__ == "__main__":
    run_alone("parts", measure, __doc__)
