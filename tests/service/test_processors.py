"""Processors are counted by what the process may run on and by the quotas of its control groups, from fake files."""

import pytest

from service.processors import usable_processors

QUOTA, PERIOD = "cpu.cfs_quota_us", "cpu.cfs_period_us"


@pytest.fixture(autouse=True)
def _eight_processors(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)), raising=False)


@pytest.fixture
def made(tmp_path):
    """Write files, by their path from the root."""

    def made(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return made


def v2(group, **quotas):
    """The files of version 2; the keywords are groups, with _ for /, and theirs are the quotas."""
    files = {f"sys/fs/cgroup/{name.replace('_', '/')}cpu.max": text for name, text in quotas.items()}
    return {"proc/self/cgroup": f"0::{group}\n"} | files


def v1(group, folder, quota, period="100000", controllers="cpu,cpuacct"):
    place = f"sys/fs/cgroup/{controllers}{folder}"
    lines = f"9:name=systemd:/\n3:cpuset:/\n2:{controllers}:{group}\n0::/\n"
    return {"proc/self/cgroup": lines, f"{place}/{QUOTA}": f"{quota}\n", f"{place}/{PERIOD}": f"{period}\n"}


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({}, 8),
        (v2("/", **{"": "max 100000\n"}), 8),
        (v2("/", **{"": "200000 100000\n"}), 2),
        (v2("/", **{"": "150000 100000\n"}), 2),  # a broken one counts as a whole
        (v2("/", **{"": "25000 50000\n"}), 1),
        (v2("/", **{"": "1600000 100000\n"}), 8),  # more than there are
        (v2("/a/b", a_b_="500000 100000\n", a_="300000 100000\n"), 3),  # the group around it is stricter
        (v2("/a/b", a_b_="200000 100000\n", a_="max 100000\n"), 2),
        (v2("/a/b", a_c_="100000 100000\n"), 8),  # another group's
        (v2("/elsewhere", **{"": "200000 100000\n"}), 2),  # a container that sees its own group as the root
        (v2("/", **{"": "nonsense\n"}), 8),
        (v2("/", **{"": "200000 0\n"}), 8),
        (v2("/", **{"": ""}), 8),
        (v2("/../outside", **{"": "200000 100000\n"}), 2),  # a group outside of the namespace: man 7 cgroup_namespaces
        (v1("/", "", "-1"), 8),
        (v1("/", "", "250000"), 3),
        (v1("/docker/1", "/docker/1", "200000"), 2),
        (v1("/docker/1", "", "200000"), 2),
        (v1("/", "", "50000", "10000", "cpu"), 5),
        (v1("/", "", "50000", "10000", "cpuacct"), 8),  # counts time, limits none
    ],
)
def test_the_quota(made, files, count):
    assert usable_processors(made(files)) == count


def test_no_more_than_the_process_may_run_on(monkeypatch, made):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 3, 5})
    assert usable_processors(made(v2("/", **{"": "400000 100000\n"}))) == 3
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: 7)
    assert usable_processors(made({"proc/self/cgroup": ""})) == 7
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert usable_processors(made({})) == 1


def test_this_machine_has_some():
    assert 1 <= usable_processors() <= 8
