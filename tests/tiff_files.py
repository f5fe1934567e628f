"""TIFF files made in memory, byte by byte."""

import itertools
import struct
from collections.abc import Callable, Sequence

import numpy as np

# TIFF 6.0, section 2: a tag's type, and what a number of that type is to `struct`.
TIFF_BYTE, TIFF_SHORT, TIFF_LONG, TIFF_UNDEFINED = 1, 3, 4, 7
_TIFF_LETTERS = {TIFF_BYTE: "B", TIFF_SHORT: "H", TIFF_LONG: "I", TIFF_UNDEFINED: "B"}
TiffTags = dict[int, tuple[int, Sequence[int]]]
"""Type and values, by the tag's number."""


def tiff(
    samples: object,
    photometric: int,
    bits: int = 8,
    *,
    order: str = "<",
    planes: bool = False,
    rows: int | None = None,
    tile: tuple[int, int] | None = None,
    compression: int = 1,
    pack: Callable[[bytes], bytes] = bytes,
    tags: TiffTags | None = None,
    without: Sequence[int] = (),
    further: Sequence[TiffTags] = (),
) -> bytes:
    """A TIFF whose samples stand in the file as given, (h, w) or (h, w, samples).

    rows: of a strip; tile: its width and height, filled up with zeros; pack: compresses a strip; tags: others, or in
    place of the usual ones; without: these are left out; further: the tags of more directories.
    """
    array = np.asarray(samples, np.uint32)
    array = array.reshape(*array.shape[:2], -1)
    height, width, count = array.shape
    parts = [array[..., [plane]] for plane in range(count)] if planes else [array]
    across, down = tile or (width, rows or height)
    corners = itertools.product(parts, range(0, height, down), range(0, width, across))
    pieces = [part[y : y + down, x : x + across] for part, y, x in corners]
    if tile:
        pieces = [np.pad(piece, [(0, down - len(piece)), (0, across - piece.shape[1]), (0, 0)]) for piece in pieces]
    packed = [pack(_tiff_rows(piece, bits, order)) for piece in pieces]
    lengths = [len(piece) for piece in packed]
    starts = [*itertools.accumulate(lengths[:-1], initial=8)]
    shape: TiffTags
    if tile:
        shape = {322: (4, [across]), 323: (4, [down]), 324: (4, starts), 325: (4, lengths)}
    else:
        shape = {273: (4, starts), 278: (4, [down]), 279: (4, lengths)}
    usual: TiffTags = {
        256: (4, [width]),
        257: (4, [height]),
        258: (3, [bits] * count),
        259: (3, [compression]),
        262: (3, [photometric]),
        277: (3, [count]),
        284: (3, [2 if planes else 1]),
        **shape,
        **(tags or {}),
    }
    first = {number: tag for number, tag in usual.items() if number not in without}
    out = b"".join(packed)
    out += bytes(len(out) % 2)
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", 8 + len(out))
    directories = [first, *further]
    for place, directory in enumerate(directories):
        out += tiff_directory(directory, 8 + len(out), order, is_last=place == len(directories) - 1)
    return head + out


def tiff_directory(tags: TiffTags, start: int, order: str = "<", *, is_last: bool = True) -> bytes:
    """A directory that stands at `start`, with its values behind it; the next one stands behind those."""
    behind = start + 2 + 12 * len(tags) + 4
    entries, values = b"", b""
    for number, (kind, listed) in sorted(tags.items()):
        packed = struct.pack(f"{order}{len(listed)}{_TIFF_LETTERS[kind]}", *listed)
        entries += struct.pack(f"{order}HHI", number, kind, len(listed))
        if len(packed) > 4:
            entries += struct.pack(f"{order}I", behind + len(values))
            values += packed + bytes(len(packed) % 2)
        else:
            entries += packed.ljust(4, b"\0")
    after = struct.pack(f"{order}I", 0 if is_last else behind + len(values))
    return struct.pack(f"{order}H", len(tags)) + entries + after + values


def _tiff_rows(array: np.ndarray, bits: int, order: str) -> bytes:
    """Packed rows, each from a byte of its own."""
    rows = array.reshape(len(array), -1)
    if bits >= 8:
        return rows.astype(f"{order}u{bits // 8}").tobytes()
    expanded = (rows[..., None] >> np.arange(bits - 1, -1, -1)) & 1
    return np.packbits(expanded.reshape(len(rows), -1).astype(np.uint8), axis=1).tobytes()
