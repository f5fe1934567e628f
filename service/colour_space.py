"""What a file says of the meaning of its samples: an ICC profile, and the colour chunks that only PNG has.

Both are carried along as they stand in the file. A profile is taken apart no further than its header, and inflated only
where it is used: a few kilobytes may hold megabytes, and of a batch all pictures are open at once.

Sources: ICC.1:2022, section 7.2 (the profile's header); PNG (Third Edition), section 11.3.2.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

MOST_PROFILE_BYTES = 4 << 20
"""Inflated; the largest profiles, of presses, have 2 or 3 MB. A larger one is dropped."""

GRAY, RGB, CMYK = b"GRAY", b"RGB ", b"CMYK"
"""Colour spaces as a profile writes them (ICC.1, table 19)."""

PngChunk = tuple[bytes, bytes]
"""Type and body."""

_HEADER_BYTES = 132  # with the number of tags
_CONNECTION_SPACES = (b"XYZ ", b"Lab ")


@dataclass(frozen=True)
class ColourSpace:
    """What the samples of a picture mean; by default nobody says.

    Attributes:
        profile: the ICC profile as it stands in the file, maybe deflated; empty if there is none.
        unpack: makes of it the profile itself; empty if that cannot be done.
        png_chunks: gAMA, cHRM, sRGB and cICP, each at most once and of the right length.
    """

    profile: bytes = b""
    unpack: Callable[[bytes], bytes] = bytes
    png_chunks: tuple[PngChunk, ...] = ()

    def icc(self, space: bytes) -> bytes:
        """Give the profile, if it is one for samples of this colour space, else nothing."""
        profile = self.unpack(self.profile)
        if len(profile) > MOST_PROFILE_BYTES or len(profile) < _HEADER_BYTES:
            return b""
        stated = int.from_bytes(profile[:4], "big")
        is_profile = profile[36:40] == b"acsp" and _HEADER_BYTES <= stated <= len(profile)
        fits = profile[16:20] == space and profile[20:24] in _CONNECTION_SPACES
        return profile[:stated] if is_profile and fits else b""


def inflate_profile(iccp: bytes) -> bytes:
    """Give the profile in the body of an iCCP chunk (PNG, section 11.3.2.3); empty if it is broken or too large.

    At most one byte more than the limit is ever inflated.
    """
    name, _, packed = iccp.partition(b"\0")
    if not 1 <= len(name) <= 79 or packed[:1] != b"\0":  # noqa: PLR2004 (Latin-1 letters; then the method, deflate)
        return b""
    inflater = zlib.decompressobj()
    try:
        profile = inflater.decompress(packed[1:], MOST_PROFILE_BYTES + 1)
    except zlib.error:
        return b""
    return profile if inflater.eof else b""
