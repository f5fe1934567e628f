"""Very many requests of all kinds: memory, open files and temporary files stay as they are."""

import json
import os
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from tests import files, pictures
from tests.contract import wire
from tests.contract.server import Server, running
from tests.pictures import photo
from tests.reliability.clients import ask_all, run, statuses, warp
from tests.reliability.findings import Finding, at_most, none_of

CLIENTS = 4
MEBI = 1 << 20
GROWTH = 0.05
"""Of the memory, from the second quarter of the requests to the last: what is learned once is learned by then."""

WARMING = 2 * CLIENTS
"""Requests of one kind, before the others: all clients ask for the same, so that memory is taken for the most demanding
kind as many times as can ever be at once. Of what is freed much is kept, so a mix that first came together by chance
some time later would look like growth."""


def kinds() -> list[bytes]:
    """One request of each kind: sizes, formats in and out, warps, batches, plans, and faults."""
    small, middle, large = photo(320, 200), photo(800, 500), photo(1600, 1200)
    png = files.png(pictures.random(300, 200, 4), files.RGBA)
    spec = json.dumps([{"ops": [{"op": "rotate", "angle": angle}]} for angle in (5, 10, 15)])
    batch = wire.form(*(wire.file_part("image", small) for _ in range(3)), wire.text_part("spec", spec))
    form = {"Content-Type": wire.FORM}
    plan = json.dumps({"spec": {"ops": [{"op": "swirl", "strength": 90}]}, "source": {"width": 800, "height": 500}})
    return [
        warp(small),
        warp(middle, "op=scale:0.3&op=rotate:20&canvas=expand"),
        warp(large, "op=scale:0.2&canvas=expand&format=jpeg"),
        warp(middle, "op=perspective:10,20,780,0,800,480,0,500&format=webp"),
        warp(png, "op=swirl:90&border=mirror&filter=bicubic"),
        warp(png, "op=rotate:90&canvas=expand"),
        warp(middle, "op=lens:-0.2,0.1&filter=lanczos3&light=linear"),
        wire.request("/v1/warp", form | {"Content-Length": len(batch)}, batch),
        wire.request("/v1/plan", {"Content-Type": "application/json", "Content-Length": len(plan)}, plan.encode()),
        warp(middle[: len(middle) // 2]),
        warp(b"no picture at all"),
        warp(small, "op=rotat:10"),
        wire.request("/livez", {}, method="GET"),
        wire.request("/metrics", {}, method="GET"),
    ]


def measure(folder: Path, requests: int) -> list[Finding]:
    """Ask, and look at the service after each twentieth of the requests."""
    temporary = folder / "tmp"
    temporary.mkdir()
    with running(folder / "log", extra_environment={"TMPDIR": str(temporary)}, log_level="info") as server:
        looks, seen = [], []
        for kind in kinds():
            seen += run(partial(ask_all, server.port, [kind] * WARMING, clients=CLIENTS))
        for _ in range(20):
            seen += run(partial(ask_all, server.port, islice(cycle(kinds()), requests // 20), clients=CLIENTS))
            looks.append(_look(server))
        left = [path.name for path in temporary.rglob("*") if path.is_file()]
    memory, opened = zip(*looks, strict=True)
    early, late = np.median(memory[5:10]), np.median(memory[15:])
    odd = [each.status for each in seen if each.status not in {200, 422, 415} or not each.whole]
    return [
        none_of(f"of {len(seen)} requests, answers other than 200, 415 and 422", odd),
        Finding(
            "served", f"{statuses(seen)[200] / len(seen):.0%}", "three quarters", statuses(seen)[200] > 0.7 * len(seen)
        ),
        at_most(
            f"growth of the memory of {early / MEBI:.0f} MiB, from the second quarter to the last",
            100 * (late / early - 1),
            100 * GROWTH,
            "%",
            ".1f",
        ),
        at_most("more open files at the end than after a quarter", opened[-1] - max(opened[3:6]), 0, ""),
        none_of("temporary files left", left),
    ]


def _look(server: Server) -> tuple[int, int]:
    """Give the memory and the number of open files, when nothing is being served."""
    opened = sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in (server.pid, *server.children))  # noqa: PTH208
    return server.memory("VmRSS"), opened
