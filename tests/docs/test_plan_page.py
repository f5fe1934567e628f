"""docs/plan.md, done for real: its curl lines give the answers that it shows, and its tables tell all there is."""

import json
import re
import shlex
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from service.openapi_plan import SCHEMAS
from service.plan_request import MAX_PLAN_BYTES, MOST_MAPPED, PlanRequest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8000"
EXAMPLES = re.findall(r"```sh\n(curl [^\n]*)\n```.*?```json\n(.*?)```", PAGE, re.DOTALL)


def test_each_form_has_its_line_and_its_answer():
    assert len(EXAMPLES) == PAGE.count("```sh") == PAGE.count("```json") == 2
    assert "application/json" in EXAMPLES[0][0]
    assert "-F image=@" in EXAMPLES[1][0]


@pytest.mark.parametrize(("line", "shown"), EXAMPLES, ids=["JSON", "pictures"])
def test_a_curl_line_gets_the_answer_that_is_shown(line, shown, server):
    compare(answer_to(line, server), json.loads(shown, parse_float=Decimal), "")


def test_the_readmes_line_gets_a_plan(server):
    (line,) = re.findall(r"^curl .*/v1/plan$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(answer_to(line, server)) == set(SCHEMAS["Plan"]["properties"]) - {"boxes"}


def answer_to(line, server):
    """Run a curl line as it stands, but for the address."""
    command = [*shlex.split(line.replace(ADDRESS, server.url)), "--fail-with-body", "--silent", "--noproxy", "*"]
    return json.loads(subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout)


def compare(said, shown, path):
    """Demand the same values in the same order; a number is compared to the digits that are printed."""
    if isinstance(shown, dict):
        assert list(said) == list(shown), path
        for name in shown:
            if name != "instance":  # each request has its own
                compare(said[name], shown[name], f"{path}/{name}")
    elif isinstance(shown, list):
        assert len(said) == len(shown), path
        for index, (ours, theirs) in enumerate(zip(said, shown, strict=True)):
            compare(ours, theirs, f"{path}/{index}")
    elif isinstance(shown, Decimal):
        half_a_digit = Decimal(5).scaleb(shown.as_tuple().exponent - 1)
        assert abs(Decimal(said) - shown) <= half_a_digit, path
    else:
        assert (type(said), said) == (type(shown), shown), path


def table(heading):
    """The first column of the section's table."""
    section = PAGE[PAGE.index(heading) :].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def test_the_tables_tell_every_member():
    assert table("## The plan") == list(SCHEMAS["Plan"]["properties"])
    assert sorted(table("## By a size")) == sorted(PlanRequest.model_fields)


def test_the_limits_are_those_of_the_service():
    assert PAGE.count(f"at most {MOST_MAPPED:,}") == 2
    assert f"at most {MAX_PLAN_BYTES >> 20} MiB" in PAGE
