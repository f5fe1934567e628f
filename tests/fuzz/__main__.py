"""The long run; or, with files that were kept, those again.

    python -m tests.fuzz [--seconds 600]
    python -m tests.fuzz FILE ...

The exit status tells whether any case failed.
"""

import argparse
import sys
import time
import traceback
from pathlib import Path

from tests.fuzz.guiding import IMPOSSIBLE, POSSIBLE
from tests.fuzz.long_run import parts, tell
from tests.fuzz.targets import TARGETS
from tests.fuzz.trial import KEPT
from tests.fuzz.watched import watching


def run(seconds: float) -> bool:
    """Try everything, each for its share of the time, and tell whether all went well."""
    KEPT.mkdir(exist_ok=True)
    if not POSSIBLE:
        tell(IMPOSSIBLE)
    all_parts = parts()
    for part in all_parts:
        until = time.monotonic() + seconds * part.share / sum(part.share for part in all_parts)
        part.run(part.trial, until)
    tell("\nWhat was tried, and what became of it:\n")
    for part in all_parts:
        tell(part.trial)
    found = [path for part in all_parts for path in part.trial.findings]
    tell(f"\n{len(found)} findings. Each is kept, with what was wrong in a .txt; again: python -m tests.fuzz FILE")
    for path in found:
        tell(f"    {path}")
    return not found


def again(path: Path) -> bool:
    """Try a case that was kept, and tell whether it went well."""
    kind, data = path.suffix[1:], path.read_bytes()
    try:
        if kind in TARGETS:
            became = TARGETS[kind].verdict(data)
        else:
            with watching(KEPT / "service.log") as watched:
                became = watched.verdict(data)
    except Exception:  # noqa: BLE001 (whatever it raises is what was found)
        tell(f"{path}:\n{traceback.format_exc()}")
        return False
    tell(f"{path}: {became}")
    return True


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600, help="how long it may take, about; 600")
    parser.add_argument("files", nargs="*", type=Path, help="cases that were kept")
    asked = parser.parse_args()
    went_well = [again(path) for path in asked.files] or [run(asked.seconds)]
    sys.exit(not all(went_well))


if __name__ == "__main__":
    main()
