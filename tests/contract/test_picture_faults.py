"""422: pictures that are broken or too large, in bytes, in pixels or on the way out."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from tests import files, pictures
from tests.contract import wire
from tests.contract.conftest import SMALL_LIMITS
from tests.contract.wire import check_problem

MEBI = 1 << 20
PNG_RGB = files.png(pictures.random(40, 30, 3), files.RGB)


def encoded(format, **options):
    file = io.BytesIO()
    Image.fromarray(pictures.random(40, 30, 3)).save(file, format, **options)
    return file.getvalue()


def png_of(width, height, depth=8, colour_type=files.RGB):
    """A header that claims a size, and hardly any pixels."""
    return b"".join(
        [
            files.PNG_SIGNATURE,
            files.ihdr(width, height, depth, colour_type),
            files.chunk(b"IDAT", b"x\x9c\x03\0\0\0\0\x01"),
            files.chunk(b"IEND", b""),
        ]
    )


WHOLE = {
    "PNG": PNG_RGB,
    "JPEG": encoded("JPEG"),
    "progressive JPEG": encoded("JPEG", progressive=True),
    "WebP": encoded("WEBP"),
    "lossless WebP": encoded("WEBP", lossless=True),
    "GIF": files.gif([np.arange(1200).reshape(30, 40) % 251], [(i, i, i) for i in range(256)]),
    "BMP": files.bmp(np.arange(1200).reshape(30, 40), 24),
}


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.97])
@pytest.mark.parametrize("name", WHOLE)
def test_picture_that_breaks_off(server, name, share):
    whole = WHOLE[name]
    assert server.warp(whole, "op=identity").status_code == 200
    check_problem(server.warp(whole[: int(len(whole) * share)], "op=identity"), 422, "undecodable-image")


def flipped(data, position):
    """One bit is wrong."""
    return data[:position] + bytes([data[position] ^ 0x10]) + data[position + 1 :]


IDAT_AT = PNG_RGB.index(b"IDAT")
BROKEN = {
    "header's checksum": flipped(PNG_RGB, 30),
    "pixels": flipped(PNG_RGB, IDAT_AT + 500),
    "pixels' checksum": flipped(PNG_RGB, PNG_RGB.index(b"IEND") - 6),
    "signature only": files.PNG_SIGNATURE,
    "no pixels": files.PNG_SIGNATURE + files.ihdr(4, 4, 8, files.RGB) + files.chunk(b"IEND", b""),
    "width 0": png_of(0, 5),
    "depth 3": png_of(5, 5, depth=3),
    "colour type 5": png_of(5, 5, colour_type=5),
    "too few pixels": png_of(50, 50),
    "palette without colours": png_of(50, 50, colour_type=files.PALETTE),
    "JPEG of a marker": b"\xff\xd8\xff\xe0",
    "GIF of a header": b"GIF89a" + bytes(7),
    "BMP of a header": b"BM" + bytes(52),
    "WebP of a header": b"RIFF\x10\0\0\0WEBPVP8 " + bytes(10),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_broken_picture(server, data):
    check_problem(server.warp(data, "op=identity"), 422, "undecodable-image")


@pytest.mark.parametrize(
    "data",
    [png_of(60_000, 60_000), png_of(60_000, 60_000, 1, files.GRAY), png_of(60_000, 60_000, 16, files.RGBA)],
    ids=["RGB", "1 bit", "RGBA of 16 bits"],
)
def test_header_that_claims_3600_megapixels(server, picture_png, data):
    server.warp(picture_png, "op=identity")
    server.forget_peak()
    before, worked = server.memory("VmHWM"), server.worked
    for _ in range(10):
        problem = check_problem(server.warp(data, "op=identity"), 422, "image-too-large")
    assert server.worked - worked < 1  # second
    assert server.memory("VmHWM") - before < 4 * MEBI
    assert "60000" in problem["detail"]
    assert "at most 16384 are allowed (GRIDWARP_MAX_SIDE)" in problem["detail"]


def test_sizes_beyond_what_png_knows(server):
    for width, height in ((2**31, 1), (2**32 - 1, 2**32 - 1)):
        answer = server.warp(png_of(width, height), "op=identity")
        assert answer.status_code == 422
        check_problem(answer, 422, answer.json()["code"])


def test_limits_of_the_source(small_server):
    pixels, side = SMALL_LIMITS["max_source_pixels"], SMALL_LIMITS["max_side"]
    at_limit = files.png(np.zeros((50, pixels // 50)), files.GRAY)
    assert small_server.warp(at_limit, "op=identity").status_code == 200
    too_many = small_server.warp(png_of(pixels // 50, 51), "op=identity")
    problem = check_problem(too_many, 422, "image-too-large")
    assert f"the source has 5100 pixels; at most {pixels} are allowed (GRIDWARP_MAX_SOURCE_PIXELS)" in problem["detail"]
    assert small_server.warp(files.png(np.zeros((2, side)), files.GRAY), "op=identity").status_code == 200
    for width, height in ((side + 1, 2), (2, side + 1)):
        problem = check_problem(small_server.warp(png_of(width, height), "op=identity"), 422, "image-too-large")
        assert f"{side + 1} pixels; at most {side} are allowed (GRIDWARP_MAX_SIDE)" in problem["detail"]


def test_limits_of_the_output(small_server, picture_png):
    pixels, side = SMALL_LIMITS["max_output_pixels"], SMALL_LIMITS["max_side"]
    assert small_server.warp(picture_png, "op=identity&canvas=60x100").status_code == 200
    problem = check_problem(
        small_server.warp(picture_png, "op=identity&canvas=61x100"), 422, "image-too-large", "/canvas"
    )
    assert f"the output has 6100 pixels; at most {pixels} are allowed (GRIDWARP_MAX_OUTPUT_PIXELS)" in problem["detail"]
    assert small_server.warp(picture_png, f"op=identity&canvas={side}x2").status_code == 200
    problem = check_problem(
        small_server.warp(picture_png, f"op=identity&canvas=2x{side + 1}"), 422, "image-too-large", "/canvas"
    )
    assert f"{side + 1} pixels; at most {side} are allowed (GRIDWARP_MAX_SIDE)" in problem["detail"]
    expanded = small_server.warp(picture_png, "op=scale:10&canvas=expand")
    assert f"has {130 * 170} pixels" in check_problem(expanded, 422, "image-too-large", "/canvas")["detail"]


@pytest.mark.parametrize("query", ["op=scale:1e6&canvas=expand", "op=identity&canvas=999999x999999"])
def test_output_as_large_as_can_be_asked_for_takes_no_memory(server, picture_png, query):
    server.warp(picture_png, "op=identity")
    server.forget_peak()
    before = server.memory("VmHWM")
    check_problem(server.warp(picture_png, query), 422, "image-too-large", "/canvas")
    assert server.memory("VmHWM") - before < 4 * MEBI


def test_text_chunk_that_inflates_without_end(server):
    """64 MiB of one letter in 64 KiB."""
    bomb = files.png([[1, 2, 3]], files.GRAY, before=[files.ztxt(b"Comment", b"a" * (64 * MEBI))])
    server.forget_peak()
    before = server.memory("VmHWM")
    answer = server.warp(bomb, "op=identity")
    assert answer.status_code in {200, 422}
    assert server.memory("VmHWM") - before < 16 * MEBI


def test_pixels_that_inflate_without_end(server):
    """More pixels than the header says are cut off, not inflated."""
    rows = files.chunk(b"IDAT", zlib.compress(bytes(64 * MEBI), 9))
    bomb = files.PNG_SIGNATURE + files.ihdr(4, 4, 8, files.GRAY) + rows + files.chunk(b"IEND", b"")
    server.forget_peak()
    before = server.memory("VmHWM")
    assert server.warp(bomb, "op=identity").status_code in {200, 422}
    assert server.memory("VmHWM") - before < 8 * MEBI


def test_one_bad_picture_leaves_its_connection_usable(server, picture_png):
    with wire.connected(server.port) as connection:
        for data, status in ((b"nothing", 415), (PNG_RGB[:-50], 422), (picture_png, 200), (b"", 400)):
            connection.sendall(wire.request("/v1/warp?op=identity", {"Content-Length": len(data)}, data))
            assert wire.read_answer(connection).status == status


def test_samples_of_16_bits_that_are_read_as_8_are_said_to_be(server):
    samples = pictures.random(5, 4, 3, np.uint16)
    answer = server.warp(files.png(samples, files.RGB, 16), "op=identity")
    assert answer.headers["warp-source-depth"] == "16;reduced"
    (header,) = (content for kind, content in wire.png_chunks(answer.content) if kind == b"IHDR")
    assert struct.unpack(">IIB", header[:9]) == (5, 4, 8)
    gray = server.warp(files.png(samples[..., 0], files.GRAY, 16), "op=identity")
    assert "warp-source-depth" not in gray.headers
