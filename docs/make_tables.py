"""The tables of docs/operations.md that say what the code says: settings and metrics. `python -m docs.make_tables`."""

from __future__ import annotations

from pathlib import Path

from docs.generated import put_between_marks
from service.instruments import INSTRUMENTS, Instrument
from service.limits import NAMES
from service.settings import Settings

PAGE = Path(__file__).with_name("operations.md")

WHERE_THE_MACHINE_SAYS = {
    "processes": "processors",
    "workers": "processors",
    "picture_memory": "half of the memory",
}
"""The defaults that no number can be given for."""


def settings_table() -> str:
    """Every setting, with its default and what it means; * marks what `/v1/limits` tells."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        mark = "\\*" if name in NAMES else ""
        lines.append(f"| `GRIDWARP_{name.upper()}`{mark} | {_default(name, field.default)} | {field.description} |")
    return "\n".join(lines)


def _default(name: str, default: object) -> str:
    if name in WHERE_THE_MACHINE_SAYS:
        return WHERE_THE_MACHINE_SAYS[name]
    written = ",".join(default) if isinstance(default, tuple) else str(default)
    return f"`{written}`" if written else "none"


def metrics_table() -> str:
    """Every metric, with its labels and what it says."""
    lines = ["| metric | kind | labels | meaning |", "|---|---|---|---|"]
    return "\n".join([*lines, *map(_metric_row, INSTRUMENTS)])


def _metric_row(instrument: Instrument) -> str:
    suffix = "_total" if instrument.kind == "counter" else ""
    labels = ", ".join(f"`{label}`" for label in instrument.labels)
    return f"| `gridwarp_{instrument.name}{suffix}` | {instrument.kind} | {labels} | {instrument.help} |"


TABLES = {"settings": settings_table, "metrics": metrics_table}


def main() -> None:
    """Write them all anew."""
    for name, table in TABLES.items():
        put_between_marks(PAGE, name, table())


if __name__ == "__main__":
    main()
