"""Writes docs/performance.md and its charts from the figures on file.

    python -m benchmarks.report

The words are those of `performance.template.md`; every number comes from docs/performance/*.json. Where the goals stand
on another processor comes from the files of a run there, kept in a folder below: docs/performance/PROCESSOR/*.json.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from benchmarks import averaging, core, end_to_end, grids, parts, png, scaling, services
from benchmarks.drawings import DRAWINGS
from benchmarks.goals import GOALS, Records, rows_where, standing
from benchmarks.losses import losses
from benchmarks.record import FOLDER, Record, Row, load
from benchmarks.tables import across, beside, markdown

TEMPLATE = Path(__file__).parent / "performance.template.md"
PAGE = FOLDER.parent / "performance.md"
NAMES = ("core", "grids", "averaging", "png", "parts", "end_to_end", "scaling")
NOT_MEASURED = "Not measured."
NOWHERE = "Nowhere, by the figures on file."


def read(folder: Path) -> dict[str, Record]:
    """Read the files that there are."""
    return {name: load(name, folder) for name in NAMES if (folder / f"{name}.json").is_file()}


def tables(records: Records) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Give the rows of each table of the page."""
    affine = list(rows_where(records, "core", table=core.AFFINE))
    perspective = list(rows_where(records, "core", table=core.PERSPECTIVE))
    by_size = [row for table in (core.ONE_THREAD, core.TWO_THREADS) for row in rows_where(records, "core", table=table)]
    loaded = list(rows_where(records, "end_to_end", table=end_to_end.UNDER_LOAD))
    of_goals = [row for row in loaded if row["connections"] == end_to_end.GOAL_CONNECTIONS]
    others = [row for row in loaded if row["connections"] != end_to_end.GOAL_CONNECTIONS]
    work, requests = ("picture", "filter"), ("in", "MP", "connections")
    return {
        "goals": standing(records),
        "core_ahead": across(affine, work, "ahead"),
        "core_speed": beside(affine, work, "MP/s"),
        "core_error": beside(affine, work, "largest error"),
        "perspective_ahead": across(perspective, work, "ahead"),
        "perspective_speed": beside(perspective, work, "MP/s"),
        "grids": [
            row
            for table in (grids.FROM_COEFFICIENTS, grids.COORDINATES_KEPT)
            for row in rows_where(records, "grids", table=table)
        ],
        "shared_grid": without_table(rows_where(records, "grids", table=grids.SHARED)),
        "sizes": beside(by_size, ("MP", "threads"), "MP/s"),
        "speed_up": without_table(rows_where(records, "core", table=core.SPEED_UP)),
        "averaging": without_table(rows_where(records, "averaging", table=averaging.SHRUNK)),
        "png_in_short": without_table(rows_where(records, "png", table=png.IN_SHORT)),
        "png_photos": beside(list(rows_where(records, "png", table=png.PLAIN)), ("picture",), "MP/s"),
        "png_bytes": beside(list(rows_where(records, "png", table=png.PLAIN)), ("picture",), "bytes"),
        "parts": without_table(rows_where(records, "parts", table=parts.PARTS)),
        "load_ahead": across(of_goals, requests[:2], "ahead"),
        "load_speed": beside(of_goals, requests[:2], "answers a second", services.OURS),
        "load_processor": beside(of_goals, requests[:2], "processor, ms", services.OURS),
        "connections_ahead": across(others, requests, "ahead"),
        "latency": latency(loaded),
        "alone": without_table(rows_where(records, "end_to_end", table=end_to_end.ALONE)),
        "memory": without_table(rows_where(records, "end_to_end", table=end_to_end.MEMORY)),
        "scaling": without_table(rows_where(records, "scaling", table=scaling.PER_MEGAPIXEL)),
        "losses": list(losses(records)),
    }


def elsewhere(folder: Path) -> list[dict[str, Any]]:
    """Give what was found on each of the other processors."""
    runs = [run for each in sorted(folder.iterdir()) if each.is_dir() and (run := read(each))]
    found = [(newest(run)["machine"]["processor"], _rows_of(run)) for run in runs]
    return [
        {"measure": goal.measure} | {name: goal.found(records) for name, records in found} for goal in GOALS if found
    ]


def newest(on_file: Mapping[str, Record]) -> Record:
    """Give the record of the last run."""
    return max(on_file.values(), key=lambda record: record["machine"]["day"])


def latency(loaded: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Write the median and the 99th percentile of each server in one cell."""
    joined = [row | {f"{whose} p50 and p99": _two(row, whose) for whose in ("our", "its")} for row in loaded]
    return beside(joined, ("in", "MP", "connections"), "p50 and p99", services.OURS)


def without_table(rows: Any) -> list[dict[str, Any]]:
    """Leave out the column that says which table it is."""
    return [{column: value for column, value in row.items() if column != "table"} for row in rows]


def state(read_records: Mapping[str, Record]) -> str:
    """Say it where the figures are those of a quick run."""
    quick = [name for name, record in read_records.items() if record["quick"]]
    return f"**Of a quick run, which shows little: {', '.join(quick)}.**" if quick else ""


def write(folder: Path = FOLDER, page: Path = PAGE) -> None:
    """Draw the charts and write the page."""
    on_file = read(folder)
    records = _rows_of(on_file)
    for name, drawing in DRAWINGS.items():
        if any(rows_where(records, drawing.file, table=drawing.table)):
            (folder / f"{name}.svg").write_text(drawing.draw(records), encoding="utf-8")
    of_page = tables(records) | {"elsewhere": elsewhere(folder)}
    parts = {name: markdown(rows) if rows else NOT_MEASURED for name, rows in of_page.items()}
    if not any(losses(records)):
        parts["losses"] = NOWHERE
    for name in ("machine", "versions"):
        parts[name] = markdown([{"": what, "is": told} for what, told in newest(on_file)[name].items()])
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(parts, state=state(on_file))
    page.write_text(text, encoding="utf-8")


def _rows_of(on_file: Mapping[str, Record]) -> dict[str, list[Row]]:
    return {name: record["rows"] for name, record in on_file.items()}


def _two(row: Mapping[str, Any], whose: str) -> str | None:
    middle, slow = row.get(f"{whose} p50, ms"), row.get(f"{whose} p99, ms")
    return None if middle is None or slow is None else f"{middle:.0f}, {slow:.0f}"


if __name__ == "__main__":
    write()
