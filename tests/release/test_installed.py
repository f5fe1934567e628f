"""The wheel and the sdist, each installed where nothing else is, and started from a folder that has no sources."""

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import urllib.request
from pathlib import Path

import pytest

import core
from core.compiling import BESIDE_SOURCES
from deploy.release.environment import LOCK, Environment
from deploy.release.sources import ROOT
from deploy.release.version import project_version

# Kernels that are missing are compiled, which takes minutes.
pytestmark = [pytest.mark.release, pytest.mark.timeout(900)]

LEFT_OUT = "*-service.png.compiled.deflating-*"
KERNELS = BESIDE_SOURCES.relative_to(Path(core.__file__).parent)


def ask(environment: Environment, code: str, folder: Path) -> str:
    command = [environment.python, "-c", code]
    return subprocess.run(command, cwd=folder, env=clean(), capture_output=True, text=True, check=True).stdout.strip()


def clean() -> dict[str, str]:
    """Nothing in the variables leads to the sources, or says how to serve."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("GRIDWARP_", "PYTHON"))}


def kernels_of(environment: Environment, folder: Path) -> Path:
    return Path(ask(environment, "import core; print(core.__file__)", folder)).parent / KERNELS


def check(environment: Environment, folder: Path) -> dict[str, str]:
    """Start it, ask it for all that deploy/smoke.py asks, and stop it; what it said when it was ready."""
    assert "No broken requirements found." in environment.pip("check")
    for module in ("core", "service"):
        place = ask(environment, f"import {module}; print({module}.__file__)", folder)
        assert Path(place).is_relative_to(environment.folder), place
    command = [environment.python, "-m", "service"]
    settings = clean() | {"GRIDWARP_PORT": "0", "GRIDWARP_LOG_FORMAT": "text", "GRIDWARP_CACHE_DIR": str(folder)}
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, cwd=folder, env=settings, stdout=subprocess.PIPE, stderr=log, text=True) as run,
    ):
        try:
            said = "".join(itertools.takewhile(lambda line: line != "Ctrl-C stops it.\n", run.stdout))
            threading.Thread(target=run.stdout.read, daemon=True).start()  # what is not read would hold it up
            address = re.search(r"http://[\w.]+:\d+", said)
            assert address, f"it did not start:\n{said}\n{(folder / 'log').read_text()}"
            smoke = [environment.python, "-I", ROOT / "deploy" / "smoke.py", address[0]]
            done = subprocess.run(smoke, cwd=folder, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr + (folder / "log").read_text()
            assert told(address[0], "/version") == {"name": "gridwarp", "version": project_version()}
            ready = told(address[0], "/readyz")
            run.send_signal(signal.SIGTERM)
            assert run.wait(60) == 0, (folder / "log").read_text()
        finally:
            run.kill()
    return ready


def told(address: str, path: str) -> dict[str, str]:
    with urllib.request.urlopen(address + path, timeout=10) as answer:  # noqa: S310 -- our own service
        return json.load(answer)


@pytest.fixture(scope="module")
def kernels_of_the_wheel(tmp_path_factory) -> Path:
    """Where the wheel's own kernels are kept when it has run."""
    return tmp_path_factory.mktemp("kernels") / "kernels"


def test_the_wheel_serves(locked, wheel, tmp_path, kernels_of_the_wheel):
    """With what the container has.

    The machine code that this checkout has is put beside it: its files are named by the hashes of the sources and of
    the packages they are made with, so that none is loaded that the wheel would not make itself. Those of one module
    are left out, and the wheel has to make them; without any it would make all of them, in minutes.
    """
    locked.pip("install", "--quiet", "--no-deps", wheel)
    place = kernels_of(locked, tmp_path)
    shutil.copytree(BESIDE_SOURCES, place)
    left_out = [*place.rglob(LEFT_OUT)]
    assert left_out, f"this checkout has no machine code {LEFT_OUT}"
    for file in left_out:
        file.unlink()
    ready = check(locked, tmp_path)
    assert ready["core"] == "compiled"  # by the process that answers, or by another one that it has waited for
    assert [*place.rglob(LEFT_OUT)], "what was left out has not been compiled, or is not kept"
    shutil.copytree(place, kernels_of_the_wheel)


def test_the_sdist_serves(sdist, tmp_path, kernels_of_the_wheel):
    """Built by pip, with the packages that its own metadata ask for, of the versions that the lock has.

    The wheel's machine code fits, for the sources are the same.
    """
    assert kernels_of_the_wheel.is_dir(), "the wheel has left no kernels"
    versions = re.findall(r"^(\w\S*==.*?) \\$", LOCK.read_text(), re.MULTILINE)
    (tmp_path / "versions.txt").write_text("\n".join(versions))
    environment = Environment(tmp_path / "venv")
    environment.pip("install", "--quiet", "--constraint", tmp_path / "versions.txt", sdist)
    shutil.copytree(kernels_of_the_wheel, kernels_of(environment, tmp_path))
    ready = check(environment, tmp_path)
    assert (ready["core"], ready["kernels"]) == ("compiled", "loaded")
