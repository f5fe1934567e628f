"""What holds for the README and every page of docs: requests give the pictures shown, links lead somewhere."""

import re

import numpy as np
import pytest
from PIL import Image

from docs.examples import ROOT, Example, examples, pages, pictures, run
from docs.make_screenshots import STATES
from docs.sources import CARD, DRAWN, card

PICTURES = ROOT / "docs" / "pictures"
STARTS = {PICTURES / "specs" / f"{name}.png": draw for name, draw in DRAWN.items()}
SCREENSHOTS = [PICTURES / "playground" / f"{name}.webp" for name in STATES]
TAKEN = PICTURES / "chelsea.png"

EXAMPLES = [
    pytest.param(example, id=f"{page.stem}-{number}-{example.picture.stem}")
    for page in pages()
    for number, example in enumerate(examples(page))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_request_gives_the_picture_that_is_shown(example: Example, server, tmp_path):
    run(example.line, server.url, tmp_path / "made.png")
    with Image.open(tmp_path / "made.png") as made, Image.open(example.picture) as shown:
        assert made.mode == shown.mode
        np.testing.assert_array_equal(np.asarray(made), np.asarray(shown))


@pytest.mark.parametrize("drawn", STARTS, ids=lambda path: path.name)
def test_what_the_examples_start_from_is_as_drawn(drawn):
    with Image.open(drawn) as shown:
        assert shown.mode == "RGB"
        np.testing.assert_array_equal(np.asarray(shown), np.asarray(STARTS[drawn]()))


def test_every_picture_is_shown_and_has_a_maker():
    shown = {picture for page in pages() for picture in pictures(page)}
    made = {example.picture for page in pages() for example in examples(page)}
    assert shown == {file for file in PICTURES.rglob("*") if file.is_file()}
    assert shown - made - set(STARTS) == {TAKEN, *SCREENSHOTS}


def test_the_pictures_of_the_playground_are_of_its_states():
    for picture in SCREENSHOTS:
        with Image.open(picture) as shot:
            assert shot.size == tuple(STATES[picture.stem][0]["viewport"].values())
            assert len(shot.convert("RGB").getcolors(1 << 24)) > 1000  # no empty page


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_every_picture_that_a_line_makes_is_shown(page):
    made = re.findall(r"^curl .* -o ([\w-]+\.png)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(made) <= {picture.name for picture in pictures(page)}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_no_table_runs_into_another(page):
    """A table's head is its first line: the line above it is none of a table."""
    heads = re.findall(r"^(.*)\n\|.*\|\n\|(?: ?:?-+:? ?\|)+$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert [line for line in heads if line.startswith("|")] == []


@pytest.mark.parametrize("folder", ["specs", "ops"])
def test_the_pictures_of_the_specs_are_small(folder):
    files = list((PICTURES / folder).iterdir())
    for path in files:
        with Image.open(path) as picture:
            assert picture.width <= 240, path.name
    assert sum(path.stat().st_size for path in files) < 1_200_000


def test_the_card_shows_every_turn_and_flip():
    """Of the eight ways to lay it, no two look the same."""
    ways = [
        np.ascontiguousarray(np.rot90(side, turns))
        for side in (np.asarray(card()), np.asarray(card())[:, ::-1])
        for turns in range(4)
    ]
    assert ways[0].shape[1::-1] == CARD
    assert len({(way.shape, way.tobytes()) for way in ways}) == 8


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_links_lead_to_something(page):
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    for link in links:
        address, _, anchor = link.partition("#")
        target = (page.parent / address).resolve() if address else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


def anchors(text: str) -> set[str]:
    """Name the headings as forges do: lower case, hyphens for spaces, no other signs, a number from the second on."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    names = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    again = [names[:index].count(name) for index, name in enumerate(names)]
    return {f"{name}-{count}" if count else name for name, count in zip(names, again, strict=True)}
