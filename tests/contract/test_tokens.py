"""With tokens set, the service answers those who have one; and says so before it has read anything."""

import pytest

from tests.contract import wire
from tests.contract.server import running
from tests.contract.wire import check_problem

OLD, NEW = "old-token-0123456789", "new-token-0123456789"
TURN = "op=rotate:10"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    log = tmp_path_factory.mktemp("guarded") / "log"
    pages = "api,metrics,docs"
    with running(log, tokens=f"{OLD},{NEW}", token_pages=pages, log_level="info") as server:
        yield server
        assert OLD not in server.log
        assert "wrong-token" not in server.log


@pytest.mark.parametrize("token", [OLD, NEW])
def test_either_token_opens(guarded, picture_png, token):
    headers = {"Authorization": f"Bearer {token}"}
    assert guarded.warp(picture_png, TURN, headers=headers).status_code == 200
    assert guarded.client.get("/metrics", headers=headers).status_code == 200
    assert guarded.client.get("/openapi.json", headers=headers).json()["components"]["securitySchemes"]


def test_without_one_nothing_is_read(guarded):
    head = {"Content-Length": 1 << 20, "Expect": "100-continue"}
    with wire.connected(guarded.port) as connection:
        connection.sendall(wire.request(f"/v1/warp?{TURN}", head))
        answer = wire.read_answer(connection)
        check_problem(answer, 401, "token-missing")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_wrong_one_is_403(guarded, picture_png):
    answer = guarded.warp(picture_png, TURN, headers={"Authorization": "Bearer wrong-token-0123456"})
    check_problem(answer, 403, "token-wrong")


@pytest.mark.parametrize(
    "path",
    ["/v1/limits", "/metrics", "/", "/playground/main.js", "/docs", "/docs/init.js", "/openapi.json", "/version"],
)
def test_what_is_protected(guarded, path):
    check_problem(guarded.client.get(path), 401, "token-missing")


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_checks_need_none(guarded, path):
    assert guarded.client.get(path).status_code == 200


def test_by_default_the_pages_are_open(tmp_path, picture_png):
    with running(tmp_path / "log", tokens=NEW, processes=1) as server:
        for path in ("/", "/playground/main.js", "/docs", "/openapi.json", "/version"):
            assert server.client.get(path).status_code == 200
        for answer in (server.warp(picture_png, TURN), server.client.get("/metrics")):
            check_problem(answer, 401, "token-missing")
