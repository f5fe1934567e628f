"""503: no room now. The refusal is quick and says when to come again, and the health checks never see it."""

import re
import select
import time

import pytest

from tests.contract import wire
from tests.contract.conftest import SMALL_BODY
from tests.contract.holding import BIG_SOURCE, held_slot, slow_reader, soon
from tests.contract.server import running, wait_for
from tests.contract.wire import check_problem
from tests.reliability.numbers import number

PATIENCE = 20  # seconds


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
            assert 7 <= int(answer.headers["retry-after"]) <= 21
            assert "the queue is full" in problem["detail"]
    assert soon(lambda: narrow.warp(picture_png, "op=identity"), 200)


def test_the_refusal_comes_before_the_body(narrow, picture_png):
    """It is not read, so its faults are not told, nor is the client's time wasted with sending it."""
    with held_slot(narrow), wire.connected(narrow.port) as connection:
        connection.sendall(wire.request("/v1/warp?op=rotat", {"Content-Length": 1 << 20, "Expect": "100-continue"}))
        check_problem(wire.read_answer(connection), 503, "overloaded")


def test_health_is_answered_while_all_slots_are_held(narrow, picture_png):
    with held_slot(narrow):
        check_problem(narrow.warp(picture_png, "op=identity"), 503, "overloaded")
        for path in ("/livez", "/readyz", "/version"):
            started = time.perf_counter()
            assert narrow.client.get(path).status_code == 200
            assert time.perf_counter() - started < 1
        check_problem(narrow.warp(picture_png, "op=identity"), 503, "overloaded")
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


def test_a_client_that_reads_slowly_holds_no_slot(narrow, picture_png):
    """What it does not take waits for it; others go on."""
    with slow_reader(narrow):
        for _ in range(3):
            assert soon(lambda: narrow.warp(picture_png, "op=identity"), 200)


def read_all(connection):
    while connection.recv(1 << 20):
        pass


def test_a_request_waits_for_memory(tmp_path, picture_png):
    """There is a slot, but the pictures do not fit beside those of one who reads slowly, until it loses its answer."""
    with running(tmp_path / "log", processes=1, workers=1, queue=1, picture_memory=1) as server:
        started = time.perf_counter()
        with slow_reader(server) as reader:
            assert soon(lambda: server.warp(picture_png, "op=identity"), 200)
            assert time.perf_counter() - started > 0.5, "it has its time to read"
            reader.settimeout(PATIENCE)
            with pytest.raises(ConnectionError):
                read_all(reader)
        assert 'gridwarp_cut_short_total{reason="client-too-slow"} 1.0' in server.client.get("/metrics").text


@pytest.mark.parametrize("announced", [True, False], ids=["Content-Length", "chunked"])
def test_budget_of_uploads(small_server, picture_png, announced):
    """It holds one body of the largest size, of which one that comes slowly has sent all but a few bytes."""
    header = {"Content-Length": SMALL_BODY} if announced else {"Transfer-Encoding": "chunked"}
    sent = bytes(SMALL_BODY - 100)
    with wire.connected(small_server.port) as slow:
        slow.sendall(wire.request("/v1/warp?op=identity", header))
        slow.sendall(sent if announced else b"%x\r\n%s\r\n" % (len(sent), sent))
        wait_for(lambda: number(small_server, "upload_bytes") == len(sent))  # a picture in between would refuse it
        full = small_server.warp(picture_png, "op=identity")
        problem = check_problem(full, 503, "overloaded")
        assert f"hold {len(sent)} bytes and this one needs {len(picture_png)} more" in problem["detail"]
        assert f"at most {SMALL_BODY} are held at once (GRIDWARP_UPLOAD_BUDGET)" in problem["detail"]
        assert 7 <= int(full.headers["retry-after"]) <= 21
        assert small_server.client.get("/livez").status_code == 200
    soon(lambda: small_server.warp(picture_png, "op=identity"), 200)


def test_who_only_announces_a_body_takes_no_room(small_server, picture_png):
    with wire.connected(small_server.port) as silent:
        silent.sendall(wire.request("/v1/warp?op=identity", {"Content-Length": SMALL_BODY, "Expect": "100-continue"}))
        assert silent.recv(12) == b"HTTP/1.1 100"  # the service waits for it
        for _ in range(3):
            assert small_server.warp(picture_png, "op=identity").status_code == 200


def test_budget_of_uploads_is_free_again_once_the_picture_is_decoded(tmp_path, picture_png):
    """Who reads slowly holds none of the room for uploads, which his body filled to the last byte."""
    room = len(BIG_SOURCE)
    with (
        running(tmp_path / "log", max_body_bytes=room, upload_budget=room, processes=1, workers=2) as server,
        slow_reader(server),
    ):
        assert server.warp(picture_png, "op=identity").status_code == 200
