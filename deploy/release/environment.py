"""Virtual environments that hold what the container holds: the locked packages, each by its hash."""

import subprocess
import venv
from pathlib import Path

from deploy.release.sources import ROOT

LOCK = ROOT / "requirements.lock"


class Environment:
    """A virtual environment of its own.

    Attributes:
        folder: where it is.
        python: its interpreter.
    """

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=True, symlinks=True)
        self.folder = folder
        self.python = folder / "bin" / "python"

    def pip(self, *words: str | Path) -> str:
        """Run its pip and give what it prints; SystemExit: with what pip said."""
        done = subprocess.run(
            [self.python, "-I", "-m", "pip", "--disable-pip-version-check", *words],
            cwd=self.folder,  # no sources of ours here
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{done.stdout}\npip {words[0]} failed in an environment of its own.")
        return done.stdout

    def install_the_lock(self) -> None:
        """Install the locked packages, as the Dockerfile does."""
        self.pip("install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", LOCK)
