"""Generated requests, specs and files: none is answered with a fault of ours, hangs, or ends a process."""

import sys
from pathlib import Path

from tests.fuzz import damaged_files, guiding
from tests.fuzz.apart import try_document
from tests.fuzz.mutants import MUTANTS
from tests.fuzz.requests import requests
from tests.fuzz.targets import TARGETS
from tests.fuzz.trial import Trial
from tests.fuzz.watched import watching
from tests.reliability.findings import Finding, none_of

LEAST_ACCEPTED = {"document": 0.3, "requests": 0.3}


def measure(folder: Path, cases: int, every: int, guided_seconds: int) -> list[Finding]:
    """Try so many cases of each kind, files damaged at one of so many bytes, and what atheris finds in the time."""
    of_document = try_document(folder / "document.log", cases)
    of_requests, of_files = Trial("requests", "request"), Trial("damaged files", "request")
    with watching(folder / "log") as watched:
        of_requests.until_a_case_fails(lambda: of_requests.explore(requests(), watched.verdict, cases))
        of_files.until_a_case_fails(lambda: of_files.go_through(damaged_files.requests(every), watched.verdict))
    of_bytes = [_mutated(name, cases) for name in TARGETS]
    if guided_seconds and guiding.POSSIBLE:
        of_bytes += [_guided(name, guided_seconds) for name in TARGETS]
    return [finding for trial in (of_document, of_requests, of_files, *of_bytes) for finding in _findings(trial)]


def _mutated(name: str, cases: int) -> Trial:
    trial = Trial(f"{name} as bytes, mutated", name)
    trial.until_a_case_fails(lambda: trial.explore(MUTANTS[name], TARGETS[name].verdict, cases))
    return trial


def _guided(name: str, seconds: int) -> Trial:
    trial = Trial(f"{name} as bytes, guided by coverage", name)
    guiding.explore(trial, seconds, lambda told: sys.stdout.write(f"    {told}\n"))
    return trial


def _findings(trial: Trial) -> list[Finding]:
    total = trial.counts.total()
    least = LEAST_ACCEPTED.get(trial.name)
    return [
        none_of(f"{trial.name}: of {total} cases, not as they should be", [path.name for path in trial.findings]),
        Finding(
            "accepted of them",
            f"{trial.share:.0%}",
            f"at least {least:.0%}" if least else "told only",
            trial.share >= (least or 0),
        ),
    ]
