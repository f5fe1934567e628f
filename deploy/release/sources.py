"""The files that git knows, as they are built from: nothing else that lies about gets into a release."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def tracked() -> list[str]:
    """List the files that git knows and that are there."""
    names = _git("ls-files", "-z").split("\0")
    return sorted(name for name in names if name and (ROOT / name).is_file())


def committed_at() -> int:
    """Tell when the last commit was made, in seconds since 1970: the time of everything in a release."""
    return int(_git("log", "-1", "--format=%ct"))


def copy_to(folder: Path) -> Path:
    """Copy the files, with modes that do not depend on who checked them out."""
    for name in tracked():
        origin, copy = ROOT / name, folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(origin.read_bytes())
        copy.chmod(0o755 if os.access(origin, os.X_OK) else 0o644)
    return folder


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"A release is made from a git checkout: {done.stderr.strip()}")
    return done.stdout
