"""Limits of a batch: results, pixels of them all, and pixels held at once. Each names its setting and both numbers."""

import pytest

from tests import files, pictures
from tests.contract import wire
from tests.contract.batches import TURN, ask, open_answer
from tests.contract.holding import held_slot
from tests.contract.server import running, wait_for
from tests.contract.wire import check_problem
from tests.reliability.numbers import number

SAME = {"ops": []}
HUNDRED = files.png(pictures.random(20, 5), files.GRAY)


@pytest.fixture(scope="module")
def limited(tmp_path_factory):
    """At most 3 results, 700 pixels in and out, and 250 held."""
    log = tmp_path_factory.mktemp("limited") / "log"
    with running(log, max_items=3, max_batch_pixels=700, max_held_pixels=250) as server:
        yield server
        assert server.log == ""


def test_as_many_results_as_are_allowed(limited):
    assert len(open_answer(ask(limited, [HUNDRED] * 3, SAME)).pictures) == 3
    assert len(open_answer(ask(limited, [HUNDRED], [SAME] * 3)).pictures) == 3


@pytest.mark.parametrize(("images", "specs"), [(4, 1), (1, 4), (4, 4)])
def test_one_result_too_many(limited, images, specs):
    problem = check_problem(ask(limited, [HUNDRED] * images, [SAME] * specs), 413, "batch-too-large")
    assert "at most 3 pictures" in problem["detail"]
    assert f"{images} and {specs}" in problem["detail"]
    assert "GRIDWARP_MAX_ITEMS" in problem["detail"]


@pytest.mark.parametrize("kind", ["pictures", "specs"])
def test_so_many_parts_that_the_form_is_not_read_to_its_end(limited, kind):
    part = wire.file_part("image", HUNDRED) if kind == "pictures" else wire.text_part("spec", "{}")
    answer = limited.client.post("/v1/warp", content=wire.form(*[part] * 50), headers={"Content-Type": wire.FORM})
    assert "GRIDWARP_MAX_ITEMS" in check_problem(answer, 413, "batch-too-large")["detail"]


def test_pixels_of_all_sources_and_outputs(limited):
    """Three sources of 100 pixels, and outputs of 100, 100 and 200 or 201: 700 or 701."""
    to_size = [{"ops": [], "canvas": {"width": width, "height": 1}} for width in (100, 100, 200, 201)]
    assert len(open_answer(ask(limited, [HUNDRED] * 3, [*to_size[:2], to_size[2]])).pictures) == 3
    answer = ask(limited, [HUNDRED] * 3, [*to_size[:2], to_size[3]])
    detail = check_problem(answer, 413, "batch-too-large")["detail"]
    assert "have 701 pixels; at most 700 are allowed (GRIDWARP_MAX_BATCH_PIXELS)" in detail


def test_one_source_of_several_results_counts_once(limited):
    sizes = [{"ops": [], "canvas": {"width": width, "height": 1}} for width in (300, 200, 100)]
    assert len(open_answer(ask(limited, [HUNDRED], sizes)).pictures) == 3
    sizes[0]["canvas"]["width"] = 301
    check_problem(ask(limited, [HUNDRED], sizes), 413, "batch-too-large")


def test_pixels_held_at_once(limited):
    """Only with on_error=fail are all sources held; one source of several results is held once."""
    assert len(open_answer(ask(limited, [HUNDRED] * 3, SAME)).pictures) == 3
    answer = ask(limited, [HUNDRED] * 3, SAME, query="?on_error=fail")
    detail = check_problem(answer, 413, "batch-too-large")["detail"]
    assert (
        "hold all sources, for on_error=fail: 300 pixels; at most 250 are allowed (GRIDWARP_MAX_HELD_PIXELS)" in detail
    )
    assert len(open_answer(ask(limited, [HUNDRED] * 2, SAME, query="?on_error=fail")).pictures) == 2
    assert len(open_answer(ask(limited, [HUNDRED], [SAME] * 3, query="?on_error=fail")).pictures) == 3


def test_a_batch_takes_one_slot(tmp_path):
    with running(tmp_path / "log", workers=1, queue=0) as server:
        assert len(open_answer(ask(server, [HUNDRED] * 5, TURN)).pictures) == 5
        with held_slot(server):
            check_problem(ask(server, [HUNDRED] * 2, TURN), 503, "overloaded")


@pytest.mark.parametrize("query", ["", "?on_error=fail"])
def test_room_for_uploads_is_free_again_after_a_batch(tmp_path, query):
    body = 20 * len(HUNDRED)
    with running(tmp_path / "log", max_body_bytes=body, upload_budget=body, processes=1) as server:
        for _ in range(5):
            assert len(open_answer(ask(server, [HUNDRED] * 3, TURN, query=query)).pictures) == 3


def test_a_batch_that_nobody_reads_makes_room_for_other_uploads(tmp_path):
    """It would keep what was sent until its last picture is decoded, for as long as its client likes."""
    picture = files.png(pictures.random(400, 300, 3), files.RGB)
    body = wire.form(*[wire.file_part("image", picture)] * 8)
    limits = {"max_body_bytes": len(body), "upload_budget": len(body) + len(picture) // 2, "processes": 1}
    query = "op=scale:9&canvas=expand"
    with running(tmp_path / "log", **limits) as server, wire.connected(server.port, receive_buffer=4096) as slow:
        slow.sendall(wire.request(f"/v1/warp?{query}", {"Content-Type": wire.FORM, "Content-Length": len(body)}, body))
        wait_for(lambda: number(server, "requests_aside"))
        check_problem(server.warp(picture, "op=rotate:9"), 503, "overloaded")
        wait_for(lambda: server.warp(picture, "op=rotate:9").status_code == 200)
        assert number(server, "cut_short_total", reason="client-too-slow") == 1
