"""The first page of a TIFF: what its samples are, and a file of nothing but what pixels are made of.

Pillow's own reader of TIFF is not used: it takes all tags apart in Python, with EXIF and further directories, warns in
many ways, turns the picture itself, and leaves 16 bits of WhiteIsZero as they are. libtiff, which unpacks the pixels,
is given a directory of a dozen tags that have been looked at here: sizes that fit one another, and strips or tiles that
are in the file and do not lie upon one another, so that no byte is unpacked twice.

Source: TIFF Revision 6.0, sections 3 to 8 (which tags), 9 (predictor), 10 and 11 (CCITT), 15 (tiles), 16 (CMYK), 18
(associated alpha), 19 (sample format); Technical Note 2 of 1995 (JPEG).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from service.colour_space import MOST_PROFILE_BYTES
from service.decode.tiff_directory import Directory, Numbers, with_directory
from service.errors import UndecodableImage, UnsupportedImage

_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 254, 256, 257, 258, 259, 262, 266
_STRIP_OFFSETS, _SAMPLES, _ROWS_PER_STRIP, _STRIP_LENGTHS, _PLANAR = 273, 277, 278, 279, 284
_T4_OPTIONS, _T6_OPTIONS, _PREDICTOR, _COLOURS, _TILE_WIDTH, _TILE_HEIGHT = 292, 293, 317, 320, 322, 323
_TILE_OFFSETS, _TILE_LENGTHS, _EXTRA, _SAMPLE_FORMAT, _JPEG_TABLES, _SUBSAMPLING, _ICC = (
    324,
    325,
    338,
    339,
    347,
    530,
    34675,
)

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _CMYK, _YCBCR = 0, 1, 2, 3, 5, 6
_COLOURS_OF = {_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _PALETTE: 1, _CMYK: 4, _YCBCR: 3}
_OTHER, _ASSOCIATED, _UNASSOCIATED = 0, 1, 2
"""What an extra sample is."""

# (PhotometricInterpretation, bits a sample, extra samples): (mode, what Pillow calls such samples as libtiff gives
# them, in the machine's byte order).
_KINDS: dict[tuple[int, int, Numbers], tuple[str, str]] = {
    **{(_WHITE_IS_ZERO, bits, ()): ("L", f"L;{bits}I") for bits in (2, 4)},
    (_WHITE_IS_ZERO, 1, ()): ("1", "1;I"),
    (_WHITE_IS_ZERO, 8, ()): ("L", "L;I"),
    (_WHITE_IS_ZERO, 16, ()): ("I;16", "I;16N"),
    **{(_BLACK_IS_ZERO, bits, ()): ("L", f"L;{bits}") for bits in (2, 4)},
    (_BLACK_IS_ZERO, 1, ()): ("1", "1"),
    (_BLACK_IS_ZERO, 8, ()): ("L", "L"),
    (_BLACK_IS_ZERO, 16, ()): ("I;16", "I;16N"),
    (_BLACK_IS_ZERO, 8, (_OTHER,)): ("L", "LX"),
    (_BLACK_IS_ZERO, 8, (_ASSOCIATED,)): ("La", "La"),
    (_BLACK_IS_ZERO, 8, (_UNASSOCIATED,)): ("LA", "LA"),
    **{(_PALETTE, bits, ()): ("P", f"P;{bits}") for bits in (1, 2, 4)},
    (_PALETTE, 8, ()): ("P", "P"),
    (_CMYK, 8, (_OTHER,)): ("CMYK", "CMYKX"),
    (_YCBCR, 8, ()): ("RGB", "RGB"),  # libjpeg converts it
    **{
        (photometric, bits, extra): (mode, rawmode + ending)
        for bits, ending in ((8, ""), (16, ";16N"))
        for photometric, extra, mode, rawmode in (
            (_RGB, (), "RGB", "RGB"),
            (_RGB, (_OTHER,), "RGB", "RGBX"),
            (_RGB, (_ASSOCIATED,), "RGBA", "RGBa"),
            (_RGB, (_UNASSOCIATED,), "RGBA", "RGBA"),
            (_CMYK, (), "CMYK", "CMYK"),
        )
    },
}
_IN_PLANES = frozenset({"RGB", "RGBX", "RGBA", "CMYK"})
"""Of these the samples may stand in planes: Pillow copies plane by plane, and does nothing else with them."""

# LZMA and Zstandard are left out, since a stream of them says how much memory it takes; JPEG of the old kind, which
# nobody could write rightly; and what hardly anybody writes.
_UNPACKED, _CCITT, _JPEG = 1, frozenset({2, 3, 4}), 7
_LZW, _DEFLATE, _OLD_DEFLATE, _PACKBITS = 5, 8, 32946, 32773
_PREDICTED = frozenset({_LZW, _DEFLATE, _OLD_DEFLATE})
_COMPRESSIONS = frozenset({_UNPACKED, _JPEG, _PACKBITS}) | _CCITT | _PREDICTED

# libtiff clears what it finds nothing for, so what can be nothing but too short is refused before. A byte of Deflate
# becomes 1032 at most, one of JPEG (a bit a block) or LZW (a table of 4094 strings, each longer by one) up to 1366.
# A row of CCITT may take a bit, and is not cleared.
_MOST_OUT_OF_A_BYTE = 1400

_UNSIGNED, _UNTOLD_FORMAT = 1, 4
_CHUNKY, _PLANES = 1, 2
_REDUCED, _MASK = 1, 4
"""What the bits of a page's tag 254 say that it is of another page (section 8, NewSubfileType)."""

_MOST_SAMPLES = 5
_MOST_PIECES = 1 << 16  # rows of 16384 pixels in four planes, each a strip
_LEAST_TILE_PIXELS = 1 << 20  # a tile may be larger than a small picture, and is held while it is unpacked
_MOST_PAGES_LOOKED_AT = 100
_BYTE_COLOURS = 256


@dataclass(frozen=True)
class Page:
    """The first page of a file.

    Attributes:
        file: a TIFF of this page alone, with the tags that pixels are made of.
        size: width and height as stored.
        mode: Pillow's name for what the samples become.
        rawmode: Pillow's name for the samples that libtiff gives.
        colours: the palette, three bytes a colour; else empty.
        inverted: whether 0 is white in samples that are otherwise left as they are.
        depth: bits a sample in the file.
        icc: the profile; empty if there is none.
        has_more: whether other pages follow.
    """

    file: BytesIO
    size: tuple[int, int]
    mode: str
    rawmode: str
    colours: bytes
    inverted: bool
    depth: int
    icc: bytes
    has_more: bool


def read_page(data: bytes) -> Page:
    """Read the first page's tags, and no pixel.

    Raises:
        UnsupportedImage: it is of a kind that is not read.
        UndecodableImage: the tags are broken, do not fit one another, or are too many.
    """
    if data[2:4] in {b"+\0", b"\0+"}:
        raise UnsupportedImage("BigTIFF is not read; save the picture as plain TIFF or as PNG.")
    directory = Directory(data)
    if directory.number(_SUBFILE, 0) & _REDUCED:
        raise UnsupportedImage("The first page of the TIFF is a preview, as in raw photos; save the picture as PNG.")
    width, height = size = directory.number(_WIDTH), directory.number(_HEIGHT)
    if not (width and height):
        raise _misfit("size")
    photometric = directory.number(_PHOTOMETRIC, _WHITE_IS_ZERO)
    compression = directory.number(_COMPRESSION, _UNPACKED)
    bits, extra = _samples(directory, photometric)
    mode, rawmode = _kind(photometric, bits, extra, compression)
    samples = _COLOURS_OF[photometric] + len(extra)
    in_planes = directory.number(_PLANAR, _CHUNKY) == _PLANES and samples > 1
    if in_planes and (rawmode.split(";")[0] not in _IN_PLANES or compression == _JPEG):
        raise _unread("with planes of such samples")
    pieces, packed_bytes = _pieces(directory, size, samples if in_planes else 1, len(data))
    if compression not in _CCITT and width * height * samples * bits > 8 * packed_bytes * _MOST_OUT_OF_A_BYTE:
        raise UndecodableImage("The TIFF file is too short for its size; save it anew and send all of it.")
    tags: dict[int, Sequence[int] | bytes] = {
        _WIDTH: [width],
        _HEIGHT: [height],
        _BITS: [bits] * samples,
        _COMPRESSION: [compression],
        _PHOTOMETRIC: [photometric if samples > 1 else _BLACK_IS_ZERO],  # Pillow inverts, and looks up colours
        _FILL_ORDER: [directory.number(_FILL_ORDER, 1)],
        _SAMPLES: [samples],
        _PLANAR: [_PLANES if in_planes else _CHUNKY],
        **({_EXTRA: extra} if extra else {}),
        **_packing(directory, compression),
        **pieces,
    }
    return Page(
        file=BytesIO(with_directory(data, directory.order, tags)),
        size=size,
        mode=mode,
        rawmode=rawmode,
        colours=_palette(directory, bits) if mode == "P" else b"",
        inverted=(photometric, bits) == (_WHITE_IS_ZERO, 16),
        depth=bits,
        icc=directory.text(_ICC, MOST_PROFILE_BYTES),
        has_more=_has_more(data, directory),
    )


def _samples(directory: Directory, photometric: int) -> tuple[int, Numbers]:
    """Give the bits of a sample, and what the samples are that are no colours.

    One more than there are colours and not explained is alpha, as for Pillow.
    """
    if photometric not in _COLOURS_OF:
        raise _unread("of such colours (as Lab, or the mosaic of a raw photo)")
    formats = directory.numbers(_SAMPLE_FORMAT, _MOST_SAMPLES, (_UNSIGNED,))
    if not {_UNSIGNED, _UNTOLD_FORMAT}.issuperset(formats):
        raise _unread("of signed or floating numbers")
    bits = directory.numbers(_BITS, _MOST_SAMPLES, (1,))
    samples = directory.number(_SAMPLES, 1)
    if len(set(bits)) > 1:
        raise _unread("with samples of different sizes")
    if len(bits) not in {1, samples}:
        raise _misfit("number of samples")
    extra = directory.numbers(_EXTRA, _MOST_SAMPLES, (_UNASSOCIATED,) * (samples - _COLOURS_OF[photometric]))
    if samples != _COLOURS_OF[photometric] + len(extra):
        raise _misfit("number of samples")
    return bits[0], extra


def _kind(photometric: int, bits: int, extra: Numbers, compression: int) -> tuple[str, str]:
    if compression not in _COMPRESSIONS:
        raise _unread("packed by this method")
    kind = _KINDS.get((photometric, bits, extra))
    if kind is None or (photometric == _YCBCR and compression != _JPEG):
        raise _unread("with such samples")
    if (compression in _CCITT and bits != 1) or (compression == _JPEG and bits != 8):  # noqa: PLR2004 (bits of a byte)
        raise _misfit("compression")
    return kind


def _packing(directory: Directory, compression: int) -> dict[int, Sequence[int] | bytes]:
    """Give the tags that the method of compression needs."""
    if compression in _PREDICTED:
        predictor = directory.number(_PREDICTOR, 1)
        if predictor not in {1, 2}:
            raise _unread("with this predictor")
        return {_PREDICTOR: [predictor]}
    if compression in _CCITT:
        return {tag: [directory.number(tag, 0)] for tag in (_T4_OPTIONS, _T6_OPTIONS)}
    if compression == _JPEG:
        tables = directory.text(_JPEG_TABLES, 1 << 16)
        subsampling = directory.numbers(_SUBSAMPLING, 2)
        return ({_JPEG_TABLES: tables} if tables else {}) | ({_SUBSAMPLING: subsampling} if subsampling else {})
    return {}


def _pieces(
    directory: Directory, size: tuple[int, int], planes: int, file_bytes: int
) -> tuple[dict[int, Sequence[int] | bytes], int]:
    """Give the tags of the strips or tiles, and how many bytes are in them.

    Raises:
        UndecodableImage: they are not as many as the size says, or not in the file, or lie upon one another.
    """
    width, height = size
    tile_width = directory.number(_TILE_WIDTH, 0)
    if tile_width:
        across, down = tile_width, directory.number(_TILE_HEIGHT)
        offsets_tag, lengths_tag = _TILE_OFFSETS, _TILE_LENGTHS
        shape = {_TILE_WIDTH: [across], _TILE_HEIGHT: [down]}
    else:
        across, down = width, min(directory.number(_ROWS_PER_STRIP, height), height)
        offsets_tag, lengths_tag = _STRIP_OFFSETS, _STRIP_LENGTHS
        shape = {_ROWS_PER_STRIP: [down]}
    if not down or (tile_width and across * down > max(width * height, _LEAST_TILE_PIXELS)):
        raise _misfit("size of a strip or tile")
    expected = math.ceil(width / across) * math.ceil(height / down) * planes
    if expected > _MOST_PIECES:
        raise UndecodableImage(f"The TIFF file has more than {_MOST_PIECES} strips or tiles; save it anew.")
    offsets, lengths = directory.numbers(offsets_tag, _MOST_PIECES), directory.numbers(lengths_tag, _MOST_PIECES)
    if not len(offsets) == len(lengths) == expected:
        raise _misfit("number of strips or tiles")
    ends = map(sum, zip(offsets, lengths, strict=True))
    if max(ends) > file_bytes or sum(lengths) > file_bytes:
        raise UndecodableImage("The TIFF file is cut short, or its strips overlap; save it anew and send all of it.")
    return {**shape, offsets_tag: offsets, lengths_tag: lengths}, sum(lengths)


def _palette(directory: Directory, bits: int) -> bytes:
    """Give a palette as bytes: all reds stand first in the file, then all greens.

    Of 16 bits the high byte is taken; where none has a high byte, a program wrote bytes (as libtiff's tiff2rgba sees
    it).
    """
    listed = directory.numbers(_COLOURS, 3 << bits)
    count = 1 << bits
    if len(listed) != 3 * count:
        raise _misfit("palette")
    shift = 0 if max(listed) < _BYTE_COLOURS else 8
    return bytes(listed[colour + plane * count] >> shift & 0xFF for colour in range(count) for plane in range(3))


def _has_more(data: bytes, directory: Directory) -> bool:
    """Tell whether a page follows that is not a smaller one, or a mask, of another."""
    for _ in range(_MOST_PAGES_LOOKED_AT):
        if not directory.next:
            break
        try:
            directory = Directory(data, directory.next)
            kind = directory.number(_SUBFILE, 0)
        except UndecodableImage:
            break
        if not kind & (_REDUCED | _MASK):
            return True
    return False


def _unread(what: str) -> UnsupportedImage:
    return UnsupportedImage(f"TIFF {what} is not read; save the picture as 8-bit gray or RGB, with LZW, or as PNG.")


def _misfit(what: str) -> UndecodableImage:
    return UndecodableImage(f"The {what} in the TIFF file cannot be; save it anew.")
