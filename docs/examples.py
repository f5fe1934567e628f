"""The requests that the pages show, each as a curl line with the picture that it makes.

A page shows a request in one of two ways:

- as a curl line in a block marked `sh`, whose `-o NAME.png` is a picture that the page shows;
- as a cell of a table, right above its picture: `` `op=rotate:30` `canvas=expand` ``. The first picture of the table is
  what is sent, as is any other picture without a request above it, for those after it. What a sentence "With ...:"
  right before the table lists goes with every request of the table. A part of a form that goes with the picture is
  written as curl has it: `` `op=displacement:20` `-F map=@rings.png` ``.
"""

import re
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
ADDRESS = "http://127.0.0.1:8000"

_LINE = re.compile(r"^curl .* -o ([\w-]+\.png)$", re.MULTILINE)
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+\.(?:png|webp|jpg))\)")
_CODE = re.compile(r"`([^`]+)`")
_PARAMETER = re.compile(
    r"(op|region|canvas|fit|filter|antialias|border|fill|light|format|quality|lossless)=\S+|-F map=@\S+"
)
_CELL_BORDER = re.compile(r"(?<!\\)\|")


class Example(NamedTuple):
    """A request and its answer.

    Attributes:
        line: of curl, to be run in the repository's root.
        picture: the file that shows the answer.
    """

    line: str
    picture: Path


def pages() -> list[Path]:
    """Give the README and every page of `docs`."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def examples(page: Path) -> list[Example]:
    """List a page's examples, those with a curl line first: a table may send the picture that one of them makes."""
    text = page.read_text(encoding="utf-8")
    return in_lines(text, page) + in_tables(text, page)


def in_lines(text: str, page: Path) -> list[Example]:
    """List the examples of the curl lines in a page's text, or in a part of it."""
    shown = {path.name: path for path in (_beside(page, address) for address in _PICTURE.findall(text))}
    return [Example(found[0], shown[found[1]]) for found in _LINE.finditer(_blocks(text)) if found[1] in shown]


def in_tables(text: str, page: Path) -> list[Example]:
    """List the examples of the tables in a page's text, or in a part of it."""
    return [example for common, table in _tables(text) for example in _in_table(common, table, page)]


def pictures(page: Path) -> list[Path]:
    """List the picture files that a page shows."""
    return [_beside(page, address) for address in _PICTURE.findall(page.read_text(encoding="utf-8"))]


def run(line: str, address: str, target: Path) -> None:
    """Run a curl line as it stands, but for the service's address and where the picture goes."""
    command = line.replace(ADDRESS, address).rpartition(" -o ")[0]
    subprocess.run(f"{command} --fail-with-body --silent --show-error -o '{target}'", shell=True, check=True, cwd=ROOT)


def _blocks(text: str) -> str:
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def _tables(text: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Give for each table the sentence before it, and its rows of cells without the line of dashes."""
    for common, table in re.findall(r"(?:\b(With `(?:[^|\n]|\n(?!\n))*`):\n\n)?((?:^\|.*\|\n)+)", text, re.MULTILINE):
        if common and not _request(common):
            raise ValueError(f"this sentence before a table names more than what is sent: {common}")
        rows = [_CELL_BORDER.split(line)[1:-1] for line in table.splitlines()]
        yield common, [rows[0], *rows[2:]]


def _in_table(common: str, table: list[list[str]], page: Path) -> Iterator[Example]:
    source = None
    for row_above, row in pairwise(table):
        for above, cell in zip(row_above, row, strict=True):
            picture, request = _PICTURE.search(cell), _request(above)
            shown = _beside(page, picture[1]) if picture else None
            if shown and not request:
                source = shown.relative_to(ROOT)
            elif shown and source:
                yield Example(f"curl {_sent(source, [*_request(common), *request], page)} -o {shown.name}", shown)


def _sent(source: Path, request: list[str], page: Path) -> str:
    """Write what curl sends, and where: the picture as the body, or in a form if there are parts beside it."""
    parts = [part.removeprefix("-F map=@") for part in request if part.startswith("-F ")]
    query = "&".join(part for part in request if not part.startswith("-F "))
    maps = "".join(f" -F map=@{_beside(page, part).relative_to(ROOT)}" for part in parts)
    body = f"-F image=@{source}{maps}" if maps else f"--data-binary @{source}"
    return f"{body} '{ADDRESS}/v1/warp?{query}'"


def _request(cell: str) -> list[str]:
    """Give the query's parameters and the form's parts, if that is what all code in the cell is."""
    code = _CODE.findall(cell)
    return code if all(map(_PARAMETER.fullmatch, code)) else []


def _beside(page: Path, address: str) -> Path:
    return (page.parent / address).resolve()
