"""What the control groups around this process say: a container's limits are files in folders (man 7 cgroups)."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath


def read_limits(root: Path, controller: str, unified: str, *older: str) -> Iterator[list[str]]:
    """Read a limit of this process's group and of each group around it, as the words of its file.

    Args:
        root: the folder that holds proc and sys.
        controller: what limits, by its name in version 1.
        unified: the file's name in version 2.
        older: the files' names in version 1; their words follow one another.
    """
    mounted = root / "sys/fs/cgroup"
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, group = line.split(":", 2)
        for folder in (PurePosixPath(group), *PurePosixPath(group).parents):
            inside = folder.relative_to("/") if folder.is_absolute() else folder
            if not controllers:  # version 2: one line, "0::/group"
                yield _read(mounted / inside / unified).split()
            elif controller in controllers.split(","):  # version 1, mounted by the controllers' names
                yield [word for name in older for word in _read(mounted / controllers / inside / name).split()]


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
