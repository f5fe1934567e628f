"""PNG encoders on photographs, one thread each: `python -m benchmarks.png` prints a Markdown table.

The encoders run in turns, so that a busy moment of the machine meets all of them: speeds are medians over the rounds,
and "times as fast" is the median of the ratios within a round.
"""

import io
import statistics
import time

import cv2
import numpy as np
import skimage.data
from PIL import Image

from service.png import PngFormat, PngStream, pack, strip_rows

ROUNDS = 7
COLOUR = ("astronaut", "chelsea", "coffee", "hubble_deep_field", "immunohistochemistry", "retina", "rocket")
GRAY = ("brick", "camera", "cell", "coins", "grass", "gravel", "moon")


def ours(pixels):
    height, width, channels = pixels.shape
    fmt = PngFormat(width, height, channels, 8)
    step = strip_rows(fmt)
    stream = PngStream(fmt)
    file = io.BytesIO()
    file.write(stream.head())
    for top in range(0, height, step):
        above = pixels[top - 1] if top else None
        file.write(stream.strip(pack(pixels[top : top + step], above, last=top + step >= height)))
    file.write(stream.tail())
    return file.getvalue()


def pillow(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(file, "PNG")
    return file.getvalue()


def pillow_level_1(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(file, "PNG", compress_level=1)
    return file.getvalue()


def opencv(pixels):
    """Red and blue change places: bytes and speed are those of the same picture for all that matters here."""
    return cv2.imencode(".png", pixels)[1].tobytes()


ENCODERS = (ours, pillow, pillow_level_1, opencv)


def pictures():
    """Every photograph as it is, and the colour ones with an alpha that fades from left to right."""
    for name in (*COLOUR, *GRAY):
        pixels = getattr(skimage.data, name)()
        yield name, pixels.reshape(*pixels.shape[:2], -1)
    for name in COLOUR:
        pixels = getattr(skimage.data, name)()
        alpha = np.broadcast_to(np.linspace(0, 255, pixels.shape[1]).astype(np.uint8), pixels.shape[:2])
        yield f"{name}, RGBA", np.dstack([pixels, alpha])


def seconds(encode, pixels):
    start = time.perf_counter()
    encode(pixels)
    return time.perf_counter() - start


def main():
    cv2.setNumThreads(1)
    names = ("ours", "Pillow", "Pillow level 1", "OpenCV")
    bytes_columns = [f"{name}: bytes" for name in names if name != "Pillow"]
    head = ["photograph", *(f"{name}: MP/s" for name in names), *(f"times as fast as {name}" for name in names[1:])]
    head += bytes_columns
    print("Bytes are relative to Pillow's default.\n")
    print("|", " | ".join(head), "|")
    print("|", " | ".join(["---"] + ["---:"] * (len(head) - 1)), "|")
    for name, pixels in pictures():
        megapixels = pixels.shape[0] * pixels.shape[1] / 1e6
        rounds = [[seconds(encode, pixels) for encode in ENCODERS] for _ in range(ROUNDS)]
        speeds = [megapixels / statistics.median(times) for times in zip(*rounds, strict=True)]
        faster = [statistics.median(times[i] / times[0] for times in rounds) for i in (1, 2, 3)]
        sizes = [len(encode(pixels)) for encode in ENCODERS]
        sizes_beside_pillow = [sizes[i] / sizes[1] for i in (0, 2, 3)]
        cells = [name, *(f"{value:.1f}" for value in (*speeds, *faster)), *(f"{r:.3f}" for r in sizes_beside_pillow)]
        print("|", " | ".join(cells), "|")


if __name__ == "__main__":
    main()
