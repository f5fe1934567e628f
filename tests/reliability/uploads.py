"""Very many large uploads at once: what there is no room for is refused, and the memory stays within its budget."""

import asyncio
from pathlib import Path

from tests.contract.server import running
from tests.reliability.clients import ask, run, statuses, warp
from tests.reliability.findings import Finding, at_most, none_of
from tests.reliability.health import watching
from tests.reliability.peak import peak_of

MEBI = 1 << 20
LARGEST = 32 * MEBI
BUDGET = 128 * MEBI

COPIES = 2
"""Of a body: while its pieces are put together both are there."""

REST = 96 * MEBI
"""For what is not uploads: pieces on their way through the server, connections, the refusals."""


def measure(folder: Path, uploads: int) -> list[Finding]:
    """Send bodies of the largest size that is allowed, all at once, none of which is a picture."""
    body = b"\xff\xd8\xff\xe0" + bytes(LARGEST - 4)
    with running(folder / "log", upload_budget=BUDGET) as server:
        for _ in range(4):
            run(lambda: ask(server.port, warp(body)))
        before = server.memory("VmRSS")
        with watching(server.port) as health, peak_of(server) as peak:
            seen = run(lambda: _send(server.port, warp(body), uploads))
        found = statuses(seen)
    odd = [each.status for each in seen if each.status not in {422, 503}]
    return [
        none_of(f"of {uploads} uploads of 32 MiB, answers that are neither 422 (no picture) nor 503", odd),
        Finding("read to the end", str(found[422]), "some", found[422] > 0),
        Finding("refused, with Retry-After", str(found[503]), "some", found[503] > 0),
        at_most("growth of the memory", (max(peak) - before) / MEBI, (COPIES * BUDGET + REST) / MEBI, "MiB"),
        none_of("answers of /livez other than 200", [status for status in health.statuses if status != 200]),
        Finding("slowest of them", f"{1e3 * max(health.seconds):.0f} ms", "told only", holds=True),
    ]


async def _send(port: int, request: bytes, uploads: int) -> list[object]:
    return await asyncio.gather(*(ask(port, request) for _ in range(uploads)))
