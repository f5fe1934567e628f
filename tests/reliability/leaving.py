"""A client that leaves in the middle of a warp: its slot is free again when the strips are made that had been begun."""

import time
from pathlib import Path

from core import Size
from service.png import PngFormat, strip_rows
from tests import files, pictures
from tests.contract import wire
from tests.contract.server import Server, running, wait_for
from tests.reliability.findings import Finding, at_most
from tests.reliability.numbers import number

SOURCE = files.png(pictures.random(256, 256), files.GRAY)
OUTPUT = Size(8000, 6000)
LONG = f"/v1/warp?op=rotate:10&canvas={OUTPUT.width}x{OUTPUT.height}&border=wrap&filter=lanczos3"
REQUEST = wire.request(LONG, {"Content-Length": len(SOURCE)}, SOURCE)

LOOK = 0.1
"""Seconds for a look at the metrics beside the strips: two are in the making, and may take longer than others."""


def measure(folder: Path, tries: int) -> list[Finding]:
    """Leave again and again, and look at the metrics when the slot is free."""
    with running(folder / "log", workers=1, queue=0) as server:
        strip, whole = _seconds_of_a_strip(server)
        waited = []
        for _ in range(tries):
            wait_for(lambda: number(server, "requests_in_progress") == 1)  # that of who asks
            with wire.connected(server.port) as connection:
                connection.sendall(REQUEST)
                assert connection.recv(12) == b"HTTP/1.1 200"
                assert number(server, "slots_in_use") == 1
            left = time.perf_counter()
            wait_for(lambda: number(server, "slots_in_use") == 0)
            waited.append(time.perf_counter() - left)
        cut = number(server, "cut_short_total", reason="client-left")
    return [
        at_most(
            f"from a client's leaving until its slot is free; a strip takes {1e3 * strip:.0f} ms, all {whole:.1f} s",
            1e3 * max(waited),
            1e3 * (2 * strip + LOOK),
            "ms",
            is_time=True,
        ),
        Finding("such answers in the metrics", f"{cut:.0f} of {tries}", "all", cut == tries),
    ]


def _seconds_of_a_strip(server: Server) -> tuple[float, float]:
    """Give what one thread takes for a strip while others make theirs, and what the whole takes."""
    began = time.perf_counter()
    wire.exchange(server.port, REQUEST)
    whole = time.perf_counter() - began
    strips = -(-OUTPUT.height // strip_rows(PngFormat(*OUTPUT, 1, 8)))
    return sum(number(server, "stage_seconds_sum", stage=stage) for stage in ("warp", "encode")) / strips, whole
