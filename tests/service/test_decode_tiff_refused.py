"""TIFFs that are not read, and broken ones; each is told with a way out."""

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from service.errors import ServiceError, UndecodableImage, UnsupportedImage
from tests import tiff_files
from tests.service.decodable import GRAY_3X2, PALETTE_4, RGB_2X2, decoded, opened_in_any_format
from tests.service.tiff_pictures import (
    ASSOCIATED,
    BLACK_IS_ZERO,
    DEFLATE,
    JPEG,
    LAB,
    LZMA,
    LZW,
    PREMULTIPLIED,
    RGB,
    UNASSOCIATED,
    YCBCR,
    ZSTD,
    colour_map,
    saved,
    written,
)

ROOT = Path(__file__).parents[2]

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
