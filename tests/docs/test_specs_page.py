"""What docs/specs.md says is so: its examples, formulas, limits and errors, held to the code and to real answers."""

import json
import math
import re
from urllib.parse import parse_qsl

import numpy as np
import pytest
from starlette.datastructures import QueryParams

from core.homography import MAX_CONDITION
from docs.examples import ROOT
from docs.sources import CARD, ROW
from service import spec
from service.settings import Settings
from service.spec import OPS, OpsSpec, Options, colour
from service.spec.models import LARGEST
from service.spec.sources import find_specs
from service.spec.text import MAX_SPEC_BYTES, read_specs
from tests.contract import one_warp
from tests.docs.specs_page import TEXT, blocks, formulas, pairs, requests, rows, section

CARD_PNG = (ROOT / "docs" / "pictures" / "specs" / "card.png").read_bytes()


def answer_to(server, query: str):
    answer = server.warp(CARD_PNG, query)
    assert answer.status_code == 200, answer.text
    return answer


def answer_to_json(server, text: str):
    answer = server.client.post("/v1/warp", params={"spec": text}, content=CARD_PNG)
    assert answer.status_code == 200, answer.text
    return answer


def matrix_of(answer) -> np.ndarray:
    return np.reshape([float(number) for number in answer.headers["warp-matrix"].split(", ")], (3, 3))


# What the examples do


def test_every_block_of_code_is_known():
    """A block that none of these tests reads would be a promise that nobody keeps."""
    others = 3  # two drawings of the coordinates, and the headers of an answer
    assert len(blocks(TEXT)) == len(pairs(TEXT)) + len(formulas(TEXT)) + others
    assert len(re.findall("^```", TEXT, re.MULTILINE)) == 2 * sum(
        len(blocks(TEXT, mark)) for mark in ("", "json", "sh")
    )
    assert len(pairs(TEXT)) >= len(OPS) + len(Options.model_fields)


@pytest.mark.parametrize(("query", "text"), pairs(TEXT), ids=[query for query, _ in pairs(TEXT)])
def test_a_shorthand_stands_for_its_json(query, text, server):
    assert [placed.spec for placed in find_specs([], QueryParams(query))] == read_specs(text)
    assert answer_to(server, query).content == answer_to_json(server, text).content


def test_the_json_shown_is_valid():
    lines = [line for block in blocks(TEXT, "json") if not block.startswith("{\n") for line in block.splitlines()]
    assert len(lines) >= 10
    for line in lines:
        assert len(read_specs(line)) == 1


def test_the_options_written_out_are_the_defaults():
    shown = blocks(section("Two forms"), "json")[-1]
    assert list(json.loads(shown)) == ["ops", *Options.model_fields]
    assert read_specs(shown) == read_specs('{"ops": []}')


def test_the_conventions_show_one_map_in_numbers_of_their_own(server):
    text = section("Conventions of a matrix")
    (block,) = blocks(text, "json")
    ((_, query),) = requests(text)
    picture = answer_to(server, query).content
    conventions = [json.loads(line)["convention"] for line in block.splitlines()]
    every = spec.RawMatrix.model_json_schema()["properties"]["convention"]["enum"]
    assert list(dict.fromkeys(conventions)) == every
    assert [row[0].partition(" ")[0].strip("`") for row in rows(text, "`convention`")] == every
    for line in block.splitlines():
        assert answer_to_json(server, line).content == picture, line
    assert picture != CARD_PNG


# What the formulas say


def expected_matrix(op: spec.Op) -> np.ndarray:
    """Compute source -> output of an operation by what its section says."""
    fields = op.model_dump()
    sides = np.array(CARD, float)
    if op.op == "translate" and op.unit == "fraction":
        fields |= dict(zip("xy", sides * (op.x, op.y), strict=True))
    if op.op == "flip":
        fields |= {"h": -1 if op.axis != "vertical" else 1, "v": -1 if op.axis != "horizontal" else 1}
    names = {name: by_degrees(getattr(math, name)) for name in ("sin", "cos", "tan")} | fields
    (written,) = formulas(section(op.op))
    matrix = np.array([[float(eval(entry, names)) for entry in row] for row in written])  # noqa: S307 (our own page)
    centre = sides / 2
    if fields.get("center") is not None:
        centre = np.array(op.center) * (sides if op.unit == "fraction" else 1)
    if op.op != "translate":
        matrix[:2, 2] += centre - matrix[:2, :2] @ centre
    return matrix


def by_degrees(function):
    return lambda angle: function(math.radians(angle))


def with_formulas(queries: list[str]) -> list[str]:
    """Choose those whose map is that of the operations alone, none of them a raw matrix."""
    return [
        query
        for query in dict.fromkeys(queries)
        if "op=" in query and "op=matrix" not in query and dict(parse_qsl(query)).get("canvas", "same") == "same"
    ]


QUERIES = with_formulas([*(query for query, _ in pairs(TEXT)), *(query for _, query in requests(TEXT))])


@pytest.mark.parametrize("query", QUERIES)
def test_the_formulas_give_the_warp_matrix(query, server):
    """The product of the operations' matrices, the last one leftmost; rounding is by a few units in the last place."""
    ((read, _),) = find_specs([], QueryParams(query))
    expected = np.eye(3)
    for op in read.ops:
        expected = expected_matrix(op) @ expected
    tolerance = 8 * len(read.ops) * np.finfo(float).eps * max(np.abs(expected).max(), *CARD)
    np.testing.assert_allclose(matrix_of(answer_to(server, query)), expected, rtol=0, atol=tolerance)


def test_each_formula_is_tried():
    tried = {op.op for query in QUERIES for op in find_specs([], QueryParams(query))[0].spec.ops}
    assert tried == set(OPS) - {"matrix"}


# What is said in words or numbers


def test_the_borders_read_what_the_letters_say(server):
    text = section("border")
    letters = next(row for row in rows(text, "before") if row[0].startswith("reads"))[1:]
    queries = [query for source, query in requests(text) if source.endswith("row.png")]
    assert len(letters) == len(queries) == 5
    colours = {tuple(bytes.fromhex(colour[1:])): letter for colour, letter in zip(ROW, "abcd", strict=True)}
    source = (ROOT / "docs" / "pictures" / "specs" / "row.png").read_bytes()
    for told, query in zip(letters, queries, strict=True):
        pixels = one_warp.pixels(server.warp(source, query).content)
        middle = pixels[pixels.shape[0] // 2, 4::8, :3]  # each pixel of the row is 8 pixels wide
        seen = "".join(colours.get(tuple(pixel), "f") for pixel in middle.tolist())
        assert told.strip("`").replace("\\|", "") == seen[3:-3]


def test_the_headers_shown_are_answered_and_can_be_sent_back(server):
    text = section("What the answer says")
    query = re.search(r"`(op=\S+)` answers", text)[1]
    answer = answer_to(server, query)
    told = re.findall(r"^(Warp-[\w-]+): (.+)$", text, re.MULTILINE)
    assert len(told) == 3
    assert [answer.headers[name] for name, _ in told] == [value for _, value in told]
    (again,) = blocks(text, "json")
    assert answer_to_json(server, again).content == answer.content


def test_the_limits_are_those_of_the_code():
    limits = dict(rows(section("Limits"), "what"))
    (most,) = [rule.max_length for rule in OpsSpec.model_fields["ops"].metadata if hasattr(rule, "max_length")]
    skew = spec.Skew.model_json_schema()["properties"]["x"]
    settings = Settings.model_fields
    assert limits["a spec's text"] == f"{MAX_SPEC_BYTES // 1024} KiB"
    assert limits["operations of a spec"] == str(most)
    assert limits["a colour's text"] == f"{colour._LONGEST} characters"
    assert limits["any number"] == f"finite, from -{LARGEST:.0f} to {LARGEST:.0f}"
    assert limits["`skew` angles"].startswith(f"between {skew['exclusiveMinimum']} and {skew['exclusiveMaximum']} ")
    (condition,) = [limit for what, limit in limits.items() if what.startswith("condition number")]
    assert float(condition.removeprefix("at most ")) == MAX_CONDITION
    (scaling,) = [limit for what, limit in limits.items() if what.startswith("factor by which")]
    assert tuple(map(float, scaling.split(" to "))) == (1 / MAX_CONDITION, MAX_CONDITION)
    output = f"{settings['max_side'].default} and {settings['max_output_pixels'].default} by default"
    assert limits["the output's sides and pixels"].endswith(output)


@pytest.mark.parametrize("row", rows(section("Errors"), "sent"), ids=lambda row: row[0])
def test_an_error_is_what_the_service_answers(row, server):
    sent, what, pointer, detail = row
    status, code = re.fullmatch(r"(\d+) `(.+)`", what).groups()
    sent = sent.strip("`")
    address = {"params": {"spec": sent}} if sent.startswith("{") else {"params": QueryParams(sent).multi_items()}
    answer = server.client.post("/v1/warp", content=CARD_PNG, **address)
    document = answer.json()
    assert (answer.status_code, document["code"]) == (int(status), code)
    assert [place["pointer"] for place in document["errors"]] == ([pointer.strip("`")] if pointer else [])
    told = f"{pointer.strip('`')}: {detail}".removeprefix(": ")
    if "…" in detail:
        assert document["detail"].startswith(told.removesuffix("…"))
    else:
        assert document["detail"] == told


def test_the_problem_document_is_what_the_service_answers(server):
    text = section("Errors")
    (shown,) = map(json.loads, blocks(text, "json"))
    sent = re.search(r"the answer to `(\{.+?\})`\.", text)[1]
    answer = server.client.post("/v1/warp", params={"spec": sent}, content=CARD_PNG)
    assert answer.headers["content-type"] == "application/problem+json"
    got = answer.json()
    assert got["instance"].startswith("urn:gridwarp:request:")
    assert list(got) == list(shown)
    assert got | {"instance": shown["instance"]} == shown
