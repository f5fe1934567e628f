"""The chunks by which a PNG says what its samples mean.

Source: PNG (Third Edition), sections 5.6 (all of them stand before PLTE and IDAT) and 11.3.2.
"""

import zlib

from service.colour_space import PngChunk

# Of those that a reader knows the first one counts (PNG, 4.3), so they are written in this order.
_ORDER = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM")


def colour_chunks(icc: bytes, others: tuple[PngChunk, ...]) -> list[PngChunk]:
    """Give the chunks for a picture, in the order in which they stand in the file.

    Args:
        icc: the profile; empty if there is none. With it sRGB is left out: a file should not have both.
        others: gAMA, cHRM, sRGB and cICP, each at most once.
    """
    chunks = dict(others)
    if icc:
        chunks.pop(b"sRGB", None)
        chunks[b"iCCP"] = b"ICC profile\0\0" + zlib.compress(icc)
    return [(kind, chunks[kind]) for kind in _ORDER if kind in chunks]
