"""How often a JPEG goes over its picture.

A progressive JPEG sharpens the picture scan by scan, each a pass over all of it. An empty scan takes 65 bytes and, at
40 megapixels, 17 ms: a file of 10 MB would keep a worker for three quarters of an hour. Encoders write about ten.

Source: ITU-T T.81, section B.1.1; the attack: libjpeg-turbo, "Two Issues with the JPEG Standard", 2012.
"""

import re

from service.errors import UndecodableImage

_MOST_SCANS = 100

_START_OF_SCAN = b"\xda"
_END_OF_IMAGE = b"\xd9"
# A marker that a segment follows, or the end. Not: stuffed (00) or fill (FF) bytes, nor the markers without a segment
# (TEM 01, RST D0 to D7, SOI D8).
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])", re.DOTALL)


def check_scans(data: bytes) -> None:
    """Refuse a JPEG of too many scans.

    Raises:
        UndecodableImage: it has more than 100.
    """
    # Most files need no more than this count, which also counts what is in previews and behind the end.
    if data.count(b"\xff" + _START_OF_SCAN) > _MOST_SCANS and count_scans(data) > _MOST_SCANS:
        raise UndecodableImage(f"The JPEG file has more than {_MOST_SCANS} scans; save it anew.")


def count_scans(data: bytes) -> int:
    """Scans of the picture itself: what stands inside segments or behind the end of the image does not count."""
    scans = position = 0
    while (marker := _MARKER.search(data, position)) and marker[1] != _END_OF_IMAGE:
        scans += marker[1] == _START_OF_SCAN
        position = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2], "big")
    return scans
