"""The wheel and the sdist, into dist: `python -m deploy.release.archives`. Built twice they have the same bytes.

They are built from a copy of what git knows, with the setuptools that requirements.lock names, and everything in them
has the time of the last commit. setuptools makes such wheels by itself (SOURCE_DATE_EPOCH); the sdist is packed anew.
"""

import gzip
import io
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.release.sources import ROOT, committed_at, copy_to
from deploy.release.version import project_version

DIST = ROOT / "dist"


def names() -> tuple[str, str]:
    """Tell the names of the wheel and of the sdist."""
    version = project_version()
    return f"gridwarp-{version}-py3-none-any.whl", f"gridwarp-{version}.tar.gz"


def build(dist: Path, *words: str) -> None:
    """Build from a copy of the tree: the sdist, and from that the wheel; or what words of `python -m build` say."""
    with TemporaryDirectory() as folder:
        build_from(copy_to(Path(folder) / "tree"), dist, *words)


def build_from(tree: Path, dist: Path, *words: str) -> None:
    """Build from a folder or an sdist; SystemExit: with what `build` said."""
    with TemporaryDirectory() as folder:
        (lock := Path(folder) / "build.txt").write_text(_locked_setuptools())
        done = subprocess.run(
            [sys.executable, "-m", "build", *words, f"--dependency-constraints-txt={lock}", "-o", dist, tree],
            env=os.environ | {"SOURCE_DATE_EPOCH": str(committed_at())},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            umask=0o022,  # what is unpacked on the way takes part in the modes
            check=False,
        )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\nThe build failed; its last words are above.")
    for sdist in dist.glob("*.tar.gz"):
        sdist.write_bytes(packed_anew(sdist.read_bytes(), committed_at()))


def packed_anew(sdist: bytes, time: int) -> bytes:
    """Pack an archive's files by name, all of one time, of nobody, and with one of two modes."""
    packed = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(sdist)) as old,
        gzip.GzipFile("", "wb", compresslevel=9, fileobj=packed, mtime=time) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in sorted(old.getmembers(), key=lambda each: each.name):
            clean = tarfile.TarInfo(member.name)
            clean.type, clean.size, clean.mtime = member.type, member.size, time
            clean.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            new.addfile(clean, old.extractfile(member))
    return packed.getvalue()


def _locked_setuptools() -> str:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return "".join(re.findall(r"^setuptools==\S+", lock, re.MULTILINE))


def main() -> None:
    """Build both into dist, in the place of what is there."""
    for old in DIST.glob("*"):
        old.unlink()
    build(DIST)
    for name in names():
        sys.stdout.write(f"dist/{name}: {(DIST / name).stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
