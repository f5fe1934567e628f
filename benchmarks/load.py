"""The two clients of a server under test: wrk for many requests, and one connection that looks at the first bytes."""

import http.client
import json
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.programs import path_of
from benchmarks.servers import ROOT, Server

PATIENCE = 120  # seconds for one answer
HEADER = {"Content-Type": "application/octet-stream"}

FIRST_BYTES = 1024
"""What counts as the first of the picture: a PNG's signature and header alone, 33 bytes, show that nothing is done."""


class Load(NamedTuple):
    """What wrk saw: requests that were answered, and milliseconds from the first byte sent to the last one read."""

    requests: int
    per_second: float
    p50: float
    p99: float


class Answer(NamedTuple):
    """One answer: its body, and the seconds to its first bytes and to its last."""

    body: bytes
    first: float
    whole: float


def under_load(server: Server, picture: Path, *, connections: int, seconds: int) -> Load:
    """Post a file again and again over some connections, each of which waits for its answer before it asks anew.

    A request that is under way when the time is up does not count.

    Raises:
        RuntimeError: an answer was not 200, or a connection broke.
    """
    command = [path_of("wrk"), "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"]
    command += ["--timeout", f"{PATIENCE}s", "--script", "benchmarks/post.lua", server.url, "--", str(picture)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=seconds + PATIENCE)
    found = json.loads(done.stdout.splitlines()[-1])
    if found["failed"] or found["timeouts"]:
        raise RuntimeError(f"{server.name}, {picture.name}, {connections} connections: {found}")
    per_second = found["requests"] / found["microseconds"] * 1e6
    return Load(found["requests"], per_second, found["p50"] / 1000, found["p99"] / 1000)


def ask(server: Server, picture: bytes) -> Answer:
    """Post a picture once over a connection of its own, which is open before the clock starts.

    Raises:
        RuntimeError: the answer was not 200.
    """
    connection = http.client.HTTPConnection(*server.address, timeout=PATIENCE)
    connection.connect()
    try:
        start = time.perf_counter()
        connection.request("POST", server.path, picture, HEADER)
        response = connection.getresponse()
        beginning = response.read(FIRST_BYTES)
        first = time.perf_counter() - start
        rest = response.read()
        whole = time.perf_counter() - start
    finally:
        connection.close()
    if response.status != http.client.OK:
        raise RuntimeError(f"{server.name} answered {response.status}: {beginning!r}")
    return Answer(beginning + rest, first, whole)
