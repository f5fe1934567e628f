"""What is compiled ahead is there for everybody, and for whoever looks for it under any name of a processor."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from core import compiling
from service import precompile as subject

ROOT = Path(__file__).parents[2]


@pytest.fixture
def commands(monkeypatch, tmp_path):
    """What would be run, as (target, share); a share of the target "broken" fails."""
    ran = []

    def run(command, env, **_):
        assert command[:3] == [sys.executable, "-m", "service.precompile"]
        assert env["NUMBA_CPU_NAME"] == command[3]
        ran.append((command[3], int(command[5])))
        return subprocess.CompletedProcess(command, int(command[3] == "broken" and command[5] == "2"))

    monkeypatch.setattr(subject.subprocess, "run", run)
    monkeypatch.setattr(compiling, "BESIDE_SOURCES", tmp_path)
    return ran


def test_all_that_is_shipped_is_made_in_shares(commands, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.argv", ["precompile"])
    (tmp_path / "target").mkdir(0o700)
    (tmp_path / "target" / "file").touch(0o600)
    assert subject.main() == 0
    assert sorted(commands) == sorted(itertools.product(compiling.shipped_targets(), range(subject.SHARES)))
    assert [(tmp_path / path).stat().st_mode & 0o777 for path in (".", "target", "target/file")] == [
        0o755,
        0o755,
        0o644,
    ]


def test_a_share_that_fails_is_told(commands, monkeypatch):
    monkeypatch.setattr("sys.argv", ["precompile", "broken", "whole"])
    assert subject.main() == 1
    assert len(commands) == 2 * subject.SHARES


def test_a_share_is_made_beside_the_sources(monkeypatch, capsys, tmp_path):
    made = compiling.Made("kernel", loaded=False, kept=True, seconds=2.0)
    got = []

    def prepare_kernels(modules, places, share):
        got.append((modules, places, list(range(10))[share]))
        last = made._replace(kept=len(got) == 1)
        return compiling.Prepared("some-target", 10, (made, made._replace(loaded=True), last))

    monkeypatch.setattr(compiling, "prepare_kernels", prepare_kernels)
    monkeypatch.setattr(subject, "kernel_modules", lambda: ["some.module"])
    monkeypatch.setattr("sys.argv", ["precompile", "some-target", "--share", "1"])
    assert subject.main() == 0
    assert capsys.readouterr().out == "some-target: 2 of 10 kernels compiled in 4 s\n"
    assert got == [(["some.module"], [compiling.BESIDE_SOURCES], [1, 5, 9])]
    assert subject.main() == 1  # a kernel that is not kept is of no use
