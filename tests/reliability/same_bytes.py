"""The same request by itself, among many, and in a batch: every answer has the same bytes."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random

from tests.contract import wire
from tests.contract.batches import MIXED, open_mixed
from tests.contract.repeated import PICTURES, QUERIES, REQUESTS
from tests.contract.server import running
from tests.reliability.clients import Seen, ask_all, run, warp
from tests.reliability.findings import Finding, none_of

CLIENTS = 32
BATCH = PICTURES * 2


def measure(folder: Path, rounds: int) -> list[Finding]:
    """Ask each request alone, then all of them so many times in any order by many clients; then have all in batches."""
    mixed = REQUESTS * rounds
    Random(1).shuffle(mixed)  # noqa: S311
    with running(folder / "log", queue=4 * CLIENTS) as server:
        alone = run(partial(ask_all, server.port, [warp(*request) for request in REQUESTS], clients=1))
        among = run(partial(ask_all, server.port, [warp(*request) for request in mixed], clients=CLIENTS))
        batches = run(partial(ask_all, server.port, list(map(_batch, QUERIES)), clients=CLIENTS))
    known = {request: seen.body for request, seen in zip(REQUESTS, alone, strict=True)}
    equal = [query for (_, query), body in known.items() if list(known.values()).count(body) > 1]
    odd = [request[1] for request, seen in zip(mixed, among, strict=True) if seen.body != known[request]]
    results = [
        (picture, query, body)
        for query, batch in zip(QUERIES, batches, strict=True)
        for picture, body in zip(BATCH, _pictures(batch), strict=True)
    ]
    odd_in_batches = [query for picture, query, body in results if body != known[picture, query]]
    return [
        none_of(f"of {len(REQUESTS)} requests, not served", [seen.status for seen in alone if not _is_served(seen)]),
        none_of("answers that are equal to that of another request", equal),
        none_of(f"of {len(mixed)} answers to {CLIENTS} clients at once, bytes other than to one", odd),
        none_of(f"of {len(results)} results in batches, bytes other than alone", odd_in_batches),
    ]


def _batch(query: str) -> bytes:
    body = wire.form(*(wire.file_part("image", picture) for picture in BATCH))
    headers = {"Content-Type": wire.FORM, "Content-Length": len(body), "Accept": MIXED}
    return wire.request(f"/v1/warp?{query}", headers, body)


def _pictures(batch: Seen) -> Sequence[bytes]:
    found = open_mixed(batch.headers["content-type"], batch.body).pictures
    return [found[index] for index in sorted(found)]


def _is_served(seen: Seen) -> bool:
    return seen.status == 200 and seen.whole
