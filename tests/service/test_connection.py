"""A connection with an application behind it that the test can hold up."""

import asyncio
import contextlib
from functools import partial

import pytest
import uvloop
from uvicorn import Config
from uvicorn.server import ServerState

from service import connection as subject
from service.connection import LONGEST_HEAD, MOST_AHEAD, Connection, abort
from service.record import record_of
from tests.service.asgi import answer_with

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
SOON = 0.1


@contextlib.asynccontextmanager
async def served(app, send_timeout=20.0):
    """A connection to an application: its two ends of the client's side."""
    config = Config(app, lifespan="off", log_config=None)
    make = partial(Connection, config, ServerState(), {}, send_timeout=send_timeout)
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    try:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname(), limit=1 << 16)
        yield reader, writer
    finally:
        writer.transport.abort()
        server.close()


def run(story):
    return uvloop.run(asyncio.wait_for(story(), 20))


async def rest_of(reader):
    """All that comes until the connection is closed or reset."""
    received = b""
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(1 << 16):
            received += piece
    return received


class Held:
    """An application that answers a half, and the rest when it is let go."""

    def __init__(self):
        self.go = asyncio.Event()
        self.began = asyncio.Event()
        self.scopes = []
        self.left = []

    async def __call__(self, scope, receive, send):
        self.scopes.append(scope)
        while (await receive()).get("more_body", False):
            pass
        leaving = asyncio.create_task(receive())
        leaving.add_done_callback(lambda done: self.left.append(done.result()["type"]))
        going = asyncio.create_task(self.go.wait())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half, ", "more_body": True})
        self.began.set()
        await asyncio.wait([leaving, going], return_when=asyncio.FIRST_COMPLETED)
        await send({"type": "http.response.body", "body": b"half", "more_body": False})


@pytest.mark.parametrize("together", [True, False])
def test_who_leaves_is_missed_though_he_has_asked_ahead(together):
    async def story():
        app = Held()
        async with served(app) as (_, writer):
            writer.write(GET + GET if together else GET)
            await app.began.wait()
            if not together:
                writer.write(GET)
                await asyncio.sleep(SOON)
            writer.close()
            await asyncio.sleep(SOON)
        return app

    assert run(story).left == ["http.disconnect"]


def test_to_break_off_what_is_over_does_nothing():
    async def story():
        app = Held()
        async with served(app) as (_, writer):
            writer.write(GET)
            await app.began.wait()
            abort(app.scopes[0])
            abort(app.scopes[0])
            await asyncio.sleep(SOON)
            abort(app.scopes[0])
        return app

    assert run(story).left == ["http.disconnect"]


@pytest.mark.parametrize("early", [b"\r\n", GET[:20]], ids=["an empty line", "a part of a head"])
def test_a_head_that_comes_slowly_waits_for_the_answer_before_it(monkeypatch, early):
    monkeypatch.setattr(subject, "HEAD_SECONDS", SOON)

    async def story():
        app = Held()
        async with served(app) as (reader, writer):
            writer.write(GET)
            await app.began.wait()
            writer.write(early)
            await asyncio.sleep(3 * SOON)
            app.go.set()
            return await rest_of(reader)

    received = run(story)
    _, _, behind = received.partition(b"6\r\nhalf, \r\n4\r\nhalf\r\n0\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert behind[:12] == (b"" if early == b"\r\n" else b"HTTP/1.1 408")


def test_garbage_does_not_get_into_an_answer():
    async def story():
        app = Held()
        async with served(app) as (reader, writer):
            writer.write(GET)
            await app.began.wait()
            for _ in range(3):
                writer.write(b"\0garbage\r\n\r\n")
                await asyncio.sleep(SOON)
            app.go.set()
            return await rest_of(reader)

    assert run(story).endswith(b"6\r\nhalf, \r\n4\r\nhalf\r\n0\r\n\r\n")


def test_so_many_are_answered_that_were_sent_ahead():
    async def app(scope, receive, send):
        await asyncio.sleep(0.001)
        await answer_with(send, b"fine")

    async def story():
        async with served(app) as (reader, writer):
            writer.write(GET * (MOST_AHEAD + 1))
            for _ in range(MOST_AHEAD + 1):
                await reader.readuntil(b"fine\r\n0\r\n\r\n")
            writer.write(GET)  # and the connection is as good as new
            return await reader.readuntil(b"fine\r\n0\r\n\r\n")

    assert run(story).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("piece", [b"a: b\r\n", b"a: " + b"b" * 5000, b"a" * 5000], ids=["many", "a value", "a name"])
def test_what_stands_behind_a_chunked_body_is_bounded(piece):
    async def app(scope, receive, send):
        while (await receive()).get("more_body", False):
            pass
        await answer_with(send, b"fine")

    async def story():
        async with served(app) as (reader, writer):
            writer.write(CHUNKED + b"1\r\nx\r\n0\r\n")
            with contextlib.suppress(ConnectionError):
                for _ in range(8 * LONGEST_HEAD // len(piece)):
                    writer.write(piece)
                    await writer.drain()
            return await rest_of(reader)

    received = run(story)
    assert received == b"" or received.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))


def test_trailers_are_no_headers():
    seen = []

    async def app(scope, receive, send):
        while (await receive()).get("more_body", False):
            pass
        seen.extend(scope["headers"])
        await answer_with(send, b"fine")

    async def story():
        async with served(app) as (reader, writer):
            writer.write(CHUNKED + b"1\r\nx\r\n0\r\nauthorization: none\r\n\r\n")
            return await reader.readuntil(b"fine\r\n0\r\n\r\n")

    assert run(story).startswith(b"HTTP/1.1 200 OK")
    assert b"authorization" not in dict(seen)


def in_one_piece(size, close=False):
    """An application that sends so many bytes at once, as a small answer is sent."""

    async def app(scope, receive, send):
        headers = [(b"content-length", str(size).encode()), *([(b"connection", b"close")] if close else [])]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": bytes(size), "more_body": False})

    return app


async def unread(app, seconds):
    """Ask, read nothing for a while, and give how much then comes."""
    async with served(app, send_timeout=SOON) as (reader, writer):
        writer.write(GET)
        await asyncio.sleep(seconds)
        return len(await rest_of(reader))


MUCH = 16 << 20  # more than the system takes into its own buffers


@pytest.mark.parametrize("close", [False, True])
def test_an_answer_that_nobody_reads_is_not_kept(monkeypatch, close):
    monkeypatch.setattr(subject, "SLOWEST", MUCH / SOON)
    assert run(partial(unread, in_one_piece(MUCH, close), 10 * SOON)) < MUCH


@pytest.mark.parametrize("close", [False, True])
def test_nor_is_its_end_however_little_it_is(close):
    """No more than what uvicorn lets go without waiting for the client."""
    sent = []

    async def app(scope, receive, send):
        transport = scope["extensions"]["gridwarp.abort"].__self__.transport
        headers = [(b"connection", b"close")] if close else []
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while not transport.get_write_buffer_size():  # until the system takes no more
            await send({"type": "http.response.body", "body": bytes(4096), "more_body": True})
            await asyncio.sleep(0)
            sent.append(4096)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    assert run(partial(unread, app, 20 * SOON)) < sum(sent)


@pytest.mark.parametrize("close", [False, True])
def test_an_answer_that_is_read_in_time_comes_to_its_end(monkeypatch, close):
    monkeypatch.setattr(subject, "SLOWEST", MUCH / SOON)

    async def story():
        async with served(in_one_piece(MUCH, close), send_timeout=5) as (reader, writer):
            writer.write(GET)
            await asyncio.sleep(SOON)
            await reader.readuntil(b"\r\n\r\n")
            return await reader.readexactly(MUCH)

    assert run(story) == bytes(MUCH)


def test_an_answer_in_pieces_that_nobody_reads_is_told_of(monkeypatch):
    monkeypatch.setattr(subject, "SLOWEST", MUCH / SOON)
    scopes = []

    async def app(scope, receive, send):
        scopes.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(16):
            await send({"type": "http.response.body", "body": bytes(MUCH // 16), "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    assert run(partial(unread, app, 10 * SOON)) < MUCH
    assert record_of(scopes[0]).cut_short == "client-too-slow"
