"""Trials that go on for minutes, with other cases in each run."""

import secrets
import sys
import time
import traceback
from collections.abc import Callable
from typing import NamedTuple

from tests.fuzz import document, guiding
from tests.fuzz.mutants import MUTANTS
from tests.fuzz.requests import requests
from tests.fuzz.targets import TARGETS
from tests.fuzz.trial import KEPT, Trial
from tests.fuzz.watched import Watched, watching

ROUND = 500  # cases between two lines of progress
MOST_FINDINGS = 5  # of one trial


class Part(NamedTuple):
    """A part of the whole run.

    Attributes:
        share: of its time, beside those of the others.
        trial: what is tried.
        run: does it, until a time by the clock.
    """

    share: int
    trial: Trial
    run: Callable[[Trial, float], None]


def tell(text: object) -> None:
    """Write a line for whoever waits."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _fails(trial: Trial, until: float, one_round: Callable[[int], None]) -> bool:
    """Go on until the time is over or a case fails, and tell which."""
    while time.monotonic() < until:
        found = len(trial.findings)
        try:
            one_round(secrets.randbits(32))
        except Exception:
            if len(trial.findings) == found:
                raise  # no case is to blame
            tell(traceback.format_exc(limit=-2))
            return len(trial.findings) < MOST_FINDINGS
        tell(trial)
    return False


def _try_service(explore: Callable[[Watched, Trial, int], None]) -> Callable[[Trial, float], None]:
    def run(trial: Trial, until: float) -> None:
        fails = True
        while fails:  # and a service that a case has failed with is replaced
            with watching(KEPT / "service.log") as watched:
                fails = _fails(trial, until, lambda seed, watched=watched: explore(watched, trial, seed))

    return run


def _try_mutants(trial: Trial, until: float) -> None:
    mutants, verdict = MUTANTS[trial.kind], TARGETS[trial.kind].verdict
    while _fails(trial, until, lambda seed: trial.explore(mutants, verdict, 4 * ROUND, seed=seed)):
        pass


def _try_guided(trial: Trial, until: float) -> None:
    guiding.explore(trial, int(until - time.monotonic()), tell)


def parts() -> list[Part]:
    """Everything that there is to try here."""
    of_document = _try_service(lambda watched, trial, seed: document.explore(watched, trial, ROUND, seed))
    of_requests = _try_service(
        lambda watched, trial, seed: trial.explore(requests(), watched.verdict, ROUND, seed=seed)
    )
    return [
        Part(6, Trial("document", "request"), of_document),
        Part(8, Trial("requests", "request"), of_requests),
        *(Part(1, Trial(name, name), _try_mutants) for name in TARGETS),
        *(Part(4, Trial(f"{name}, guided", name), _try_guided) for name in TARGETS if guiding.POSSIBLE),
    ]
