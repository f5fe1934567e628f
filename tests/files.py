"""Image files made in memory, byte by byte from their specifications, so that no codec vouches for itself."""

import itertools
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence

import numpy as np

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6  # PNG colour types
_PNG_CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGBA: 4}
# Adam7, PNG section 8.1: first column, first row, column step, row step of each pass.
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def ihdr(width: int, height: int, depth: int, colour_type: int, interlace: bool = False) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, interlace))


def png(
    samples: object,
    colour_type: int,
    depth: int = 8,
    *,
    before: Iterable[bytes] = (),
    after: Iterable[bytes] = (),
    interlace: bool = False,
) -> bytes:
    """A PNG whose samples stand in the file as given.

    samples: rows of samples, (h, w) or (h, w, channels); before, after: whole chunks around IDAT.
    """
    array = np.asarray(samples, np.uint16)
    height, width = array.shape[:2]
    array = array.reshape(height, width, _PNG_CHANNELS[colour_type])
    passes = [array[y::dy, x::dx] for x, y, dx, dy in _ADAM7] if interlace else [array]
    rows = b"".join(_png_rows(part, depth) for part in passes if part.size)
    return b"".join(
        [
            PNG_SIGNATURE,
            ihdr(width, height, depth, colour_type, interlace),
            *before,
            chunk(b"IDAT", zlib.compress(rows)),
            *after,
            chunk(b"IEND", b""),
        ]
    )


def _png_rows(array: np.ndarray, depth: int) -> bytes:
    """Filter byte 0 and the packed samples of every row."""
    rows = array.reshape(len(array), -1)
    if depth == 16:
        packed = rows.astype(">u2").view(np.uint8)
    elif depth == 8:
        packed = rows.astype(np.uint8)
    else:
        bits = (rows[..., None] >> np.arange(depth - 1, -1, -1)) & 1
        packed = np.packbits(bits.reshape(len(rows), -1).astype(np.uint8), axis=1)
    return b"".join(b"\0" + row.tobytes() for row in packed)


def plte(*colours: Sequence[int]) -> bytes:
    return chunk(b"PLTE", bytes(itertools.chain(*colours)))


def trns_key(*values: int) -> bytes:
    return chunk(b"tRNS", struct.pack(f">{len(values)}H", *values))


def trns_alphas(*alphas: int) -> bytes:
    return chunk(b"tRNS", bytes(alphas))


def ztxt(key: bytes, text: bytes) -> bytes:
    return chunk(b"zTXt", key + b"\0\0" + zlib.compress(text, 9))


def iccp(profile: bytes) -> bytes:
    return chunk(b"iCCP", b"name\0\0" + zlib.compress(profile, 9))


def exif(orientation: int, *, order: str = ">", kind: int = 3, count: int = 1) -> bytes:
    """A TIFF block with one other tag and the orientation; kind 3 is SHORT."""
    value = struct.pack(f"{order}H", orientation).ljust(4, b"\0")
    other = struct.pack(f"{order}HHI", 0x0100, 3, 1) + struct.pack(f"{order}H", 7).ljust(4, b"\0")
    entry = struct.pack(f"{order}HHI", 0x0112, kind, count) + value
    magic = {">": b"MM\0*", "<": b"II*\0"}[order]
    return magic + struct.pack(f"{order}IH", 8, 2) + other + entry + bytes(4)


def jpeg_with_exif(jpeg: bytes, block: bytes) -> bytes:
    """The JPEG with an APP1 segment right behind SOI."""
    return jpeg[:2] + segment(0xE1, b"Exif\0\0" + block) + jpeg[2:]


def jpeg_of_size(jpeg: bytes, width: int, height: int) -> bytes:
    """The JPEG with a frame that claims a size (ITU-T T.81, section B.2.2), baseline or progressive."""
    frame = next(at for kind in (b"\xff\xc0", b"\xff\xc2") if (at := jpeg.find(kind)) > 0)
    return jpeg[: frame + 5] + struct.pack(">HH", height, width) + jpeg[frame + 9 :]


def segment(kind: int, body: bytes) -> bytes:
    """Of a JPEG."""
    return struct.pack(">BBH", 0xFF, kind, len(body) + 2) + body


def webp_extended(webp: bytes, width: int, height: int, exif_block: bytes) -> bytes:
    """A simple WebP file made an extended one that carries EXIF."""
    flags = 0x08 | (0x10 if webp[12:16] == b"VP8L" else 0)
    header = struct.pack("<B3x", flags) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunks = _riff(b"VP8X", header) + webp[12:] + _riff(b"EXIF", exif_block)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def _riff(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def bmp(rows: object, bits: int, palette: Sequence[Sequence[int]] = (), masks: Sequence[int] = ()) -> bytes:
    """A bottom-up BMP: whole pixels (h, w) of 1, 4, 8, 16, 24 or 32 bits; palette as (r, g, b)."""
    array = np.asarray(rows, np.uint32)
    height, width = array.shape
    if bits < 8:
        expanded = (array[..., None] >> np.arange(bits - 1, -1, -1)) & 1
        lines = [np.packbits(line.reshape(-1).astype(np.uint8)).tobytes() for line in expanded]
    else:
        lines = [line.astype("<u4").view(np.uint8).reshape(-1, 4)[:, : bits // 8].tobytes() for line in array]
    pixels = b"".join(line.ljust((len(line) + 3) // 4 * 4, b"\0") for line in reversed(lines))
    colours = b"".join(bytes([b, g, r, 0]) for r, g, b in palette)
    size = 124 if masks else 40  # BITMAPV5HEADER has room for the masks, BITMAPINFOHEADER is the plain one
    info = struct.pack("<IiiHHIIiiII", size, width, height, 1, bits, 3 if masks else 0, 0, 0, 0, len(palette), 0)
    info = (info + b"".join(struct.pack("<I", mask) for mask in masks)).ljust(size, b"\0")
    offset = 14 + len(info) + len(colours)
    return struct.pack("<2sIHHI", b"BM", offset + len(pixels), 0, 0, offset) + info + colours + pixels


def gif(
    frames: Sequence[object],
    palette: Sequence[Sequence[int]],
    *,
    transparent: int | None = None,
    screen: tuple[int, int] | None = None,
    at: tuple[int, int] = (0, 0),
) -> bytes:
    """A GIF of up to 256 colours; screen is (width, height), at is (left, top) of every frame.

    The LZW codes are 9 bits wide throughout: a clear code before every 100 indices keeps the table from growing.
    """
    first = np.asarray(frames[0])
    width, height = screen or (first.shape[1], first.shape[0])
    colours = bytes(itertools.chain(*palette)).ljust(3 * 256, b"\0")
    parts = [b"GIF89a", struct.pack("<HHBBB", width, height, 0xF7, 0, 0), colours]
    for frame in frames:
        array = np.asarray(frame, np.uint8)
        if transparent is not None:
            parts.append(bytes([0x21, 0xF9, 4, 1, 0, 0, transparent, 0]))
        parts.append(b"," + struct.pack("<HHHHB", *at, array.shape[1], array.shape[0], 0))
        parts.append(b"\x08" + _gif_blocks(_lzw(array.tobytes())))
    return b"".join([*parts, b";"])


def _lzw(indices: bytes) -> bytes:
    clear, end = 256, 257
    runs = (indices[start : start + 100] for start in range(0, len(indices), 100))
    codes = [*itertools.chain.from_iterable((clear, *run) for run in runs), end]
    bits = sum(code << (9 * position) for position, code in enumerate(codes))
    return bits.to_bytes((9 * len(codes) + 7) // 8, "little")


def _gif_blocks(data: bytes) -> bytes:
    blocks = (data[start : start + 255] for start in range(0, len(data), 255))
    return b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"


def actl(frames: int) -> bytes:
    return chunk(b"acTL", struct.pack(">II", frames, 0))


def fctl(width: int, height: int) -> bytes:
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, width, height, 0, 0, 1, 10, 0, 0))


def icc_segments(profile: bytes, piece: int = 65519) -> list[bytes]:
    """APP2 segments of a JPEG, in order, of so many bytes of the profile each."""
    pieces = [profile[start : start + piece] for start in range(0, len(profile), piece)]
    return [
        segment(0xE2, b"ICC_PROFILE\0" + bytes([number, len(pieces)]) + body)
        for number, body in enumerate(pieces, start=1)
    ]


def jpeg_with(jpeg: bytes, segments: Iterable[bytes]) -> bytes:
    """The JPEG with segments right behind SOI."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


_D50 = (0.9642, 1.0, 0.8249)


def _fixed(*values: float) -> bytes:
    """Numbers as s15Fixed16Number (ICC.1, section 4.6)."""
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def icc_profile(space: bytes, tags: dict[bytes, bytes], *, kind: bytes = b"mntr", pcs: bytes = b"XYZ ") -> bytes:
    """An ICC profile of version 2.4 with the tags given and a white point (ICC.1:2001-04, section 6)."""
    tags = {b"wtpt": b"XYZ \0\0\0\0" + _fixed(*_D50), **tags}
    entries, bodies = b"", b""
    for name, body in tags.items():
        entries += struct.pack(">4sII", name, 132 + 12 * len(tags) + len(bodies), len(body))
        bodies += body.ljust((len(body) + 3) // 4 * 4, b"\0")
    header = struct.pack(
        ">I4sI4s4s4s12s4s28x12s48x",
        132 + len(entries) + len(bodies),
        b"",
        0x02400000,
        kind,
        space,
        pcs,
        struct.pack(">6H", 2024, 1, 1, 0, 0, 0),
        b"acsp",
        _fixed(*_D50),
    )
    return header + struct.pack(">I", len(tags)) + entries + bodies


def gray_profile(gamma: float) -> bytes:
    """Gray whose light is the sample's power."""
    return icc_profile(b"GRAY", {b"kTRC": b"curv" + struct.pack(">IIH", 0, 1, round(gamma * 256))})


def cmyk_profile(lab_of: Callable[[int, int, int, int], tuple[int, int, int]]) -> bytes:
    """A press, by what its 16 overprints of C, M, Y and K (0 or 1 each) look like: L 0 to 100, a and b -128 to 127."""
    nodes = (lab_of(*inks) for inks in itertools.product((0, 1), repeat=4))
    table = b"".join(bytes([round(light * 255 / 100), a + 128, b + 128]) for light, a, b in nodes)
    straight = bytes(range(256))
    matrix = _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    lut = b"mft1" + struct.pack(">IBBBx", 0, 4, 3, 2) + matrix + 4 * straight + table + 3 * straight
    return icc_profile(b"CMYK", {b"A2B0": lut}, kind=b"prtr", pcs=b"Lab ")


def element_chain(length: int) -> bytes:
    """The body of a tag D2B0, CMYK to three values: so many times the same matrix that changes nothing, then another.

    Source: ICC.1:2022, sections 10.16 (multiProcessElementsType) and 11.2.3 (matrix element).
    """
    same, last = (
        b"matf" + struct.pack(f">IHH{4 * rows}f{rows}f", 0, 4, rows, *np.eye(rows, 4).ravel(), *np.zeros(rows))
        for rows in (4, 3)
    )
    start = 16 + 8 * (length + 1)
    places = [struct.pack(">II", start, len(same))] * length + [struct.pack(">II", start + len(same), len(last))]
    return b"mpet" + struct.pack(">IHHI", 0, 4, 3, length + 1) + b"".join([*places, same, last])
