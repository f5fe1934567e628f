"""What is compiled ahead is there for everybody, made by a process for each processor."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from core import compiling, object_code
from core.kernel_library import library_file
from service import precompile as subject


@pytest.fixture
def commands(monkeypatch, tmp_path):
    """What is run on three processors, as (target, work, share); a share of the target "broken" fails."""
    ran = []

    def run(command, env=None, **_):
        if command[0] == "ld":
            ran.append(("ld", *(Path(part).name for part in command if str(part).endswith(".o"))))
            command[command.index("-o") + 1].write_bytes(b"library")
            return None
        assert command[:3] == [sys.executable, "-m", "service.precompile"]
        work, *folder, share, processes = command[3:]
        assert processes == "3"
        for name in folder:
            (Path(name) / f"{share}.o").touch()
        ran.append((env["NUMBA_CPU_NAME"], work, int(share)))
        return subprocess.CompletedProcess(command, int(ran[-1][::2] == ("broken", 2)))

    monkeypatch.setattr(subject.subprocess, "run", run)
    monkeypatch.setattr(subject, "usable_processors", lambda: 3)
    monkeypatch.setattr(compiling, "BESIDE_SOURCES", tmp_path)
    monkeypatch.setattr(subject, "FOLDER", tmp_path / "libraries")
    monkeypatch.setattr(compiling, "known_targets", lambda: ("one", "other"))
    return ran


def test_kernels_for_this_machine_are_kept(commands, monkeypatch):
    monkeypatch.setattr("sys.argv", ["precompile"])
    assert subject.main() == 0
    assert sorted(commands) == [(compiling.choose_target(), "--keep", share) for share in range(3)]


@pytest.mark.parametrize("arguments", [["--shipped"], ["one", "other"]])
def test_a_library_is_made_of_the_objects_for_each_target(commands, monkeypatch, tmp_path, capsys, arguments):
    monkeypatch.setattr("sys.argv", ["precompile", *arguments])
    monkeypatch.setattr(compiling, "shipped_targets", lambda: ("one", "other"))
    assert subject.main() == 0
    for number, target in enumerate(("one", "other")):
        of_target = commands[4 * number : 4 * number + 4]
        assert sorted(of_target[:3]) == [(target, "--objects", share) for share in range(3)]
        assert of_target[3] == ("ld", "0.o", "1.o", "2.o")
    names = sorted(file.name for file in (tmp_path / "libraries").iterdir())
    assert [name.partition("-")[0] for name in names] == ["one", "other"]
    assert capsys.readouterr().out == "".join(f"{name}: 0.0 MB\n" for name in names)


def test_a_target_that_nobody_looks_for_is_refused(commands, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("sys.argv", ["precompile", "one", "native"])
    assert subject.main() == 2
    assert capsys.readouterr().err == "native: unknown target; there are one, other\n"
    assert commands == []


def test_one_for_this_machine_is_made_where_it_is_wanted(commands, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.argv", ["precompile", "--into", str(tmp_path / "here")])
    assert subject.main() == 0
    [library] = (tmp_path / "here").iterdir()
    assert library.name == library_file(compiling.choose_target(), subject.kernel_modules()).name


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


def test_a_share_that_fails_is_told_and_nothing_linked_of_the_others(commands, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.argv", ["precompile", "--shipped"])
    monkeypatch.setattr(compiling, "shipped_targets", lambda: ("broken",))
    assert subject.main() == 1
    assert len(commands) == 3
    assert not (tmp_path / "libraries").exists()


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
    monkeypatch.setattr("sys.argv", ["precompile", "--keep", "1", "4"])
    assert subject.main() == 0
    assert capsys.readouterr().out == f"compiled for {compiling.choose_target()}, 1 of 2: kernel, 2.0 s\n"
    assert got == [(["some.module"], [compiling.BESIDE_SOURCES], [1, 5, 9])]
    assert subject.main() == 1  # a kernel that is not kept is of no use


def test_a_share_of_objects_is_written(monkeypatch, tmp_path, capsys):
    kernels = [SimpleNamespace(name=f"core.kernel{number}") for number in range(10)]
    monkeypatch.setattr(compiling, "import_kernels", lambda _: kernels)
    monkeypatch.setattr(object_code, "object_code", lambda kernel: kernel.name.encode())
    monkeypatch.setattr("sys.argv", ["precompile", "--objects", str(tmp_path), "1", "4"])
    assert subject.main() == 0
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        f"core_kernel{number}.o": f"core.kernel{number}".encode() for number in (1, 5, 9)
    }
    assert f"compiled for {compiling.choose_target()}, 3 of 3: kernel9, 0.0 s" in capsys.readouterr().out
