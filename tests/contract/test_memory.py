"""A picture four times as large takes four times the memory to hold, and no more to warp.

Measured on a fresh process for each size, with one worker, as growth over what the process has once it is warm. The
peak (VmHWM) is taken twice: from the request to the first pixels of the answer, when the picture has been decoded, and,
counted anew, from there to the end, when it is warped and encoded. What a decoder takes by itself is measured beside
it, in a process that does nothing else. Run with `-s` for the figures.
"""

import io
import os
import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from tests import files, pictures
from tests.contract import wire
from tests.contract.server import ROOT, running

pytestmark = pytest.mark.reliability

MEBI = 1 << 20
WIDTH, HEIGHTS = 4000, (3000, 12000)  # 12 and 48 megapixels
A_BIT_A_PIXEL = WIDTH * (HEIGHTS[1] - HEIGHTS[0]) // 8
"""Bytes: what the larger picture would take more if only a bit of each pixel were held on the way."""

SMALL = files.png(pictures.random(256, 200), files.GRAY)
ENLARGED = "op=rotate:10&canvas={}x{}&border=wrap"
TURNED = "op=rotate:1"
ONE_PIXEL = "op=crop:0,0,1,1"

DECODE_ALONE = """
import re, sys
from pathlib import Path
from service.decode import open_picture

def memory(line):
    return int(re.search(line + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024

warm_up, data = (Path(name).read_bytes() for name in sys.argv[1:])
open_picture(warm_up).decode()
before = memory("VmRSS")
Path("/proc/self/clear_refs").write_text("5")
pixels = open_picture(data).decode()
print(memory("VmHWM") - before)
"""

# Large blocks go back to the system the moment they are freed, so that what is resident is what is in use.
HONEST = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536", "NUMPY_MADVISE_HUGEPAGE": "0"}


class Peaks(NamedTuple):
    """Growth in bytes, up to the first pixels of the answer and from there on."""

    decoding: int
    warping: int


def peaks(log, picture, query):
    with running(log, extra_environment=HONEST, workers=1) as server:
        for _ in range(3):
            assert server.warp(SMALL, ENLARGED.format(WIDTH, 500)).status_code == 200
        warm = server.memory("VmRSS")
        server.forget_peak()
        with wire.connected(server.port) as connection:
            connection.sendall(wire.request(f"/v1/warp?{query}", {"Content-Length": len(picture)}, picture))
            seen = _read_to(connection, b"IDAT")
            assert seen.startswith(b"HTTP/1.1 200 ")
            decoding = server.memory("VmHWM") - warm
            server.forget_peak()
            if b"IEND" not in seen:
                _read_to(connection, b"IEND")
            return Peaks(decoding, server.memory("VmHWM") - warm)


def _read_to(connection, mark):
    seen = tail = b""
    while mark not in tail:
        received = connection.recv(1 << 18)
        assert received, "the answer broke off"
        tail = tail[-len(mark) :] + received
        seen = seen or tail
    return seen if mark in seen else seen + tail


def tell(what, **growth):
    figures = ", ".join(f"{name} {size / MEBI:.1f} MiB" for name, size in growth.items())
    sys.stdout.write(f"\n{what}: {figures}")


@pytest.mark.timeout(240)
def test_output_of_12_and_of_48_megapixels(tmp_path):
    """From a small source: nothing but the output grows."""
    grown = []
    for height in HEIGHTS:
        found = peaks(tmp_path / "log", SMALL, ENLARGED.format(WIDTH, height))
        tell(f"output {WIDTH} x {height}", **found._asdict())
        grown.append(max(found))
    assert max(grown) - min(grown) < A_BIT_A_PIXEL


@pytest.mark.timeout(240)
def test_source_of_12_and_of_48_megapixels(tmp_path):
    """Beyond the array of the source itself; and decoding in the service takes what decoding takes anywhere."""
    beyond = []
    for height in HEIGHTS:
        picture = _ramp(WIDTH, height)
        source = WIDTH * height
        # Of one pixel, so that no strips are in the making while the rest is decoded.
        decoded = peaks(tmp_path / "log", picture, ONE_PIXEL)
        turned = peaks(tmp_path / "log", picture, TURNED)
        alone = decoder_alone(tmp_path, picture)
        tell(f"source {WIDTH} x {height}", source=source, decoder_alone=alone, decoding=decoded.decoding)
        tell("turned", **turned._asdict())
        assert alone > source
        beyond.append(max(turned) - source)
        assert decoded.decoding < alone + beyond[0]
    assert max(beyond) - min(beyond) < A_BIT_A_PIXEL


SHRUNK = {
    "along the axes": "op=scale:0.1&canvas=expand",
    "turned": "op=rotate:10&op=scale:0.1&canvas=expand",
}
STRIPS = 32 * MEBI
"""What the warp of a picture of any size may take beyond it: the arrays of a strip of 2^16 points and their taps."""


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", SHRUNK)
def test_shrinking_12_megapixels(tmp_path, name):
    """By 10: no picture of lower resolution is needed, so nothing grows with the source but itself."""
    width, height = WIDTH, HEIGHTS[0]
    found = peaks(tmp_path / "log", _ramp(width, height), SHRUNK[name])
    tell(f"{width} x {height} by 10, {name}", source=width * height, **found._asdict())
    assert max(found.warping, found.decoding - decoder_alone(tmp_path, _ramp(width, height))) < width * height + STRIPS


@pytest.mark.timeout(240)
def test_a_jpeg_that_becomes_small_is_never_large(tmp_path):
    """12 megapixels in colour are 36 MB; at a quarter of each side, a sixteenth of that."""
    width, height = WIDTH, HEIGHTS[0]
    stream = io.BytesIO()
    Image.fromarray(np.repeat(pictures.ramp(width, height), 3, axis=2)).save(stream, "JPEG")
    found = peaks(tmp_path / "log", stream.getvalue(), SHRUNK["along the axes"])
    tell(f"JPEG of {width} x {height} by 10", source=3 * width * height, **found._asdict())
    assert max(found) < 3 * width * height / 2


@pytest.mark.timeout(240)
def test_48_megapixels_far_below_their_resolution(tmp_path):
    """Reduced pictures are float32 premultiplied: of gray one byte for each pixel of the source, and a third more."""
    width, height = WIDTH, HEIGHTS[1]
    source = width * height
    near_a_horizon = f"op=matrix:40,0,0,0,{height / 100},0,0,-0.0105,1,convention=pixel&canvas=100x100"
    for query in ("op=rotate:10&op=scale:0.02&canvas=expand", near_a_horizon):
        found = peaks(tmp_path / "log", _ramp(width, height), query)
        tell(f"{width} x {height}, {query}", source=source, **found._asdict())
        assert max(found) < source + 4 / 3 * source + STRIPS


def _ramp(width, height):
    """Gray, and small as a file: its bytes do not count."""
    y, x = np.mgrid[0:height, 0:width].astype(np.uint16)
    return files.png(((3 * x + 7 * y) // 16).astype(np.uint8), files.GRAY)


def decoder_alone(folder, picture):
    (folder / "warm_up").write_bytes(SMALL)
    (folder / "picture").write_bytes(picture)
    command = [sys.executable, "-c", DECODE_ALONE, str(folder / "warm_up"), str(folder / "picture")]
    return int(
        subprocess.run(command, cwd=ROOT, env=os.environ | HONEST, capture_output=True, check=True, text=True).stdout
    )
