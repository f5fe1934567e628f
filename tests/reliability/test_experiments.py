"""Each experiment, small: all must hold but what depends on what else the machine has to do. `-s` shows the figures."""

import sys

import pytest

from tests.reliability.experiments import EXPERIMENTS, run

pytestmark = pytest.mark.reliability


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_experiment(name, tmp_path):
    findings = run(name, tmp_path, large=False)
    sys.stdout.write("\n".join(["", *map(str, findings)]))
    assert [str(each) for each in findings if not (each.holds or each.is_time)] == []
    assert len(findings) > 1
