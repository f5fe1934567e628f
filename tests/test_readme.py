"""What the README tells a newcomer, done for real: its Python, specs and tables; tests/docs runs its curl lines."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

from starlette.datastructures import QueryParams

from service.spec import OPS, Options
from service.spec.sources import find_specs

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHORTHAND = dict(re.findall(r"^\| `(\w+)`[^|]* \| `(\1[^|`]*)` \|$", README, re.MULTILINE))


def test_the_python_runs():
    outcome = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_every_operation_and_option_is_told():
    assert set(SHORTHAND) == set(OPS)
    assert f"**[{len(OPS)} operations](docs/ops.md)**" in README
    assert all(f"| `{option}` |" in README for option in Options.model_fields)


def test_each_shorthand_shown_is_read():
    for text in SHORTHAND.values():
        assert len(find_specs([], QueryParams([("op", text)]))) == 1


def test_the_two_commands_exist():
    for target in ("serve", "test"):
        said = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=True)
        assert said.stdout, f"make {target} does nothing"


def test_the_core_needs_nothing_of_the_web():
    code = "import sys, core; sys.exit(any(name in sys.modules for name in ('fastapi', 'pydantic', 'PIL')))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
