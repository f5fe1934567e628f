"""Small files that ask for a lot: of memory, of time, of both."""

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from PIL import Image

from tests import avif_files, files, tiff_files

MEBI = 1 << 20
SERVED = ""
LARGE, BROKEN, UNREAD = "image-too-large", "undecodable-image", "unsupported-image"


class Bomb(NamedTuple):
    """A file, and the code of the problem that it must end in; SERVED if what is costly is not looked at at all."""

    make: Callable[[], bytes]
    code: str


# --- PNG

_EMPTY = files.chunk(b"IEND", b"")


def png_head(width: int, height: int, depth: int, colour_type: int, pixels: bytes = zlib.compress(b"")) -> bytes:
    return files.PNG_SIGNATURE + files.ihdr(width, height, depth, colour_type) + files.chunk(b"IDAT", pixels) + _EMPTY


@cache
def deflated_zeros(size: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(bytes(min(MEBI, size - at))) for at in range(0, size, MEBI)), packer.flush()])


def small_png(*before: bytes) -> bytes:
    return files.png([[1, 2, 3]], files.GRAY, before=before)


def apng(frames: int) -> bytes:
    body = files.fctl(3, 1) + files.chunk(b"fdAT", bytes(4) + zlib.compress(bytes(4)))
    return files.png([[1, 2, 3]], files.GRAY, before=[files.actl(frames), files.fctl(3, 1)], after=[body * frames])


PNG = {
    "png, 1 bit, 30000 x 30000": Bomb(
        lambda: png_head(30_000, 30_000, 1, files.GRAY, deflated_zeros(30_000 * 3751)), LARGE
    ),
    "png, 2^31-1 squared": Bomb(lambda: png_head(2**31 - 1, 2**31 - 1, 16, files.RGBA), LARGE),
    "png, 2^32-1 squared": Bomb(lambda: png_head(2**32 - 1, 2**32 - 1, 8, files.RGB), LARGE),
    "png, 1 x 65535": Bomb(lambda: png_head(1, 65_535, 8, files.GRAY, deflated_zeros(2 * 65_535)), LARGE),
    "png, 65535 x 1": Bomb(lambda: png_head(65_535, 1, 8, files.GRAY, deflated_zeros(65_536)), LARGE),
    "png, few pixels of many": Bomb(lambda: png_head(7000, 7000, 8, files.RGB), BROKEN),
    "png, zTXt of 256 MiB": Bomb(
        lambda: small_png(files.chunk(b"zTXt", b"Comment\0\0" + deflated_zeros(256 * MEBI))), SERVED
    ),
    "png, iCCP of 256 MiB": Bomb(
        lambda: small_png(files.chunk(b"iCCP", b"name\0\0" + deflated_zeros(256 * MEBI))), SERVED
    ),
    "png, 10000 frames": Bomb(lambda: apng(10_000), SERVED),
    "png, 200000 chunks": Bomb(lambda: small_png(files.chunk(b"abCd", b"") * 200_000), BROKEN),
}

# --- JPEG


@cache
def jpeg(*, progressive: bool = False) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (64, 64), "gray").save(stream, "JPEG", progressive=progressive)
    return stream.getvalue()


def jpeg_of(width: int, height: int, *, progressive: bool = False) -> bytes:
    return files.jpeg_of_size(jpeg(progressive=progressive), width, height)


JPEG = {
    "jpeg, 65535 x 65535": Bomb(lambda: jpeg_of(65_535, 65_535), BROKEN),
    "jpeg, 1 x 65535": Bomb(lambda: jpeg_of(1, 65_535) + bytes(9999), LARGE),
    "jpeg, few pixels of many": Bomb(lambda: jpeg_of(7000, 7000), BROKEN),
    "jpeg, few pixels of many, progressive": Bomb(lambda: jpeg_of(7000, 7000, progressive=True), BROKEN),
    "jpeg, 50000 scans of 7000 x 7000": Bomb(
        lambda: jpeg_of(7000, 7000, progressive=True)[:-2] + b"\xff\xda\0\2" * 50_000, BROKEN
    ),
    "jpeg, 100000 segments": Bomb(lambda: jpeg()[:2] + b"\xff\xe1\0\2" * 100_000 + jpeg()[2:], BROKEN),
    "jpeg, 1 MiB of fill": Bomb(lambda: jpeg()[:2] + b"\xff" * MEBI + jpeg()[2:], BROKEN),
}

# --- GIF

_COLOURS = [(1, 2, 3), (40, 50, 60)]


def gif_of(width: int, height: int) -> bytes:
    """A frame that claims a size, on a screen of one pixel (GIF89a, section 20)."""
    small = files.gif([[[1]]], _COLOURS)
    at = small.index(b",\0\0\0\0") + 5
    return small[:at] + struct.pack("<HH", width, height) + small[at + 4 :]


GIF = {
    "gif, 10000 frames": Bomb(lambda: files.gif([np.eye(8)] * 10_000, _COLOURS), SERVED),
    "gif, 65535 x 65535": Bomb(lambda: gif_of(65_535, 65_535), BROKEN),
    "gif, 16384 x 16384": Bomb(lambda: gif_of(16_384, 16_384), LARGE),
    "gif, few pixels of many": Bomb(lambda: gif_of(7000, 7000), BROKEN),
    "gif, screen of 65535 x 65535": Bomb(lambda: files.gif([[[1]]], _COLOURS, screen=(65_535, 65_535)), LARGE),
    "gif, 1 x 65535": Bomb(lambda: gif_of(1, 65_535), LARGE),
    "gif, 150000 blocks before the picture": Bomb(
        lambda: files.gif([[[1]]], _COLOURS).replace(b",\0\0\0\0", b"!\xfe\1a\0" * 150_000 + b",\0\0\0\0", 1), BROKEN
    ),
}

# --- WebP


@cache
def webp(frames: int) -> bytes:
    stream = io.BytesIO()
    images = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")][:frames]
    images[0].save(stream, "WEBP", lossless=True, save_all=True, append_images=images[1:])
    return stream.getvalue()


def webp_of_frames(frames: int) -> bytes:
    """An animation whose last frame is there again and again."""
    data = webp(2)
    frame = data[data.rindex(b"ANMF") :]
    whole = data + frame * (frames - 2)
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]


def webp_of(width: int, height: int) -> bytes:
    """A lossless picture that claims a size (WebP Lossless Bitstream, section 3)."""
    at = webp(1).index(b"VP8L") + 9
    flags = struct.unpack_from("<I", webp(1), at)[0] >> 28
    claimed = struct.pack("<I", width - 1 | height - 1 << 14 | flags << 28)
    return webp(1)[:at] + claimed + webp(1)[at + 4 :]


WEBP = {
    "webp, 16384 x 16384": Bomb(lambda: webp_of(16_384, 16_384), LARGE),
    "webp, 2^24 squared": Bomb(lambda: files.webp_extended(webp(1), 2**24, 2**24, b""), BROKEN),
    "webp, 1 x 65535": Bomb(lambda: files.webp_extended(webp(1), 1, 65_535, b""), BROKEN),
    "webp, 10000 frames": Bomb(lambda: webp_of_frames(10_000), SERVED),
    "webp, 100000 frames": Bomb(lambda: webp_of_frames(100_000), BROKEN),
}

# --- BMP


def bmp_of(width: int, height: int, bits: int) -> bytes:
    small = files.bmp([[1]], bits, _COLOURS if bits <= 8 else ())
    return small[:18] + struct.pack("<ii", width, height) + small[26:]


BMP = {
    "bmp, 1 bit, 30000 x 30000": Bomb(lambda: bmp_of(30_000, 30_000, 1), LARGE),
    "bmp, 2^31-1 squared": Bomb(lambda: bmp_of(2**31 - 1, 2**31 - 1, 24), LARGE),
    "bmp, 1 x 65535": Bomb(lambda: bmp_of(1, 65_535, 24), LARGE),
    "bmp, few pixels of many": Bomb(lambda: bmp_of(7000, 7000, 24), BROKEN),
    "bmp, run-length coded": Bomb(
        lambda: bmp_of(7000, 7000, 8)[:30] + struct.pack("<I", 1) + bmp_of(7000, 7000, 8)[34:], UNREAD
    ),
}

# --- TIFF

_SAME_STRIP: tiff_files.TiffTags = {273: (4, [8] * 16_384), 279: (4, [16_384] * 16_384)}


def tiff_of(width: int, height: int, **more: object) -> bytes:
    """A page of one strip that claims a size."""
    tags = {256: (4, [width]), 257: (4, [height]), 278: (4, [height]), **more.pop("tags", {})}
    return tiff_files.tiff([[0]], 1, **{"tags": tags, **more})


TIFF = {
    "tiff, 1 bit, 30000 x 30000": Bomb(
        lambda: tiff_of(30_000, 30_000, bits=1, compression=8, pack=lambda _: deflated_zeros(30_000 * 3750)), LARGE
    ),
    "tiff, 2^32-1 squared": Bomb(lambda: tiff_of(2**32 - 1, 2**32 - 1), BROKEN),
    "tiff, 1 x 65535": Bomb(lambda: tiff_of(1, 65_535, compression=8, pack=lambda _: deflated_zeros(65_535)), LARGE),
    "tiff, few pixels of many": Bomb(lambda: tiff_of(7000, 7000), BROKEN),
    "tiff, few deflated pixels of many": Bomb(lambda: tiff_of(7000, 7000, compression=8, pack=zlib.compress), BROKEN),
    "tiff, few LZW pixels of many": Bomb(
        lambda: tiff_of(7000, 7000, compression=5, pack=lambda _: b"\x80\1\1"), BROKEN
    ),
    "tiff, few packed pixels of many": Bomb(lambda: tiff_of(7000, 7000, compression=32773), BROKEN),
    "tiff, few faxed pixels of many": Bomb(lambda: tiff_of(7000, 7000, bits=1, compression=4), BROKEN),
    "tiff, few pixels of many as JPEG": Bomb(
        lambda: tiff_of(7000, 7000, compression=7, pack=lambda _: jpeg_of(7000, 7000)), BROKEN
    ),
    "tiff, tiles of 65536 x 65536": Bomb(
        lambda: tiff_files.tiff([[0]], 1, tile=(16, 16), tags={322: (4, [65_536]), 323: (4, [65_536])}), BROKEN
    ),
    "tiff, 10000 pages": Bomb(lambda: tiff_files.tiff([[0]], 1, further=[{254: (4, [2])}] * 10_000), SERVED),
    "tiff, 10000 previews": Bomb(lambda: tiff_files.tiff([[0]], 1, further=[{254: (4, [1])}] * 10_000), SERVED),
    "tiff, 20000 tags": Bomb(
        lambda: tiff_files.tiff([[0]], 1, tags={number: (3, [1]) for number in range(40_000, 60_000)}), BROKEN
    ),
    "tiff, 100000 strips": Bomb(lambda: tiff_files.tiff(np.zeros((100_000, 1)), 1, rows=1), BROKEN),
    "tiff, strips upon one another": Bomb(
        lambda: tiff_files.tiff(
            np.zeros((16_384, 1000)), 1, rows=1, compression=8, pack=lambda _: b"", tags=_SAME_STRIP
        ),
        BROKEN,
    ),
}


# --- AVIF


@cache
def av1(side: int) -> tuple[bytes, bytes]:
    stream = io.BytesIO()
    Image.new("RGB", (side, side), "gray").save(stream, "AVIF", speed=10)
    return avif_files.av1_of(stream.getvalue())


def avif_of(width: int, height: int, side: int = 64, **more: object) -> bytes:
    """A picture that claims a size, and has another."""
    stream, config = av1(side)
    return avif_files.avif(more.pop("stream", stream), config, width, height, **more)


def blank_frame(side: int) -> bytes:
    """A reduced sequence header (AV1, section 5.5.1) with sizes of 16 bits, and a frame without anything."""
    header = 0b000_1_1_00000_1111_1111 << 32 | side - 1 << 16 | side - 1
    return b"\x0a\7" + (header << 6).to_bytes(7, "big") + b"\x32\0"


def hidden_frames(count: int) -> bytes:
    """A picture whose last unit, the frame, is there again and again."""
    stream = av1(2048)[0]
    frame = stream[stream.index(b"\x32") :]
    return stream + frame * count


AVIF = {
    "avif, 30000 x 30000": Bomb(lambda: avif_of(30_000, 30_000), BROKEN),
    "avif, 16384 x 16384": Bomb(lambda: avif_of(16_384, 16_384, stream=blank_frame(16_384)), LARGE),
    "avif, 2^32-1 squared": Bomb(lambda: avif_of(2**32 - 1, 2**32 - 1), BROKEN),
    "avif, 1 x 65535": Bomb(lambda: avif_of(1, 65_535), BROKEN),
    "avif, few pixels of many": Bomb(lambda: avif_of(7000, 7000), BROKEN),
    "avif, larger inside": Bomb(lambda: avif_of(10, 10, 2048), BROKEN),
    "avif, 10000 hidden frames": Bomb(lambda: avif_of(2048, 2048, stream=hidden_frames(10_000)), BROKEN),
    "avif, 10000 frames": Bomb(
        lambda: avif_of(
            64,
            64,
            brands=b"avis\0\0\0\0avifavismif1",
            before_pixels=avif_files.box(b"moov", avif_files.box(b"trak", struct.pack(">III", 0, 1, 10_000))),
        ),
        SERVED,
    ),
    "avif, 100000 boxes": Bomb(lambda: avif_of(64, 64, before_pixels=avif_files.box(b"free") * 100_000), BROKEN),
    "avif, 4000 items": Bomb(lambda: avif_of(64, 64, items=[(b"av01", b"")] * 4000), BROKEN),
    "avif, pieces without bytes": Bomb(
        lambda: avif_of(
            64,
            64,
            in_meta=[
                avif_files.box(b"iloc", struct.pack(">IHH", 0, 0, 1000), struct.pack(">HHH", 1, 0, 65_535) * 1000)
            ],
        ),
        BROKEN,
    ),
}

BOMBS = PNG | JPEG | GIF | WEBP | BMP | TIFF | AVIF
