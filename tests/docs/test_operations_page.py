"""docs/operations.md says what the code says, and its log line is one."""

import json
import re

import pytest

from docs.examples import ROOT
from docs.generated import part_of, put_between_marks
from docs.make_tables import PAGE, TABLES
from service.connection import HEAD_SECONDS, LONGEST_HEAD, MOST_AHEAD
from service.incoming_body import LINGER, SLOWEST
from service.problems import PROBLEMS
from service.record import CUT_SHORT
from service.settings import Settings
from service.stopwatch import STAGES
from tests.reliability.__main__ import FIGURES, page_of
from tests.reliability.experiments import EXPERIMENTS

TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_that_of_the_code(name):
    """If not: python -m docs.make_tables."""
    assert part_of(TEXT, name) == TABLES[name]()


def test_the_figures_are_those_that_were_found_and_all_hold():
    found = json.loads(FIGURES.read_text())
    assert list(found) == list(EXPERIMENTS)
    assert part_of(TEXT, "reliability") == page_of(found).strip()


def test_a_part_is_written_between_its_marks_and_nothing_else_changes(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- a: made by a script -->\nold\n<!-- end of a -->\nbehind\n")
    put_between_marks(page, "a", "new")
    assert page.read_text() == "before\n<!-- a: made by a script -->\n\nnew\n\n<!-- end of a -->\nbehind\n"
    assert part_of(page.read_text(), "a") == "new"
    with pytest.raises(ValueError, match=r"page\.md has no marks for b"):
        put_between_marks(page, "b", "new")


def test_the_numbers_are_those_of_the_code():
    assert f"at most {LONGEST_HEAD >> 10} KiB, within {HEAD_SECONDS:.0f} seconds" in TEXT
    assert SLOWEST == 64 << 10
    assert TEXT.count("seconds behind 64 KiB a second") == 2
    assert f"At most {MOST_AHEAD} requests may be sent ahead" in TEXT
    assert LINGER == 2
    assert "can go on for two seconds" in TEXT
    work = Settings.model_fields["queue_work"].default
    assert f"of {work:,} are {work // (50_000_000 * 5)} pictures of 50 megapixels" in TEXT


def test_every_name_is_one_of_ours():
    codes = {problem.code for problem in PROBLEMS.values()}
    assert set(re.findall(r"503 `([\w-]+)`", TEXT)) <= codes
    of_compose = set(re.findall(r"\$\{GRIDWARP_(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert set(re.findall(r"GRIDWARP_(\w+)", TEXT)) <= set(map(str.upper, Settings.model_fields)) | of_compose
    assert all(f"`{reason}`" in TEXT for reason in CUT_SHORT)


def test_the_line_of_the_log_is_one():
    (line,) = [json.loads(block) for block in re.findall(r"```json\n(.*)\n```", TEXT)]
    assert list(line["stages_ms"]) == list(STAGES)
    assert line["route"] == "/v1/warp"
