"""What docs/batches.md says is so: its examples, pictures, limits and refusals, held to code and real answers."""

import io
import json
import re
import subprocess
from email import message_from_string, policy

import numpy as np
import pytest
from PIL import Image

from docs.examples import ADDRESS, ROOT
from service.items import pair_up
from service.problems import PROBLEMS
from service.settings import MEBI, Settings
from service.shared_grids import KEPT_BYTES
from service.spec.text import MAX_SPEC_BYTES
from tests import files, pictures
from tests.contract import wire
from tests.contract.batches import TURN, WHOLE, ask, open_zip
from tests.contract.holding import held_slot
from tests.contract.server import running
from tests.docs.snippets import blocks

PAGE = ROOT / "docs" / "batches.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = blocks(PAGE)
SHAPES = ("N pictures, one spec", "One picture, N specs", "N pictures, N specs")


def section(heading):
    return re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)[1]


def block_of(heading, mark):
    (code,) = [block.code for block in BLOCKS if block.mark == mark and block.code in section(heading)]
    return code


def rows(heading, first):
    """List the cells of the section's table that begins with this head, without marks of code."""
    (table,) = re.findall(rf"^\| {first} \|.*\n\|[-|]+\|\n((?:\|.*\|\n)+)", section(heading), re.MULTILINE)
    return [[cell.strip().replace("`", "") for cell in row.split("|")[1:-1]] for row in table.splitlines()]


def answer_to(heading, server):
    """Send what the section's first line sends, and give the body."""
    line = block_of(heading, "sh").splitlines()[0].replace(ADDRESS, server.url)
    sending = line.replace("--fail-with-body ", "").partition(" -o ")[0]
    command = ["sh", "-c", f"{sending} --noproxy '*' --silent --show-error"]
    return subprocess.run(command, check=True, cwd=ROOT, capture_output=True).stdout


def without_id(text):
    return re.sub(r"urn:gridwarp:request:[0-9a-f]{16}", "urn", text)


def test_every_block_is_known():
    """The code is run by test_snippets; below are two answers as JSON, one as text, and a configuration."""
    others = [block.mark for block in BLOCKS if block.mark in {"", "json"}]
    assert sorted(others) == ["", "", "json", "json"]
    assert "proxy_http_version 1.1;" in block_of("Streaming", "")


@pytest.mark.parametrize("heading", SHAPES)
def test_the_zip_holds_the_pictures_that_are_shown(heading, server):
    batch = open_zip(answer_to(heading, server))
    table = re.search(r"^\|.*\n\|[-|]+\|\n\|.*\n", section(heading), re.MULTILINE)[0]
    heads, _, cells = (line.split("|")[1:-1] for line in table.splitlines())
    shown = {
        head.strip().partition(":")[0]: PAGE.parent / re.search(r"\((\S+\.png)\)", cell)[1]
        for head, cell in zip(heads, cells, strict=True)
        if head.strip() != "sent"
    }
    assert list(shown) == batch.names
    for path, made in zip(shown.values(), batch.pictures.values(), strict=True):
        with Image.open(path) as expected, Image.open(io.BytesIO(made)) as picture:
            assert expected.mode == picture.mode
            np.testing.assert_array_equal(np.asarray(picture), np.asarray(expected))


def test_the_manifest_shown_is_that_of_the_answer(server):
    batch = open_zip(answer_to("The ZIP", server))
    shown = block_of("The ZIP", "json")
    assert json.loads(without_id(shown)) == json.loads(without_id(json.dumps(batch.manifest)))
    assert re.findall(r'"(\w+)":', shown) == re.findall(r'"(\w+)":', json.dumps(batch.manifest))


def test_every_member_of_the_manifest_is_explained():
    told = [name for row in rows("The ZIP", "member") for name in row[0].split(", ")]
    items = json.loads(block_of("The ZIP", "json"))["items"]
    assert told == [*dict.fromkeys(name for item in items for name in item), "failed"]


def test_the_parts_shown_are_those_of_the_answer(server):
    answer = answer_to("multipart/mixed", server)
    shown = parts_of(block_of("multipart/mixed", ""))
    made = parts_of(answer.decode("latin-1").replace("\r\n", "\n"))
    assert [head for head, _ in shown] == [head for head, _ in made]
    (_, picture), (_, problem) = shown
    assert picture == "…"
    assert problem.endswith(", …}")
    assert made[1][1].startswith(problem.removesuffix("…}"))


def parts_of(text):
    """Take a multipart body apart into the heads and the contents of its parts."""
    delimiter = text.partition("\n")[0]
    begin, *parts, end = text.strip().split(delimiter)
    assert (begin, end) == ("", "--")
    return [tuple(part.strip().split("\n\n", 1)) for part in parts]


def test_a_part_has_the_headers_of_the_picture_alone(server):
    """All that tell about the picture; Content-Disposition tells of the container, too."""
    (head, _), _ = parts_of(block_of("multipart/mixed", ""))
    told = message_from_string(head, policy=policy.HTTP)
    alone = server.warp((ROOT / "docs/pictures/specs/cat.png").read_bytes(), "op=flip:horizontal").headers
    common = {name.lower() for name in told} & set(alone) - {"content-disposition"}
    assert {"content-type", "warp-source-size", "warp-output-size", "warp-matrix"} <= common
    assert all(told[name] == alone[name] for name in common)


def test_the_problem_shown_is_the_answer_of_fail(server):
    body = answer_to("A picture that fails", server).decode()
    assert json.loads(without_id(body)) == json.loads(without_id(block_of("A picture that fails", "json")))


def test_the_shapes_are_those_of_the_code():
    for heading, (pictures_sent, specs) in zip(SHAPES, [(3, 1), (1, 3), (3, 3)], strict=True):
        assert len(pair_up(pictures_sent, specs, max_items=3)) == 3
        assert heading in TEXT


def test_the_limits_are_those_of_the_settings():
    told = {name: default for name, default, _ in rows("Limits and refusals", "setting")}
    fields = ("max_body_bytes", "max_items", "max_batch_pixels", "max_held_pixels")
    assert told == {f"GRIDWARP_{name.upper()}": str(Settings.model_fields[name].default) for name in fields}
    named = set(re.findall(r"GRIDWARP_(\w+)", TEXT))
    assert named <= set(map(str.upper, Settings.model_fields))
    assert f"client_max_body_size {Settings.model_fields['max_body_bytes'].default // MEBI}m;" in TEXT
    assert f"more than {MAX_SPEC_BYTES // 1024} KiB" in TEXT
    assert f"\n  {KEPT_BYTES // MEBI} MiB for each request" in TEXT


def ask_while_busy(server):
    with held_slot(server):
        return ask(server, [WHOLE] * 2, TURN)


LARGE = files.png(pictures.random(700, 500, 3), files.RGB)
NOTHING = {"content": wire.form(), "headers": {"Content-Type": wire.FORM}}
CUT = {"content": wire.form(wire.file_part("image", WHOLE))[:-10], "headers": {"Content-Type": wire.FORM}}
REFUSED = {
    "empty-body": lambda server: server.client.post("/v1/warp", **NOTHING),
    "malformed-request": lambda server: server.client.post("/v1/warp", **CUT),
    "upload-too-large": lambda server: ask(server, [LARGE], TURN),
    "batch-too-large": lambda server: ask(server, [WHOLE] * 4, TURN),
    "wrong-counts": lambda server: ask(server, [WHOLE] * 2, [TURN] * 3),
    "spec-missing": lambda server: ask(server, [WHOLE] * 2),
    "spec-given-twice": lambda server: ask(server, [WHOLE] * 2, TURN, query="?op=rotate:30"),
    "invalid-spec": lambda server: ask(server, [WHOLE], [TURN, {"ops": [{"op": "rotat"}]}]),
    "overloaded": ask_while_busy,
}
"""For every code of the table, a request that is answered with it, by a service of small limits."""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    log = tmp_path_factory.mktemp("small") / "log"
    with running(log, workers=1, queue=0, max_items=3, max_body_bytes=1_000_000) as server:
        yield server


def told_refusals():
    return {code: int(row[0]) for row in rows("Limits and refusals", "status") for code in row[1].split(", ")}


def test_every_refusal_of_the_table_is_tried():
    assert told_refusals().keys() == REFUSED.keys()
    of_one_picture = {"unsupported-media-type", "unsupported-image", "undecodable-image", "image-too-large"}
    of_any_request = {"token-missing", "token-wrong", "upload-too-slow", "deadline-exceeded", "draining"}
    told = REFUSED.keys() | of_one_picture | of_any_request | {"impossible-geometry", "map-missing"}
    assert told == {problem.code for problem in PROBLEMS.values()}


@pytest.mark.parametrize("code", REFUSED)
def test_a_refusal_is_what_the_service_answers(code, small):
    pointers = ["/1/ops/0/op"] if code == "invalid-spec" else []
    assert "`/1/ops/0/op` points into the second one" in TEXT
    wire.check_problem(REFUSED[code](small), told_refusals()[code], code, *pointers)


def test_what_it_tells_to_run_is_there():
    for path in re.findall(r"`python -m pytest -s (\S+)`", TEXT):
        assert (ROOT / path).is_file()
