"""The stamp changes with every source that a module is made from, and with nothing else."""

import itertools
import os
import sys

import pytest

from core import source_stamp as subject
from core.source_stamp import source_stamp

numbers = itertools.count()

FILES = {
    "__init__.py": "from {top}.far import far\nfrom {top}.unused import SOMETHING\n",
    "kernels/__init__.py": "",
    "kernels/loops.py": "import os\nfrom {top} import far\nfrom {top}.kernels.near import NEAR\nfrom . import beside",
    "kernels/near.py": "import {top}.deep\nNEAR = 1\n",
    "kernels/beside.py": "def later():\n    from ..late import LATE\n    return LATE\n",
    "far.py": "def far(): ...\n",
    "deep.py": "from {top}.kernels import loops\n",  # a circle
    "late.py": "LATE = 1\n",
    "unused.py": "SOMETHING = 1\n",
}
PARTS = ("kernels/loops.py", "kernels/near.py", "kernels/beside.py", "far.py", "deep.py", "late.py")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of its own name each time: its folder, and the stamp of its module kernels.loops now."""
    top = f"stamped{next(numbers)}"
    for name, text in FILES.items():
        path = tmp_path / top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(top=top))
    monkeypatch.syspath_prepend(tmp_path)

    def stamp_now(*surroundings):
        for remembering in (
            subject.source_stamp,
            subject._imports,
            subject._home,
            subject._is_package,
            subject._source,
        ):
            remembering.cache_clear()
        return source_stamp(f"{top}.kernels.loops", *surroundings)

    return tmp_path / top, stamp_now


@pytest.mark.parametrize("name", PARTS)
def test_it_changes_with_each_source(package, name):
    folder, stamp_now = package
    before = stamp_now()
    (folder / name).write_text((folder / name).read_text() + "# changed\n")
    assert stamp_now() != before


@pytest.mark.parametrize("name", sorted(set(FILES) - set(PARTS)))
def test_it_does_not_change_with_what_is_not_used(package, name):
    folder, stamp_now = package
    before = stamp_now()
    (folder / name).write_text((folder / name).read_text() + "# changed\n")
    assert stamp_now() == before


def test_neither_times_nor_places_matter(package, tmp_path, monkeypatch):
    folder, stamp_now = package
    before = stamp_now()
    for path in folder.rglob("*.py"):
        os.utime(path, (1, 1))
    assert stamp_now() == before
    folder.rename(tmp_path.parent / folder.name)
    for name in [name for name in sys.modules if name.partition(".")[0] == folder.name]:
        del sys.modules[name]
    monkeypatch.syspath_prepend(tmp_path.parent)
    assert stamp_now() == before


def test_surroundings_matter(package):
    _, stamp_now = package
    assert len({stamp_now(), stamp_now("numba 1"), stamp_now("numba 2"), stamp_now("numba", "1")}) == 4


def test_what_the_sample_kernels_are_made_from():
    made_from = subject._made_from("tests.core.sample_kernels.stepping")
    assert made_from >= {
        "tests.core.sample_kernels.stepping",
        "tests.core.sample_kernels.constants",
        "core.compiling",
        "core.kernel_cache",
    }
    assert "core.warp" not in made_from
