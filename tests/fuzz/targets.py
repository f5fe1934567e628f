"""What reads hostile bytes, as functions of bytes: they end in something read, or in one of our errors."""

import resource
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from starlette.datastructures import QueryParams

from service.errors import ServiceError
from service.resolve import resolve
from service.settings import Settings
from service.spec.sources import find_specs
from service.spec.text import MAX_SPEC_BYTES, read_specs
from tests import pictures
from tests.fuzz import hostile, seeds
from tests.service.any_specs import ANY_OP, OPTIONS
from tests.service.decodable import survives, with_right_crcs

LIMITS = Settings(max_side=1000, max_output_pixels=100_000)
MAPS = [pictures.random(5, 3, 3), pictures.random(2, 4)]

SLOW = 5  # seconds for one case; usual are milliseconds
LARGEST = 256 << 20  # bytes that one case may add to the most memory that this process ever had


def read_any_spec(data: bytes) -> str:
    """Read a spec and plan what it asks for; behind a question mark is a query, anything else is JSON."""
    try:
        if data.startswith(b"?"):
            specs = [placed.spec for placed in find_specs([], QueryParams(data[1:]))]
        else:
            specs = read_specs(data.decode("utf-8", "replace"))
        for spec in specs:
            resolve(spec, seeds.SIZE, LIMITS, rasters=MAPS)
    except ServiceError as refused:
        return type(refused).__name__
    return "spec"


def decode_any_picture(data: bytes) -> str:
    """Decode a file as it is and, if it is a PNG, once more with its checksums put right."""
    ended = survives(data)
    return survives(with_right_crcs(data)) if data.startswith(b"\x89PNG") else ended


class Target(NamedTuple):
    """What is tried, what its bytes begin as, and the pieces that it knows.

    Attributes:
        read: gives what became of the bytes.
        seeds: whole files or texts.
        tokens: what a guess would take long to come upon.
        longest: bytes that are worth trying.
    """

    read: Callable[[bytes], str]
    seeds: list[bytes]
    tokens: list[bytes]
    longest: int

    def verdict(self, data: bytes) -> str:
        """Read the bytes; to take long, or much memory, is a fault as well."""
        begun, before = time.monotonic(), _most_memory()
        became = self.read(data)
        took, grown = time.monotonic() - begun, _most_memory() - before
        assert took < SLOW, f"it took {took:.1f} seconds"
        assert grown < LARGEST, f"it took {grown >> 20} MiB"
        return became


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _words() -> Iterator[str]:
    yield from (f'"{name}":' for name in ("ops", "op", "matrix", "convention", "output", "format", *OPTIONS))
    yield from (f'"{name}"' for name in ANY_OP)
    yield from (f"&{name}=" for name in ("op", "spec", "fit", "format", "quality", "lossless", *OPTIONS))
    yield from (f"{name}:" for name in ANY_OP)
    yield from (text for texts in hostile.JSON for text in texts if 0 < len(text) < 40)


JPEG_MARKERS = [
    bytes([0xFF, kind]) for kind in (0xC0, 0xC1, 0xC2, 0xC4, 0xD8, 0xD9, 0xDA, 0xDB, 0xDD, 0xE1, 0xE2, 0xEE)
]
WORDS_OF_FILES = b"""
    IHDR PLTE IDAT IEND tRNS iCCP zTXt iTXt eXIf acTL fcTL fdAT gAMA cHRM sRGB cICP
    Exif ICC_PROFILE Adobe JFIF II* MM RIFF WEBP VP8 VP8L VP8X ALPH ANIM ANMF EXIF ICCP GIF87a GIF89a NETSCAPE2.0 BM
""".split()

TARGETS = {
    "spec": Target(
        read_any_spec,
        [text.encode() for text in seeds.JSON_SPECS] + [b"?" + query.encode() for query in seeds.QUERIES],
        [word.encode() for word in _words()],
        MAX_SPEC_BYTES + 100,
    ),
    "picture": Target(
        decode_any_picture,
        seeds.FILES,
        [*WORDS_OF_FILES, *JPEG_MARKERS, b"!\xf9\x04", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff"],
        20_000,
    ),
}
