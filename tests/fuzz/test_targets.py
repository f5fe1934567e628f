"""Damaged specs and files: they are read, or refused by one of our errors, soon and in little memory."""

import pytest

from tests.fuzz.mutants import MUTANTS
from tests.fuzz.targets import TARGETS
from tests.fuzz.trial import Trial

EXAMPLES = 1500
LEAST = {"spec": 0.2, "picture": 0.1}  # a file has to be damaged, since there are only so many sound ones


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes_are_read_or_refused(name, report):
    trial = Trial(name, name)
    trial.explore(MUTANTS[name], TARGETS[name].verdict, EXAMPLES)
    report(trial)
    assert trial.share >= LEAST[name], trial
    assert len(trial.counts) > 3, trial
