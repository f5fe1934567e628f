"""Figures on file: docs/performance/NAME.json, with the machine that they come from."""

import json
from pathlib import Path
from typing import Any

from benchmarks.machine import machine, versions

FOLDER = Path(__file__).parents[1] / "docs" / "performance"

Row = dict[str, Any]
"""Figures by name. `ahead` is always how many times as fast (or as small) as the `peer` we are: below 1 we lose."""

Record = dict[str, Any]
"""A file: `quick`, `machine`, `versions`, `rows`."""


def save(name: str, rows: list[Row], *, quick: bool, folder: Path = FOLDER) -> None:
    """Write a file."""
    folder.mkdir(parents=True, exist_ok=True)
    told: Record = {"quick": quick, "machine": machine(), "versions": versions(), "rows": rows}
    (folder / f"{name}.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(name: str, folder: Path = FOLDER) -> Record:
    """Read a file of `save`."""
    told: Record = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return told
