"""503: no room now. The refusal is quick and says when to come again, and the health checks never see it."""

import contextlib
import re
import select
import time

import pytest

from tests import files, pictures
from tests.contract import wire
from tests.contract.conftest import SMALL_BODY
from tests.contract.server import running
from tests.contract.wire import check_problem

# 27 MB that do not shrink, from 200 KB: more than all the buffers between the server and a client that does not read.
BIG_SOURCE = files.png(pictures.random(256, 256, 3), files.RGB)
BIG = "/v1/warp?op=rotate:10&canvas=3000x3000&border=wrap&filter=nearest"
PATIENCE = 20  # seconds


@contextlib.contextmanager
def held_slot(server):
    """A client that has a big answer coming and does not read it."""
    with wire.connected(server.port, receive_buffer=4096) as connection:
        connection.sendall(wire.request(BIG, {"Content-Length": len(BIG_SOURCE)}, BIG_SOURCE))
        assert connection.recv(12) == b"HTTP/1.1 200"
        yield connection


def soon(send, status):
    """Ask again and again until the status comes; in between there is only 200 or 503."""
    give_up = time.monotonic() + PATIENCE
    while (answer := send()).status_code != status:
        assert answer.status_code in {200, 503}
        assert time.monotonic() < give_up
        time.sleep(0.02)
    return answer


@pytest.fixture(scope="module")
def narrow(tmp_path_factory):
    """One worker, and no queue in front of it."""
    log = tmp_path_factory.mktemp("narrow") / "log"
    with running(log, workers=1, queue=0, retry_after=7) as server:
        yield server
        assert server.log == ""


def test_no_worker_and_no_queue(narrow, picture_png):
    with held_slot(narrow):
        for _ in range(3):
            answer = narrow.warp(picture_png, "op=identity")
            problem = check_problem(answer, 503, "overloaded")
            assert answer.headers["retry-after"] == "7"
            assert "the queue is full" in problem["detail"]
    assert soon(lambda: narrow.warp(picture_png, "op=identity"), 200)


def test_faults_of_the_request_are_told_even_then(narrow, picture_png):
    with held_slot(narrow):
        check_problem(narrow.warp(picture_png, "op=rotat"), 422, "invalid-spec", "/ops/0/op")
        check_problem(narrow.warp(b"text", "op=identity"), 415, "unsupported-image")
    soon(lambda: narrow.warp(picture_png, "op=identity"), 200)


def test_health_is_answered_while_all_slots_are_held(narrow, picture_png):
    with held_slot(narrow):
        check_problem(narrow.warp(picture_png, "op=identity"), 503, "overloaded")
        for path in ("/livez", "/readyz", "/version"):
            started = time.perf_counter()
            assert narrow.client.get(path).status_code == 200
            assert time.perf_counter() - started < 1
    soon(lambda: narrow.warp(picture_png, "op=identity"), 200)


def test_who_waits_in_the_queue_is_served(tmp_path, picture_png):
    """One slot, held, and one place to wait: of two more clients one is refused at once, the other waits its turn."""
    request = wire.request("/v1/warp?op=identity", {"Content-Length": len(picture_png)}, picture_png)
    with (
        running(tmp_path / "log", workers=1, queue=1) as server,
        wire.connected(server.port) as one,
        wire.connected(server.port) as other,
    ):
        with held_slot(server):
            one.sendall(request)
            other.sendall(request)
            (refused,), _, _ = select.select([one, other], [], [], PATIENCE)
            check_problem(wire.read_answer(refused), 503, "overloaded")
            waiting = other if refused is one else one
            assert select.select([waiting], [], [], 0.2) == ([], [], [])
        answer = wire.read_answer(waiting)
        assert answer.status == 200
        assert float(re.match(r"queue;dur=([\d.]+), decode;dur=[\d.]+$", answer.headers["server-timing"])[1]) > 200


def test_who_leaves_the_queue_leaves_its_place(tmp_path, picture_png):
    """One slot, held, and one place to wait: when the client that waits there leaves, another can wait."""
    request = wire.request("/v1/warp?op=identity", {"Content-Length": len(picture_png)}, picture_png)
    with running(tmp_path / "log", workers=1, queue=1) as server, held_slot(server):
        with wire.connected(server.port) as leaver:
            leaver.sendall(request)
            assert select.select([leaver], [], [], 0.2) == ([], [], [])
        give_up = time.monotonic() + PATIENCE
        while True:
            with wire.connected(server.port) as newcomer:
                newcomer.sendall(request)
                if not select.select([newcomer], [], [], 0.5)[0]:
                    break  # it waits
                check_problem(wire.read_answer(newcomer), 503, "overloaded")
            assert time.monotonic() < give_up


@pytest.mark.parametrize("announced", [True, False], ids=["Content-Length", "chunked"])
def test_budget_of_uploads(small_server, picture_png, announced):
    """It holds one body of the largest size; a body of unknown size counts as that."""
    header = {"Content-Length": SMALL_BODY} if announced else {"Transfer-Encoding": "chunked"}
    with wire.connected(small_server.port) as slow:
        slow.sendall(wire.request("/v1/warp?op=identity", header | {"Expect": "100-continue"}))
        assert slow.recv(12) == b"HTTP/1.1 100"  # its place is taken, and the service waits for its body
        answer = small_server.warp(picture_png, "op=identity")
        problem = check_problem(answer, 503, "overloaded")
        assert f"hold {SMALL_BODY} bytes and this one needs {len(picture_png)}" in problem["detail"]
        assert f"at most {SMALL_BODY} are held at once (GRIDWARP_UPLOAD_BUDGET)" in problem["detail"]
        assert answer.headers["retry-after"] == "7"
        assert small_server.client.get("/livez").status_code == 200
    soon(lambda: small_server.warp(picture_png, "op=identity"), 200)


def test_budget_of_uploads_is_free_again_once_the_picture_is_decoded(tmp_path, picture_png):
    """Who reads slowly holds a worker, but none of the room for uploads, which his body filled to the last byte."""
    room = len(BIG_SOURCE)
    with (
        running(tmp_path / "log", max_body_bytes=room, upload_budget=room, processes=1, workers=2) as server,
        held_slot(server),
    ):
        assert server.warp(picture_png, "op=identity").status_code == 200
