"""TIFFs of every kind that is read, with what is known of their samples."""

import io
import zlib

import numpy as np
from PIL import Image

from tests import pictures, tiff_files
from tests.service.decodable import GRAY_3X2, INDEXED_RGB, INDICES, PALETTE_4, RGB_2X2, smooth

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
