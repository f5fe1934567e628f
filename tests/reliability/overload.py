"""Many more clients at once than can be served: the rest is told to come again, and what is served stays as much."""

import asyncio
import time
from pathlib import Path

from tests.contract.server import running
from tests.pictures import photo
from tests.reliability.clients import Seen, ask, percentile, run, statuses, warp
from tests.reliability.findings import Finding, at_most, none_of
from tests.reliability.health import watching

FEW = 6
"""Clients at once that keep both processors busy, none of whom is refused."""

QUEUE = 8


def measure(folder: Path, clients: int, seconds: float) -> list[Finding]:
    """Let few clients ask for a while, then many."""
    request = warp(photo(800, 500))
    with running(folder / "log", queue=QUEUE, retry_after=1, log_level="info", log_format="json") as server:
        run(lambda: _load(server.port, request, FEW, 2))
        best = run(lambda: _load(server.port, request, FEW, seconds))
        with watching(server.port) as health:
            many = run(lambda: _load(server.port, request, clients, seconds))
    found = statuses(many)
    refused = [each for each in many if each.status == 503]
    share = found[200] / statuses(best)[200]
    return [
        none_of(
            "answers that are neither 200 nor 503", [each.status for each in many if each.status not in {200, 503}]
        ),
        none_of(
            "refusals without Retry-After", [each.headers for each in refused if "retry-after" not in each.headers]
        ),
        Finding("refusals", str(found[503]), "some", bool(refused)),
        at_most("time of a refusal, 99 of 100", 1e3 * percentile([each.seconds for each in refused], 0.99), 1000, "ms"),
        at_most("slowest answer of /livez meanwhile", 1e3 * max(health.seconds), 100, "ms"),
        none_of("other answers of /livez than 200", [status for status in health.statuses if status != 200]),
        Finding(
            f"served with {clients} clients, of what {FEW} are served",
            f"{share:.1%} ({found[200] / seconds:.1f} of {statuses(best)[200] / seconds:.1f} a second)",
            "at least 90 %",
            share >= 0.9,
        ),
    ]


async def _load(port: int, request: bytes, clients: int, seconds: float) -> list[Seen]:
    """Have clients ask again and again, each waiting as it is told."""
    end = time.monotonic() + seconds
    seen: list[Seen] = []

    async def client() -> None:
        while time.monotonic() < end:
            answer = await ask(port, request)
            if time.monotonic() < end or not answer.whole:
                seen.append(answer)
            if answer.status == 503:
                await asyncio.sleep(float(answer.headers.get("retry-after", 0)))

    await asyncio.gather(*(client() for _ in range(clients)))
    return seen
