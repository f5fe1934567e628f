"""The memory that may be used is the machine's or what the control groups allow, from fake files."""

import pytest

from service.memory_limit import usable_memory

MACHINE = 8 << 30
V2 = "proc/self/cgroup", "0::/a/b\n"
V1 = "proc/self/cgroup", "3:cpu,cpuacct:/a\n2:memory:/a\n0::/\n"


@pytest.fixture(autouse=True)
def _eight_gibibytes(monkeypatch):
    monkeypatch.setattr("os.sysconf", {"SC_PHYS_PAGES": MACHINE // 4096, "SC_PAGE_SIZE": 4096}.__getitem__)


@pytest.mark.parametrize(
    ("files", "usable"),
    [
        ([], MACHINE),
        ([V2], MACHINE),
        ([V2, ("sys/fs/cgroup/memory.max", "max\n")], MACHINE),
        ([V2, ("sys/fs/cgroup/a/b/memory.max", "536870912\n")], 512 << 20),
        ([V2, ("sys/fs/cgroup/a/b/memory.max", "max\n"), ("sys/fs/cgroup/a/memory.max", "1000\n")], 1000),
        ([V2, ("sys/fs/cgroup/c/memory.max", "1000\n")], MACHINE),  # another group's
        ([V2, ("sys/fs/cgroup/memory.max", "99999999999\n")], MACHINE),  # more than there is
        ([V2, ("sys/fs/cgroup/memory.max", "")], MACHINE),
        ([V1, ("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "2000\n")], 2000),
        ([V1, ("sys/fs/cgroup/memory/memory.limit_in_bytes", "2000\n")], 2000),
        ([V1, ("sys/fs/cgroup/memory/a/memory.limit_in_bytes", f"{(1 << 63) - 4096}\n")], MACHINE),  # its "none"
        ([V1, ("sys/fs/cgroup/cpu,cpuacct/a/memory.limit_in_bytes", "2000\n")], MACHINE),
    ],
)
def test_the_limit(tmp_path, files, usable):
    for name, text in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert usable_memory(tmp_path) == usable


def test_this_machine_has_some(monkeypatch):
    monkeypatch.undo()
    assert usable_memory() > 64 << 20
