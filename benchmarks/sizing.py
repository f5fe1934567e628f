"""What a replica takes: memory when idle and at work, and processor time of a request; and so, how many are needed.

python -m benchmarks.sizing LIBRARY writes it to docs/operations.md. A replica is what the Compose file and the
manifests start: one process with two slots, which runs the kernels of a library, here one that `service.precompile
--into` has made, and has no Numba. Processor time is what the system counts for it, whoever else is at work.
"""

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.load import under_load
from benchmarks.machine import machine
from benchmarks.photos import jpeg
from benchmarks.servers import ROOT, Server, Service, running, wait_until_idle
from docs.generated import put_between_marks

PAGE = ROOT / "docs" / "operations.md"

SLOTS = 2
CONNECTIONS = 4
SECONDS = 20
BUSY = 0.65
"""The share of its processor that a replica is to use: what the autoscaler of deploy/kubernetes keeps to."""

REPLICA = """
import sys
from pathlib import Path
sys.modules["numba"] = sys.modules["llvmlite"] = None
from core import kernel_library
kernel_library.FOLDER = Path(sys.argv[1])
from service.__main__ import main
sys.exit(main())
"""

ROTATE = "/v1/warp?op=rotate:20"
WARPS = {
    "a thumbnail, 0.1 megapixels of 2": (2.0, "/v1/warp?op=resize:387,258"),
    "0.4 megapixels, turned": (0.4, ROTATE),
    "1 megapixel, turned": (1.0, ROTATE),
    "1 megapixel, turned, as JPEG": (1.0, f"{ROTATE}&format=jpeg"),
    "1 megapixel, bulged": (1.0, "/v1/warp?op=bulge:0.5"),
    "12 megapixels, turned": (12.0, ROTATE),
}
RATES = (10, 1000)


class Taken(NamedTuple):
    """What requests of one kind take.

    Attributes:
        seconds: of a processor, each.
        memory: bytes at the most, beyond those of an idle replica, for each of its slots.
    """

    seconds: float
    memory: float


def replica(library: Path, path: str) -> Service:
    """Give a replica to start, and what is asked of it."""
    settings = {"PORT": "{port}", "PROCESSES": "1", "WORKERS": str(SLOTS), "LOG_LEVEL": "warning"}
    return Service(
        name="Gridwarp",
        command=(sys.executable, "-c", REPLICA, str(library)),
        path=path,
        ready="/readyz",
        environment={f"GRIDWARP_{name}": value for name, value in settings.items()},
    )


def measure(server: Server, picture: Path) -> Taken:
    """Ask for the same again and again; the first second goes by unseen."""
    idle = server.resident
    under_load(server, picture, connections=CONNECTIONS, seconds=1)
    wait_until_idle([server])
    server.forget_peak()
    worked = server.worked
    load = under_load(server, picture, connections=CONNECTIONS, seconds=SECONDS)
    return Taken((server.worked - worked) / load.requests, (server.peak - idle) / SLOTS)


def figures(idle: int, measured: dict[str, Taken]) -> Iterator[str]:
    """Write what was measured."""
    found = machine()
    yield f"An idle replica takes {idle / 2**20:.0f} MiB. At work, on {found['processor']}, {found['cores']} cores:"
    yield ""
    yield "| a JPEG photograph, to a PNG | processor time of each | a second and core | memory of each |"
    yield "|---|---|---|---|"
    for name, (seconds, memory) in measured.items():
        yield f"| {name} | {seconds * 1000:.0f} ms | {1 / seconds:.0f} | {memory / 2**20:.0f} MiB |"


def table(idle: int, measured: dict[str, Taken]) -> Iterator[str]:
    """Compute how many replicas are needed, and what they take."""
    yield "| pictures | " + " | ".join(f"{rate:,} a second: cores, replicas, memory" for rate in RATES) + " |"
    yield "|---|" + "---|" * len(RATES)
    for name, taken in measured.items():
        yield f"| {name} | " + " | ".join(_needed(rate, idle, taken) for rate in RATES) + " |"


def _needed(rate: int, idle: int, taken: Taken) -> str:
    cores = rate * taken.seconds / BUSY
    replicas = max(2, math.ceil(cores))
    memory = replicas * (idle + SLOTS * taken.memory)
    return f"{cores:,.1f}, {replicas:,}, {memory / 2**30:,.1f} GiB"


def main() -> None:
    """Measure, each kind with a replica of its own, and write the page."""
    library, measured, idle = Path(sys.argv[1]).resolve(), {}, 0
    with TemporaryDirectory() as folder:
        for name, (megapixels, path) in WARPS.items():
            picture = Path(folder) / f"{megapixels}.jpg"
            picture.write_bytes(jpeg(megapixels))
            with running(replica(library, path), Path(folder) / "log") as server:
                wait_until_idle([server])
                idle = server.resident
                measured[name] = measure(server, picture)
                print(name, measured[name])
    lines = [*figures(idle, measured), "", *table(idle, measured)]
    print("\n".join(lines))
    put_between_marks(PAGE, "sizing", "\n".join(lines))


if __name__ == "__main__":
    main()
