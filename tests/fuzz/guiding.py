"""Runs `guided` in a process of its own, on seeds and a dictionary that are written for it."""

import importlib.util
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.targets import SLOW, TARGETS, Target
from tests.fuzz.trial import KEPT, Trial, keep

POSSIBLE = importlib.util.find_spec("atheris") is not None
IMPOSSIBLE = (
    "atheris is not installed: it comes for CPython 3.11 to 3.14 on Linux and x86-64. The trials that are guided by "
    "coverage are left out."
)
MOST_MEMORY = 2048  # mebibytes of its process, which keeps all that it has learned
PROGRESS = 10  # seconds


def write_corpus(target: Target, folder: Path) -> None:
    """Write the seeds as files, and the tokens as a dictionary of libFuzzer's."""
    for part in ("seeds", "learned", "failed"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (folder / "seeds" / f"{number:03}").write_bytes(seed)
    words = ("".join(f"\\x{byte:02x}" for byte in token) for token in target.tokens)
    (folder / "words").write_text("".join(f'"{word}"\n' for word in words))


def explore(trial: Trial, seconds: int, tell: Callable[[object], None]) -> None:
    """Try a target for so long, or until a case fails; what has been learned is there for the next run."""
    folder = KEPT / "guided" / trial.kind
    write_corpus(TARGETS[trial.kind], folder)
    counts, log = folder / "counts.json", folder / "log"
    counts.write_text("{}")
    options = {
        "max_total_time": max(1, seconds),
        "max_len": TARGETS[trial.kind].longest,
        "timeout": 2 * SLOW,
        "rss_limit_mb": MOST_MEMORY,
        "dict": folder / "words",
        "artifact_prefix": f"{folder}/failed/",
    }
    command = [sys.executable, "-m", "tests.fuzz.guided", trial.kind, str(counts)]
    command += [f"-{name}={value}" for name, value in options.items()]
    command += [str(folder / "learned"), str(folder / "seeds")]
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        while process.poll() is None:
            time.sleep(min(PROGRESS, seconds))
            trial.counts = Counter(json.loads(counts.read_text() or "{}"))
            tell(trial)
    if process.returncode:
        said = log.read_text(errors="replace")
        report = said[max(0, said.rfind("Uncaught Python exception")) :][:3000]
        tell(report)
        failed = [path for path in (folder / "failed").iterdir() if path.name in said]
        assert failed, "atheris has stopped, and no case is to blame"
        trial.findings += [keep(trial.kind, path.read_bytes(), report) for path in failed]
