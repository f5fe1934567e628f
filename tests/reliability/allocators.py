"""What freed memory is kept: the service's own setting, others of glibc's, and another allocator, side by side."""

from collections import defaultdict
from collections.abc import Mapping
from ctypes.util import find_library
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.contract.server import Server, running
from tests.pictures import photo
from tests.reliability.clients import ask_all, run, warp
from tests.reliability.findings import Finding, none_of

MEBI = 1 << 20
CLIENTS = 4


def _thresholds(size: int) -> dict[str, str]:
    return {"MALLOC_MMAP_THRESHOLD_": str(size), "MALLOC_TRIM_THRESHOLD_": str(2 * size)}


OURS = "as the service sets it"
SETTINGS: dict[str, Mapping[str, str]] = {
    OURS: {},
    "with two arenas": {"MALLOC_ARENA_MAX": "2"},
    "with sixteen arenas, as many as glibc takes by itself": {"MALLOC_ARENA_MAX": "16"},
    "giving back buffers of 128 KiB and more": _thresholds(128 << 10),
    "giving back buffers of 2 MiB and more": _thresholds(2 << 20),
}
if jemalloc := find_library("jemalloc"):
    SETTINGS["with jemalloc"] = {"LD_PRELOAD": jemalloc}


class Look(NamedTuple):
    """Bytes in memory when nothing is being served, and seconds of a processor for each request before."""

    memory: int
    seconds: float


def kinds() -> list[bytes]:
    """Pictures of 0.06 to 12 megapixels, the large ones seldom."""
    small, middle, large, huge = photo(300, 200), photo(800, 500), photo(1600, 1200), photo(4000, 3000)
    usual = [
        warp(small),
        warp(middle),
        warp(middle, "op=scale:0.3&op=rotate:20&canvas=expand&format=webp"),
        warp(middle, "op=swirl:90&border=mirror&filter=bicubic"),
        warp(large, "op=rotate:5"),
        warp(large, "op=scale:0.2&canvas=expand&format=jpeg"),
    ]
    return [*usual * 6, warp(huge, "op=rotate:3"), warp(huge, "op=scale:0.1&canvas=expand")]


def measure(folder: Path, requests: int, rounds: int) -> list[Finding]:
    """Serve so many requests with each setting, and do all of that so many times."""
    seen, odd = defaultdict(list), []
    for _ in range(rounds):
        for name, environment in SETTINGS.items():
            with running(folder / "log", extra_environment=dict(environment)) as server:
                odd += _not_served(server, requests // 4)
                before = server.worked
                odd += _not_served(server, requests)
                seen[name].append(Look(server.memory("VmRSS"), (server.worked - before) / requests))
    return [none_of("requests not served", odd)] + [
        Finding(
            f"{name}: memory kept, and processor time of a request",
            f"{median(look.memory for look in looks) / MEBI:.0f} MiB, "
            f"{1000 * median(look.seconds for look in looks):.1f} ms",
            "told only",
            holds=True,
        )
        for name, looks in seen.items()
    ]


def _not_served(server: Server, requests: int) -> list[int]:
    """Ask so many, and give the statuses of those that were not served."""
    seen = run(partial(ask_all, server.port, islice(cycle(kinds()), requests), clients=CLIENTS))
    return [each.status for each in seen if each.status != 200 or not each.whole]
