"""Pixels where Pillow keeps them: the very memory, for as long as it is looked at; and those that are expanded."""

import gc
import io
import tracemalloc
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.decode import open_picture
from service.decode.pillow_memory import memory_of
from tests import files
from tests.service.decodable import decoded, pillow_file, smooth

MODES = ["1", "L", "P", "I;16", "LA", "RGB", "RGBA", "CMYK"]
SAMPLES = {"RGB": slice(0, 3), "LA": slice(0, 4, 3)}
"""What is a picture's own of the four bytes that Pillow keeps for a pixel."""

SMALL, ABOVE_16_MIB = (5, 3), (4200, 4100)


def made(mode: str, size: tuple[int, int]) -> Image.Image:
    """No two rows alike, nor columns."""
    width, height = size
    y, x = np.ogrid[:height, :width]
    if mode == "I;16":
        return Image.fromarray(((7 * x + 1009 * y) % 65536).astype(np.uint16)).copy()  # of its own memory
    gray = ((3 * x + 7 * y + x * y // 5) % 256).astype(np.uint8)
    if mode in {"1", "L"}:
        return Image.fromarray(gray).convert(mode)
    if mode == "P":
        image = Image.fromarray(gray)
        image.putpalette(bytes(range(256)) * 3)
        return image
    bands = [gray, gray[::-1], gray[:, ::-1], 255 - gray]
    return Image.merge(mode, [Image.fromarray(np.ascontiguousarray(band)) for band in bands[: len(mode)]])


@pytest.mark.parametrize("size", [SMALL, ABOVE_16_MIB], ids=["small", "above 16 MiB"])
@pytest.mark.parametrize("mode", MODES)
def test_the_samples_are_pillows(mode: str, size: tuple[int, int]) -> None:
    image = made(mode, size)
    expected = np.atleast_3d(np.asarray(image.convert("L") if mode == "1" else image))
    stored = memory_of(image)
    assert stored.flags.c_contiguous
    np.testing.assert_array_equal(stored[..., SAMPLES.get(mode, slice(None))], expected)


@pytest.mark.parametrize(("mode", "value"), [("L", 9), ("I;16", 40_000), ("RGB", (9, 8, 7)), ("RGBA", (9, 8, 7, 6))])
def test_it_is_the_very_memory(mode: str, value: object) -> None:
    image = made(mode, SMALL)
    samples = memory_of(image)[..., SAMPLES.get(mode, slice(None))]
    image.putpixel((4, 1), value)
    np.testing.assert_array_equal(samples[1, 4], value)
    samples[2, 3] = value
    assert image.getpixel((3, 2)) == value


def test_pictures_that_pillow_works_on_are_not_the_ones_that_were_lent() -> None:
    """A count of owners that were off by one would free it once too often, or under the array's feet."""
    image = made("RGB", SMALL)
    before = memory_of(image).copy()
    views = [memory_of(image) for _ in range(50)]
    del views[::2]
    turned = image.transpose(Image.Transpose.ROTATE_180)
    del image
    gc.collect()
    others = [Image.new("RGB", SMALL, "white") for _ in range(100)]
    for view in views:
        np.testing.assert_array_equal(view, before)
    np.testing.assert_array_equal(memory_of(turned)[..., :3], before[::-1, ::-1, :3])
    assert len(others) == 100


# --- how long it lives


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def test_the_memory_lives_as_long_as_the_last_view() -> None:
    samples = memory_of(made("RGB", SMALL))
    owner = weakref.ref(samples.base)
    corner = samples[::-1, ::-1, :3].transpose(1, 0, 2)[:1, :1]
    expected = corner.copy()
    del samples
    gc.collect()
    assert owner() is not None
    np.testing.assert_array_equal(corner, expected)
    del corner
    assert owner() is None  # no cycle: not only when the collector comes


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is watched by Linux's own account")
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_all_memory_is_given_back(mode: str) -> None:
    """Were one picture in a hundred kept, 20 of them would be left."""
    gc.collect()
    size = (1000, 1000)
    picture = memory_of(Image.new(mode, size, 1)).nbytes
    before = resident_bytes()
    for value in range(1, 2001):
        assert memory_of(Image.new(mode, size, value % 256)).max() >= value % 256
    assert resident_bytes() - before < 10 * picture


def test_threads_look_at_pictures_of_their_own() -> None:
    data = [pillow_file(np.full((300, 400, 3), value), "PNG") for value in range(8)]

    def look(value: int) -> bool:
        views = [open_picture(data[value]).decode()[::3, 1:] for _ in range(20)]
        return all((view == value).all() for view in views)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(look, list(range(8)) * 4))


# --- what of a decoded picture is a copy

SIDE = 1000
PHOTO = smooth(SIDE, SIDE)
IN_PLACE = {
    "jpeg gray": pillow_file(PHOTO[..., 0], "JPEG"),
    "jpeg rgb": pillow_file(PHOTO, "JPEG"),
    "png gray 1": files.png(PHOTO[..., 0] % 2, files.GRAY, 1),
    "png gray 8": files.png(PHOTO[..., 0], files.GRAY),
    "png gray 16": files.png(257 * PHOTO[..., 0].astype(np.uint16), files.GRAY, 16),
    "png rgb": files.png(PHOTO, files.RGB),
    "png rgb key": files.png(PHOTO, files.RGB, before=[files.trns_key(0, 0, 100)]),
    "png rgba": files.png(np.dstack([PHOTO, PHOTO[..., 0]]), files.RGBA),
    "bmp": pillow_file(PHOTO, "BMP"),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_nothing_is_copied(name: str) -> None:
    """NumPy tells tracemalloc of its arrays, Pillow not of its pictures; no copy has less than a byte a pixel."""
    picture = open_picture(IN_PLACE[name])
    tracemalloc.start()
    samples = picture.decode()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert samples.shape[:2] == (SIDE, SIDE)
    assert peak < SIDE * SIDE / 2


def test_rgb_is_looked_at_with_a_byte_between_its_pixels() -> None:
    assert decoded(IN_PLACE["jpeg rgb"]).strides == (4 * SIDE, 4, 1)


SIZES = [(130, 1030), (2, 40_000)]
"""Several bands of rows, the last one lower; rows that are longer than a band."""


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_palettes_are_looked_up_everywhere(height: int, width: int) -> None:
    indices = np.arange(height * width).reshape(height, width) % 251
    colours = [((3 * i) % 256, 255 - i, i) for i in range(251)]
    head = files.plte(*colours)
    expected = np.array(colours)[indices]
    np.testing.assert_array_equal(decoded(files.png(indices, files.PALETTE, before=[head])), expected)
    alphas = (7 * np.arange(251) % 256).astype(np.uint8)
    data = files.png(indices, files.PALETTE, before=[head, files.trns_alphas(*alphas.tolist())])
    np.testing.assert_array_equal(decoded(data), np.dstack([expected, alphas[indices]]))


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_keys_are_found_everywhere(height: int, width: int) -> None:
    gray = np.arange(height * width).reshape(height, width) % 251
    for depth, full in ((8, 255), (16, 65_535)):
        data = files.png(gray, files.GRAY, depth, before=[files.trns_key(250)])
        np.testing.assert_array_equal(decoded(data), np.dstack([gray, np.where(gray == 250, 0, full)]))
    rgb = np.dstack([gray, gray % 5, gray % 3])
    data = files.png(rgb, files.RGB, before=[files.trns_key(249, 4, 0)])
    np.testing.assert_array_equal(decoded(data), np.dstack([rgb, np.where(gray == 249, 0, 255)]))


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_gray_and_alpha_are_packed_everywhere(height: int, width: int) -> None:
    both = np.arange(2 * height * width).reshape(height, width, 2) % 251
    np.testing.assert_array_equal(decoded(files.png(both, files.GRAY_ALPHA)), both)
    sixteen = files.png(256 * both + 77, files.GRAY_ALPHA, 16)
    np.testing.assert_array_equal(decoded(sixteen), both)


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_cmyk_is_converted_everywhere(height: int, width: int) -> None:
    stream = io.BytesIO()
    Image.fromarray(smooth(height, width)).convert("CMYK").save(stream, "JPEG", quality=90)
    with Image.open(stream) as image:
        np.testing.assert_array_equal(decoded(stream.getvalue()), np.asarray(image.convert("RGB")))
