"""What docs/specs.md and docs/ops.md say is so: examples, matrices, limits, errors, held to code and real answers."""

import io
import json
import math
import re
from urllib.parse import parse_qsl

import numpy as np
import pytest
from PIL import Image
from starlette.datastructures import QueryParams

from core.homography import MAX_CONDITION
from docs.examples import ROOT
from docs.sources import CARD, ROW
from service import spec
from service.encode.formats import FORMATS
from service.settings import Settings
from service.spec import OPS, OpsSpec, Options, colour
from service.spec.curved import FLATTEST
from service.spec.models import LARGEST
from service.spec.sources import find_specs
from service.spec.text import MAX_SPEC_BYTES, read_specs
from tests.contract import one_warp
from tests.docs.specs_page import TEXT, blocks, formulas, pairs, programs, requests, rows, section

SPECS = ROOT / "docs" / "pictures" / "specs"
CARD_PNG, MAP_PNG = ((SPECS / name).read_bytes() for name in ("card.png", "rings.png"))


def answer_to(server, query: str):
    return accepted(server.client.post(f"/v1/warp?{query}", **sent(query)))


def answer_to_json(server, text: str):
    return accepted(server.client.post("/v1/warp", params={"spec": text}, **sent(text)))


def sent(spec_text: str) -> dict:
    """Send the card; in a form, with a map beside it, where that is needed."""
    if "displacement" in spec_text:
        return {"files": [("image", CARD_PNG), ("map", MAP_PNG)]}
    return {"content": CARD_PNG}


def accepted(answer):
    assert answer.status_code == 200, answer.text
    return answer


def matrix_of(answer) -> np.ndarray:
    return np.reshape([float(number) for number in answer.headers["warp-matrix"].split(", ")], (3, 3))


# What the examples do


def test_every_block_of_code_is_known():
    """A block that none of these tests reads would be a promise that nobody keeps."""
    others = 3  # a drawing of the coordinates, the formula of `center`, and the headers of an answer
    assert len(blocks(TEXT)) == len(pairs(TEXT)) + len(formulas(TEXT)) + len(programs(TEXT)) + others
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
    ((_, query, _),) = requests(text)
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
    if op.op in {"translate", "crop"} and op.unit == "fraction":
        fields |= dict(zip("xy", np.floor(sides * (op.x, op.y) + 1 / 2), strict=True))
    if op.op == "resize":
        fields |= resized(op)
    if op.op == "flip":
        fields |= {"h": -1 if op.axis != "vertical" else 1, "v": -1 if op.axis != "horizontal" else 1}
    names = {name: by_degrees(getattr(math, name)) for name in ("sin", "cos", "tan")} | fields
    every = formulas(section(op.op))
    written = every[1 if op.op == "resize" and op.fit != "stretch" else 0]
    matrix = np.array([[float(eval(entry, names)) for entry in row] for row in written])  # noqa: S307 (our own page)
    centre = sides / 2
    if fields.get("center") is not None:
        centre = np.array(op.center) * (sides if op.unit == "fraction" else 1)
    if isinstance(op, spec.Centred | spec.Flip):
        matrix[:2, 2] += centre - matrix[:2, :2] @ centre
    return matrix


def resized(op: spec.Resize) -> dict:
    """Give the names of the matrices of a resize."""
    width, height = CARD
    names = {"W": width, "H": height, "width": op.width, "height": op.height}
    if op.width is None:
        names["width"] = math.floor(op.height * width / height + 1 / 2)
    if op.height is None:
        names["height"] = math.floor(op.width * height / width + 1 / 2)
    choose = min if op.fit == "contain" else max
    return names | {"s": choose(names["width"] / width, names["height"] / height)}


def by_degrees(function):
    return lambda angle: function(math.radians(angle))


def with_formulas(queries: list[str]) -> list[str]:
    """Choose those whose map is that of the operations alone, all of them with a matrix, in the card's own frame."""
    return [
        query
        for query in dict.fromkeys(queries)
        if "op=" in query
        and "region=" not in query
        and set(re.findall(r"op=(\w+)", query)) <= MATRICES
        and not re.search("op=(crop|resize).*op=", query)
        and dict(parse_qsl(query)).get("canvas", "same") == "same"
    ]


MATRICES = {name for name in OPS if formulas(section(name))}
QUERIES = with_formulas([*(query for query, _ in pairs(TEXT)), *(request.query for request in requests(TEXT))])


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
    assert tried == MATRICES
    assert set(OPS) == MATRICES | {name for name in OPS if programs(section(name))}, "those are tried by their own test"


# What is said in words or numbers


def test_the_borders_read_what_the_letters_say(server):
    text = section("border")
    letters = next(row for row in rows(text, "before") if row[0].startswith("reads"))[1:]
    queries = [request.query for request in requests(text) if request.source.endswith("row.png")]
    assert len(letters) == len(queries) == 5
    colours = {tuple(bytes.fromhex(colour[1:])): letter for colour, letter in zip(ROW, "abcd", strict=True)}
    source = (SPECS / "row.png").read_bytes()
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
    skew, arc, bulge = (
        model.model_json_schema()["properties"][name]
        for model, name in ((spec.Skew, "x"), (spec.Arc, "angle"), (spec.Bulge, "strength"))
    )
    settings = Settings.model_fields
    assert limits["a spec's text"] == f"{MAX_SPEC_BYTES // 1024} KiB"
    assert limits["operations of a spec"] == str(most)
    assert limits["a colour's text"] == f"{colour._LONGEST} characters"
    assert limits["any number"] == f"finite, from -{LARGEST:.0f} to {LARGEST:.0f}"
    assert limits["`skew` angles"].startswith(f"between {skew['exclusiveMinimum']} and {skew['exclusiveMaximum']} ")
    degrees, flattest = limits["`arc`"].removesuffix(" from 0").split(", at least ")
    assert degrees == f"from {arc['minimum']} to {arc['maximum']} degrees"
    assert float(flattest) == FLATTEST
    assert limits["`bulge`"].startswith(f"a strength from {bulge['minimum']} to {bulge['maximum']},")
    points = [
        model.model_json_schema()["properties"]["src"]["maxItems"]
        for model in (spec.AffinePoints, spec.ThinPlateSpline)
    ]
    assert limits["points of `affine_points`, of `thin_plate_spline`"] == ", ".join(map(str, points))
    cells = [spec.Mesh.model_json_schema()["properties"][name]["maximum"] for name in ("columns", "rows")]
    assert limits["cells of a `mesh`"] == " x ".join(map(str, cells))
    longest = [FORMATS[model].longest_side for model in (spec.WebpOutput, spec.JpegOutput)]
    assert limits["a side of a WebP, of a JPEG"] == f"{', '.join(map(str, longest))} pixels"
    maps = f"`GRIDWARP_MAX_MAP_PIXELS`, {settings['max_map_pixels'].default} pixels of them all by default"
    assert limits["displacement maps of a request"] == maps
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


def test_the_output_formats_are_those_of_the_models():
    told = {row[0].split("`")[1]: row[1:] for row in rows(section("output"), "`format`")}
    assert list(told) == list(spec.FORMATS)
    for name, model in spec.FORMATS.items():
        bits, transparency, quality, lossless, longest = told[name]
        fields = model.model_json_schema()["properties"]
        assert longest == str(FORMATS[model].longest_side)
        assert (bits, transparency) == ("8 or 16" if name == "png" else "8", "no" if name == "jpeg" else "yes")
        limits = fields.get("quality")
        assert quality == (f"{limits['minimum']} to {limits['maximum']}, default {limits['default']}" if limits else "")
        assert ("lossless" in fields) == (lossless == "true or false, default `false`")


def test_the_filters_are_those_of_the_models():
    told = [row[0].split("`")[1] for row in rows(section("filter"), "`filter`")]
    assert told == spec.Options.model_json_schema()["properties"]["filter"]["enum"]


def samples_of(server, query: str) -> np.ndarray:
    """Give what a picture of any format shows."""
    return np.asarray(Image.open(io.BytesIO(answer_to(server, query).content)))


def test_a_lossless_webp_shows_the_very_samples(server):
    query = "op=rotate:20&fill=orange"
    np.testing.assert_array_equal(samples_of(server, f"{query}&format=webp&lossless=true"), samples_of(server, query))


@pytest.mark.parametrize(
    ("fill", "seen"), [("black", 0), ("white", 255), ("transparent", 255), ("rgb(0 0 0 / 50%25)", 255 // 2)]
)
def test_a_jpeg_lies_over_the_fill_if_that_is_opaque_else_over_white(fill, seen, server):
    """The left half is outside; JPEG keeps what is even to a level."""
    outside = samples_of(server, f"op=translate:90&format=jpeg&quality=100&fill={fill}")[:, :80]
    assert np.abs(outside.astype(int) - seen).max() <= 1


def test_the_quality_of_a_lossless_webp_does_nothing(server):
    first, second = (answer_to(server, f"op=rotate:20&format=webp&lossless=true&quality={n}").content for n in (5, 95))
    assert first == second


def test_a_canvas_that_is_inscribed_shows_no_outside(server):
    pixels = one_warp.pixels(answer_to(server, "op=rotate:30&canvas=inscribed&fill=transparent").content)
    assert pixels.shape[2] == 3, "nothing is transparent, so there is no alpha"


def test_points_are_those_of_the_whole_picture_whatever_the_region(server):
    body = {"source": {"width": 180, "height": 120}, "points": [[60, 30]]}
    plan = server.client.post("/v1/plan?region=50,20,70,80", json=body).json()
    assert plan["points"] == [[10, 10]]
    assert plan["output"] == {"width": 70, "height": 80}


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
