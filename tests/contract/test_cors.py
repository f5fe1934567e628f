"""Pages of other origins: none may read an answer, unless the settings name it."""

import pytest

from tests.contract.server import running

PAGE = "https://page.example"
ASKS = {"Origin": PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
READABLE = {"warp-matrix", "content-disposition", "server-timing", "x-request-id", "retry-after"}


@pytest.fixture(scope="module")
def open_server(tmp_path_factory):
    log = tmp_path_factory.mktemp("cors") / "log"
    with running(log, cors_origins=f"{PAGE},http://localhost:8080", tokens="0123456789abcdef", processes=1) as server:
        yield server


def test_by_default_nothing_is_allowed(server, picture_png):
    answer = server.warp(picture_png, "op=identity", headers={"Origin": PAGE})
    assert [name for name in answer.headers if name.startswith("access-control")] == []
    assert server.client.options("/v1/warp", headers=ASKS).status_code == 405


def test_an_origin_that_is_named_may_read_the_answer_and_its_headers(open_server, picture_png):
    headers = {"Origin": PAGE, "Authorization": "Bearer 0123456789abcdef"}
    answer = open_server.warp(picture_png, "op=identity", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert {name.lower() for name in answer.headers["access-control-expose-headers"].split(", ")} >= READABLE
    assert "Origin" in answer.headers["vary"]
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("asked", [{}, {"Authorization": "Bearer wrong-wrong-wrong"}])
def test_and_the_refusals(open_server, picture_png, asked):
    answer = open_server.warp(picture_png, "op=identity", headers={"Origin": PAGE} | asked)
    assert answer.status_code in {401, 403}
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["x-request-id"]


def test_it_may_ask_beforehand_without_a_token(open_server):
    answer = open_server.client.options("/v1/warp", headers=ASKS)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "authorization" in answer.headers["access-control-allow-headers"].lower()


def test_another_origin_is_told_nothing(open_server):
    answer = open_server.client.get("/livez", headers={"Origin": "https://other.example"})
    assert "access-control-allow-origin" not in answer.headers
