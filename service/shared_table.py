"""A table of numbers in memory that several processes share, a row a process, written by it alone.

Nobody is woken by a change, and nobody waits. A number is never seen half written.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterator
from typing import Any

BYTES = 8  # of a number


class SharedTable:
    """The table. Its file is handed on to the children, who open it by its number.

    Attributes:
        file: number of the open file; it has no name, and goes with the last process.
        rows: how many there are.
        columns: how many numbers a row has.
    """

    def __init__(self, file: int, rows: int, columns: int, kind: str) -> None:
        """Look at a file.

        Args:
            file: its number.
            rows: how many it has.
            columns: how many numbers a row has.
            kind: of the numbers, as `struct` names it: "Q" or "d".
        """
        self.file = file
        self.rows = rows
        self.columns = columns
        shared = memoryview(mmap.mmap(file, rows * columns * BYTES))
        self._numbers: memoryview[Any] = shared.cast(kind)  # type: ignore[call-overload]

    @classmethod
    def make(cls, rows: int, columns: int, kind: str) -> SharedTable:
        """Make a table of zeros."""
        file = _nameless_file()
        os.ftruncate(file, rows * columns * BYTES)
        return cls(file, rows, columns, kind)

    def row(self, index: int) -> memoryview[Any]:
        """View a row; what is written to it is seen by all."""
        return self._numbers[index * self.columns : (index + 1) * self.columns]

    def __iter__(self) -> Iterator[memoryview[Any]]:
        return (self.row(index) for index in range(self.rows))


def _nameless_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("gridwarp")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
