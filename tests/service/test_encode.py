"""Strips of rows to whole files: what Pillow, OpenCV and the file's own bytes say of them."""

import asyncio
import io

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from core import BLACK, TRANSPARENT, Colour, Size
from service.encode import FORMATS, PictureHead, check_output_size, format_of, jpeg
from service.encode.eight_bits import to_eight_bits
from service.errors import ImageTooLarge
from service.png import PngFormat, strip_rows
from service.spec import JpegOutput, PngOutput, WebpOutput
from service.workers import Workers
from tests import pictures
from tests.contract import wire
from tests.service.decodable import smooth
from tests.service.making import ONE_SLOT

PNG = PngOutput(format="png")
WEBP, LOSSLESS = WebpOutput(format="webp"), WebpOutput(format="webp", lossless=True)
JPEG, BEST_JPEG = JpegOutput(format="jpeg"), JpegOutput(format="jpeg", quality=100)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
ORANGE = Colour(255, 128, 0, 255)
WHITE = Colour(255, 255, 255, 255)


def chunks(output, pixels, fill=TRANSPARENT, missing=0, **told) -> list[bytes]:
    """What a format's table entry gives for the rows."""
    height, width, channels = pixels.shape
    picture = PictureHead(Size(width, height), channels, 8 * pixels.itemsize, fill, **told)

    def rows_of(rows: range) -> np.ndarray:
        return pixels[rows.start : min(rows.stop, height - missing)]

    async def collect() -> list[bytes]:
        workers = Workers(ONE_SLOT, threads=2)
        try:
            async with workers.desk() as desk:
                return [chunk async for chunk in format_of(output).chunks(output, picture, rows_of, desk)]
        finally:
            workers.close()

    return asyncio.run(collect())


def encoded(*arguments, **options) -> bytes:
    return b"".join(chunks(*arguments, **options))


def read(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image).reshape(image.height, image.width, -1)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


# --- the table


@pytest.mark.parametrize(
    ("output", "pillows", "media_type", "extension"),
    [(PNG, "PNG", "image/png", "png"), (WEBP, "WEBP", "image/webp", "webp"), (JPEG, "JPEG", "image/jpeg", "jpg")],
)
@pytest.mark.parametrize("depth", pictures.DEPTHS)
@pytest.mark.parametrize("channels", pictures.CHANNELS)
def test_each_format_holds_each_kind_of_rows(output, pillows, media_type, extension, channels, depth) -> None:
    fmt = format_of(output)
    assert (fmt.media_type, fmt.extension) == (media_type, extension)
    pixels = pictures.random(31, 23, channels, depth)
    image = opened(encoded(output, pixels))
    assert (image.format, image.size) == (pillows, (31, 23))
    # Pillow names 16-bit gray after its depth, and reads 16-bit gray with alpha as RGBA.
    bands = {"I;16": 1}.get(image.mode, len(image.getbands()))
    if not (output is PNG and (channels, depth) == (2, np.uint16)):
        assert bands == fmt.written_channels(channels, TRANSPARENT)


def test_the_table_is_of_the_specs_outputs() -> None:
    assert set(FORMATS) == {PngOutput, WebpOutput, JpegOutput}


@pytest.mark.parametrize("output", [WEBP, LOSSLESS, JPEG])
def test_a_whole_file_is_one_chunk_however_many_strips_it_is_made_of(output) -> None:
    assert len(chunks(output, smooth(300, 500))) == 1


def test_a_png_has_a_chunk_for_every_strip() -> None:
    rows = strip_rows(PngFormat(1000, 1000, 3, 8))
    assert len(chunks(PNG, smooth(1000, 3 * rows + 1))) == 4 + 1  # and its end


@pytest.mark.parametrize("output", [PNG, LOSSLESS, JPEG])
def test_missing_rows_make_no_picture(output) -> None:
    with pytest.raises(ValueError, match="the strips hold"):
        encoded(output, smooth(50, 40), missing=1)


# --- limits


@pytest.mark.parametrize(("output", "longest"), [(WEBP, 16383), (LOSSLESS, 16383), (JPEG, 65500)])
def test_the_longest_side_is_held_and_the_next_is_refused(output, longest: int) -> None:
    for size in (Size(longest, 1), Size(1, longest)):
        check_output_size(output, size)
        pixels = np.zeros((size.height, size.width, 3), np.uint8)
        assert opened(encoded(output, pixels)).size == size
    for size in (Size(longest + 1, 1), Size(1, longest + 1)):
        with pytest.raises(ImageTooLarge, match=f"{longest + 1} pixels; .* at most {longest}") as caught:
            check_output_size(output, size)
        (violation,) = caught.value.violations
        assert violation.pointer == "/output/format"


def test_a_png_has_any_side() -> None:
    check_output_size(PNG, Size(2**31 - 1, 1))


# --- 16 bits


def test_16_bits_become_the_nearest_8() -> None:
    deep = np.arange(65536, dtype=np.uint16)
    exact = np.arange(65536) * 255 / 65535
    # 257 v is hit exactly; between, no value lies on a half, since 65535 is odd.
    np.testing.assert_array_equal(to_eight_bits(deep), np.rint(exact))


# --- WebP


@pytest.mark.parametrize("channels", pictures.CHANNELS)
def test_lossless_webp_keeps_every_sample(channels: int) -> None:
    """Also the colours under alpha 0."""
    pixels = pictures.random(29, 17, channels)
    array = read(encoded(LOSSLESS, pixels))
    colours = pixels[..., :-1] if channels in {2, 4} else pixels
    expected = np.broadcast_to(colours, (*pixels.shape[:2], 3))
    if channels in {2, 4}:
        expected = np.concatenate([expected, pixels[..., -1:]], axis=2)
    np.testing.assert_array_equal(array, expected)


@pytest.mark.parametrize(("output", "kind"), [(WEBP, b"VP8 "), (LOSSLESS, b"VP8L")])
def test_webp_is_lossy_or_lossless(output, kind: bytes) -> None:
    assert encoded(output, smooth())[12:16] == kind


def test_webp_agrees_with_opencv() -> None:
    data = encoded(WEBP, smooth())
    reference = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)[..., ::-1]
    assert np.abs(read(data).astype(int) - reference).max() <= 1  # two builds of libwebp


@pytest.mark.parametrize("model", [WebpOutput, JpegOutput])
def test_quality_costs_bytes_and_gains_likeness(model) -> None:
    photo = pictures.chelsea()
    low, high = (model(format=model.model_fields["format"].annotation.__args__[0], quality=q) for q in (20, 90))
    files_of = [encoded(output, photo) for output in (low, high)]
    errors = [np.square(read(data).astype(int) - photo).mean() for data in files_of]
    assert len(files_of[0]) < len(files_of[1])
    assert errors[0] > errors[1]


# --- JPEG


def straight_over(pixels: np.ndarray, backdrop: Colour) -> np.ndarray:
    """Porter and Duff's over, in float64 and 8-bit units, rounded to nothing."""
    full = np.iinfo(pixels.dtype).max
    alpha = pixels[..., -1:] / full
    behind = np.array(backdrop[:3] if pixels.shape[2] == 4 or len(set(backdrop[:3])) > 1 else backdrop[:1])
    return pixels[..., :-1] / full * 255 * alpha + behind * (1 - alpha)


@given(
    st.sampled_from(pictures.DEPTHS),
    st.sampled_from((2, 4)),
    st.sampled_from((TRANSPARENT, BLACK, ORANGE, ORANGE._replace(alpha=254), Colour(77, 77, 77, 255))),
    st.integers(0, 9),
)
def test_alpha_is_composed_over_the_fill_or_over_white(depth, channels: int, fill: Colour, seed: int) -> None:
    pixels = pictures.random(16, 11, channels, depth, seed)
    prepared = jpeg.prepare(pixels, fill)
    exact = straight_over(pixels, fill if fill.alpha == 255 else WHITE)
    assert prepared.shape == exact.shape
    assert prepared.shape[2] == jpeg.written_channels(channels, fill)
    # Rounded once with 8 bits; with 16 twice, the first time to 1/257 of a level.
    assert np.abs(prepared - exact).max() <= (0.5 if depth == np.uint8 else 0.5 + 0.5 / 257)


@pytest.mark.parametrize(
    ("channels", "fill", "mode"),
    [
        (1, TRANSPARENT, "L"),
        (1, ORANGE, "L"),
        (2, TRANSPARENT, "L"),
        (2, BLACK, "L"),
        (2, ORANGE, "RGB"),
        (2, ORANGE._replace(alpha=100), "L"),
        (3, BLACK, "RGB"),
        (4, TRANSPARENT, "RGB"),
    ],
)
def test_gray_stays_gray_but_over_a_colour(channels: int, fill: Colour, mode: str) -> None:
    assert opened(encoded(JPEG, pictures.random(16, 16, channels), fill)).mode == mode


def test_jpeg_of_even_pictures() -> None:
    see_through = np.full((16, 16, 4), (200, 0, 40, 0), np.uint8)
    for fill, shown in ((TRANSPARENT, (255, 255, 255)), (ORANGE, (255, 128, 0))):
        # The mean of an even block is quantised to 1/8; colours go through YCbCr of 8 bits, 1.772 levels a step of Cb.
        assert np.abs(read(encoded(BEST_JPEG, see_through, fill)).astype(int) - shown).max() <= 2


def test_jpeg_is_baseline_and_has_a_quarter_of_the_colours() -> None:
    data = encoded(JPEG, smooth())
    frame = data.index(b"\xff\xc0")
    assert data[frame + 9] == 3
    assert [data[frame + 11 + 3 * component] for component in range(3)] == [0x22, 0x11, 0x11]


# --- what files say of their colours

TOLD = ((b"gAMA", b"abcd"), (b"cICP", b"\t\x10\0\1"), (b"cHRM", bytes(32)), (b"sRGB", b"\1"))


def test_png_with_a_profile() -> None:
    found = wire.png_chunks(encoded(PNG, smooth(), icc=SRGB, png_chunks=TOLD))
    kinds = [kind for kind, _ in found]
    assert kinds[:5] == [b"IHDR", b"cICP", b"iCCP", b"gAMA", b"cHRM"]
    assert set(kinds[5:-1]) == {b"IDAT"}
    assert dict(found)[b"iCCP"].startswith(b"ICC profile\0\0")
    assert {kind: body for kind, body in found if kind in dict(TOLD)}.items() <= dict(TOLD).items()


def test_png_without_a_profile() -> None:
    found = wire.png_chunks(encoded(PNG, smooth(), png_chunks=TOLD))
    assert [kind for kind, _ in found][:5] == [b"IHDR", b"cICP", b"sRGB", b"gAMA", b"cHRM"]
    assert tuple(sorted(found[1:5])) == tuple(sorted(TOLD))


def test_png_of_which_nothing_is_said() -> None:
    assert {kind for kind, _ in wire.png_chunks(encoded(PNG, smooth()))} == {b"IHDR", b"IDAT", b"IEND"}


@pytest.mark.parametrize("output", [PNG, WEBP, LOSSLESS, JPEG])
def test_profiles_are_read_by_pillow(output) -> None:
    image = opened(encoded(output, smooth(), icc=SRGB, png_chunks=TOLD))
    image.load()
    assert image.info["icc_profile"] == SRGB


@pytest.mark.parametrize("output", [WEBP, LOSSLESS, JPEG])
def test_other_formats_say_nothing_else(output) -> None:
    assert encoded(output, smooth(), png_chunks=TOLD) == encoded(output, smooth())
    assert "icc_profile" not in opened(encoded(output, smooth())).info


def test_a_large_profile_passes_in_many_segments() -> None:
    profile = SRGB + bytes(range(256)) * 2000
    assert opened(encoded(JPEG, smooth(), icc=profile)).info["icc_profile"] == profile
