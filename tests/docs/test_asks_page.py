"""docs/asks.md: every wish has its answer, and every query that it shows is served."""

import re

import pytest

from docs.examples import ROOT

PAGE = (ROOT / "docs" / "asks.md").read_text(encoding="utf-8")
CARD_PNG = (ROOT / "docs" / "pictures" / "specs" / "card.png").read_bytes()
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in re.findall(r"^\| \d.*$", PAGE, re.MULTILINE)]
QUERIES = re.findall(r"`((?:op|canvas)=[^`]+)`", PAGE)


def test_there_are_31_rows_in_order():
    assert [row[0] for row in ROWS] == [str(number) for number in range(1, 32)]
    assert "Thirty-one wishes" in PAGE


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_tells_where_it_was_asked_and_leads_to_an_answer(row):
    _, asked, where, here = row
    assert asked
    links = re.findall(r"\[[\w.-]+ (\d+)\]\(https://github\.com/[\w.-]+/[\w.-]+/issues/(\d+)\)", where)
    assert links
    assert all(shown == linked for shown, linked in links)
    assert re.search(r"\]\((ops|specs|plan|batches|operations|performance|\.\./README)\.md(#[\w-]+)?\)", here)


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_is_served(query, server):
    answer = server.warp(CARD_PNG, query)
    assert answer.status_code == 200, answer.text


def test_most_rows_show_a_query():
    assert len(QUERIES) >= 20


def test_what_is_partly_or_not_done_is_said_first():
    declined = [row[0] for row in ROWS if row[3].startswith(("Partly: ", "No: "))]
    assert declined == ["18", "23"]
