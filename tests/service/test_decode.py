"""Pictures with known samples against what is decoded of them, and what their headers say."""

import io
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from PIL import Image

from service.decode import ImageHeader, open_picture
from tests import files
from tests.service.decodable import ALL, EXACT, OTHER, decoded


@pytest.mark.parametrize("name", EXACT)
def test_exact_samples(name: str) -> None:
    data, expected = EXACT[name]
    array = decoded(data)
    np.testing.assert_array_equal(array, np.asarray(expected).reshape(array.shape))
    assert array.shape[2] == np.atleast_3d(expected).shape[2]


@pytest.mark.parametrize("name", sorted(OTHER.keys() - {"jpeg cmyk"}))
def test_lossy_files_agree_with_opencv(name: str) -> None:
    array = decoded(OTHER[name])
    reference = cv2.imdecode(np.frombuffer(OTHER[name], np.uint8), cv2.IMREAD_UNCHANGED)
    if reference.ndim == 3:
        reference = reference[..., ::-1]
    # Two builds of libjpeg and libwebp may round the colour conversion differently: one level.
    assert np.abs(array.astype(int) - np.atleast_3d(reference)).max() <= 1


@pytest.mark.parametrize(("ink", "seen"), [((200, 100, 30, 0), (55, 155, 225)), ((200, 100, 30, 102), (33, 93, 135))])
def test_cmyk_is_what_paper_would_show(ink: tuple[int, ...], seen: tuple[int, ...]) -> None:
    """Of a colour c under black k, (1 - c)(1 - k) of the white stays: 3/5 of it under 102 of 255."""
    stream = io.BytesIO()
    Image.new("CMYK", (16, 24), ink).save(stream, "JPEG", quality=100)
    # An even block is its mean alone, quantised in steps of 1/8; then it is rounded once.
    assert np.abs(decoded(stream.getvalue()).astype(int) - seen).max() <= 1


def test_a_picture_larger_than_a_block() -> None:
    height, width = 130, 1030  # two blocks each way
    samples = np.arange(height * width).reshape(height, width) % 251
    np.testing.assert_array_equal(decoded(files.png(samples, files.GRAY))[..., 0], samples)


# --- the header


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("png gray 1", ImageHeader("PNG", 3, 2, 1, channels=1, depth=8, source_depth=8)),
        ("png gray 16", ImageHeader("PNG", 3, 2, 1, channels=1, depth=16, source_depth=16)),
        ("png key gray 16", ImageHeader("PNG", 2, 2, 1, channels=2, depth=16, source_depth=16)),
        ("png rgb 16", ImageHeader("PNG", 1, 1, 1, channels=3, depth=8, source_depth=16)),
        ("png gray alpha 16", ImageHeader("PNG", 1, 1, 1, channels=2, depth=8, source_depth=16)),
        ("png rgba 16", ImageHeader("PNG", 1, 1, 1, channels=4, depth=8, source_depth=16)),
        ("png palette alphas", ImageHeader("PNG", 3, 2, 1, channels=4, depth=8, source_depth=8)),
        ("gif frame beyond screen", ImageHeader("GIF", 3, 2, 1, channels=3, depth=8, source_depth=8)),
        ("bmp 16", ImageHeader("BMP", 1, 1, 1, channels=3, depth=8, source_depth=8)),
        ("jpeg cmyk", ImageHeader("JPEG", 56, 40, 1, channels=3, depth=8, source_depth=8)),
        ("webp rgba", ImageHeader("WEBP", 2, 1, 1, channels=4, depth=8, source_depth=8)),
    ],
)
def test_header(name: str, expected: ImageHeader) -> None:
    assert open_picture(ALL[name]).header == expected


@pytest.mark.parametrize("name", ALL)
def test_the_array_is_as_the_header_says(name: str) -> None:
    decoded(ALL[name])


def test_a_jpeg_of_several_pictures_is_a_jpeg() -> None:
    first, second = (Image.fromarray(np.full((8, 8, 3), value, np.uint8)) for value in (50, 150))
    stream = io.BytesIO()
    first.save(stream, "MPO", save_all=True, append_images=[second])
    assert open_picture(stream.getvalue()).header.format == "JPEG"
    assert (decoded(stream.getvalue()) == 50).all()


@pytest.mark.parametrize("side", [60_000, 2**31 - 1])
def test_a_bomb_shows_its_size_and_costs_nothing(side: int) -> None:
    data = files.PNG_SIGNATURE + files.ihdr(side, side, 8, files.RGBA) + files.chunk(b"IDAT", bytes(9))
    tracemalloc.start()
    start = time.process_time()
    header = open_picture(data).header
    seconds = time.process_time() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (header.width, header.height) == (side, side)
    assert seconds < 0.1
    assert peak < 1_000_000


# --- opened once, decoded once


@pytest.mark.parametrize("name", ["png palette alphas", "gif transparent", "bmp 24", "webp rgba", "jpeg progressive"])
def test_opened_on_one_thread_and_decoded_on_another(name: str) -> None:
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        array = other.submit(one.submit(open_picture, ALL[name]).result().decode).result()
    np.testing.assert_array_equal(array, decoded(ALL[name]))


@pytest.mark.parametrize("name", ["png rgb 8", "jpeg rgb", "webp rgb", "gif", "bmp 24"])
def test_the_file_is_let_go_when_it_is_decoded(name: str) -> None:
    tail = bytes(1 << 20)  # behind the end, where no reader minds it: to be found in memory
    tracemalloc.start()
    opened = open_picture(ALL[name] + tail)
    opened.decode()
    left = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert left < 100_000
    with pytest.raises(RuntimeError, match="once"):
        opened.decode()
