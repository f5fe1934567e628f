"""What is compiled ahead is there for everybody, made by a process for each processor."""

import itertools
import subprocess
import sys

import pytest

from core import compiling
from service import precompile as subject


@pytest.fixture
def commands(monkeypatch, tmp_path):
    """What is run on three processors, as (target, share); a share of the target "broken" fails."""
    ran = []

    def run(command, env, **_):
        assert command[:4] == [sys.executable, "-m", "service.precompile", "--share"]
        assert command[5] == "3"
        ran.append((env["NUMBA_CPU_NAME"], int(command[4])))
        return subprocess.CompletedProcess(command, int(ran[-1] == ("broken", 2)))

    monkeypatch.setattr(subject.subprocess, "run", run)
    monkeypatch.setattr(subject, "usable_processors", lambda: 3)
    monkeypatch.setattr(compiling, "BESIDE_SOURCES", tmp_path)
    return ran


@pytest.mark.parametrize(
    ("arguments", "targets"),
    [
        ([], [compiling.choose_target()]),
        (["--shipped"], compiling.shipped_targets()),
        (["some", "other"], ["some", "other"]),
    ],
)
def test_each_target_is_made_in_shares(commands, monkeypatch, arguments, targets):
    monkeypatch.setattr("sys.argv", ["precompile", *arguments])
    assert subject.main() == 0
    assert sorted(commands) == sorted(itertools.product(targets, range(3)))


def test_what_is_made_can_be_read_by_everybody(commands, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.argv", ["precompile"])
    (tmp_path / "target").mkdir(0o700)
    (tmp_path / "target" / "file").touch(0o600)
    subject.main()
    assert [(tmp_path / path).stat().st_mode & 0o777 for path in (".", "target", "target/file")] == [
        0o755,
        0o755,
        0o644,
    ]


def test_a_share_that_fails_is_told(commands, monkeypatch):
    monkeypatch.setattr("sys.argv", ["precompile", "broken", "whole"])
    assert subject.main() == 1
    assert len(commands) == 6


def test_a_share_is_made_beside_the_sources(monkeypatch, capsys, tmp_path):
    made = compiling.Made("core.kernel", loaded=False, kept=True, seconds=2.04)
    got = []

    def prepare_kernels(modules, places, tell, share):
        got.append((modules, places, list(range(10))[share]))
        tell(made, 1, 2)
        tell(made._replace(loaded=True), 2, 2)
        return compiling.Prepared("some-target", 10, (made, made._replace(kept=len(got) == 1)))

    monkeypatch.setattr(compiling, "prepare_kernels", prepare_kernels)
    monkeypatch.setattr(subject, "kernel_modules", lambda: ["some.module"])
    monkeypatch.setattr("sys.argv", ["precompile", "--share", "1", "4"])
    assert subject.main() == 0
    assert capsys.readouterr().out == f"compiled for {compiling.choose_target()}, 1 of 2: kernel, 2.0 s\n"
    assert got == [(["some.module"], [compiling.BESIDE_SOURCES], [1, 5, 9])]
    assert subject.main() == 1  # a kernel that is not kept is of no use
