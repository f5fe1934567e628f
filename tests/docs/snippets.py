"""The code that the pages show, taken out of them, and who runs which of it."""

import re
from dataclasses import dataclass
from pathlib import Path

from docs.examples import examples, pages
from tests.docs import migration

FENCE = re.compile(r"^```(.*)\n((?s:.*?))^```$", re.MULTILINE)

PLAN = re.compile(r"curl [^\n]*/v1/plan\n")
"""A line that asks for a plan; both pages that have some are held to them by that test."""

TO_RUN = ("sh", "python", "js", "ts")
TO_READ = ("", "json", "html")
"""Marks of what does nothing by itself; an html block is the page of the js block that follows."""


@dataclass(frozen=True)
class Block:
    """What stands between two fences.

    Attributes:
        page: where it stands.
        line: that of its first fence, from 1.
        mark: what the fence says it is.
        code: the lines between.
        before: the block before it on the page.
    """

    page: Path
    line: int
    mark: str
    code: str
    before: "Block | None"

    @property
    def kind(self) -> str:
        """How it is run: as a `node` program, as the script of a `page`, or as what its mark says."""
        if self.mark == "js":
            return "node" if "node:" in self.code else "page"
        return self.mark

    @property
    def commands(self) -> str:
        """The code without what other tests run."""
        if self.mark != "sh":
            return self.code
        elsewhere = {example.line for example in examples(self.page)}  # by tests/docs/test_pages.py
        return "".join(line for line in self.code.splitlines(keepends=True) if line.rstrip() not in elsewhere)


def blocks(page: Path) -> list[Block]:
    """List a page's blocks."""
    text = page.read_text(encoding="utf-8")
    found: list[Block] = []
    for fence in FENCE.finditer(text):
        line = text.count("\n", 0, fence.start()) + 1
        found.append(Block(page, line, fence[1], fence[2], found[-1] if found else None))
    return found


def run_elsewhere(block: Block) -> bool:
    """Tell whether another test runs a block as a whole; each case names that test."""
    cases = {
        "tests/docs/test_pages.py": block.mark == "sh" and not block.commands,
        "tests/docs/test_plan_page.py": block.mark == "sh" and bool(PLAN.fullmatch(block.commands)),
        "tests/test_readme.py": (block.page.name, block.mark) == ("README.md", "python") and ">>> " in block.code,
        "tests/openapi/test_clients.py": block.page.name == "clients.md",
        "tests/docs/test_migration.py": block.page.name == "migration.md" and block.code in MIGRATION,
    }
    return any(cases.values())


MIGRATION = {migration.code_of(section) for section in ("", *migration.SECTIONS[:-1])}

ALL = [block for page in pages() for block in blocks(page)]
OURS = [block for block in ALL if block.mark in TO_RUN and not run_elsewhere(block)]
