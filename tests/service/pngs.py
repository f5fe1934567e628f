"""PNGs by both kinds of loops, and what other readers find in them."""

import io
import itertools
import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PIL import Image

from service.png import REFERENCE, PngFormat, PngStream, pack, strip_rows
from service.png.compiled import COMPILED

CHANNELS = (1, 2, 3, 4)
DTYPES = (np.uint8, np.uint16)
LOOPS = {"reference": REFERENCE, "compiled": COMPILED}

by_both = pytest.mark.parametrize("loops", LOOPS.values(), ids=LOOPS)


def format_of(pixels):
    height, width, channels = pixels.shape
    return PngFormat(width, height, channels, 8 * pixels.itemsize)


def jobs(pixels, tops):
    """The arguments of `pack` for the strips that begin at the rows `tops`."""
    for top, end in itertools.pairwise([*tops, len(pixels)]):
        yield pixels[top:end], pixels[top - 1] if top else None, end == len(pixels)


def parts(pixels, tops=None, run=map, loops=COMPILED):
    """Head, strips and tail; `run` is the map that packs the strips."""
    if tops is None:
        tops = range(0, len(pixels), strip_rows(format_of(pixels)))
    stream = PngStream(format_of(pixels))
    packed = run(lambda job: pack(job[0], job[1], last=job[2], loops=loops), jobs(pixels, tops))
    return [stream.head(), *map(stream.strip, packed), stream.tail()]


def encode(pixels, tops=None, run=map, loops=COMPILED):
    return b"".join(parts(pixels, tops, run, loops))


def chunks(data):
    """(type, data) of every chunk, each checksum compared with zlib's."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at = 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert data[at + 8 + length : at + 12 + length] == struct.pack(">I", zlib.crc32(kind + body))
        yield kind, body
        at += 12 + length


def zlib_stream(data):
    return b"".join(body for kind, body in chunks(data) if kind == b"IDAT")


def filtered_rows(data, height):
    """(height, 1 + row bytes): what the deflate stream holds."""
    return np.frombuffer(zlib.decompress(zlib_stream(data)), np.uint8).reshape(height, -1)


def pillow(data):
    with Image.open(io.BytesIO(data)) as picture:
        pixels = np.asarray(picture)
    return pixels.reshape(picture.height, picture.width, -1)


def opencv(data):
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return pixels.reshape(*pixels.shape[:2], -1)


def as_opencv(pixels):
    """OpenCV's order of channels is BGRA, and it repeats the gray of gray and alpha."""
    order = {1: [0], 2: [0, 0, 0, 1], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[pixels.shape[2]]
    return pixels[:, :, order]


def noise(height, width, channels, dtype=np.uint8, seed=7):
    return np.random.default_rng(seed).integers(0, np.iinfo(dtype).max + 1, (height, width, channels), dtype)


@st.composite
def pictures_in_strips(draw):
    """Small pictures, smooth enough for every filter to be of use, cut into strips anywhere."""
    dtype = draw(st.sampled_from(DTYPES))
    shape = draw(st.tuples(st.integers(1, 9), st.integers(1, 12), st.sampled_from(CHANNELS)))
    steps = draw(npst.arrays(np.int64, shape, elements=st.integers(-300, 300)))
    pixels = steps.cumsum(axis=draw(st.sampled_from((0, 1)))).astype(dtype)
    cuts = draw(st.sets(st.integers(1, shape[0])))
    return pixels, [0, *sorted(cuts - {shape[0]})]
