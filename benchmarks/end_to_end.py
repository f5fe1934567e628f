"""Whole requests over HTTP: the service beside others that a good engineer would write, all on this machine.

    python -m benchmarks.end_to_end [--quick] [--save]

A JPEG or a PNG is posted, a PNG of the turned photo comes back: see `benchmarks/services.py`. All servers run for the
whole time, and are asked in turn, each when the others have ended what the last run left them. wrk opens the
connections, each of which waits for its answer before it asks again, and takes what it needs of the same processors.
Needs Debian's wrk and nodejs.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from io import BytesIO
from math import ceil
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
from PIL import Image

from benchmarks import photos
from benchmarks.load import Load, ask, under_load
from benchmarks.record import Row
from benchmarks.script import run_alone
from benchmarks.servers import Server, running, wait_until_idle
from benchmarks.services import OURS, PROCESSORS, SERVICES

FORMS: dict[str, Callable[[float], bytes]] = {"JPEG": photos.jpeg, "PNG": photos.png}
ALONE, UNDER_LOAD, MEMORY = "one request at a time", "under load", "memory of one request"
GOAL_CONNECTIONS = 4


class Effort(NamedTuple):
    """How much is measured.

    Attributes:
        connections: how many at once, by megapixels.
        seconds: a run of wrk, at least.
        rounds: of runs at GOAL_CONNECTIONS; elsewhere there is one.
        most_seconds: a run, for those that need longer for ENOUGH answers.
        memory_of: megapixels of the request whose memory is measured.
    """

    connections: Mapping[float, tuple[int, ...]]
    seconds: int
    rounds: int
    most_seconds: int
    memory_of: float = 12


FULL = Effort({0.1: (1, 4, 16), 0.4: (1, 2, 4, 16, 64), 2: (1, 2, 4, 16, 64), 12: (1, 4)}, 2, 3, 10)
QUICK = Effort({0.4: (1, 4), 2: (4,)}, 1, 1, 4, memory_of=4)
ENOUGH = 20
"""Answers in a run, if there is time."""

ASKED_ALONE = 5


class Run(NamedTuple):
    """A server under load: what wrk saw, and the milliseconds that processors worked for each answer."""

    load: Load
    processor_ms: float


def round_of(servers: list[Server], picture: Path, connections: int, seconds: Mapping[str, int]) -> dict[str, Run]:
    """Load each server for a while; those that cannot answer every connection twice in the time are left out."""
    found = {}
    for server in (each for each in servers if each.name in seconds):
        wait_until_idle(servers)
        before = server.worked
        load = under_load(server, picture, connections=connections, seconds=seconds[server.name])
        wait_until_idle([server])
        made = load.requests + connections  # those under way at the end are made, too
        found[server.name] = Run(load, 1000 * (server.worked - before) / made)
    return found


def seconds_of_a_run(alone: Mapping[str, float], connections: int, effort: Effort) -> dict[str, int]:
    """Tell how long each server is to be loaded, from what one request takes."""
    found = {}
    for name, seconds in alone.items():
        per_second = min(connections, PROCESSORS) / seconds
        if effort.most_seconds * per_second >= 2 * connections:
            needed = ceil(max(ENOUGH, 2 * connections) / per_second)
            found[name] = min(max(effort.seconds, needed), effort.most_seconds)
    return found


def loaded(
    servers: list[Server], picture: Path, alone: Mapping[str, float], connections: int, effort: Effort, told: Row
) -> Iterator[Row]:
    """Compare all with us at so many connections; `told` says of what picture."""
    seconds = seconds_of_a_run(alone, connections, effort)
    for server in servers:
        server.forget_peak()
    count = effort.rounds if connections == GOAL_CONNECTIONS else 1
    rounds = [round_of(servers, picture, connections, seconds) for _ in range(count)]
    figures = {
        server.name: {
            "answers a second": median(some[server.name].load.per_second for some in rounds),
            "processor, ms": median(some[server.name].processor_ms for some in rounds),
            "p50, ms": median(some[server.name].load.p50 for some in rounds),
            "p99, ms": median(some[server.name].load.p99 for some in rounds),
            "peak, MiB": server.peak / 2**20,
        }
        for server in servers
        if server.name in seconds
    }
    for peer in (server.name for server in servers if server.name != OURS):
        both = peer in seconds and OURS in seconds
        ahead = median(some[OURS].load.per_second / some[peer].load.per_second for some in rounds) if both else None
        yield {
            "table": UNDER_LOAD,
            **told,
            "connections": connections,
            "peer": peer,
            "ahead": ahead,
            **{f"our {name}": value for name, value in figures.get(OURS, {}).items()},
            **{f"its {name}": value for name, value in figures.get(peer, {}).items()},
        }


def asked_alone(servers: list[Server], picture: bytes, times: int, told: Row) -> list[Row]:
    """Time single requests, and how soon their answers begin."""
    wait_until_idle(servers)
    rounds = [{server.name: ask(server, picture) for server in servers} for _ in range(times)]
    return [
        {
            "table": ALONE,
            **told,
            "peer": server.name,
            "first bytes, ms": 1000 * median(some[server.name].first for some in rounds),
            "whole, ms": 1000 * median(some[server.name].whole for some in rounds),
            "share": median(some[server.name].first / some[server.name].whole for some in rounds),
            "ahead": median(some[server.name].whole / some[OURS].whole for some in rounds),
            "bytes": len(rounds[0][server.name].body),
        }
        for server in servers
    ]


def check_same_work(servers: list[Server], picture: bytes) -> None:
    """Hold the middle of each answer against ours: sharp's may lie half a pixel away, which is some levels in a photo.

    A turn the other way, or none, would be off by dozens.
    """
    seen = {server.name: _middle(ask(server, picture).body) for server in servers}
    for name, pixels in seen.items():
        difference = np.abs(pixels.astype(int) - seen[OURS]).mean()
        if difference > 8:
            sys.exit(f"{name} does other work than we: its pixels are off by {difference:.1f} levels")


def memory_of_one_request(form: str, megapixels: float, folder: Path) -> Iterator[Row]:
    """Tell what a request adds to a server that has just been started and has answered a small one."""
    small, picture = photos.jpeg(0.1), FORMS[form](megapixels)
    ours = 0.0  # of the first service
    for service in SERVICES:
        with running(service, folder / "memory.log") as server:
            ask(server, small)
            idle = server.resident
            server.forget_peak()
            ask(server, picture)
            above = server.peak - idle
        ours = ours or above
        yield {
            "table": MEMORY,
            "in": form,
            "MP": megapixels,
            "peer": service.name,
            "idle, MiB": idle / 2**20,
            "above, MiB": above / 2**20,
            "bytes a source pixel": above / photos.size_of(megapixels).pixels,
            "ahead": above / ours,
        }


def measure(quick: bool) -> list[Row]:
    """Measure all; see the module."""
    effort = QUICK if quick else FULL
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        servers = [stack.enter_context(running(service, folder / f"{service.name}.log")) for service in SERVICES]
        for form, megapixels in ((form, megapixels) for form in FORMS for megapixels in effort.connections):
            print(f"end to end: {form} of {megapixels} MP", file=sys.stderr)
            picture, told = folder / "picture", {"in": form, "MP": megapixels}
            picture.write_bytes(FORMS[form](megapixels))
            check_same_work(servers, picture.read_bytes())
            alone = asked_alone(servers, picture.read_bytes(), ASKED_ALONE if megapixels <= 2 else 3, told)
            rows += alone
            took = {row["peer"]: row["whole, ms"] / 1000 for row in alone}
            for connections in effort.connections[megapixels]:
                rows += loaded(servers, picture, took, connections, effort, told)
    with tempfile.TemporaryDirectory() as name:
        for form in FORMS:
            rows += memory_of_one_request(form, effort.memory_of, Path(name))
    return rows


def _middle(file: bytes) -> np.ndarray:
    with Image.open(BytesIO(file)) as picture:
        width, height = picture.size
        cut = picture.convert("RGB").crop((width // 4, height // 4, width - width // 4, height - height // 4))
    return np.asarray(cut)


if __name__ == "__main__":
    run_alone("end_to_end", measure, __doc__)
