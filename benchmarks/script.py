"""What each benchmark does when it is run by itself."""

import argparse
from collections.abc import Callable

from benchmarks.record import Row, save
from benchmarks.tables import markdown, parted

Measure = Callable[[bool], list[Row]]
"""Measures, and gives the rows, each of which tells the `table` it belongs to; the argument is whether to be quick."""


def run_alone(name: str, measure: Measure, document: str) -> None:
    """Measure, print the tables, and leave docs alone unless asked.

    Args:
        name: of the JSON file.
        measure: what to run.
        document: what it does.
    """
    parser = argparse.ArgumentParser(description=document, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and fewer pictures")
    parser.add_argument("--save", action="store_true", help="write the figures into docs/performance too")
    asked = parser.parse_args()
    rows = measure(asked.quick)
    for table, some in parted(rows, "table").items():
        shown = [{name: value for name, value in row.items() if name != "table"} for row in some]
        print(f"{table}\n\n{markdown(shown)}\n")
    if asked.save:
        save(name, rows, quick=asked.quick)
