"""Where the machine code of kernels lies: as Numba's own cache files, in a folder that nobody else can write to.

Numba asks its "locator" where a function's files are and for a stamp that says whether they are fresh. Its own
locators need a folder that can be written to even for reading, and watch a single source file. This one

- reads from a folder that came with the service too, on a read-only file system;
- takes the stamp of all sources (`source_stamp`) and of the versions into the file's name, so that a file is there
  exactly if it fits, and two versions of the service never overwrite each other's;
- trusts only folders that none but root and this user can write to: the files are pickles and machine code.
"""

from __future__ import annotations

import os
import stat
import sys
import sysconfig
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from core.source_stamp import source_stamp

if TYPE_CHECKING:
    from types import FunctionType

BESIDE_SOURCES = Path(__file__).parent / "__pycache__" / "kernels"
"""Where code is looked for first: shipped code, or, in a folder that can be written to, what was compiled before."""

LOCATOR = f"{__name__}.KernelLocator"
"""The name by which Numba imports the locator: see its variable NUMBA_CACHE_LOCATOR_CLASSES."""

_others_may_write = stat.S_IWGRP | stat.S_IWOTH


class KernelLocator:
    """Tells Numba where the files of one function are; the methods are those of Numba's `_CacheLocator`.

    Attributes:
        target: the processor's name that the code is for; set before the first kernel is made.
        places: the folders to look into, in that order; a new file goes into the first that allows it.
    """

    target = ""
    places: Sequence[Path] = (BESIDE_SOURCES,)

    def __init__(self, folder: Path, function: FunctionType, file: str) -> None:
        self._folder = folder
        self._function = function
        self._py_file = file  # Numba names it in its warnings

    @classmethod
    def from_function(cls, function: FunctionType, file: str) -> KernelLocator | None:
        """Give the locator of a function, or None if it has no files and no folder can take them."""
        has_them = (folder for folder in cls.folders() if files_of(function) in _kept_in(folder))
        takes_them = (folder for folder in cls.folders() if _can_take_files(folder))
        folder = next(has_them, None) or next(takes_them, None)
        return cls(folder, function, file) if folder else None

    @classmethod
    def folders(cls) -> list[Path]:
        """List the folders of the places that are for this target and this Python."""
        return [place / f"{sys.implementation.cache_tag}-{cls.target}" for place in cls.places]

    def get_cache_path(self) -> str:
        """Give the folder."""
        return str(self._folder)

    def get_source_stamp(self) -> str:
        """Give what must be equal for a file to be fresh."""
        return _stamp(self._function)

    def get_disambiguator(self) -> str:
        """Give the part of the files' names that follows the function's."""
        return f"{self._function.__module__}-{_stamp(self._function)}"

    def ensure_cache_path(self) -> None:
        """Get ready for a new file: those of the function's former source go.

        Raises:
            OSError: the folder cannot be written to.
        """
        of_all_versions = files_of(self._function).removesuffix(_stamp(self._function))
        for old in set(self._folder.glob(f"{of_all_versions}*")) - set(
            self._folder.glob(f"{files_of(self._function)}.*")
        ):
            old.unlink(missing_ok=True)


def kept_files() -> frozenset[str]:
    """List what is kept in the places, by the names that `files_of` gives."""
    return frozenset[str]().union(*(_kept_in(folder) for folder in KernelLocator.folders()))


def files_of(function: FunctionType) -> str:
    """Give the beginning of the names of a function's files, as Numba and this locator make them."""
    name = function.__qualname__.replace("<", "").replace(">", "")
    return f"{Path(function.__code__.co_filename).stem}.{name}-{function.__module__}-{_stamp(function)}"


def _kept_in(folder: Path) -> frozenset[str]:
    if not is_trusted(folder):
        return frozenset()
    return frozenset(file.name.rpartition(".py")[0] for file in folder.glob("*.nbi"))


def _stamp(function: FunctionType) -> str:
    return source_stamp(function.__module__, sysconfig.get_platform(), *_versions())


@cache
def _versions() -> tuple[str, ...]:
    return tuple(version(name) for name in ("numba", "llvmlite", "numpy"))


def is_trusted(folder: Path) -> bool:
    """Tell whether only root and this user can have put there what lies in a folder.

    The folder and the one around it must be theirs, and either closed to all others or, with every file in it, not
    writable by them.
    """
    try:
        around, itself = folder.parent.lstat(), folder.lstat()
        if not (_is_safe(around) and _is_safe(itself)):
            return False
        is_closed = any(not entry.st_mode & 0o077 for entry in (around, itself))
        return is_closed or all(map(_is_safe_or_gone, folder.iterdir()))
    except OSError:
        return False


def make_private(place: Path) -> bool:
    """Make a folder that nobody else can look into, if there is none; tell whether it is there, ours and closed."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir(mode=0o700, exist_ok=True)
        return _is_safe(place.lstat())
    except OSError:
        return False


def _can_take_files(folder: Path) -> bool:
    return make_private(folder.parent) and make_private(folder) and os.access(folder, os.W_OK) and is_trusted(folder)


def _is_safe_or_gone(file: Path) -> bool:
    """Tell whether others cannot have written a file; another process may have removed it since it was listed."""
    try:
        return _is_safe(file.lstat())
    except FileNotFoundError:
        return True


def _is_safe(entry: os.stat_result) -> bool:
    return (
        entry.st_uid in {0, os.geteuid()} and not entry.st_mode & _others_may_write and not stat.S_ISLNK(entry.st_mode)
    )
