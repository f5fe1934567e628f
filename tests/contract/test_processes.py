"""Several processes serve as one: connections are spread evenly, and what happens to one harms no other."""

import contextlib
import http.client
import os
import signal
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from service.loads import Load
from service.shared_table import BYTES
from tests import files, pictures
from tests.contract import wire
from tests.contract.holding import held_slot, slow_reader, soon
from tests.contract.server import running, wait_for

LIVE = wire.request("/livez", {}, method="GET")
RESET = struct.pack("ii", 1, 0)  # linger for no time: the connection is reset when it is closed


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    with running(tmp_path_factory.mktemp("pair") / "log", processes=2, workers=2, queue=0) as server:
        yield server
        assert len(server.children) == 2
        assert server.log == ""


def connections(server) -> list[int]:
    """Count the connections that each of the children has (man 5 proc, /proc/net/tcp)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {row[9] for row in rows if int(row[1].partition(":")[2], 16) == server.port}
    return [sum(inode in inodes for inode in _sockets(pid)) for pid in server.children]


def _sockets(pid):
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            yield str(file.readlink()).removeprefix("socket:[").rstrip("]")


def loads(server) -> list[Load]:
    """Read the table by which the parent chooses; it has no name, so it is found among the files of the parent."""
    size = len(server.children) * len(Load._fields) * BYTES
    for file in Path(f"/proc/{server.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            if str(file.readlink()).startswith("/memfd:gridwarp ") and file.stat().st_size == size:
                numbers = np.frombuffer(file.read_bytes(), np.uint64).reshape(-1, len(Load._fields))
                return [Load(*row) for row in numbers.tolist()]
    raise AssertionError("there is no such table")


def are_idle(server) -> bool:
    """Tell whether they have no connection, and have told so."""
    return connections(server) == [0, 0] and all(load == Load(taken=load.taken) for load in loads(server))


def expect_one_free_slot(server):
    """Wait until there is no more than the held request and an idle connection, each in its own process, and known."""
    metrics = wire.request("/metrics", {"Connection": "close"}, method="GET")

    def only_one_is_at_work():
        with wire.connected(server.port) as connection:
            connection.sendall(metrics)
            return b"\ngridwarp_slots_in_use 1.0\n" in wire.read_answer(connection, "GET").body

    wait_for(only_one_is_at_work)
    wait_for(lambda: sorted(load[1:] for load in loads(server)) == [(1, 0), (1, 1)])


def expect_even_split(server, count):
    """Open connections, ask over each, and see that no process has got two more than it should."""
    wait_for(lambda: are_idle(server))
    with contextlib.ExitStack() as stack:
        for connection in [stack.enter_context(wire.connected(server.port)) for _ in range(count)]:
            connection.sendall(LIVE)
            assert wire.read_answer(connection, "GET").status == 200
        split = connections(server)
    assert sum(split) == count
    assert max(split) - min(split) <= 2


def test_no_process_shares_equations_out_among_threads(pair):
    """What that does to a spline is seen only where there are several processors; see test_same_bytes."""
    environments = [Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") for pid in pair.children]
    assert [b"OPENBLAS_NUM_THREADS=1" in environment for environment in environments] == [True, True]


def test_connections_that_stay_are_spread_evenly(pair):
    for _ in range(3):
        expect_even_split(pair, 8)


def test_many_that_come_and_go_are_all_answered_and_counted_out_again(pair):
    closing = wire.request("/livez", {"Connection": "close"}, method="GET")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: wire.exchange(pair.port, closing), range(400)))
    assert [answer.status for answer in answers] == [200] * 400
    expect_even_split(pair, 8)


@pytest.mark.parametrize("are_slow", [False, True])
def test_many_that_leave_at_once_are_counted_out_too(pair, are_slow):
    """Also those who have left before the child that gets them has seen them."""
    before = sum(load.taken for load in loads(pair))
    for child in pair.children if are_slow else []:
        os.kill(child, signal.SIGSTOP)
    for number in range(200):
        with wire.connected(pair.port) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            if number % 2:
                connection.sendall(LIVE[: number // 10])
    time.sleep(0.5)  # in which the parent hands over the last of them
    for child in pair.children:
        os.kill(child, signal.SIGCONT)
    wait_for(lambda: sum(load.taken for load in loads(pair)) == before + 200)
    expect_even_split(pair, 8)


def test_a_request_goes_where_no_other_is_at_work(pair, picture_png):
    """Each has one worker and nobody may wait: beside a held one, the other must get all that come."""
    request = wire.request("/v1/warp?op=identity", {"Content-Length": len(picture_png)}, picture_png)
    wait_for(lambda: are_idle(pair))
    with held_slot(pair), contextlib.ExitStack() as stack:
        wait_for(lambda: sorted(connections(pair)) == [0, 1])
        idle = stack.enter_context(wire.connected(pair.port))
        idle.sendall(LIVE)
        assert wire.read_answer(idle, "GET").status == 200
        for _ in range(10):
            expect_one_free_slot(pair)
            assert wire.exchange(pair.port, request).status == 200
        expect_one_free_slot(pair)
        with held_slot(pair):
            wire.check_problem(wire.exchange(pair.port, request), 503, "overloaded")
    soon(lambda: pair.warp(picture_png, "op=identity"), 200)


def test_both_tell_the_same_of_themselves(pair):
    with wire.connected(pair.port) as one, wire.connected(pair.port) as other:
        for path in ("/livez", "/readyz", "/version"):
            told = []
            for connection in (one, other):
                connection.sendall(wire.request(path, {}, method="GET"))
                told.append(wire.read_answer(connection, "GET"))
            assert told[0].body == told[1].body
            assert told[0].headers["x-request-id"] != told[1].headers["x-request-id"]


def test_children_take_no_notice_of_signals(pair):
    children = pair.children
    for child in children:
        os.kill(child, signal.SIGINT)
        os.kill(child, signal.SIGTERM)
    expect_even_split(pair, 4)
    assert pair.children == children


def test_a_process_that_dies_is_replaced(tmp_path, picture_png):
    request = wire.request("/v1/warp?op=identity", {"Content-Length": len(picture_png)}, picture_png)
    with running(tmp_path / "log", processes=2, workers=2) as server:
        dead, alive = server.children
        os.kill(dead, signal.SIGKILL)
        wait_for(lambda: dead not in server.children)
        assert [wire.exchange(server.port, request).status for _ in range(10)] == [200] * 10
        wait_for(lambda: len(server.children) == 2 and alive in server.children)
        wait_for(lambda: _is_split_evenly(server))
        [line] = server.log.splitlines()
        assert line.endswith("ERROR gridwarp.processes: a process has ended (SIGKILL); another one takes its place")


def _is_split_evenly(server):
    with contextlib.suppress(AssertionError):
        expect_even_split(server, 8)
        return True


def test_requests_are_finished_and_none_is_begun_when_the_service_stops(tmp_path, picture_png):
    """Until the last is finished, whoever comes is told that the service stops, and health checks are answered."""
    with running(tmp_path / "log", processes=2, workers=2) as server, slow_reader(server) as reader:
        with wire.connected(server.port) as idle:
            idle.sendall(LIVE)
            assert wire.read_answer(idle, "GET").headers.get("connection") != "close"
            server.tell_to_stop()
            ready = wire.request("/readyz", {}, method="GET")
            wait_for(lambda: wire.exchange(server.port, ready).status == 503)
            wire.check_problem(wire.exchange(server.port, ready), 503, "draining")
            warp = wire.request("/v1/warp?op=identity", {"Content-Length": len(picture_png)}, picture_png)
            refusal = wire.exchange(server.port, warp)
            wire.check_problem(refusal, 503, "draining")
            assert 1 <= int(refusal.headers["retry-after"]) <= 3
            idle.sendall(LIVE)
            alive = wire.read_answer(idle, "GET")
            assert (alive.status, alive.headers["connection"]) == (200, "close")
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)  # from now on it reads fast
        answer = b"HTTP/1.1 200"
        while received := reader.recv(1 << 18):
            answer += received
        assert answer.endswith(b"IEND\xae\x42\x60\x82\r\n0\r\n\r\n")
        assert server.stop() == 0
        assert server.log == ""
        with pytest.raises(ConnectionRefusedError):
            wire.exchange(server.port, LIVE)


@pytest.mark.parametrize("processes", [1, 2])
def test_whoever_comes_while_it_starts_waits_and_is_served(tmp_path, processes):
    """With the machine code there; the upload is one that a balancer could not send again."""
    port = wire.free_port("127.0.0.1")
    picture = files.png(pictures.random(700, 900, 3), files.RGB)
    warp = wire.request("/v1/warp?op=flip:vertical", {"Content-Length": len(picture)}, picture)

    def upload():
        wait_for(lambda: wire.listens(port))
        return wire.exchange(port, warp).status

    with ThreadPoolExecutor(1) as uploading:
        answer = uploading.submit(upload)
        with running(tmp_path / "log", port=port, processes=processes, workers=2) as server:
            assert answer.result() == 200
    assert server.log == ""


@pytest.mark.parametrize("processes", [1, 2])
def test_whoever_goes_on_uploading_does_not_hold_up_a_stop(tmp_path, processes):
    """Each is refused, and listened to for a while, so that one always is; requests without a body are answered."""
    endless = wire.request("/v1/warp?op=identity", {"Content-Length": 1000}, b"x")
    statuses = []

    def upload(server):
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                with wire.connected(server.port) as connection:
                    connection.sendall(endless)
                    statuses.append(wire.read_answer(connection).status)
                    time.sleep(1)

    with running(tmp_path / "log", processes=processes, workers=2, shutdown_grace=30) as server:
        with slow_reader(server) as reader, ThreadPoolExecutor(4 * processes) as uploading:
            server.tell_to_stop()
            wait_for(lambda: wire.exchange(server.port, LIVE).headers.get("connection") == "close")
            for _ in range(4 * processes):
                uploading.submit(upload, server)
                time.sleep(0.2)
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)  # from now on it reads fast
            assert b"".join(iter(lambda: reader.recv(1 << 18), b"")).endswith(b"\r\n0\r\n\r\n")
            began = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - began < 10
        assert server.log == ""
    assert set(statuses) == {503}
    assert len(statuses) >= 4 * processes


@pytest.mark.parametrize("processes", [1, 2])
def test_while_it_gives_notice_only_readyz_says_no(tmp_path, processes):
    """So that whoever spreads requests has time to see it, and none of those on their way is lost."""
    ready = wire.request("/readyz", {}, method="GET")
    picture = files.png(pictures.random(40, 30), files.GRAY)
    warp = wire.request("/v1/warp?op=rotate:20", {"Content-Length": len(picture)}, picture)
    with running(tmp_path / "log", processes=processes, workers=2, shutdown_notice=3) as server:
        assert wire.exchange(server.port, ready).status == 200
        server.tell_to_stop()
        wait_for(lambda: wire.exchange(server.port, ready).status == 503)
        answer = wire.exchange(server.port, warp)
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert server.stop() == 0
        assert server.log == ""
