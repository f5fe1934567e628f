"""docs/specs.md and docs/ops.md, which tell of a spec together, taken apart: their sections, blocks and tables."""

import re
from typing import NamedTuple

from docs.examples import ROOT, in_lines, in_tables

PAGES = [ROOT / "docs" / name for name in ("specs.md", "ops.md")]
TEXT = "".join(page.read_text(encoding="utf-8") for page in PAGES)

OPERATIONS = TEXT[TEXT.index("# The operations\n") :]
"""What ops.md says."""


class Request(NamedTuple):
    """What a page sends for a picture that it shows: the source, the query and, if there is one, the map."""

    source: str
    query: str
    map: str | None


def section(heading: str) -> str:
    """Give what stands under a heading, down to the next one of any level."""
    found = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert len(found) == 1, f"not one section '{heading}' but {len(found)}"
    return found[0]


def blocks(text: str, language: str = "") -> list[str]:
    """List what stands between fences with this mark."""
    found = re.findall(r"^```(\w*)\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    return [block for mark, block in found if mark == language]


def pairs(text: str) -> list[tuple[str, str]]:
    """List the shorthands, each with the JSON that stands below it."""
    found = [re.fullmatch(r"(\S+=\S+|op=\w+)\n(\{.*\})", block) for block in blocks(text)]
    return [(pair[1], pair[2]) for pair in found if pair]


def formulas(text: str) -> list[list[list[str]]]:
    """List the matrices that are written out, as rows of entries."""
    found = [block for block in blocks(text) if re.fullmatch(r"(\[ .* \]\n){2}\[ .* \]", block)]
    return [[re.split(r"\s{2,}", line.strip("[] ")) for line in block.splitlines()] for block in found]


def programs(text: str) -> list[str]:
    """List the formulas that are written as lines of arithmetic."""
    return [block for block in blocks(text) if re.fullmatch(r"(\w+(\(\w\))? = .+(\n|$))+", block)]


def rows(text: str, first_heading: str) -> list[list[str]]:
    """List the cells of all tables that begin with this heading, without the heading itself."""
    tables = re.findall(rf"^\| {re.escape(first_heading)} \|.*\n\|[-|]+\|\n((?:\|.*\|\n)+)", text, re.MULTILINE)
    lines = [line for table in tables for line in table.splitlines()]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def requests(text: str) -> list[Request]:
    """List what is sent for each picture that a table or a curl line of this text makes."""
    lines = [example.line for example in (*in_lines(text, PAGES[0]), *in_tables(text, PAGES[0]))]
    return [_request(line) for line in lines if "?" in line]


def _request(line: str) -> Request:
    source, query = re.search(r"@(\S+) .*?'\S*\?(.*)'", line).groups()
    found = re.search(r"-F map=@(\S+)", line)
    return Request(source, query, found[1] if found else None)
