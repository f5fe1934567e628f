"""docs/migration.md taken apart: what a section begins with, the lines of its table, what is similar or missing."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "migration.md").read_text(encoding="utf-8")
PICTURE = ROOT / "docs" / "pictures" / "chelsea.png"
OTHERS = ("img", "x", "grid", "quad", "page", "camera", "lens", "maps", "knots", "moved", "spline")
SECTIONS = ("OpenCV", "Pillow", "PyTorch", "scikit-image", "CSS")
ANGLES = ("30", "7", "45", "61.5", "100", "200.25")
"""What the lines about an output that grows with its picture are tried with, in place of their own 30 degrees."""


@dataclass(frozen=True)
class Line:
    """One line of a section's table.

    Attributes:
        section: its heading.
        there: what is written in the library.
        query: what is sent to Gridwarp.
        differs: the words of the third column; nothing at all is a dash.
    """

    section: str
    there: str
    query: str
    differs: tuple[str, ...] = ()

    def turned(self, angle: str) -> "Line":
        """Give the same line for another angle than 30 degrees."""
        there, query = (re.sub(r"\b30\b", angle, text) for text in (self.there, self.query))
        return Line(self.section, there, query, self.differs)


def text_of(section: str) -> str:
    """Give a section, without its heading; "" is what comes before the first."""
    return re.split(r"^## .*\n", PAGE, flags=re.MULTILINE)[("", *SECTIONS).index(section)]


def code_of(section: str) -> str:
    """Give the Python that a section shows before its table."""
    (code,) = re.findall(r"^```python\n(.*?)^```", text_of(section), re.MULTILINE | re.DOTALL)
    return code


def rows_of(section: str) -> list[list[str]]:
    """Give the cells of a section's only table, without its head; an escaped pipe is a pipe."""
    rows = [re.split(r"(?<!\\)\|", row)[1:-1] for row in re.findall(r"^\|.*$", text_of(section), re.MULTILINE)]
    return [[cell.strip().replace(r"\|", "|") for cell in row] for row in rows[2:]]


def lines_of(section: str) -> list[Line]:
    """Read a section's table."""
    return [
        Line(section, _code(there), _code(query), tuple(words[0].split(", ")) if words else ())
        for there, query, *words in rows_of(section)
    ]


def turned_lines(section: str) -> list[Line]:
    """Give a section's lines whose output grows with the turned picture, each at several angles."""
    growing = [line for line in lines_of(section) if "size" in line.differs and "canvas=expand" in line.query]
    return [line.turned(angle) for line in growing for angle in ANGLES]


def matrices_in(section: str) -> list[str]:
    """Give the names of the matrices in the code of a section; the rest are pictures, points and the like."""
    names = re.findall(r"^(\w+) = ", code_of(section), re.MULTILINE)
    return [name for name in names if name not in OTHERS]


def paragraph_of(section: str, beginning: str) -> str:
    """Give the paragraph of a section that begins so, in one line; empty if there is none."""
    found = re.findall(rf"^{re.escape(beginning)}.*?(?=\n\n|\Z)", text_of(section), re.MULTILINE | re.DOTALL)
    return " ".join("".join(found).split())


def queries_in(text: str) -> list[str]:
    """Give the parts of queries that a text names."""
    return re.findall(r"`((?:op|filter|antialias)=\w+)`", text)


def _code(cell: str) -> str:
    assert re.fullmatch(r"`[^`]+`", cell), cell
    return cell[1:-1]
