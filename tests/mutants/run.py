"""Breaks the code on purpose, one small patch at a time, and demands that a test notices each.

    python tests/mutants/run.py [NAME ...]     all patches, or those whose file name contains one of the words

The first line of a patch says what it breaks; a line `# tests: PATH ...` narrows the tests that must notice (without
it: tests/core but for the compiled core's). Exits with 1 if a patch survives or no longer applies, or if the tests fail
without any patch.

The compiled core is made of the formulas of the reference, so that nearly every patch would have it compiled anew, for
minutes. Where neither a patch nor its tests speak of compiled loops, all runs on the reference.
"""

# ruff: noqa: T201 (a command prints)

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SOURCES = ("benchmarks", "core", "service", "tests", "pyproject.toml")
IN_PARALLEL = 2
DEFAULT_TESTS = ["tests/core", "--ignore=tests/core/compiled"]
COMPILED = re.compile(r"/compiled\b|service/png/|test_png|kernel_library|object_code")
"""What a patch speaks of, or its tests, if it needs machine code: the packages with kernels, and their libraries."""

AS_IT_IS: dict[str, str] = {}
ON_THE_REFERENCE = {"NUMBA_DISABLE_JIT": "1"}


class Failure(NamedTuple):
    test: str
    output: str


def main(words):
    patches = [
        path for path in sorted(Path(__file__).parent.glob("*.patch")) if not words or any(map(path.name.count, words))
    ]
    with tempfile.TemporaryDirectory() as clean:
        copy_tree(ROOT, Path(clean))
        for engine in (AS_IT_IS, ON_THE_REFERENCE):
            tests = sorted({test for patch in patches if engine_of(patch) is engine for test in tests_of(patch)})
            if tests and (failure := first_failure(Path(clean), tests, engine)):
                print(failure.output)
                sys.exit(f"red without any patch: {failure.test}")
        with ThreadPoolExecutor(IN_PARALLEL) as pool:
            verdicts = list(pool.map(lambda patch: report(patch, Path(clean)), patches))
    print(f"{sum(verdicts)} of {len(patches)} killed")
    sys.exit(not all(verdicts))


def report(patch, clean):
    """Try one patch on its own copy of the tree, print its line, and tell whether it was killed."""
    with tempfile.TemporaryDirectory() as directory:
        tree = Path(directory, "tree")
        shutil.copytree(clean, tree)
        applied = run(tree, "git", "apply", "--whitespace=nowarn", patch)
        if applied.returncode:
            print(f"{patch.stem}: NO LONGER APPLIES: {applied.stderr.strip()}", flush=True)
            return False
        failure = first_failure(tree, tests_of(patch), engine_of(patch))
    print(f"{patch.stem}: {f'killed by {failure.test}' if failure else 'SURVIVED'}", flush=True)
    return bool(failure)


def tests_of(patch):
    named = re.search(r"^# tests: (.*)$", patch.read_text(encoding="utf-8"), re.MULTILINE)
    return named[1].split() if named else DEFAULT_TESTS


def engine_of(patch):
    """Tell what the tests of a patch are run on, as environment variables."""
    text = re.sub(r"^index .*$", "", patch.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return AS_IT_IS if COMPILED.search(text) else ON_THE_REFERENCE


def first_failure(tree, tests, engine):
    """Run tests until one fails, and give its name and what pytest says of it; nothing if all pass."""
    result = run(
        tree, sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "", *tests, engine=engine
    )
    if result.returncode == 0:
        return None
    failed = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", result.stdout, re.MULTILINE)
    name = failed[1] if failed else f"pytest itself: {result.stdout[-500:]}{result.stderr[-500:]}"
    return Failure(name, result.stdout)


def copy_tree(root, target):
    """Copy the files that git knows or would, so that no cache or build product counts."""
    listed = run(root, "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *SOURCES).stdout
    for name in filter(None, listed.split("\0")):
        if (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)


def run(directory, *command, engine=AS_IT_IS):
    environment = os.environ | engine
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    main(sys.argv[1:])
