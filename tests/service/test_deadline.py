"""A result has its time, which stands still while the client is waited for."""

import asyncio

from service.deadline import Deadline, renew_deadline
from service.record import record_of
from service.settings import Settings
from tests.service.asgi import Exchange, answer_with, scope_of

SECONDS = 0.1


def serve(app, exchange=None, seconds=SECONDS):
    """Let an application serve one request; give what came of it, and the request's record."""
    exchange, scope = exchange or Exchange(), scope_of("/v1/warp", "POST")
    settings = Settings(retry_after=7).model_copy(update={"deadline": seconds})  # less than any that may be set
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
    assert (got.status, got.headers[b"retry-after"]) == (503, b"7")
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


def test_the_time_in_which_the_client_is_waited_for_does_not_count():
    class Slow(Exchange):
        async def send(self, message):
            await asyncio.sleep(SECONDS)
            await super().send(message)

    async def app(scope, receive, send):
        await read_body(receive)
        await answer_with(send, b"one", b"two", b"three")

    got, record = serve(app, Slow())
    assert (got.body, record.cut_short) == (b"onetwothree", "")


def test_time_that_was_used_before_a_slow_send_stays_used():
    class Slow(Exchange):
        async def send(self, message):
            await asyncio.sleep(SECONDS)
            await super().send(message)

    async def app(scope, receive, send):
        await read_body(receive)
        for _ in range(4):
            await asyncio.sleep(SECONDS / 3)
            await send({"type": "http.response.start", "status": 200, "headers": []})

    exchange = Slow()
    exchange.gone.set()
    _, record = serve(app, exchange)
    assert record.cut_short == "deadline"


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
