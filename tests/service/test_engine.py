"""The engine is chosen once: kernels if they can be had, and the reference, which says why, if not."""

import logging
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from core import compiling
from service import engine as subject
from service.engine import REFERENCE, ChoiceStopped, Engine, cache_places, choose_engine, engine_in_use

ROOT = Path(__file__).parents[2]
SAMPLE = "tests.core.sample_kernels.stepping"
MADE = compiling.Made(f"{SAMPLE}.step", loaded=True, kept=True, seconds=0.25)


@pytest.fixture(autouse=True)
def _sample_kernels(monkeypatch):
    """The engine's modules are the tests' own; what it is stays the same for other tests."""
    monkeypatch.setattr(subject, "_in_use", REFERENCE)
    monkeypatch.setattr(subject, "kernel_modules", lambda: ["another", SAMPLE])
    monkeypatch.setattr(subject, "run_library", lambda _: None)


@pytest.fixture
def preparing(monkeypatch):
    """Let the core make these kernels ready, and give the arguments that it got."""

    def preparing(*made):
        got = []

        def prepare_kernels(modules, places, tell, *, alone):
            got.append((modules, places))
            with alone():
                for number, each in enumerate(made, 1):
                    tell(each, number, len(made))
            return compiling.Prepared("some-processor", 100, made)

        monkeypatch.setattr(compiling, "prepare_kernels", prepare_kernels)
        return got

    return preparing


def test_kernels_that_are_there_are_loaded_in_silence(preparing, tmp_path):
    got, told = preparing(MADE, MADE), []
    assert engine_in_use() == REFERENCE
    assert choose_engine(str(tmp_path), told.append) == Engine("compiled", "some-processor", "loaded")
    assert engine_in_use() == Engine("compiled", "some-processor", "loaded")
    assert told == []
    [(modules, places)] = got
    assert modules == ["another", SAMPLE]
    assert places == (compiling.BESIDE_SOURCES, *cache_places(str(tmp_path)))


def test_a_library_that_came_with_the_service_is_all_that_is_wanted(monkeypatch, preparing):
    got, told = preparing(MADE), []
    monkeypatch.setattr(subject, "run_library", lambda modules: f"for {modules}")
    assert choose_engine("", told.append) == Engine("compiled", f"for {['another', SAMPLE]}", "loaded")
    assert got == told == []


def test_kernels_that_are_compiled_are_told_one_by_one(preparing):
    preparing(MADE._replace(loaded=False), MADE._replace(name=f"{SAMPLE}.divided", loaded=False, seconds=1.26))
    told = []
    assert choose_engine("", told.append).kernels == "compiled"
    assert told == [
        "Compiling the kernels, once for each kind of processor.",
        "  1 of 2: step, 0.2 s",
        "  2 of 2: divided, 1.3 s",
    ]


@pytest.mark.parametrize(
    "error", [RuntimeError("NUMBA_DISABLE_JIT is set"), OSError("libllvmlite.so"), ValueError("x")]
)
def test_whatever_goes_wrong_leaves_the_reference_and_is_logged(monkeypatch, caplog, error):
    def prepare_kernels(*_, **__):
        raise error

    monkeypatch.setattr(compiling, "prepare_kernels", prepare_kernels)
    assert choose_engine("", print) == engine_in_use() == REFERENCE
    [record] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert f"{type(error).__name__}: {error}" in record.getMessage()
    assert "the NumPy reference" in record.getMessage()


def test_it_is_compiled_where_other_processes_wait(preparing):
    preparing(MADE._replace(loaded=False))
    came = []

    @contextmanager
    def alone():
        came.append("in")
        yield
        came.append("out")

    choose_engine("", came.append, alone)
    assert (came[0], came[-1], len(came)) == ("in", "out", 4)


def test_whoever_is_told_can_stop_it(preparing):
    def stop(_):
        raise ChoiceStopped

    preparing(MADE._replace(loaded=False))
    with pytest.raises(ChoiceStopped):
        choose_engine("", stop)


def test_without_numba_the_reference_is_taken():
    code = """
import sys
sys.modules["numba"] = None
from service.engine import choose_engine
print(choose_engine("", print))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("; reference\n")
    assert "numba" in done.stderr


def test_modules_with_kernels_are_found_by_their_folders(monkeypatch):
    monkeypatch.undo()
    assert {"core.compiled.kernels", "service.png.compiled.filtering"} <= set(subject.kernel_modules())


def test_a_folder_for_the_cache_that_is_named_is_the_only_one(monkeypatch):
    assert cache_places("/var/cache") == [Path(f"/var/cache/gridwarp-{os.geteuid()}")]


def test_the_users_folder_comes_before_that_for_temporary_files(monkeypatch):
    own = f"gridwarp-{os.geteuid()}"
    monkeypatch.setenv("XDG_CACHE_HOME", "/home-of/cache")
    monkeypatch.setenv("TMPDIR", "/temporary")
    assert cache_places("") == [Path("/home-of/cache/gridwarp"), Path("/temporary") / own]
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("TMPDIR")
    monkeypatch.setenv("HOME", "/somebody")
    assert cache_places("") == [Path("/somebody/.cache/gridwarp"), Path("/tmp") / own]  # noqa: S108
