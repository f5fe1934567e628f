"""A target with atheris, which chooses the bytes by the code that they reach.

    python -m tests.fuzz.guided TARGET COUNTS [options of libFuzzer] [folders of cases]

It ends with the first case that fails, which libFuzzer writes to a file. COUNTS is a file that tells what became of the
cases so far, as JSON.
"""

import json
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["service", "PIL", "tinycss2"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    name, counts_file, *options = sys.argv[1:]
    target, counts = TARGETS[name], Counter()
    told = time.monotonic()

    def one(data: bytes) -> None:
        nonlocal told
        counts[target.verdict(data)] += 1
        if time.monotonic() > told + 1:
            told = time.monotonic()
            Path(counts_file).write_text(json.dumps(counts))

    warnings.simplefilter("error")  # as in the tests
    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
