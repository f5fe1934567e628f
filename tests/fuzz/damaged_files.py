"""Files damaged in every place, as requests: cut short at each byte, and with each byte changed."""

from collections.abc import Iterator

from tests.contract import wire
from tests.service.decodable import SMALL

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
FLIPPED = (0x01, 0xFF)


def requests(every: int) -> Iterator[bytes]:
    """Give a warp of each damaged file.

    Args:
        every: which bytes are damaged; 1 for all.
    """
    for name in FORMATS:
        whole = SMALL[name]
        for at in range(0, len(whole), every):
            yield _warp(whole[:at])
            for bits in FLIPPED:
                yield _warp(whole[:at] + bytes([whole[at] ^ bits]) + whole[at + 1 :])


def _warp(picture: bytes) -> bytes:
    return wire.request("/v1/warp?op=rotate:30&canvas=expand", {"Content-Length": len(picture)}, picture)
