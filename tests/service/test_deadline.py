"""A body has its time, and then each result, which stands still while the client is waited for."""

import asyncio

from service import paced_send
from service.deadline import Deadline, drop_work, renew_deadline
from service.incoming_body import SLOWEST
from service.paced_send import PacedSend
from service.record import record_of
from service.settings import Settings
from tests.service.asgi import Exchange, answer_with, scope_of

SECONDS = 0.1


def serve(app, exchange=None, upload_timeout=5.0, deadline=SECONDS):
    """Let an application serve one request; give what came of it, and the request's record."""
    exchange, scope = exchange or Exchange(), scope_of("/v1/warp", "POST")
    settings = Settings(deadline=deadline, upload_timeout=upload_timeout, retry_after=7)
    asyncio.run(asyncio.wait_for(Deadline(app, settings)(scope, exchange.receive, exchange.send), 10))
    return exchange, record_of(scope)


async def read_body(receive):
    while (await receive()).get("more_body", False):
        pass


def test_work_that_takes_too_long_is_ended_with_a_503():
    ended = []

    async def app(scope, receive, send):
        await read_body(receive)
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            ended.append(True)
            raise

    got, record = serve(app)
    assert ended
    assert got.status == 503
    assert 7 <= int(got.headers[b"retry-after"]) <= 21
    assert got.problem["code"] == "deadline-exceeded"
    assert "more than 0.1 s (GRIDWARP_DEADLINE)" in got.problem["detail"]
    assert (record.cut_short, record.problem) == ("deadline", "deadline-exceeded")


def test_an_answer_that_has_begun_is_broken_off():
    exchange = Exchange()

    async def app(scope, receive, send):
        await read_body(receive)
        scope["extensions"] = {"gridwarp.abort": exchange.gone.set}
        await answer_with(send, b"half", b"", b"never")
        await asyncio.sleep(10)

    async def app_of_half(scope, receive, send):
        async def but_the_end(message):
            if message.get("more_body", True):
                await send(message)
            else:
                await asyncio.sleep(10)

        await app(scope, receive, but_the_end)

    got, record = serve(app_of_half, exchange)
    assert got.body == b"half"
    assert exchange.gone.is_set(), "the connection is closed"
    assert record.cut_short == "deadline"


def test_work_whose_client_has_left_is_ended():
    async def app(scope, receive, send):
        await read_body(receive)
        drop_work(scope)
        await asyncio.sleep(10)
        await answer_with(send, b"never")

    got, record = serve(app)
    assert not got.sent
    assert record.cut_short == "client-left"


def test_what_is_in_time_is_not_touched():
    async def app(scope, receive, send):
        await read_body(receive)
        await asyncio.sleep(SECONDS / 2)
        await answer_with(send, b"one", b"two")

    got, record = serve(app)
    assert (got.status, got.body, record.cut_short) == (200, b"onetwo", "")


def test_the_time_of_the_upload_does_not_count():
    async def app(scope, receive, send):
        for _ in range(4):
            await receive()
            await asyncio.sleep(SECONDS / 2)
        await answer_with(send, b"")

    pieces = [{"type": "http.request", "body": b"x", "more_body": number < 3} for number in range(4)]
    got, _ = serve(app, Exchange(*pieces))
    assert got.status == 200


class Slow(Exchange):
    """Takes its time for each message."""

    async def send(self, message):
        await asyncio.sleep(SECONDS)
        await super().send(message)


def test_the_time_in_which_the_client_is_waited_for_does_not_count():
    async def app(scope, receive, send):
        await read_body(receive)
        await answer_with(send, b"one", b"two", b"three")

    got, record = serve(app, Slow())
    assert (got.body, record.cut_short) == (b"onetwothree", "")


def test_the_time_until_there_is_a_slot_again_does_not_count(monkeypatch):
    monkeypatch.setattr(paced_send, "MOMENT", SECONDS / 10)

    class Busy:
        def give_way(self):
            pass

        async def come_back(self):
            await asyncio.sleep(3 * SECONDS)

    async def app(scope, receive, send):
        await read_body(receive)
        paced = PacedSend(send, scope, Busy(), seconds=10, give_up=lambda: None)
        await answer_with(paced, b"one", b"two")

    got, record = serve(app, Slow())
    assert (got.body, record.cut_short) == (b"onetwo", "")


def test_time_that_was_used_before_a_slow_send_stays_used():
    async def app(scope, receive, send):
        await read_body(receive)
        for _ in range(4):
            await asyncio.sleep(SECONDS / 3)
            await send({"type": "http.response.start", "status": 200, "headers": []})

    exchange = Slow()
    exchange.gone.set()
    _, record = serve(app, exchange)
    assert record.cut_short == "deadline"


class Sender(Exchange):
    """Sends pieces of a body, each after a while, and then nothing more."""

    def __init__(self, *pieces):
        super().__init__()
        self.pieces = list(pieces)

    async def receive(self):
        if not self.pieces:
            await self.gone.wait()
        seconds, size, more = self.pieces.pop(0)
        await asyncio.sleep(seconds)
        return {"type": "http.request", "body": bytes(size), "more_body": more}


async def read_and_answer(scope, receive, send):
    await read_body(receive)
    await answer_with(send, b"fine")


def test_a_body_that_stands_still_is_given_up_after_its_time():
    got, record = serve(read_and_answer, Sender((0, 7, True)), upload_timeout=0.1)
    assert (got.status, got.problem["code"]) == (408, "upload-too-slow")
    assert "no more than 7 bytes" in got.problem["detail"]
    assert "no more than 0.1 s late (GRIDWARP_UPLOAD_TIMEOUT)" in got.problem["detail"]
    assert (record.cut_short, record.problem) == ("", "upload-too-slow")


def test_a_body_that_never_begins_is_given_up_too():
    got, _ = serve(read_and_answer, Sender(), upload_timeout=0.1)
    assert got.status == 408


def test_a_body_that_comes_in_drops_is_given_up_too():
    got, _ = serve(read_and_answer, Sender(*[(0.03, 1, True)] * 100), upload_timeout=0.1)
    assert got.status == 408


def test_a_large_body_has_more_time():
    tenth_of_a_second = SLOWEST // 10
    pieces = [(0.05, tenth_of_a_second, True)] * 6
    got, _ = serve(read_and_answer, Sender(*pieces, (0, 1, False)), upload_timeout=0.15)
    assert got.status == 200


def test_a_fast_beginning_earns_no_pause():
    got, _ = serve(read_and_answer, Sender((0, 100 * SLOWEST, True), (5, 1, False)), upload_timeout=0.1)
    assert got.status == 408


def test_the_time_of_a_result_may_be_shorter_than_that_of_the_body():
    async def app(scope, receive, send):
        await read_body(receive)
        await asyncio.sleep(10)

    assert serve(app, upload_timeout=1000)[0].problem["code"] == "deadline-exceeded"


def test_each_result_has_its_own_time():
    async def app(scope, receive, send):
        await read_body(receive)
        for _ in range(4):
            await asyncio.sleep(SECONDS / 2)
            renew_deadline(scope)
        await answer_with(send, b"all")

    assert serve(app)[0].body == b"all"


def test_without_a_deadline_there_is_nothing_to_renew():
    renew_deadline({})
