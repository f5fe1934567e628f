"""Run the experiments at their full size and write what they find into docs/operations.md: `make reliability`."""

import argparse
import json
import platform
import sys
import tempfile
import time
from pathlib import Path

from docs.generated import put_between_marks
from service.engine import VERSION
from service.processors import usable_processors
from tests.reliability.experiments import EXPERIMENTS, run
from tests.reliability.findings import Finding

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/operations.md"
FIGURES = ROOT / "docs/reliability.json"


def main() -> int:
    """Run all, or those that are named; the others keep their figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(EXPERIMENTS))
    found = {} if not FIGURES.exists() else json.loads(FIGURES.read_text())
    names = parser.parse_args().names or list(EXPERIMENTS)
    for name in names:
        experiment, began = EXPERIMENTS[name], time.monotonic()
        sys.stdout.write(f"{experiment.title} ...\n")
        sys.stdout.flush()
        with tempfile.TemporaryDirectory() as folder:
            findings = run(name, Path(folder), large=True)
        found[name] = {"findings": findings, "seconds": round(time.monotonic() - began), "machine": machine()}
        sys.stdout.write("\n".join([*map(str, findings), ""]))
        FIGURES.write_text(json.dumps({name: found[name] for name in EXPERIMENTS if name in found}, indent=1) + "\n")
    put_between_marks(PAGE, "reliability", page_of(json.loads(FIGURES.read_text())))
    return int(not all(Finding(*each).holds for one in found.values() for each in one["findings"]))


def machine() -> str:
    """Say what the figures were found on."""
    return (
        f"{usable_processors()} processors, {platform.system()}, Python {platform.python_version()}, Gridwarp {VERSION}"
    )


def page_of(found: dict) -> str:
    """Write the figures as the page shows them."""
    lines = []
    for name, experiment in EXPERIMENTS.items():
        if name in found:
            lines += [f"### {experiment.title}", "", _first_line(experiment.measure.__module__), ""]
            lines += ["| what | found | demanded |", "|---|---|---|"]
            for each in (Finding(*one) for one in found[name]["findings"]):
                figure = each.figure if each.holds else f"**{each.figure}**"
                lines.append(f"| {each.what} | {figure} | {each.demanded} |")
            lines += ["", f"{found[name]['seconds']} s on {found[name]['machine']}.", ""]
    return "\n".join(lines)


def _first_line(module: str) -> str:
    return (sys.modules[module].__doc__ or "").splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
