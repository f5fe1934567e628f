"""Threads that work for a loop: what waits, what is cancelled, what fails, and what they hold on to."""

import asyncio
import contextlib
import gc
import os
import subprocess
import sys
import threading
import weakref
from functools import partial
from pathlib import Path

import pytest

from service.threads import Threads

ROOT = Path(__file__).parents[2]


@contextlib.asynccontextmanager
async def one_thread():
    threads = Threads(1, "test")
    try:
        yield threads
    finally:
        threads.close()


class Work:
    """A call that waits on its thread until it is released."""

    def __init__(self):
        self.begun, self.release = threading.Event(), threading.Event()

    def __call__(self, error=None):
        self.begun.set()
        assert self.release.wait(30)
        if error:
            raise error
        return "done"

    async def until_begun(self):
        assert await asyncio.to_thread(self.begun.wait, 30)


def test_what_waits_when_they_close_is_cancelled():
    async def story():
        threads = Threads(1, "test")
        work, called = Work(), []
        running, waiting = threads.call(work), threads.call(partial(called.append, "waiting"))
        await work.until_begun()
        threading.Timer(0.05, work.release.set).start()
        threads.close()
        assert await running == "done"
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not called

    asyncio.run(story())


def test_what_is_cancelled_before_its_turn_is_not_called():
    async def story():
        async with one_thread() as threads:
            work, called = Work(), []
            running = threads.call(work)
            leaves, stays = (threads.call(partial(called.append, name)) for name in ("leaves", "stays"))
            await work.until_begun()
            leaves.cancel()
            work.release.set()
            await asyncio.gather(running, stays)
            assert called == ["stays"]

    asyncio.run(story())


@pytest.mark.parametrize("error", [None, ValueError()])
def test_what_is_cancelled_while_it_is_called_gets_no_outcome(error):
    async def story():
        faults = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, fault: faults.append(fault))
        async with one_thread() as threads:
            work = Work()
            running = threads.call(partial(work, error))
            await work.until_begun()
            running.cancel()
            work.release.set()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert await threads.call(partial(divmod, 17, 5)) == (3, 2), "the thread goes on"
        assert not faults

    asyncio.run(story())


class Over(StopIteration):
    """One of a kind."""


@pytest.mark.parametrize("error", [StopIteration("that was all"), Over()])
def test_the_end_of_an_iterator_is_an_error_like_any_other(error):
    async def story():
        async with one_thread() as threads:
            work, ended = Work(), []
            work.release.set()
            with pytest.raises(RuntimeError) as caught:
                await asyncio.wait_for(threads.call(partial(work, error), partial(ended.append, "over")), 5)
            assert caught.value.__cause__ is error
            assert ended == ["over"]

    asyncio.run(story())


class Pixels:
    """Something that is seen to go."""


async def is_gone(held):
    for _ in range(1000):  # the thread may be about to let it go
        if held() is None:
            return True
        await asyncio.sleep(0.001)
    return False


@pytest.mark.parametrize("function", [id, abs])  # abs fails
def test_an_idle_thread_holds_nothing(function):
    async def story():
        async with one_thread() as threads:
            pixels = Pixels()
            held = weakref.ref(pixels)
            with contextlib.suppress(TypeError):
                await threads.call(partial(function, pixels))
            del pixels
            assert await is_gone(held)

    gc.disable()
    try:
        asyncio.run(story())
    finally:
        gc.enable()


def test_a_thread_whose_loop_is_closed_works_for_the_next_one():
    work, threads = Work(), Threads(1, "test")

    async def leave():
        threads.call(work)
        await work.until_begun()

    async def come():
        return await asyncio.wait_for(threads.call(partial(divmod, 17, 5)), 30)

    asyncio.run(leave())
    work.release.set()
    assert asyncio.run(come()) == (3, 2)
    threads.close()


STANDING_BACK = """
import asyncio, os, threading
from service.threads import Threads

os.nice(int(os.environ["ALREADY"]))
if os.geteuid() == 0:
    os.setuid(65534)  # root may take back what it gave away

async def story():
    niceness = Threads(1, "test", 10).call(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    print(os.getpriority(os.PRIO_PROCESS, 0), await asyncio.wait_for(niceness, 5))

asyncio.run(story())
"""

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems know no niceness of threads")


@on_linux
@pytest.mark.parametrize("already", [0, 5, 15])
def test_threads_stand_back_behind_a_loop_that_stands_back_itself(already):
    environment = os.environ | {"ALREADY": str(already)}
    command = [sys.executable, "-c", STANDING_BACK]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    loop, thread = map(int, told.stdout.split())
    assert loop >= already
    assert thread == min(loop + 10, 19)


@on_linux
@pytest.mark.parametrize("nice", [0, 7])
def test_threads_stand_back_behind_the_loop(nice):
    def niceness():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    async def story():
        threads = Threads(1, "test", nice)
        before = niceness()
        assert await threads.call(niceness) == min(before + nice, 19)
        assert niceness() == before
        threads.close()

    asyncio.run(story())


def test_a_thread_that_may_not_stand_back_works_all_the_same(monkeypatch):
    def refuse(*_):
        raise PermissionError

    async def story():
        threads = Threads(1, "test", 7)
        assert await asyncio.wait_for(threads.call(partial(divmod, 17, 5)), 5) == (3, 2)
        threads.close()

    monkeypatch.setattr(os, "nice", refuse)
    asyncio.run(story())
