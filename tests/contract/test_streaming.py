"""The answer leaves while it is being made; whoever leaves early stops the work; a broken answer looks broken."""

import http.client
import time

import numpy as np
import pytest

from tests import files, pictures
from tests.contract import one_warp, wire
from tests.contract.holding import soon
from tests.contract.instrumented_server import instrumented_server
from tests.contract.server import wait_for
from tests.reliability.numbers import number

SOURCE = files.png(pictures.random(64, 48, 3), files.RGB)
LARGE = "/v1/warp?op=rotate:10&canvas=2000x2000&border=wrap"  # 12 MB of pixels
HUGE = "/v1/warp?op=rotate:10&canvas=3000x3000&border=wrap"  # more than all the buffers on the way


def post(target, **options):
    return wire.request(target, {"Content-Length": len(SOURCE)}, SOURCE, **options)


def until_idat(connection):
    """Read up to the end of the first IDAT's name, which is followed by pixels."""
    seen = b""
    while b"IDAT" not in seen:
        received = connection.recv(4096)
        assert received, "the answer ended before any pixels"
        seen += received
    return seen


def rest(connection):
    return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def test_first_pixels_arrive_before_the_last_strip_is_begun(watched, tmp_path):
    """The engine stands still before its last strip until the client has seen pixels."""
    flag = tmp_path / "pixels_seen"
    with watched(waits_at="last strip", until=str(flag)) as (server, events):
        with wire.connected(server.port) as connection:
            connection.sendall(post(LARGE))
            until_idat(connection)
            assert "goes on" not in events()
            flag.touch()
            while b"0\r\n\r\n" not in connection.recv(1 << 16):
                pass
        strips = int(events()[0].split()[-1])
        assert strips == 16
        expected = [f"strip {number} of {strips}" for number in range(1, strips + 1)]
        # Two workers make strips at once.
        assert sorted(events()) == sorted([*expected, "waits", "goes on"])
        assert events().index("goes on") < events().index(expected[-1])


def test_the_whole_of_a_streamed_picture_is_right(watched):
    with watched() as (server, events):
        answer = server.client.post(HUGE.replace("rotate:10", "translate:5,7"), content=SOURCE)
        rows, columns = (np.arange(3000) - 7) % 48, (np.arange(3000) - 5) % 64
        np.testing.assert_array_equal(
            one_warp.pixels(answer.content), one_warp.pixels(SOURCE)[rows[:, np.newaxis], columns]
        )
        idats = [content for kind, content in wire.png_chunks(answer.content) if kind == b"IDAT"]
        assert len(idats) == len(events()) + 2  # one a strip, the stream's head, and its checksum


def test_large_results_are_chunked_and_small_ones_have_a_length(server):
    large, small = (server.client.post(target, content=SOURCE) for target in (LARGE, "/v1/warp?op=identity"))
    assert large.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in large.headers
    assert "transfer-encoding" not in small.headers
    assert int(small.headers["content-length"]) == len(small.content)


@pytest.mark.parametrize("target", [LARGE, "/v1/warp?op=identity"], ids=["large", "small"])
def test_http_1_0_gets_a_length(server, target):
    """Where a chunked answer is not understood, only the length tells a whole one from a cut one."""
    new = wire.exchange(server.port, post(target))
    with wire.connected(server.port) as connection:
        connection.sendall(post(target, version="1.0"))
        head, _, body = rest(connection).partition(b"\r\n\r\n")  # to the end: the server hangs up
    headers = head.lower().split(b"\r\n")
    assert b"content-length: %d" % len(new.body) in headers
    assert not any(line.startswith(b"transfer-encoding") for line in headers)
    assert body == new.body


@pytest.mark.parametrize("how", ["after the first pixels", "after the request"])
def test_a_client_that_leaves_frees_its_slot_and_stops_the_work(watched, how):
    with watched() as (server, events):
        with wire.connected(server.port, receive_buffer=4096) as connection:
            connection.sendall(post(HUGE))
            if how == "after the first pixels":
                until_idat(connection)
            else:
                wait_for(events)
        soon(lambda: server.warp(SOURCE, "op=identity"), 200)
        strips = int(events()[0].split()[-1])
        assert f"strip {strips} of {strips}" not in events()
        assert server.log == ""


def test_a_client_that_reads_nothing_holds_the_work_back(watched):
    with watched() as (server, events), wire.connected(server.port, receive_buffer=4096) as connection:
        connection.sendall(post(HUGE))
        until_idat(connection)
        begun = -1
        while begun < len(events()):
            begun = len(events())
            time.sleep(0.5)  # far longer than a strip takes
        strips = int(events()[0].split()[-1])
        assert begun < strips / 2


@pytest.mark.parametrize("breaks_at", ["5", "last strip"])
def test_a_fault_after_the_first_byte_aborts_the_connection(breaking, breaks_at):
    """The status is spent; so the answer must not look whole: no last chunk, no IEND."""
    with breaking(at=breaks_at) as (server, events):
        with wire.connected(server.port) as connection:
            connection.sendall(post(LARGE))
            seen = rest(connection)
        strips = int(events()[-1].split()[-1])
        assert f"strip {strips if breaks_at == 'last strip' else breaks_at} of {strips}" in events()
        assert strips > 5
        assert seen.startswith(b"HTTP/1.1 200 ")
        assert b"IDAT" in seen
        assert b"IEND" not in seen
        assert not seen.endswith(b"\r\n0\r\n\r\n")
        with wire.connected(server.port) as connection:
            connection.sendall(post(LARGE))
            with pytest.raises(http.client.IncompleteRead):  # of a 503 nothing would be missing: the slot is free again
                wire.read_answer(connection)
    assert server.log.count(" ERROR ") == server.log.count("\nBrokenEngineError\n") == 2, "each is told once"


def test_a_fault_before_the_first_byte_is_a_500_that_tells_nothing(breaking):
    with breaking(at="1") as (server, _):
        answer = server.client.post(LARGE, content=SOURCE, headers={"X-Request-ID": "mine"})
        problem = wire.check_problem(answer, 500, "internal-error")
        assert answer.headers["connection"] == "close"
        assert "BrokenEngine" not in answer.text
        assert problem["instance"].endswith(":mine")
        assert number(server, "problems_total", code="internal-error") == 1
    assert "request mine failed" in server.log
    assert server.log.count(" ERROR ") == server.log.count("\nBrokenEngineError\n") == 1, "it is told once"


def test_a_fault_leaves_nothing_of_an_answer_of_http_1_0(breaking):
    with breaking(at="last strip") as (server, _):
        with wire.connected(server.port) as connection:
            connection.sendall(post(LARGE, version="1.0"))
            seen = rest(connection)
        assert seen.split(b"\r\n")[0].split()[1] == b"500"
        assert b"IDAT" not in seen


def test_sigterm_lets_a_running_answer_end(tmp_path, server):
    expected = server.client.post(LARGE, content=SOURCE).content
    flag = tmp_path / "flag"
    with instrumented_server(tmp_path) as other:
        other.begin({"waits_at": "last strip", "until": str(flag)})
        with other.server.client.stream("POST", LARGE, content=SOURCE) as answer:
            chunks = answer.iter_bytes()
            body = next(chunks)
            other.server.tell_to_stop()
            flag.touch()
            body += b"".join(chunks)
        assert body == expected
