"""Clients that send slowly, and clients that read slowly: they keep nobody else from being served."""

import contextlib
import time
from pathlib import Path

from tests.contract import wire
from tests.contract.holding import BIG, BIG_SOURCE
from tests.contract.server import running, wait_for
from tests.pictures import photo
from tests.reliability.clients import ask, run, warp
from tests.reliability.findings import Finding, at_most, none_of

TRIES = 20


def measure(folder: Path, clients: int) -> list[Finding]:
    """Hold so many uploads half open, then so many answers half read, and ask for pictures meanwhile."""
    request = warp(photo(800, 500))
    half = wire.request("/v1/warp?op=identity", {"Content-Length": 32 << 20}, bytes(1000))
    unread = wire.request(BIG, {"Content-Length": len(BIG_SOURCE)}, BIG_SOURCE)
    findings = []
    with running(folder / "log") as server:
        ask_often(server.port, request)
        usual, _ = ask_often(server.port, request)
        for what, sent, is_answered in (("uploads half sent", half, False), ("answers half read", unread, True)):
            with contextlib.ExitStack() as stack:
                opened = 0
                while opened < clients:
                    connection = stack.enter_context(wire.connected(server.port, receive_buffer=4096))
                    connection.sendall(sent)
                    if not is_answered or connection.recv(12) == b"HTTP/1.1 200":
                        opened += 1
                if is_answered:
                    wait_for(lambda: _metric(server, "gridwarp_slots_in_use") == 0)
                seconds, odd = ask_often(server.port, request)
                findings += [
                    none_of(f"beside {clients} {what}, of {TRIES} pictures not served", odd),
                    at_most(
                        f"beside {clients} {what}, time of a picture to what it takes by itself",
                        seconds / usual,
                        1.5,
                        "times",
                        ".2f",
                    ),
                ]
    return findings


def ask_often(port: int, request: bytes) -> tuple[float, list[int]]:
    """Give the median time of a picture, and all statuses that are not 200."""
    seconds, odd = [], []
    for _ in range(TRIES):
        seen = run(lambda: ask(port, request))
        seconds.append(seen.seconds)
        if seen.status != 200 or not seen.whole:
            odd.append(seen.status)
        time.sleep(0.01)
    return sorted(seconds)[TRIES // 2], odd


def _metric(server, name: str) -> float:
    lines = server.client.get("/metrics").text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.split("{")[0].split()[0] == name)
