"""Many more clients at once than can be served: the rest is told to come again, and what is served stays as much."""

import asyncio
import time
from pathlib import Path
from statistics import median

from tests.contract.server import running
from tests.pictures import photo
from tests.reliability.clients import Seen, ask, percentile, run, statuses, warp
from tests.reliability.findings import Finding, at_most, none_of
from tests.reliability.health import watching

FEW = 6
"""Clients at once that keep both processors busy, none of whom is refused."""

QUEUE = 8


def measure(folder: Path, clients: int, turns: int, seconds: float) -> list[Finding]:
    """Let few clients ask for a while, then many, by short turns: within ten seconds the machine changes its pace."""
    request = warp(photo(800, 500))
    many: list[Seen] = []
    shares = []
    with (
        running(folder / "log", queue=QUEUE, retry_after=1, log_level="info", log_format="json") as server,
        watching(server.port) as alive,
    ):
        run(lambda: _load(server.port, request, FEW, 2))
        for _ in range(turns):
            best = statuses(run(lambda: _load(server.port, request, FEW, seconds)))[200]
            seen = run(lambda: _load(server.port, request, clients, seconds))
            shares.append(statuses(seen)[200] / best)
            many += seen
    refused = [each for each in many if each.status == 503]
    without = [each.headers for each in refused if "retry-after" not in each.headers]
    late = percentile([each.seconds for each in refused], 0.99)
    share = median(shares)
    return [
        none_of(
            "answers that are neither 200 nor 503", [each.status for each in many if each.status not in {200, 503}]
        ),
        none_of("refusals without Retry-After", without),
        Finding("refusals", str(len(refused)), "some", bool(refused)),
        at_most("time of a refusal, 99 of 100", 1e3 * late, 1000, "ms", is_time=True),
        at_most("slowest answer of /livez meanwhile", 1e3 * max(alive.seconds), 100, "ms", is_time=True),
        none_of("other answers of /livez than 200", [status for status in alive.statuses if status != 200]),
        Finding(
            f"served with {clients} clients, of what {FEW} are served; median of {turns} turns",
            f"{share:.0%} ({', '.join(f'{each:.0%}' for each in shares)})",
            "at least 90 %",
            share >= 0.9,
            is_time=True,
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
