"""The files of a release, as `make dist` has made them, and environments that they are installed into."""

import zipfile
from pathlib import Path

import pytest

from deploy.release import archives, sbom
from deploy.release.environment import Environment


def made(name: str) -> Path:
    if not (archives.DIST / name).is_file():
        pytest.fail(f"there is no dist/{name}: make release-check makes it first")
    return archives.DIST / name


@pytest.fixture(scope="session")
def wheel() -> Path:
    return made(archives.names()[0])


@pytest.fixture(scope="session")
def sdist() -> Path:
    return made(archives.names()[1])


@pytest.fixture(scope="session")
def bill() -> Path:
    return made(sbom.name())


@pytest.fixture(scope="session")
def locked(tmp_path_factory) -> Environment:
    """What the container holds, without Gridwarp itself."""
    environment = Environment(tmp_path_factory.mktemp("locked") / "venv")
    environment.install_the_lock()
    return environment


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
