"""The wheel and the sdist: what is in them, that each can be made of the other, and that they come out the same."""

import io
import os
import subprocess
import sys
import tarfile
import time
from email.parser import BytesParser
from pathlib import Path

import pytest

from deploy.release import archives, sources
from deploy.release.sources import ROOT, committed_at, copy_to, tracked
from deploy.release.version import project_version
from tests.release.conftest import contents

pytestmark = [pytest.mark.release, pytest.mark.timeout(600)]


def of_packages() -> set[str]:
    return {name for name in tracked() if name.startswith(("core/", "service/"))}


def test_metadata_are_right(wheel, sdist):
    command = [sys.executable, "-m", "twine", "--no-color", "check", "--strict", wheel, sdist]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_wheel_holds_the_packages_and_nothing_else(wheel):
    info = f"gridwarp-{project_version()}.dist-info"
    licences = {"LICENSE", "service/pages/swagger-ui/LICENSE", "service/pages/swagger-ui/NOTICE"}
    told = {f"{info}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "top_level.txt")}
    told |= {f"{info}/licenses/{name}" for name in licences}
    found = contents(wheel)
    assert set(found) == of_packages() | told
    assert {name: found[name] for name in of_packages()} == {name: (ROOT / name).read_bytes() for name in of_packages()}
    assert any(name.startswith("service/pages/playground/") for name in found)
    assert not any("test" in Path(name).parts[0] for name in found)


def test_the_wheel_says_what_it_is(wheel):
    found = contents(wheel)
    told = BytesParser().parsebytes(found[f"gridwarp-{project_version()}.dist-info/METADATA"])
    assert told["Name"] == "gridwarp"
    assert told["Version"] == project_version()
    assert told["License-Expression"] == "MIT AND Apache-2.0"
    assert told.get_all("Classifier") == ["Private :: Do Not Upload"]


def test_the_sdist_holds_what_it_takes(sdist):
    top = f"gridwarp-{project_version()}"
    with tarfile.open(sdist) as archive:
        members = {member.name.removeprefix(f"{top}/"): member for member in archive if member.isfile()}
        told = {name: archive.extractfile(member).read() for name, member in members.items()}
    made = {name for name in told if name.startswith("gridwarp.egg-info/")} | {"PKG-INFO", "setup.cfg"}
    beside = {"LICENSE", "MANIFEST.in", "pyproject.toml", "requirements.lock"}
    beside |= {"CHANGELOG.md", "README.md", "SECURITY.md"}
    assert set(told) - made == of_packages() | beside
    assert {name: told[name] for name in set(told) - made} == {
        name: (ROOT / name).read_bytes() for name in of_packages() | beside
    }
    assert {(m.mtime, m.uid, m.gid, m.uname, m.mode) for m in members.values()} == {(committed_at(), 0, 0, "", 0o644)}


def test_the_wheel_of_the_sdist_is_that_of_the_tree(wheel, sdist, tmp_path):
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    archives.build_from(tmp_path / "unpacked" / sdist.name.removesuffix(".tar.gz"), tmp_path / "of sdist", "--wheel")
    archives.build(tmp_path / "of tree", "--wheel")
    of_sdist, of_tree = (contents(tmp_path / folder / wheel.name) for folder in ("of sdist", "of tree"))
    assert sorted(of_sdist) == sorted(of_tree)
    assert [name for name in of_tree if of_sdist[name] != of_tree[name]] == []
    assert (tmp_path / "of tree" / wheel.name).read_bytes() == wheel.read_bytes(), "dist is of other sources"


def test_they_come_out_the_same(wheel, sdist, tmp_path):
    """At another time, in another folder, and by somebody whose new files are his own."""
    tree = copy_to(tmp_path / "elsewhere")
    for path in tree.rglob("*"):
        os.utime(path, (time.time() - 1e6,) * 2)
    before = os.umask(0o077)
    try:
        archives.build_from(tree, tmp_path / "again")
    finally:
        os.umask(before)
    for first in (wheel, sdist):
        assert (tmp_path / "again" / first.name).read_bytes() == first.read_bytes(), first.name


def test_what_git_does_not_know_stays_out(tmp_path, monkeypatch):
    """Such as what an earlier build left, which setuptools would take along."""
    (tree := tmp_path / "tree").mkdir()
    for name in ("known.py", "gone.py", "stray.py"):
        (tree / name).write_text("")
    subprocess.run(["git", "init", "--quiet"], cwd=tree, check=True)
    subprocess.run(["git", "add", "known.py", "gone.py"], cwd=tree, check=True)
    (tree / "gone.py").unlink()
    monkeypatch.setattr(sources, "ROOT", tree)
    assert [path.name for path in sources.copy_to(tmp_path / "copy").iterdir()] == ["known.py"]


def test_packing_anew_forgets_who_packed():
    def packed(uid: int, when: float, names: list[str]) -> bytes:
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode="w:gz") as archive:
            for name in names:
                member = tarfile.TarInfo(name)
                member.size, member.uid, member.uname, member.mtime, member.mode = 3, uid, f"u{uid}", when, 0o600
                archive.addfile(member, io.BytesIO(b"abc"))
        return file.getvalue()

    ours, theirs = packed(1, 7.5, ["a", "b"]), packed(2, 8.5, ["b", "a"])
    assert ours != theirs
    assert archives.packed_anew(ours, 5) == archives.packed_anew(theirs, 5)
    assert archives.packed_anew(ours, 5) != archives.packed_anew(ours, 6)
