"""What the figures were measured on: the machine and the versions of all that ran."""

import datetime as dt
import importlib.metadata
import json
import os
import platform
import re
import subprocess
from pathlib import Path

from benchmarks.programs import path_of
from benchmarks.services import NODE_MODULES

PACKAGES = (
    "numpy",
    "numba",
    "llvmlite",
    "isal",
    "fastapi",
    "uvicorn",
    "opencv-python-headless",
    "pillow",
    "scikit-image",
    "scipy",
    "pyvips-binary",
    "torch",
)
ASKED_FOR_VERSION = {"Node": "--version", "ImageMagick": "-version", "wrk": "--version"}


def machine() -> dict[str, str]:
    """Tell the processor, its cores, the memory, the system and the day."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "day": dt.datetime.now(dt.UTC).date().isoformat(),
    }


def versions() -> dict[str, str]:
    """Tell the versions, in the order in which they matter; what is not there is left out."""
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    sharp = NODE_MODULES / "sharp" / "package.json"
    if sharp.is_file():
        found["sharp"] = json.loads(sharp.read_text(encoding="utf-8"))["version"]
    return found | {name: told for name, how in ASKED_FOR_VERSION.items() if (told := _version_told_by(name, how))}


def _processor() -> str:
    """Tell the model's name and number: the name alone is often no more than the maker's."""
    text = Path("/proc/cpuinfo").read_text()
    lines = dict(re.findall(r"^([\w ]+\w)\s*: (.+)$", text, re.MULTILINE))
    name = lines.get("model name", platform.processor())
    return f"{name}, family {lines['cpu family']} model {lines['model']}" if "model" in lines else name


def _version_told_by(name: str, how: str) -> str | None:
    """Find the first thing that looks like a version; wrk tells its own with an exit status of 1."""
    path = path_of(name)
    if path is None:
        return None
    done = subprocess.run([path, how], capture_output=True, text=True, check=False, timeout=10)
    found = re.search(r"\d+\.\d+[\w.-]*", done.stdout)
    return found[0] if found else None
