"""All experiments: what each is called, and how large it is in a test and for the page."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.reliability import (
    allocators,
    bombs,
    fuzzing,
    leaving,
    memory,
    overload,
    same_bytes,
    slow_clients,
    soak,
    stopping,
    uploads,
)
from tests.reliability.findings import Finding


class Experiment(NamedTuple):
    """One of them.

    Attributes:
        title: heads its figures.
        measure: runs it in a folder, at a size.
        small: the size in a test.
        large: the size for the page.
    """

    title: str
    measure: Callable[..., list[Finding]]
    small: tuple[float, ...]
    large: tuple[float, ...]


EXPERIMENTS: dict[str, Experiment] = {
    "fuzzing": Experiment("Input that nobody means", fuzzing.measure, (100, 20, 0), (2000, 1, 60)),
    "bombs": Experiment("Bombs", bombs.measure, (3,), (1,)),
    "overload": Experiment("More clients than can be served", overload.measure, (100, 3, 2), (200, 12, 4)),
    "uploads": Experiment("Very many large uploads", uploads.measure, (40,), (200,)),
    "slow_clients": Experiment("Clients that are slow on purpose", slow_clients.measure, (20,), (100,)),
    "leaving": Experiment("A client that leaves", leaving.measure, (2,), (10,)),
    "stopping": Experiment("SIGTERM under load", stopping.measure, (1,), (5,)),
    "memory": Experiment("Several large pictures at once", memory.measure, (4,), (16,)),
    "same_bytes": Experiment("The same bytes", same_bytes.measure, (3,), (50,)),
    "soak": Experiment("A long time", soak.measure, (400,), (10_000,)),
    "allocators": Experiment("Memory that is kept", allocators.measure, (8, 1), (320, 2)),
}


def run(name: str, folder: Path, *, large: bool) -> list[Finding]:
    """Run one experiment."""
    experiment = EXPERIMENTS[name]
    return experiment.measure(folder, *(experiment.large if large else experiment.small))
