"""SIGTERM under load: whatever was accepted is finished, what comes later is told so, and the exit status is 0."""

import asyncio
import os
import signal
import time
from pathlib import Path

from tests.contract.server import running
from tests.pictures import photo
from tests.reliability.clients import Seen, ask, run
from tests.reliability.clients import warp as request_for
from tests.reliability.findings import Finding, at_most, none_of

CLIENTS = 12
GRACE = 20  # seconds


def measure(folder: Path, rounds: int) -> list[Finding]:
    """Stop services while clients ask without a pause."""
    broken: list[object] = []
    refused = served = 0
    slowest = 0.0
    statuses = []
    for number in range(rounds):
        with running(folder / f"log{number}", shutdown_grace=GRACE, queue=100) as server:
            seen, seconds = run(lambda: _load(server.port, server.pid))
            statuses.append(server.stop(told=True))
        served += sum(each.status == 200 and each.whole for each in seen)
        refused += sum(each.status == 503 for each in seen)
        broken += [each for each in seen if each.status not in {0, 200, 503} or (each.status and not each.whole)]
        slowest = max(slowest, seconds)
    return [
        none_of(f"answers that broke off, of {served} served and {refused} refused", broken),
        Finding("exit statuses", ", ".join(map(str, statuses)), "all 0", not any(statuses)),
        at_most("from SIGTERM to the last answer", slowest, GRACE, "s", ".1f"),
    ]


async def _load(port: int, pid: int) -> tuple[list[Seen], float]:
    """Ask until nobody answers any more; stop the service in between."""
    request = request_for(photo(1600, 1200))
    seen: list[Seen] = []
    gone = asyncio.Event()

    async def client() -> None:
        while not gone.is_set():
            answer = await ask(port, request)
            if answer.status or answer.body:
                seen.append(answer)
            elif told:
                gone.set()

    told = False
    clients = [asyncio.create_task(client()) for _ in range(CLIENTS)]
    await asyncio.sleep(1.5)
    told = True
    os.kill(pid, signal.SIGTERM)
    began = time.perf_counter()
    await asyncio.gather(*clients)
    return seen, time.perf_counter() - began
