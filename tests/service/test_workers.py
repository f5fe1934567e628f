"""A bounded pool: so many slots, so long a queue, and no slot is ever lost. See `test_threads` for its threads."""

import asyncio
import contextlib
import threading

import pytest

from service.errors import Overloaded
from service.workers import Workers


@contextlib.asynccontextmanager
async def pool(slots=2, queue=1):
    workers = Workers(slots, queue)
    try:
        yield workers
    finally:
        workers.close()


async def settle():
    """Let every task run as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


class Holders:
    """Requests that take a slot and keep it until they are told to go."""

    def __init__(self, workers):
        self.workers = workers
        self.holding = []
        self.go = {}
        self.tasks = {}

    def come(self, name):
        self.go[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._hold(name))

    async def _hold(self, name):
        async with self.workers.slot():
            self.holding.append(name)
            try:
                await self.go[name].wait()
            finally:
                self.holding.remove(name)

    async def leave(self, *names):
        for name in names:
            self.go[name].set()
        await asyncio.gather(*(self.tasks[name] for name in names))


def test_so_many_hold_a_slot_the_next_wait_in_turn_and_the_rest_are_refused():
    async def story():
        async with pool(slots=2, queue=2) as workers:
            holders = Holders(workers)
            for name in "abcd":
                holders.come(name)
                await settle()
            assert holders.holding == ["a", "b"]
            with pytest.raises(Overloaded):
                async with workers.slot():
                    pass
            await holders.leave("a")
            await settle()
            assert holders.holding == ["b", "c"], "first come, first served"
            holders.come("e")
            await settle()
            assert not holders.tasks["e"].done(), "there is room in the queue again"
            await holders.leave("b", "c", "d", "e")

    asyncio.run(story())


def test_without_a_queue_only_the_slots_admit():
    async def story():
        async with pool(slots=1, queue=0) as workers, workers.slot():
            with pytest.raises(Overloaded):
                async with workers.slot():
                    pass

    asyncio.run(story())


@pytest.mark.parametrize("error", [RuntimeError, KeyError, asyncio.CancelledError])
def test_a_slot_is_free_again_after_a_failure(error):
    async def story():
        async with pool(slots=1, queue=0) as workers:
            for _ in range(5):
                with pytest.raises(error):
                    async with workers.slot():
                        raise error
            async with workers.slot():
                pass

    asyncio.run(story())


def test_a_place_is_free_again_when_a_request_is_cancelled_waiting_or_working():
    async def story():
        async with pool(slots=1, queue=1) as workers:
            holders = Holders(workers)
            for _ in range(5):
                holders.come("works")
                await settle()
                holders.come("waits")
                await settle()
                assert holders.holding == ["works"]
                for name in ("waits", "works"):
                    holders.tasks[name].cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await holders.tasks[name]
            holders.come("works")
            holders.come("waits")
            await settle()
            assert holders.holding == ["works"]
            await holders.leave("works", "waits")

    asyncio.run(story())


def test_one_who_is_cancelled_at_the_moment_of_its_turn_passes_the_slot_on():
    async def story():
        async with pool(slots=1, queue=2) as workers:
            holders = Holders(workers)
            for name in ("first", "second", "third"):
                holders.come(name)
                await settle()
            holders.go["first"].set()
            holders.tasks["second"].cancel()
            await settle()
            assert holders.holding == ["third"]
            await holders.leave("third")

    asyncio.run(story())


def test_functions_run_on_threads_of_the_pool_with_their_arguments():
    async def story():
        async with pool() as workers:
            thread = await workers.run(threading.current_thread)
            assert thread is not threading.current_thread()
            assert thread.name.startswith("gridwarp")
            assert await workers.run(divmod, 17, 5) == (3, 2)
            assert await workers.run(sorted, [1, 3, 2], reverse=True) == [3, 2, 1]

    asyncio.run(story())


def test_the_loop_goes_on_while_a_function_runs():
    async def story():
        async with pool(slots=1) as workers:
            release = threading.Event()
            running = asyncio.create_task(workers.run(release.wait, 30))
            await settle()
            assert not running.done()
            release.set()  # only a loop that goes on gets here
            assert await running

    asyncio.run(story())


def test_no_more_functions_run_at_once_than_there_are_slots():
    async def story():
        async with pool(slots=2) as workers:
            both = threading.Barrier(2)
            now, most, lock = 0, 0, threading.Lock()

            def work(meets):
                nonlocal now, most
                with lock:
                    now += 1
                    most = max(most, now)
                if meets:
                    both.wait(30)
                with lock:
                    now -= 1

            await asyncio.gather(*(workers.run(work, i < 2) for i in range(20)))
            assert most == 2

    asyncio.run(story())


def test_an_exception_on_a_thread_comes_back_to_the_caller():
    async def story():
        async with pool() as workers:
            with pytest.raises(ZeroDivisionError):
                await workers.run(divmod, 1, 0)

    asyncio.run(story())


def test_closing_waits_for_what_runs_and_takes_no_more():
    async def story():
        workers = Workers(1, 0)
        begun, release, done = threading.Event(), threading.Event(), []

        def work():
            begun.set()
            release.wait(30)
            done.append(True)

        running = asyncio.create_task(workers.run(work))
        assert await asyncio.to_thread(begun.wait, 30)
        threading.Timer(0.05, release.set).start()
        workers.close()
        assert done == [True]
        await running
        with pytest.raises(RuntimeError):
            await workers.run(work)

    asyncio.run(story())
