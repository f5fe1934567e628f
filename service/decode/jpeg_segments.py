"""The segments of a JPEG file, walked by ourselves: bounded in number, and read by Pillow only where it must.

Every part of a JPEG can be repeated at will, and most repetitions cost the reader more than the sender:

- Pillow takes the segments apart in Python, keeps them, and joins those with EXIF in quadratic time: 32 MB can take
  15 s and 1 GB. It gets the two that it needs; libjpeg, which skips what it does not need in no time, gets the file.
- A progressive JPEG sharpens the picture scan by scan, each a pass over all of it. An empty scan takes 65 bytes and, at
  40 megapixels, 17 ms: a file of 10 MB would keep a worker for three quarters of an hour.
- libjpeg makes gray of what is missing, if the file has an end: 700 bytes can claim 50 megapixels, and get them.
- libjpeg forgets how many fill bytes it has skipped when it runs out of input, and begins again with all that came.

Source: ITU-T T.81, sections A.1, B.1.1 and B.2.2; the scans: libjpeg-turbo, "Two Issues with the JPEG Standard", 2012.
"""

import math
import struct
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.colour_space import MOST_PROFILE_BYTES
from service.errors import UndecodableImage

# Encoders write about ten scans and twenty segments; the metadata of one picture may fill a few hundred of 64 KiB.
_MOST_SCANS = 100
_MOST_SEGMENTS = 4000
_MOST_FILL = 1 << 16

_FRAME_HEAD = 10  # before the components, of which each has its number, sampling factors and table

_START_OF_IMAGE = b"\xff\xd8"
_END_OF_IMAGE = 0xD9
_START_OF_SCAN = 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_HUFFMAN_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_APP1 = 0xE1
_APP2 = 0xE2
_ICC = b"ICC_PROFILE\0"
_ICC_NUMBER = 4 + len(_ICC)

# By the byte behind an FF: whether both are a marker that a segment follows, or the end. The others are stuffed (00) or
# fill (FF) bytes, or markers without a segment (TEM 01, RST D0 to D7, SOI D8). They are libjpeg's own distinctions:
# did we see another frame than it does, it would write rows of one width into a buffer of another.
_NO_SEGMENTS = frozenset({0x00, 0x01, *range(0xD0, 0xD9), 0xFF})
_IS_SEGMENT = ~np.isin(np.arange(256), list(_NO_SEGMENTS))
_FILL = 0xFF

_FIRST_BLOCK = 1 << 8
_LARGEST_BLOCK = 1 << 16


class Segment(NamedTuple):
    """Where a segment stands in the file: from the FF of its marker to behind its last byte."""

    kind: int
    start: int
    end: int


class Outline(NamedTuple):
    """What is taken from a JPEG beside its pixels.

    Attributes:
        frame: a file of nothing but size and components, for Pillow to open.
        exif: the first EXIF block, else empty.
        icc: the ICC profile, else empty.
    """

    frame: bytes
    exif: bytes
    icc: bytes


def read_outline(data: bytes) -> Outline:
    """Walk a JPEG to its end.

    Raises:
        UndecodableImage: it has no frame or no scan, or too many segments, scans or fill bytes.
    """
    scans = 0
    frame = first_scan = exif = b""
    profile: list[Segment] = []
    for kind, start, end in walk(data):
        if kind == _START_OF_SCAN:
            scans += 1
            first_scan = first_scan or data[start:end]
            if scans > _MOST_SCANS:
                raise UndecodableImage(f"The JPEG file has more than {_MOST_SCANS} scans; save it anew.")
        elif kind in _FRAMES:
            frame = frame or data[start:end]  # libjpeg refuses a second one
        elif kind == _APP1 and not exif and data.startswith(b"Exif\0\0", start + 4, end):
            exif = data[start + 4 : end]
        elif kind == _APP2 and data.startswith(_ICC, start + 4, end - 2):
            profile.append(Segment(kind, start, end))
    if not (frame and first_scan):
        raise UndecodableImage("The JPEG file ends or breaks before its first scan; save it anew and send all of it.")
    if _least_bits(frame) > 8 * len(data):
        raise UndecodableImage("The JPEG file is too short for its size; save it anew and send all of it.")
    return Outline(_START_OF_IMAGE + frame + first_scan, exif, _join_profile(data, profile))


def _least_bits(frame: bytes) -> int:
    """Count the blocks of 8 x 8 samples: a Huffman code has a bit, and every block has one. Else give 0."""
    if frame[1] not in _HUFFMAN_FRAMES or len(frame) < _FRAME_HEAD + 3:
        return 0
    height, width = struct.unpack_from(">HH", frame, 5)
    factors = [(each >> 4, each & 15) for each in frame[_FRAME_HEAD + 1 :: 3]]
    most_across, most_down = (max(each) for each in zip(*factors, (1, 1), strict=True))
    return sum(
        math.ceil(width * across / most_across / 8) * math.ceil(height * down / most_down / 8)
        for across, down in factors
    )


def _join_profile(data: bytes, segments: list[Segment]) -> bytes:
    """Join the pieces of an ICC profile by their numbers; empty if they are not complete or too large.

    Source: ICC.1:2022, annex B.4: behind the name stand the piece's number, from 1, and how many there are.
    """
    view = memoryview(data)
    pieces = {data[start + _ICC_NUMBER]: view[start + _ICC_NUMBER + 2 : end] for _, start, end in segments}
    counts = {data[start + _ICC_NUMBER + 1] for _, start, _ in segments}
    complete = sorted(pieces) == list(range(1, len(segments) + 1)) and counts == {len(segments)}
    if not complete or sum(map(len, pieces.values())) > MOST_PROFILE_BYTES:
        return b""
    return b"".join(pieces[number] for number in sorted(pieces))


def walk(data: bytes) -> Iterator[Segment]:
    """The complete segments in the file's order, up to the end of the image or to where the file breaks off.

    What stands inside segments, such as a preview, or behind the end of the image does not count.

    Raises:
        UndecodableImage: there are too many.
    """
    codes = np.frombuffer(data, np.uint8)
    position = len(_START_OF_IMAGE)
    for _ in range(_MOST_SEGMENTS):
        start = position if _is_marker(data[position : position + 2]) else _next_marker(codes, position)
        if start is None or data[start + 1] == _END_OF_IMAGE:
            return
        position = start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
        if position > len(data):
            return
        yield Segment(data[start + 1], start, position)
    raise UndecodableImage(f"The JPEG file has more than {_MOST_SEGMENTS} segments; save it anew.")


def _is_marker(two: bytes) -> bool:
    """Tell whether a segment stands here, as nearly all do right behind the one before."""
    return len(two) > 1 and two[0] == _FILL and two[1] not in _NO_SEGMENTS


def _next_marker(codes: NDArray[np.uint8], start: int) -> int | None:
    """Find the FF of the next marker of a segment, behind compressed samples or whatever stands there.

    By the array, in growing blocks: `re` takes 0.1 to 0.4 s for 32 MiB of stuffed or fill bytes, this 40 ms.
    """
    fill = 0
    size = _FIRST_BLOCK
    while start < len(codes) - 1:
        block = codes[start : start + size + 1]
        leads = np.flatnonzero(block[:-1] == _FILL)
        behind = block[leads + 1]
        markers = _IS_SEGMENT[behind]
        if markers.any():
            return start + int(leads[markers.argmax()])
        fill += int(np.count_nonzero(behind == _FILL))
        if fill > _MOST_FILL:
            raise UndecodableImage(f"The JPEG file has more than {_MOST_FILL} fill bytes at one place; save it anew.")
        start += size
        size = min(2 * size, _LARGEST_BLOCK)
    return None
