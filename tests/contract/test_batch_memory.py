"""A batch of 32 pictures of 12 megapixels takes the memory of about two of them, whatever their number.

Measured on a fresh process, as growth of its peak (VmHWM) over what it has once it is warm; blocks that are freed go
back to the system at once, so that the peak is what was in use. Run with `-s` for the figures.
"""

import io

import numpy as np
import pytest
from PIL import Image

from tests.contract import wire
from tests.contract.server import running
from tests.contract.test_memory import HONEST, MEBI, SMALL, decoder_alone, tell

pytestmark = pytest.mark.reliability

WIDTH, HEIGHT, COUNT = 4000, 3000, 32
STRIPS = 24 * MEBI
"""What warping and encoding take beside the pictures: strips, and a grid that pictures share."""


def _jpeg():
    """RGB, asymmetric, and small as a file."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.uint16)
    planes = [(3 * x + 7 * y) // 128, (5 * x + 2 * y) // 96, (x + 4 * y) // 64]
    file = io.BytesIO()
    Image.fromarray(np.stack(planes, axis=-1).astype(np.uint8)).save(file, "JPEG", quality=60)
    return file.getvalue()


def _peak(log, picture, count, query):
    body = wire.form(*[wire.file_part("image", picture, "p.jpg")] * count)
    with running(log, extra_environment=HONEST, workers=1) as server:
        for _ in range(3):
            assert server.warp(SMALL, f"op=rotate:10&canvas={WIDTH}x500&border=wrap").status_code == 200
        warm = server.memory("VmRSS")
        server.forget_peak()
        with wire.connected(server.port) as connection:
            headers = {"Content-Type": wire.FORM, "Content-Length": len(body)}
            connection.sendall(wire.request(f"/v1/warp?{query}", headers, body))
            pictures, tail = 0, b""
            while received := connection.recv(1 << 18):
                pictures += (tail + received).count(b"IEND") - tail.count(b"IEND")
                tail = received[-3:]
                if b'"failed": 0' in received:
                    break
        assert pictures == count
        return server.memory("VmHWM") - warm, len(body)


@pytest.mark.timeout(240)
def test_a_batch_of_32_pictures_of_12_megapixels(tmp_path):
    """At most one picture is warped and one decoded; so a batch takes what decoding takes anywhere, and one more."""
    picture = _jpeg()
    source = WIDTH * HEIGHT * 3
    alone = decoder_alone(tmp_path, picture)
    grown, body = _peak(tmp_path / "log", picture, COUNT, "op=flip:both")
    tell(f"{COUNT} pictures of 12 MP", source=source, decoder_alone=alone, body=body, batch=grown)
    assert grown < alone + source + 2 * body + STRIPS
