"""Machine code is taken only from folders that nobody else can write to."""

import os
import subprocess
import sys

import pytest

from core.kernel_cache import KernelLocator, is_trusted, make_private
from tests.core.sample_kernels import stepping

STEP = stepping.step.function()
SOMEBODY_ELSE = 12345


@pytest.fixture
def place(tmp_path):
    """A folder as it is shipped: others may read it."""
    folder = tmp_path / "kernels"
    folder.mkdir()
    folder.chmod(0o755)
    return folder


@pytest.fixture
def folder(place):
    """The part for one target, with one file."""
    folder = place / "target"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "file").touch()
    (folder / "file").chmod(0o644)
    return folder


def test_what_others_can_only_read_is_trusted(folder):
    assert is_trusted(folder)


@pytest.mark.parametrize("mode", [0o775, 0o757, 0o777, 0o1777])
@pytest.mark.parametrize("which", ["", "target"])
def test_a_folder_that_others_can_write_to_is_not(place, folder, which, mode):
    (place / which).chmod(mode)
    assert not is_trusted(folder)


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_nor_one_with_a_file_that_others_can_write_to(folder, mode):
    (folder / "file").chmod(mode)
    assert not is_trusted(folder)


def test_files_that_another_process_removes_meanwhile_do_not_matter(folder):
    """As it does when it compiles anew, with all who start after it waiting for a folder they trust."""
    names = [folder / f"passing {number}" for number in range(50)]
    come_and_go = f"""
from pathlib import Path
while True:
    for name in {[str(name) for name in names]!r}:
        Path(name).touch(0o644)
    for name in {[str(name) for name in names]!r}:
        Path(name).unlink()
"""
    with subprocess.Popen([sys.executable, "-c", come_and_go]) as other:
        try:
            while not names[-1].exists():
                assert other.poll() is None
            assert all(is_trusted(folder) for _ in range(300))
        finally:
            other.kill()


def test_a_file_that_others_could_write_to_if_they_could_reach_it_is_trusted(place, folder):
    (folder / "file").chmod(0o666)  # as under a generous umask
    place.chmod(0o700)
    assert is_trusted(folder)
    place.chmod(0o755)
    folder.chmod(0o700)
    assert is_trusted(folder)


def test_what_belongs_to_somebody_else_is_not_trusted(place, folder, monkeypatch):
    if os.geteuid() == 0:
        for path in (place, folder, folder / "file"):
            os.chown(path, SOMEBODY_ELSE, -1)
            assert not is_trusted(folder)
            os.chown(path, 0, -1)
        assert is_trusted(folder)
    else:
        monkeypatch.setattr("os.geteuid", lambda: SOMEBODY_ELSE)
        assert not is_trusted(folder)


def test_what_belongs_to_root_is_trusted_by_everybody(place, folder, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: SOMEBODY_ELSE)
    assert is_trusted(folder) == (folder.stat().st_uid == 0)


def test_a_symlink_is_not_trusted(place, folder):
    (place / "link").symlink_to(folder)
    assert not is_trusted(place / "link")
    (folder / "file").unlink()
    (folder / "file").symlink_to(sys.executable)
    assert not is_trusted(folder)


def test_a_folder_that_is_not_there_is_not_trusted(tmp_path):
    assert not is_trusted(tmp_path / "kernels" / "target")


def test_a_private_folder_is_closed_to_others_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        assert make_private(tmp_path / "some" / "where")
    finally:
        os.umask(before)
    assert (tmp_path / "some" / "where").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_somebody_has_made_for_us_is_refused(tmp_path):
    (tmp_path / "trap").mkdir()
    (tmp_path / "trap").chmod(0o777)
    assert not make_private(tmp_path / "trap")
    (tmp_path / "link").symlink_to(tmp_path)
    assert not make_private(tmp_path / "link")
    (tmp_path / "file").touch()
    assert not make_private(tmp_path / "file")
    assert not make_private(tmp_path / "file" / "folder")


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Two empty folders that the locator looks into, for a target of its own."""
    places = [tmp_path / "first", tmp_path / "second"]
    monkeypatch.setattr(KernelLocator, "places", places)
    monkeypatch.setattr(KernelLocator, "target", "some-target")
    return places


def locate():
    return KernelLocator.from_function(STEP, STEP.__code__.co_filename)


def put_file_of(locator):
    name = f"stepping.step-{locator.get_disambiguator()}.py313.nbi"
    locator._folder.joinpath(name).touch()
    return name


def test_new_files_go_to_the_first_place_that_takes_them(places):
    assert locate().get_cache_path().startswith(str(places[0]))
    places[0].rename(places[0].parent / "away")
    places[0].touch()  # a file: no folder can be made there
    assert locate().get_cache_path().startswith(str(places[1]))
    places[1].rename(places[1].parent / "too")
    places[1].touch()
    assert locate() is None


def test_files_are_found_where_they_are(places):
    shipped = locate()
    KernelLocator.places = places[::-1]
    assert locate().get_cache_path() != shipped.get_cache_path()
    put_file_of(shipped)
    assert locate().get_cache_path() == shipped.get_cache_path()


def test_files_are_found_where_nothing_can_be_written(places, monkeypatch):
    put_file_of(locate())
    monkeypatch.setattr("os.access", lambda *_: False)
    assert locate().get_cache_path().startswith(str(places[0]))
    KernelLocator.target = "other-target"
    assert locate() is None


def test_files_that_others_can_write_to_are_not_found(places):
    put_file_of(locate())
    places[0].chmod(0o777)
    assert locate().get_cache_path().startswith(str(places[1]))


def test_files_of_another_version_are_not_found_and_make_room_for_the_new_ones(places, monkeypatch):
    old = locate()
    old_stamp, old_name, others = (
        old.get_source_stamp(),
        put_file_of(old),
        "stepping.step-elsewhere.stepping-0123.py313.nbi",
    )
    (old._folder / others).touch()
    monkeypatch.setattr("core.kernel_cache._versions", lambda: ("next",))
    new = locate()
    assert new.get_source_stamp() != old_stamp
    new_name = put_file_of(new)
    new.ensure_cache_path()
    assert {path.name for path in new._folder.iterdir()} == {new_name, others}
    assert not any(path.name == old_name for path in new._folder.iterdir())
