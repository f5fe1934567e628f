"""Clients that keep the service busy: with work for its slot, or by reading slowly what it has made."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator

import httpx
import numpy as np

from tests import files, pictures
from tests.contract import wire
from tests.contract.server import PATIENCE, Server

# Much work, and next to no bytes: each takes seconds.
_EVEN = files.png(np.full((16, 16, 1), 77, np.uint8), files.GRAY)
_SLOW_SPEC = {
    "ops": [{"op": "rotate", "angle": 10}],
    "canvas": {"width": 16000, "height": 3000},
    "border": "wrap",
    "filter": "lanczos3",
}
_LONG_BATCH = wire.form(wire.file_part("image", _EVEN), wire.text_part("spec", json.dumps([_SLOW_SPEC] * 3)))

# 27 MB that do not shrink, from 200 KB: more than all the buffers between the server and a client that does not read.
BIG_SOURCE = files.png(pictures.random(256, 256, 3), files.RGB)
BIG = "/v1/warp?op=rotate:10&canvas=3000x3000&border=wrap&filter=nearest"


@contextlib.contextmanager
def held_slot(server: Server) -> Iterator[None]:
    """A client whose batch is worked on for so long that it always is, and reads what comes of it."""
    headers = {"Content-Length": len(_LONG_BATCH), "Content-Type": wire.FORM}
    give_up = time.monotonic() + PATIENCE
    while True:
        with wire.connected(server.port) as connection:
            connection.sendall(wire.request("/v1/warp", headers, _LONG_BATCH))
            status = connection.recv(12)
            if status == b"HTTP/1.1 200":
                yield
                return
        assert status == b"HTTP/1.1 503"  # the one before may be at its last strip
        assert time.monotonic() < give_up
        time.sleep(0.02)


@contextlib.contextmanager
def slow_reader(server: Server) -> Iterator[object]:
    """A client that has a big answer coming and does not read it."""
    with wire.connected(server.port, receive_buffer=4096) as connection:
        connection.sendall(wire.request(BIG, {"Content-Length": len(BIG_SOURCE)}, BIG_SOURCE))
        assert connection.recv(12) == b"HTTP/1.1 200"
        yield connection


def soon(send: Callable[[], httpx.Response], status: int) -> httpx.Response:
    """Ask again and again until the status comes; in between there is only 200 or 503."""
    give_up = time.monotonic() + PATIENCE
    while (answer := send()).status_code != status:
        assert answer.status_code in {200, 503}
        assert time.monotonic() < give_up
        time.sleep(0.02)
    return answer
