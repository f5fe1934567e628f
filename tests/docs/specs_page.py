"""docs/specs.md taken apart: its sections, blocks and tables."""

import re

from docs.examples import ROOT, in_tables

PAGE = ROOT / "docs" / "specs.md"
TEXT = PAGE.read_text(encoding="utf-8")


def section(heading: str) -> str:
    """Give what stands under a heading, down to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, f"specs.md has no section '{heading}'"
    return found[1]


def blocks(text: str, language: str = "") -> list[str]:
    """List what stands between fences with this mark."""
    found = re.findall(r"^```(\w*)\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    return [block for mark, block in found if mark == language]


def pairs(text: str) -> list[tuple[str, str]]:
    """List the shorthands, each with the JSON that stands below it."""
    found = [re.fullmatch(r"(\S+=\S+)\n(\{.*\})", block) for block in blocks(text)]
    return [(pair[1], pair[2]) for pair in found if pair]


def formulas(text: str) -> list[list[list[str]]]:
    """List the matrices that are written out, as rows of entries."""
    found = [block for block in blocks(text) if re.fullmatch(r"(\[ .* \]\n){2}\[ .* \]", block)]
    return [[re.split(r"\s{2,}", line.strip("[] ")) for line in block.splitlines()] for block in found]


def rows(text: str, first_heading: str) -> list[list[str]]:
    """List the cells of all tables that begin with this heading, without the heading itself."""
    tables = re.findall(rf"^\| {re.escape(first_heading)} \|.*\n\|[-|]+\|\n((?:\|.*\|\n)+)", text, re.MULTILINE)
    lines = [line for table in tables for line in table.splitlines()]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def requests(text: str) -> list[tuple[str, str]]:
    """List the source and the query of each picture that a table of this text makes."""
    lines = [line for line, _ in in_tables(text, PAGE)]
    return [re.search(r"@(\S+) '.*?\?(.*)'", line).groups() for line in lines]
