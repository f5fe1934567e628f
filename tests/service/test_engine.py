"""The engine is chosen once: kernels if they can be had, and the reference, which says why, if not."""

import logging
import os
import subprocess
import sys
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
    monkeypatch.setattr(subject, "kernel_modules", lambda: ("another", SAMPLE))


@pytest.fixture
def loading(monkeypatch):
    """Let the core's loading make these kernels, and give the arguments that it got."""

    def loading(*made):
        got = []

        def load_kernels(modules, places, tell):
            got.append((modules, places))
            for number, each in enumerate(made, 1):
                tell(each, number, len(made))
            return compiling.Kernels("some-processor", made)

        monkeypatch.setattr(compiling, "load_kernels", load_kernels)
        return got

    return loading


def test_kernels_that_are_there_are_loaded_in_silence(loading, tmp_path):
    got, told = loading(MADE, MADE), []
    assert engine_in_use() == REFERENCE
    assert choose_engine(str(tmp_path), told.append) == Engine("compiled", "some-processor", "loaded")
    assert engine_in_use() == Engine("compiled", "some-processor", "loaded")
    assert told == []
    [(modules, places)] = got
    assert modules == ("another", SAMPLE)
    assert places == (compiling.BESIDE_SOURCES, *cache_places(str(tmp_path)))


def test_kernels_that_are_compiled_are_told_one_by_one(loading):
    loading(MADE, MADE._replace(loaded=False), MADE._replace(name=f"{SAMPLE}.divided", loaded=False, seconds=1.26))
    told = []
    assert choose_engine("", told.append).kernels == "compiled"
    assert told == [
        "Compiling the kernels, once for each kind of processor.",
        "  2 of 3: step, 0.2 s",
        "  3 of 3: divided, 1.3 s",
    ]


@pytest.mark.parametrize(
    "error", [RuntimeError("NUMBA_DISABLE_JIT is set"), OSError("libllvmlite.so"), ValueError("x")]
)
def test_whatever_goes_wrong_leaves_the_reference_and_is_logged(monkeypatch, caplog, error):
    def load_kernels(*_):
        raise error

    monkeypatch.setattr(compiling, "load_kernels", load_kernels)
    assert choose_engine("", print) == engine_in_use() == REFERENCE
    [record] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert f"{type(error).__name__}: {error}" in record.getMessage()
    assert "the NumPy reference" in record.getMessage()


def test_no_kernels_at_all_are_a_mistake_of_the_package(loading, caplog):
    loading()
    assert choose_engine("", print) == REFERENCE
    assert "there are none" in caplog.text


def test_whoever_is_told_can_stop_it(loading):
    def stop(_):
        raise ChoiceStopped

    loading(MADE._replace(loaded=False))
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


def test_modules_with_kernels_are_found_by_their_folder(monkeypatch):
    monkeypatch.undo()
    found = subject.kernel_modules()
    files = {f"core.compiled.{path.stem}" for path in (ROOT / "core/compiled").glob("*.py")} - {
        "core.compiled.__init__"
    }
    assert set(found) == files | set(subject.SERVICE_KERNELS)


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
