"""How busy each process is: a table in memory that all of them share, a row a process, written by it alone.

The parent reads it whenever a connection comes. Nobody is woken by a change, and nobody waits.
"""

import mmap
import os
import tempfile
from typing import NamedTuple

COLUMNS = 3
BYTES = 8  # of a number; one of this size is never seen half written


class Load(NamedTuple):
    """What a process tells of itself.

    Attributes:
        taken: connections that it ever took.
        connections: that it has.
        requests: that it is at.
    """

    taken: int = 0
    connections: int = 0
    requests: int = 0


class Loads:
    """The table. Its file is handed on to the children, who open it by its number.

    Attributes:
        file: number of the open file; it has no name, and goes with the last process.
        rows: how many there are.
    """

    def __init__(self, file: int, rows: int) -> None:
        self.file = file
        self.rows = rows
        self._numbers = memoryview(mmap.mmap(file, rows * COLUMNS * BYTES)).cast("Q")

    @classmethod
    def make(cls, rows: int) -> "Loads":
        """Make a table of zeros."""
        file = _nameless_file()
        os.ftruncate(file, rows * COLUMNS * BYTES)
        return cls(file, rows)

    def __getitem__(self, row: int) -> Load:
        return Load(*self._numbers[row * COLUMNS : (row + 1) * COLUMNS])

    def __setitem__(self, row: int, load: Load) -> None:
        # The last first: who reads in between may count a new connection twice, but never misses it.
        for column in reversed(range(COLUMNS)):
            self._numbers[row * COLUMNS + column] = load[column]


def _nameless_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("gridwarp-loads")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
