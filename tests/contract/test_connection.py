"""What comes before there is a request: heads that are too long, too slow, or no HTTP."""

import contextlib
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest

from service.connection import HEAD_SECONDS, LONGEST_HEAD
from tests.contract import wire

LIVE = wire.request("/livez", {}, method="GET")


def refused(connection, status):
    answer = wire.read_answer(connection)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"
    document = json.loads(answer.body)
    assert document["status"] == status
    assert document["detail"]
    return document["detail"]


@pytest.mark.parametrize("what", [b"\x16\x03\x01\x02\x00\x01\x00\x01", b"hello\r\n\r\n", b"GET / HTTP/9.9.9\r\n\r\n"])
def test_what_is_no_http_is_told_so(server, what):
    with wire.connected(server.port) as connection:
        connection.sendall(what)
        refused(connection, 400)
        assert connection.recv(1) == b""


@pytest.mark.parametrize("names", [1, 20_000])
def test_a_head_has_a_longest_size(server, names):
    """As one header or as very many."""
    header = b"x: " + b"y" * (2 * LONGEST_HEAD // names) + b"\r\n"
    with wire.connected(server.port) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n")
        with contextlib.suppress(OSError):  # the refusal may cut it off
            connection.sendall(header * names)
        assert str(LONGEST_HEAD) in refused(connection, 431)
    assert server.client.get("/livez").status_code == 200


def test_a_head_as_long_as_allowed_passes(server):
    header = b"x: " + b"y" * (LONGEST_HEAD - 2000) + b"\r\n"
    with wire.connected(server.port) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n")
        assert wire.read_answer(connection, "GET").status == 200


def heard(port, what, after):
    """Send what goes before, then a part of a head, of which a byte comes now and then; give when what is heard."""
    with wire.connected(port) as connection:
        if after:
            connection.sendall(after)
            assert wire.read_answer(connection, "GET").status == 200
        began = time.monotonic()
        connection.sendall(what)
        connection.settimeout(0.5)
        while time.monotonic() - began < HEAD_SECONDS + 10:
            try:
                connection.recv(1, socket.MSG_PEEK)
                break
            except TimeoutError:
                if what:
                    connection.sendall(b"x")
        waited = time.monotonic() - began
        connection.settimeout(10)
        return waited, refused(connection, 408) if what else connection.recv(1)


def test_a_head_has_a_time(server):
    """Also if a byte of it comes now and then, and for the second request of a connection."""
    cases = list(product([b"GET /livez HTTP/1.1\r\nHost", b""], [b"", LIVE]))
    with ThreadPoolExecutor(len(cases)) as clients:  # all wait at once
        all_heard = list(clients.map(lambda case: heard(server.port, *case), cases))
    for (what, _), (waited, answer) in zip(cases, all_heard, strict=True):
        assert waited < HEAD_SECONDS + 5
        if what:
            assert waited > HEAD_SECONDS - 1
        else:
            assert answer == b""


@pytest.mark.parametrize(("length", "status"), [(65_000, 200), (66_000, 400)])
def test_an_address_has_less_than_64_kib(server, length, status):
    assert wire.exchange(server.port, wire.request(f"/livez?x={'y' * length}", {}, method="GET")).status == status
