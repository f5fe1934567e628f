"""Parts of the pages that are written by scripts, each between two marks."""

from pathlib import Path


def marks(name: str) -> tuple[str, str]:
    """Give the lines that a part stands between."""
    return f"<!-- {name}: made by a script -->", f"<!-- end of {name} -->"


def part_of(text: str, name: str) -> str:
    """Give what stands between the marks."""
    begin, end = marks(name)
    return text.partition(begin)[2].partition(end)[0].strip("\n")


def put_between_marks(page: Path, name: str, part: str) -> None:
    """Write a part anew.

    Raises:
        ValueError: the page has no place for it.
    """
    text = page.read_text()
    begin, end = marks(name)
    if begin not in text or end not in text:
        raise ValueError(f"{page.name} has no marks for {name}")
    before, _, rest = text.partition(begin)
    page.write_text(f"{before}{begin}\n\n{part.strip()}\n\n{end}{rest.partition(end)[2]}")
