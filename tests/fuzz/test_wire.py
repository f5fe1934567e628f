"""Bytes that are hardly HTTP: each ends in an answer or a closed connection, and the service goes on as before."""

import contextlib
import re
import socket

import pytest

from service.connection import MOST_AHEAD
from tests.contract import wire
from tests.fuzz.seeds import PLAIN
from tests.fuzz.watched import HANGS

PICTURE = PLAIN[0]
WARP = "/v1/warp?op=flip:vertical"
LENGTH, CHUNKED = {"Content-Length": len(PICTURE)}, {"Transfer-Encoding": "chunked"}
CHUNKS = wire.in_chunks(PICTURE, 9)
SOUND = wire.request(WARP, LENGTH, PICTURE)
LIVEZ = wire.request("/livez", {}, method="GET")


def get(target, version="HTTP/1.1"):
    return f"GET {target} {version}\r\nHost: gridwarp\r\n\r\n".encode()


def post(headers, body=PICTURE):
    """A warp whose header lines stand as they are."""
    return f"POST {WARP} HTTP/1.1\r\nHost: gridwarp\r\n{headers}\r\n\r\n".encode() + body


def chunked(body):
    return post("Transfer-Encoding: chunked", body)


REFUSED = {
    "every byte": bytes(range(256)) * 4,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/3.0": get("/livez", "HTTP/3.0"),
    "line feeds alone": b"GET /livez HTTP/1.1\nHost: gridwarp\n\n",
    "NUL in the target": get("/liv\0ez"),
    "space in the target": get("/livez x"),
    "target of 200 KB": get("/" + "a" * 200_000),
    "CONNECT": b"CONNECT gridwarp:1 HTTP/1.1\r\nHost: gridwarp\r\n\r\n",
    "header without a colon": post("nonsense"),
    "folded header": post("X: a\r\n b"),
    "NUL in a header": post("X: a\0b"),
    "length below 0": post("Content-Length: -1"),
    "length beyond 64 bits": post("Content-Length: 99999999999999999999"),
    "length in hexadecimal": post("Content-Length: 0x10"),
    "two lengths": post("Content-Length: 1\r\nContent-Length: 2"),
    "length and chunks": post(f"Content-Length: {len(PICTURE)}\r\nTransfer-Encoding: chunked", CHUNKS),
    "unknown coding": post("Transfer-Encoding: gzip"),
    "chunk without a size": chunked(b"zz\r\n" + PICTURE),
    "chunk below 0": chunked(b"-5\r\nabcde\r\n0\r\n\r\n"),
    "chunk beyond 64 bits": chunked(b"f" * 18 + b"\r\n" + PICTURE),
}  # fmt: skip
"""None of these is HTTP; the server says so and closes. What would be read in two ways is never read in one."""

FOLLOWED_BY_GARBAGE = {
    "a length that is too short": (post(f"Content-Length: {len(PICTURE) - 9}"), 200),
    "garbage": (LIVEZ + b"garbage\r\n\r\n", 200),
    "half a head and garbage": (LIVEZ + b"GET /livez HTTP/1.1\r\n\0\r\n\r\n", 200),
    "two requests and garbage": (LIVEZ * 2 + b"garbage\r\n\r\n", 200),
}
"""The request is answered; the connection is closed behind it."""

TAKEN = {
    "no version": (b"GET /livez\r\n\r\n", 200),
    "absolute target": (get("http://elsewhere/livez"), 200),
    "target *": (b"OPTIONS * HTTP/1.1\r\nHost: gridwarp\r\n\r\n", 404),
    "dots": (get("/../../etc/passwd"), 404),
    "HTTP/1.0": (wire.request(WARP, LENGTH, PICTURE, version="1.0"), 200),
    "chunks in HTTP/1.0": (wire.request(WARP, CHUNKED, CHUNKS, version="1.0"), 200),
    "chunks of a byte": (chunked(wire.in_chunks(PICTURE, 1)), 200),
    "chunk with a long extension": (chunked(b"5;" + b"x" * 50_000 + b"\r\nabcde\r\n0\r\n\r\n"), 415),
    "unknown expectation": (post(f"Expect: 200-maybe\r\nContent-Length: {len(PICTURE)}"), 200),
    "upgrade": (post(f"Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: {len(PICTURE)}"), 400),
    "5000 headers": (post("X: a\r\n" * 5000 + f"Content-Length: {len(PICTURE)}"), 200),
    "header of 200 KB": (post(f"X: {'a' * 200_000}\r\nContent-Length: {len(PICTURE)}"), 200),
}  # fmt: skip
"""Unusual, but HTTP."""

BROKEN_OFF = {
    "nothing": b"",
    "empty lines": b"\r\n" * 50,
    "half a request line": b"POST /v1/wa",
    "half a header": SOUND[:40],
    "headers without an end": SOUND.partition(b"\r\n\r\n")[0],
    "headers alone": SOUND.partition(b"\r\n\r\n")[0] + b"\r\n\r\n",
    "half a body": SOUND[:-20],
    "length too long": post(f"Content-Length: {len(PICTURE) + 100}"),
    "half a chunk": chunked(wire.in_chunks(PICTURE, 100)[:-30]),
    "chunks without an end": chunked(wire.in_chunks(PICTURE, 100)[:-5]),
}
"""The client leaves before the request is whole."""


@pytest.fixture(autouse=True)
def _goes_on(watched):
    yield
    assert watched.verdict(SOUND) == "200"


def status_of(received):
    version, _, rest = received.partition(b" ")
    assert version in {b"HTTP/1.1", b"HTTP/1.0"}, received[:100]
    return int(rest[:3])


def received_from(port, sent, *, leaves=False):
    """Send bytes and read until the server closes the connection."""
    with wire.connected(port) as connection:
        connection.settimeout(HANGS)
        received = b""
        with contextlib.suppress(ConnectionError):  # it may have closed before all was sent
            connection.sendall(sent)
            if leaves:
                connection.shutdown(socket.SHUT_WR)
            while data := connection.recv(65536):
                received += data
        return received


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_http_is_refused_and_the_connection_closed(watched, name):
    received = received_from(watched.port, REFUSED[name])
    assert status_of(received[received.rindex(b"HTTP/1.1 ") :]) == 400
    assert received.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("name", FOLLOWED_BY_GARBAGE)
def test_what_was_asked_before_is_answered(watched, name):
    sent, status = FOLLOWED_BY_GARBAGE[name]
    received = received_from(watched.port, sent)
    assert status_of(received) == status
    assert received.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in received


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_unusual_has_an_answer(watched, name):
    sent, status = TAKEN[name]
    assert wire.exchange(watched.port, sent).status == status


@pytest.mark.parametrize("name", BROKEN_OFF)
def test_client_that_leaves_early_is_forgotten(watched, name):
    received = received_from(watched.port, BROKEN_OFF[name], leaves=True)
    assert not received or 400 <= status_of(received) < 500


def test_requests_one_behind_the_other_are_answered_in_order(watched):
    last = wire.request("/livez", {"Connection": "close"}, method="GET")
    received = received_from(watched.port, (LIVEZ + SOUND) * 20 + last)
    assert re.findall(rb"HTTP/1\.1 (\d+)", received) == [b"200"] * 41
    assert re.findall(rb"content-type: (\S+)", received) == [b"application/json", b"image/png"] * 20 + [
        b"application/json"
    ]


def test_no_more_than_so_many_are_taken_ahead(watched):
    """All of them within one packet or two: others wait until these are read."""
    received = received_from(watched.port, b"GET /livez HTTP/1.1\r\n\r\n" * 20_000)
    assert 1 <= received.count(b"HTTP/1.1 200 OK") <= MOST_AHEAD + 1
    assert received.count(b"HTTP/1.1 ") == received.count(b"HTTP/1.1 200 OK")


def test_clients_that_never_go_on_keep_nobody_waiting(watched):
    with contextlib.ExitStack() as opened:
        for sent in list(BROKEN_OFF.values()) * 6:
            opened.enter_context(wire.connected(watched.port)).sendall(sent)
        assert watched.verdict(LIVEZ) == "200"
