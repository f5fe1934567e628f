"""TIFFs with known samples, what their headers say, and those that are not read."""

import io
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.decode import ImageHeader
from service.errors import ServiceError, UndecodableImage, UnsupportedImage
from tests import files, pictures, tiff_files
from tests.service.decodable import (
    GRAY_3X2,
    INDEXED_RGB,
    INDICES,
    NOT_AN_ORIENTATION,
    PALETTE_4,
    RGB_2X2,
    decoded,
    opened_in_any_format,
    smooth,
)

ROOT = Path(__file__).parents[2]

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, LAB = 0, 1, 2, 3, 5, 6, 8
LZW, JPEG, DEFLATE, OLD_DEFLATE, PACKBITS, LZMA, ZSTD = 5, 7, 8, 32946, 32773, 34925, 50000
OTHER, ASSOCIATED, UNASSOCIATED = ({338: (3, [kind])} for kind in (0, 1, 2))
NOISE = pictures.random(50, 37, 3)
NOISE_16 = pictures.random(50, 37, 3, np.uint16)


def colour_map(colours: object, unit: int = 257) -> tiff_files.TiffTags:
    """All reds, then all greens, then all blues; of 16 bits each."""
    return {320: (3, [int(value) * unit for value in np.asarray(colours).T.ravel()])}


def packbits(row: bytes) -> bytes:
    """Literal runs of up to 128 bytes (section 9)."""
    runs = (row[start : start + 128] for start in range(0, len(row), 128))
    return b"".join(bytes([len(run) - 1]) + run for run in runs)


BITS = [[1, 0, 0, 1, 1, 1, 0, 1, 0], [0, 1, 1, 0, 1, 0, 0, 0, 1]]
GRAY_16 = [[1, 256, 65535], [300, 2, 40000]]
PREMULTIPLIED = [[[100, 50, 0, 200], [10, 20, 30, 255]], [[0, 0, 0, 0], [64, 32, 16, 128]]]
STRAIGHT = [[[127, 63, 0, 200], [10, 20, 30, 255]], [[0, 0, 0, 0], [127, 63, 31, 128]]]  # 255 c / a, cut off

# Name: (what `tiff_files.tiff` is to write, exact array). The arrays are worked by hand from the numbers in the file.
EXACT: dict[str, tuple[dict[str, object], object]] = {
    "bilevel": ({"samples": BITS, "photometric": BLACK_IS_ZERO, "bits": 1}, 255 * np.array(BITS)),
    "bilevel, 0 is white": ({"samples": BITS, "photometric": WHITE_IS_ZERO, "bits": 1}, 255 - 255 * np.array(BITS)),
    "gray 2": ({"samples": [[0, 1, 2, 3, 1]], "photometric": BLACK_IS_ZERO, "bits": 2}, [[0, 85, 170, 255, 85]]),
    "gray 2, 0 is white": (
        {"samples": [[0, 1, 2, 3, 1]], "photometric": WHITE_IS_ZERO, "bits": 2},
        [[255, 170, 85, 0, 170]],
    ),
    "gray 4": ({"samples": [[0, 1, 9]], "photometric": BLACK_IS_ZERO, "bits": 4}, [[0, 17, 153]]),
    "gray 4, 0 is white": ({"samples": [[0, 1, 9]], "photometric": WHITE_IS_ZERO, "bits": 4}, [[255, 238, 102]]),
    "gray 8": ({"samples": GRAY_3X2, "photometric": BLACK_IS_ZERO}, GRAY_3X2),
    "gray 8, 0 is white": ({"samples": GRAY_3X2, "photometric": WHITE_IS_ZERO}, 255 - np.array(GRAY_3X2)),
    "gray 16": ({"samples": GRAY_16, "photometric": BLACK_IS_ZERO, "bits": 16}, GRAY_16),
    "gray 16, 0 is white": (
        {"samples": GRAY_16, "photometric": WHITE_IS_ZERO, "bits": 16},
        65535 - np.array(GRAY_16),
    ),
    "gray and something": (
        {"samples": [[[9, 8], [7, 255]]], "photometric": BLACK_IS_ZERO, "tags": OTHER},
        [[9, 7]],
    ),
    "gray and alpha": (
        {"samples": [[[9, 8], [7, 255]]], "photometric": BLACK_IS_ZERO, "tags": UNASSOCIATED},
        [[[9, 8], [7, 255]]],
    ),
    "gray and associated alpha": (
        {"samples": [[[100, 200], [0, 0], [7, 255]]], "photometric": BLACK_IS_ZERO, "tags": ASSOCIATED},
        [[[127, 200], [0, 0], [7, 255]]],
    ),
    "gray and a sample untold": ({"samples": [[[9, 8]]], "photometric": BLACK_IS_ZERO}, [[[9, 8]]]),
    "rgb": ({"samples": RGB_2X2, "photometric": RGB}, RGB_2X2),
    "rgb 16": ({"samples": [[[0x1234, 0xFF00, 0x00FF]]], "photometric": RGB, "bits": 16}, [[[0x12, 0xFF, 0x00]]]),
    "rgb and something": (
        {"samples": PREMULTIPLIED, "photometric": RGB, "tags": OTHER},
        np.array(PREMULTIPLIED)[..., :3],
    ),
    "rgb and alpha": ({"samples": PREMULTIPLIED, "photometric": RGB, "tags": UNASSOCIATED}, PREMULTIPLIED),
    "rgb and associated alpha": ({"samples": PREMULTIPLIED, "photometric": RGB, "tags": ASSOCIATED}, STRAIGHT),
    "rgb and a sample untold": ({"samples": PREMULTIPLIED, "photometric": RGB}, PREMULTIPLIED),
    "rgb and alpha 16": (
        {"samples": [[[0x1234, 0x5678, 0x9ABC, 0xDEF0]]], "photometric": RGB, "bits": 16, "tags": UNASSOCIATED},
        [[[0x12, 0x56, 0x9A, 0xDE]]],
    ),
    "palette 1": (
        {
            "samples": [[1, 0, 1]],
            "photometric": PALETTE,
            "bits": 1,
            "tags": colour_map([(1, 2, 3), (4, 5, 6)]),
        },
        [[(4, 5, 6), (1, 2, 3), (4, 5, 6)]],
    ),
    "palette 2": (
        {"samples": INDICES, "photometric": PALETTE, "bits": 2, "tags": colour_map(PALETTE_4)},
        INDEXED_RGB,
    ),
    "palette 4": (
        {
            "samples": INDICES,
            "photometric": PALETTE,
            "bits": 4,
            "tags": colour_map(PALETTE_4 + [(0, 0, 0)] * 12),
        },
        INDEXED_RGB,
    ),
    "palette 8": (
        {"samples": INDICES, "photometric": PALETTE, "tags": colour_map(PALETTE_4 + [(0, 0, 0)] * 252)},
        INDEXED_RGB,
    ),
    "palette 8 of bytes": (
        {"samples": INDICES, "photometric": PALETTE, "tags": colour_map(PALETTE_4 + [(0, 0, 0)] * 252, 1)},
        INDEXED_RGB,
    ),
    "strips": ({"samples": NOISE, "photometric": RGB, "rows": 7}, NOISE),
    "tiles": ({"samples": NOISE, "photometric": RGB, "tile": (16, 32)}, NOISE),
    "planes": ({"samples": NOISE, "photometric": RGB, "planes": True, "rows": 7}, NOISE),
    "planes of alpha": (
        {"samples": PREMULTIPLIED, "photometric": RGB, "planes": True, "tags": UNASSOCIATED},
        PREMULTIPLIED,
    ),
    "planes in tiles": ({"samples": NOISE, "photometric": RGB, "planes": True, "tile": (32, 16)}, NOISE),
    "planes 16": ({"samples": NOISE_16, "photometric": RGB, "bits": 16, "planes": True}, NOISE_16 >> 8),
    "deflate": (
        {"samples": NOISE, "photometric": RGB, "rows": 9, "compression": DEFLATE, "pack": zlib.compress},
        NOISE,
    ),
    "deflate of old": (
        {"samples": NOISE, "photometric": RGB, "compression": OLD_DEFLATE, "pack": zlib.compress},
        NOISE,
    ),
    "deflate 16": (
        {
            "samples": NOISE_16[..., 0],
            "photometric": BLACK_IS_ZERO,
            "bits": 16,
            "compression": DEFLATE,
            "pack": zlib.compress,
        },
        NOISE_16[..., 0],
    ),
    "predictor": (
        {
            "samples": np.diff(NOISE.astype(int), axis=1, prepend=0) % 256,
            "photometric": RGB,
            "compression": DEFLATE,
            "pack": zlib.compress,
            "tags": {317: (3, [2])},
        },
        NOISE,
    ),
    "packbits": (
        {"samples": GRAY_3X2, "photometric": 1, "rows": 1, "compression": PACKBITS, "pack": packbits},
        GRAY_3X2,
    ),
    "bits from the right": (
        {"samples": [[1, 0, 0, 1, 1, 1, 0, 1]], "photometric": BLACK_IS_ZERO, "bits": 1, "tags": {266: (3, [2])}},
        [[255, 0, 255, 255, 255, 0, 0, 255]],
    ),
    "one size for all samples": ({"samples": RGB_2X2, "photometric": RGB, "tags": {258: (3, [8])}}, RGB_2X2),
    "no rows a strip": ({"samples": GRAY_3X2, "photometric": BLACK_IS_ZERO, "without": [278]}, GRAY_3X2),
    "more rows than there are": (
        {"samples": GRAY_3X2, "photometric": BLACK_IS_ZERO, "tags": {278: (4, [2**32 - 1])}},
        GRAY_3X2,
    ),
}
# Those that need a codec to be written, and that codec's own account of them.
PILLOWS = {
    "lzw": (Image.fromarray(NOISE), {"compression": "tiff_lzw"}),
    "lzw 16": (Image.fromarray(NOISE_16[..., 0]), {"compression": "tiff_lzw"}),
    "group 3": (Image.fromarray(NOISE[..., 0] > 99), {"compression": "group3"}),
    "group 4": (Image.fromarray(NOISE[..., 0] > 99), {"compression": "group4"}),
    "ccitt": (Image.fromarray(NOISE[..., 0] > 99), {"compression": "tiff_ccitt"}),
    "jpeg gray": (Image.fromarray(smooth()[..., 0]), {"compression": "jpeg"}),
    "jpeg rgb": (Image.fromarray(smooth()), {"compression": "jpeg"}),
    "jpeg ycbcr": (Image.fromarray(smooth()).convert("YCbCr"), {"compression": "jpeg"}),
    "cmyk": (Image.fromarray(smooth()).convert("CMYK"), {}),
}


def written(name: str, order: str = "<", **more: object) -> bytes:
    return tiff_files.tiff(**{"order": order, **EXACT[name][0], **more})


def saved(name: str) -> bytes:
    image, options = PILLOWS[name]
    stream = io.BytesIO()
    image.save(stream, "TIFF", **options)
    return stream.getvalue()


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("name", EXACT)
def test_exact_samples(name: str, order: str) -> None:
    array = decoded(written(name, order))
    expected = np.atleast_3d(EXACT[name][1])
    np.testing.assert_array_equal(array, expected)


@pytest.mark.parametrize("name", PILLOWS)
def test_what_pillow_writes(name: str) -> None:
    with Image.open(io.BytesIO(saved(name))) as image:
        expected = np.asarray(image.convert("RGB") if image.mode in {"CMYK", "YCbCr"} else image)
    array = decoded(saved(name))
    np.testing.assert_array_equal(
        array, 255 * expected[..., None] if expected.dtype == bool else np.atleast_3d(expected)
    )


def test_cmyk_by_its_profile() -> None:
    """Of a press whose cyan is red."""
    press = files.cmyk_profile(lambda c, m, y, k: (0, 0, 0) if m or y or k else (50, 60, 40) if c else (100, 0, 0))
    data = tiff_files.tiff([[[255, 0, 0, 0]]], CMYK, tags={34675: (7, list(press))})
    opened = opened_in_any_format(data)
    assert opened.colour.icc(b"CMYK") == b""
    red, green, blue = opened.decode()[0, 0]
    assert red > 150
    assert max(green, blue) < 100


def test_a_profile_goes_along() -> None:
    profile = files.gray_profile(1.8)
    data = tiff_files.tiff(GRAY_3X2, BLACK_IS_ZERO, tags={34675: (7, list(profile))})
    assert opened_in_any_format(data).colour.icc(b"GRAY") == profile


# --- the header


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bilevel", ImageHeader("TIFF", 9, 2, 1, channels=1, depth=8, source_depth=8)),
        ("gray 16", ImageHeader("TIFF", 3, 2, 1, channels=1, depth=16, source_depth=16)),
        ("gray 16, 0 is white", ImageHeader("TIFF", 3, 2, 1, channels=1, depth=16, source_depth=16)),
        ("gray and associated alpha", ImageHeader("TIFF", 3, 1, 1, channels=2, depth=8, source_depth=8)),
        ("rgb and alpha 16", ImageHeader("TIFF", 1, 1, 1, channels=4, depth=8, source_depth=16)),
        ("palette 2", ImageHeader("TIFF", 3, 2, 1, channels=3, depth=8, source_depth=8)),
    ],
)
def test_header(name: str, expected: ImageHeader) -> None:
    assert opened_in_any_format(written(name)).header == expected


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_told_and_the_samples_are_as_stored(order: str, orientation: int) -> None:
    """Pillow's own reader would turn them."""
    data = written("strips", order, tags={274: (3, [orientation])})
    assert opened_in_any_format(data).header == ImageHeader("TIFF", 50, 37, orientation, 3, 8, 8)
    np.testing.assert_array_equal(decoded(data), NOISE)


def test_exif_in_a_directory_of_its_own_is_not_looked_at() -> None:
    block = NOT_AN_ORIENTATION["offset beyond the end"]
    data = written("rgb", tags={34665: (4, [2**32 - 1]), 700: (1, list(block)), 330: (4, [8, 8])})
    np.testing.assert_array_equal(decoded(data), RGB_2X2)


REDUCED, MASK = {254: (4, [1])}, {254: (4, [4])}


@pytest.mark.parametrize(
    ("further", "expected"),
    [
        ([], ""),
        ([{256: (4, [1])}], "first-frame"),
        ([{254: (4, [2])}], "first-frame"),
        ([REDUCED], ""),
        ([REDUCED, MASK, REDUCED], ""),
        ([REDUCED, MASK, {254: (4, [0])}], "first-frame"),
        ([REDUCED] * 500, ""),
    ],
    ids=["one", "two", "pages", "preview", "previews and a mask", "a page behind previews", "many previews"],
)
def test_pages(further: list[tiff_files.TiffTags], expected: str) -> None:
    data = written("rgb", further=further)
    assert opened_in_any_format(data).header.animation == expected
    np.testing.assert_array_equal(decoded(data), RGB_2X2)


def test_pages_in_a_circle() -> None:
    data = written("rgb", further=[REDUCED])
    next_at = len(data) - 4
    circle = data[:next_at] + data[4:8]
    np.testing.assert_array_equal(decoded(circle), RGB_2X2)


# --- what is not read, and what is broken

UNREAD = {
    "floats": (tiff_files.tiff([[0x3F000000]], BLACK_IS_ZERO, 32, tags={339: (3, [3])}), "floating"),
    "signed": (tiff_files.tiff([[1]], BLACK_IS_ZERO, 16, tags={339: (3, [2])}), "signed"),
    "32 bits": (tiff_files.tiff([[1]], BLACK_IS_ZERO, 32), "samples"),
    "lab": (tiff_files.tiff(RGB_2X2, LAB), "Lab"),
    "ycbcr": (tiff_files.tiff(RGB_2X2, YCBCR), "samples"),
    "raw mosaic": (tiff_files.tiff(GRAY_3X2, 32803), "mosaic"),
    "preview": (tiff_files.tiff(RGB_2X2, RGB, tags={254: (4, [1])}), "preview"),
    "lzma": (tiff_files.tiff(RGB_2X2, RGB, compression=LZMA), "method"),
    "zstd": (tiff_files.tiff(RGB_2X2, RGB, compression=ZSTD), "method"),
    "old jpeg": (tiff_files.tiff(RGB_2X2, RGB, compression=6), "method"),
    "predictor of floats": (tiff_files.tiff(RGB_2X2, RGB, compression=DEFLATE, tags={317: (3, [3])}), "predictor"),
    "5, 6, 5 bits": (tiff_files.tiff(RGB_2X2, RGB, tags={258: (3, [5, 6, 5])}), "sizes"),
    "planes of premultiplied": (tiff_files.tiff(PREMULTIPLIED, RGB, planes=True, tags=ASSOCIATED), "planes"),
    "planes of gray": (tiff_files.tiff([[[1, 2]]], BLACK_IS_ZERO, planes=True, tags=UNASSOCIATED), "planes"),
    "two extra samples": (tiff_files.tiff([[[1, 2, 3, 4, 5]]], RGB, tags={338: (3, [2, 0])}), "samples"),
    "bigtiff": (b"II+\0\x08\0\0\0" + struct.pack("<Q", 16) + bytes(40), "BigTIFF"),
    "bigtiff of the other order": (b"MM\0+\0\x08\0\0" + struct.pack(">Q", 16) + bytes(40), "BigTIFF"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_is_not_read_is_told_with_a_way_out(name: str) -> None:
    data, told = UNREAD[name]
    with pytest.raises(UnsupportedImage, match=told) as caught:
        opened_in_any_format(data)
    assert "save" in caught.value.detail


def tagged(**tags: tuple[int, list[int]]) -> bytes:
    return written("strips", tags={int(number.removeprefix("tag_")): tag for number, tag in tags.items()})


BROKEN = {
    "header": b"II*\0",
    "directory beyond the end": b"II*\0\xff\xff\xff\xff",
    "directory cut": written("rgb")[:-30],
    "no width": written("rgb", without=[256]),
    "width 0": tagged(tag_256=(4, [0])),
    "two widths": tagged(tag_256=(4, [37, 37])),
    "a width of bytes": tagged(tag_256=(7, [37])),
    "no offsets": written("rgb", without=[273]),
    "no lengths": written("rgb", without=[279]),
    "a strip less": tagged(tag_273=(4, [8] * 7)),
    "a strip beyond the end": tagged(tag_273=(4, [8] * 7 + [10**6])),
    "rows 0": tagged(tag_278=(4, [0])),
    "samples 0": tagged(tag_277=(3, [0])),
    "samples 4": tagged(tag_277=(3, [4])),
    "samples 60000": tagged(tag_277=(3, [60_000])),
    "no palette": written("palette 8", without=[320], tags={}),
    "short palette": written("palette 8", tags=colour_map(PALETTE_4)),
    "palette beyond the end": written("palette 8")[:-800],
    "fax of 8 bits": written("gray 8", compression=4),
    "jpeg of 16 bits": written("gray 16", compression=7),
    "tile height 0": written("tiles", tags={323: (4, [0])}),
    "no tile height": written("tiles", without=[323]),
    "tile of 4 gigabytes": written("tiles", tags={322: (4, [65536]), 323: (4, [65536])}),
    "too few samples": written("deflate", pack=lambda strip: zlib.compress(strip[:-9])),
    "not deflated": written("deflate", pack=bytes),
    "not jpeg": written("rgb", compression=JPEG),
    "not lzw": written("strips", compression=LZW, pack=lambda _: b"\xff" * 9),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files(name: str) -> None:
    with pytest.raises(UndecodableImage, match="save it anew"):
        opened_in_any_format(BROKEN[name]).decode()


def test_strips_do_not_lie_upon_one_another() -> None:
    """Each would be unpacked from all that follows it."""
    rows: dict[str, object] = {"rows": 1, "compression": DEFLATE, "pack": zlib.compress}
    decoded(tiff_files.tiff(np.zeros((80, 100)), BLACK_IS_ZERO, **rows))
    same = tiff_files.tiff(np.zeros((80, 100)), BLACK_IS_ZERO, tags={273: (4, [8] * 80), 279: (4, [100] * 80)}, **rows)
    with pytest.raises(UndecodableImage, match="overlap"):
        opened_in_any_format(same)


def test_a_tile_larger_than_a_small_picture() -> None:
    array = decoded(tiff_files.tiff(GRAY_3X2, BLACK_IS_ZERO, tile=(512, 512)))
    np.testing.assert_array_equal(array[..., 0], GRAY_3X2)


# --- what libtiff thinks of it

COMPLAINTS = """
import sys
from service.decode import open_picture
from service.errors import ServiceError
for path in sys.argv[1:]:
    try:
        open_picture(open(path, "rb").read(), ("tiff",)).decode()
    except ServiceError as error:
        print(type(error).__name__)
"""


def test_libtiff_says_nothing_on_standard_error(tmp_path: Path) -> None:
    """It would, from C, whatever `sys.stderr` is: so a process of its own writes to a real file."""
    bad = [BROKEN[name] for name in ("too few samples", "not deflated", "not jpeg", "not lzw")]
    fax = bytearray(saved("group 3"))
    fax[10:60] = os.urandom(50)
    paths = []
    for number, data in enumerate([*bad, bytes(fax)]):
        paths.append(tmp_path / f"{number}.tif")
        paths[-1].write_bytes(data)
    errors = tmp_path / "stderr"
    with errors.open("wb") as stream:
        said = subprocess.run(
            [sys.executable, "-c", COMPLAINTS, *map(str, paths)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=stream,
            check=True,
            text=True,
        )
    assert said.stdout.split()[:4] == ["UndecodableImage"] * 4
    assert errors.stat().st_size == 0


def test_pages_of_a_thousand_tags_and_more() -> None:
    many = {number: (3, [1]) for number in range(40_000, 40_980)}
    decoded(written("rgb", tags=many))
    more = {number: (3, [1]) for number in range(40_000, 41_001)}
    with pytest.raises(UndecodableImage, match="more than 1000 tags"):
        opened_in_any_format(written("rgb", tags=more))


def test_refusals_are_the_services_own() -> None:
    for data in [*BROKEN.values(), *(data for data, _ in UNREAD.values())]:
        with pytest.raises(ServiceError):
            opened_in_any_format(data).decode()
