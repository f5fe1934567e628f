"""What a bomb costs a running service."""

import time
from typing import NamedTuple

from tests import files
from tests.bombs import SERVED
from tests.contract.server import Server

TRIES = 3
"""The machine may have something else to do once or twice."""


class Cost(NamedTuple):
    """What a file came to, for all of the service's processes.

    Attributes:
        status: of the answer.
        code: of its problem.
        milliseconds: until it was there.
        worked: milliseconds that processors worked for it, to ten, whatever else they had to do.
        growth: of the peak of the memory, in bytes.
    """

    status: int
    code: str
    milliseconds: float
    worked: float
    growth: int


def measure(server: Server, data: bytes) -> Cost:
    """Send a file a few times: the shortest times, and the largest growth."""
    costs = [_once(server, data) for _ in range(TRIES)]
    (kind,) = {(cost.status, cost.code) for cost in costs}
    return Cost(
        *kind,
        min(cost.milliseconds for cost in costs),
        min(cost.worked for cost in costs),
        max(cost.growth for cost in costs),
    )


def _once(server: Server, data: bytes) -> Cost:
    server.forget_peak()
    before, worked = server.memory("VmHWM"), server.worked
    start = time.perf_counter()
    answer = server.warp(data, "op=identity")
    milliseconds = 1000 * (time.perf_counter() - start)
    worked = 1000 * (server.worked - worked)
    code = answer.json()["code"] if answer.headers["content-type"] == "application/problem+json" else SERVED
    return Cost(answer.status_code, code, milliseconds, worked, server.memory("VmHWM") - before)


def warm_up(server: Server) -> None:
    """Have each process warp something: what it takes once is not what a bomb takes."""
    for _ in range(20):
        assert server.warp(files.png([[1, 2]], files.GRAY), "op=identity").status_code == 200
