"""Several large pictures at once: the service takes no more memory than its settings say."""

from functools import partial
from pathlib import Path

from tests.contract.server import running
from tests.pictures import photo
from tests.reliability.clients import ask_all, run, statuses, warp
from tests.reliability.findings import Finding, at_most, none_of
from tests.reliability.peak import peak_of

MEBI = 1 << 20
PICTURES = 1024 * MEBI

BESIDE = 160 * MEBI
"""For what is not whole pictures, in all processes: strips being made, answers on their way, and what is kept free."""

QUERIES = {
    "PNG": "op=rotate:3",
    "WebP": "op=rotate:3&format=webp",
    "JPEG, shrunk": "op=rotate:3&op=scale:0.05&canvas=expand&format=jpeg",
}


def measure(folder: Path, clients: int) -> list[Finding]:
    """Let clients ask for pictures of 12 megapixels, all at once, with more slots than there is memory for."""
    request = {name: warp(photo(4000, 3000), query) for name, query in QUERIES.items()}
    small = warp(photo(800, 500))
    findings = []
    with running(folder / "log", workers=8, picture_memory=PICTURES, queue=100, queue_work=10**12) as server:
        run(partial(ask_all, server.port, [small] * 8, clients=8))
        before = server.memory("VmRSS")
        for name, asked in request.items():
            with peak_of(server) as peak:
                seen = run(partial(ask_all, server.port, [asked] * clients, clients=clients))
            sent = len(asked) * clients
            odd = [status for status in statuses(seen) if status != 200]
            findings += [
                none_of(f"{clients} pictures of 12 megapixels to {name}, not served", odd),
                at_most(
                    f"growth of the memory meanwhile, beside {sent / MEBI:.0f} MiB of uploads",
                    (max(peak) - before - 2 * sent) / MEBI,
                    (PICTURES + BESIDE) / MEBI,
                    "MiB",
                ),
            ]
    return findings
