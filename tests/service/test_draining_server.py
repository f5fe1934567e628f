"""What a server that stops waits for: what it had begun, and nothing that came later."""

import asyncio

import pytest
import uvicorn

from service.draining_server import DrainingServer
from service.readiness import Readiness

GRACE = 30


class Requests:
    """What a server is at, as uvicorn keeps it."""

    def __init__(self, server):
        self._tasks = server.server_state.tasks

    def begin(self, ends):
        task = asyncio.create_task(ends.wait())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@pytest.fixture
def server():
    return DrainingServer(uvicorn.Config(None), Readiness(""), 0, GRACE)


def test_what_was_begun_is_waited_for_and_what_comes_later_is_not(server):
    async def story():
        requests, first, later = Requests(server), asyncio.Event(), asyncio.Event()
        requests.begin(first)
        draining = asyncio.create_task(server.drain())
        await asyncio.sleep(0.1)
        requests.begin(later)
        await asyncio.sleep(0.1)
        assert not draining.done()
        first.set()
        await asyncio.wait_for(draining, 5)
        assert server.config.timeout_graceful_shutdown >= GRACE - 5, "what is left of it is for those that came later"
        later.set()

    asyncio.run(story())


def test_within_the_notice_all_is_taken_and_then_nothing(server):
    async def story():
        server._notice = 0.3
        requests, early, in_time = Requests(server), asyncio.Event(), asyncio.Event()
        requests.begin(early)
        draining = asyncio.create_task(server.drain())
        await asyncio.sleep(0.01)
        assert server._readiness.is_leaving
        assert not server._readiness.is_draining
        requests.begin(in_time)
        early.set()
        while not server._readiness.is_draining:  # noqa: ASYNC110 -- nobody tells
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert not draining.done(), "what has come in time is finished, too"
        in_time.set()
        await asyncio.wait_for(draining, 5)

    asyncio.run(story())


def test_what_takes_longer_than_the_grace_is_not_waited_for(server):
    async def story():
        server._grace = 0.1
        Requests(server).begin(asyncio.Event())
        await asyncio.wait_for(server.drain(), 5)
        assert server.config.timeout_graceful_shutdown == 0

    asyncio.run(story())


def test_who_hurries_does_not_wait(server):
    async def story():
        server._notice = 60
        Requests(server).begin(asyncio.Event())
        server.force_exit = True
        await asyncio.wait_for(server.drain(), 5)

    asyncio.run(story())
