"""How busy each process is, in a table that all of them share: the parent reads it whenever a connection comes."""

from __future__ import annotations

from typing import NamedTuple

from service.shared_table import SharedTable


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
    """The table.

    Attributes:
        file: its number, for the children.
        rows: how many there are.
    """

    def __init__(self, table: SharedTable) -> None:
        self.file = table.file
        self.rows = table.rows
        self._table = table

    @classmethod
    def make(cls, rows: int) -> Loads:
        """Make a table of zeros."""
        return cls(SharedTable.make(rows, len(Load._fields), "Q"))

    @classmethod
    def open(cls, file: int, rows: int) -> Loads:
        """Look at another process's table."""
        return cls(SharedTable(file, rows, len(Load._fields), "Q"))

    def __getitem__(self, row: int) -> Load:
        return Load(*self._table.row(row))

    def __setitem__(self, row: int, load: Load) -> None:
        numbers = self._table.row(row)
        # The last first: who reads in between may count a new connection twice, but never misses it.
        for column in reversed(range(len(load))):
            numbers[column] = load[column]
