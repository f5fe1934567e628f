"""Desks: threads for those that have a place, which is free again only when no thread is at its work any more.

See `test_admission` for who has a place, and `test_threads` for the threads.
"""

import asyncio
import contextlib
import threading

import pytest

from service.admission import Bounds
from service.errors import Overloaded
from service.workers import Workers


@contextlib.asynccontextmanager
async def pool(slots=2):
    workers = Workers(Bounds(slots, queue=0, queue_work=0, memory=0))
    try:
        yield workers
    finally:
        workers.close()


@contextlib.asynccontextmanager
async def desk(slots=2):
    async with pool(slots) as workers, workers.desk() as desk:
        yield desk


async def settle():
    """Let every task run as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_functions_run_on_threads_of_the_pool_with_their_arguments():
    async def story():
        async with desk() as workers:
            thread = await workers.run(threading.current_thread)
            assert thread is not threading.current_thread()
            assert thread.name.startswith("gridwarp")
            assert await workers.run(divmod, 17, 5) == (3, 2)
            assert await workers.run(sorted, [1, 3, 2], reverse=True) == [3, 2, 1]

    asyncio.run(story())


def test_the_loop_goes_on_while_a_function_runs():
    async def story():
        async with desk(slots=1) as workers:
            release = threading.Event()
            running = asyncio.create_task(workers.run(release.wait, 30))
            await settle()
            assert not running.done()
            release.set()  # only a loop that goes on gets here
            assert await running

    asyncio.run(story())


def test_no_more_functions_run_at_once_than_there_are_slots():
    async def story():
        async with desk(slots=2) as workers:
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
        async with desk() as workers:
            with pytest.raises(ZeroDivisionError):
                await workers.run(divmod, 1, 0)

    asyncio.run(story())


class Work:
    """A call that stays on its thread until it is released."""

    def __init__(self):
        self.begun, self.release = threading.Event(), threading.Event()

    def __call__(self):
        self.begun.set()
        assert self.release.wait(30)

    async def until_begun(self):
        assert await asyncio.to_thread(self.begun.wait, 30)


@pytest.mark.parametrize("others", [0, 3])
def test_a_desk_is_free_when_its_last_thread_has_ended_not_when_its_request_is_cancelled(others):
    """Else another request would have its slot and its memory, while both are still in use."""

    async def story():
        async with pool(slots=1) as workers:
            work, called = Work(), []

            async def serve():
                async with workers.desk() as desk:
                    calls = [desk.run(called.append, number) for number in range(others)]
                    await asyncio.gather(desk.run(work), *calls)

            request = asyncio.create_task(serve())
            await work.until_begun()
            await settle()
            request.cancel()
            await settle()
            assert not request.done()
            assert workers.admission.working == 1
            work.release.set()
            with pytest.raises(asyncio.CancelledError):
                await request
            assert workers.admission.working == 0
            assert len(called) <= others

    asyncio.run(story())


def test_closing_waits_for_what_runs_and_takes_no_more():
    async def story():
        workers = Workers(Bounds(1, 0, 0, 0))
        work = Work()
        async with workers.desk() as desk:
            running = asyncio.create_task(desk.run(work))
            await work.until_begun()
            threading.Timer(0.05, work.release.set).start()
            workers.close()
            await running
            with pytest.raises(RuntimeError):
                await desk.run(work)

    asyncio.run(story())


@pytest.mark.parametrize("planning", [False, True])
def test_no_more_wait_for_a_plan_than_may_wait(planning):
    """With two slots and no queue; who waits for the one kind is nothing to the other."""

    async def story():
        async with pool(slots=2) as workers:
            kinds = [
                (workers.run_briefly, workers.check_line),
                (workers.run_planning, workers.check_planning_line),
            ]
            run, check = kinds[planning]
            _, check_other = kinds[not planning]
            release, calls = threading.Event(), []
            for _ in range(4):  # one is at work
                check()
                calls.append(asyncio.create_task(run(release.wait, 30)))
                await asyncio.sleep(0.05)
            with pytest.raises(Overloaded, match="3 requests wait to be planned; at most 2 may"):
                check()
            check_other()
            release.set()
            await asyncio.gather(*calls)
            check()

    asyncio.run(story())


def test_what_is_brief_needs_no_desk():
    async def story():
        async with pool(slots=1) as workers, workers.desk():
            assert await workers.run_briefly(divmod, 17, 5) == (3, 2)

    asyncio.run(story())
