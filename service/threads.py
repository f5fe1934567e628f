"""Threads that work for an event loop, at half of what its own `run_in_executor` costs.

There each call has two futures, the thread's under a lock and the loop's, and what happens to one is told to the other.
Here it has the loop's alone, which no thread changes: it leaves the outcome to the loop.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar

Result = TypeVar("Result")


class _Call(NamedTuple):
    function: Callable[[], Any]
    future: asyncio.Future[Any]
    over: Callable[[], None]


class Threads:
    """A few threads, and the calls that wait for one of them, the first come first.

    Attributes:
        count: how many there are.
    """

    def __init__(self, count: int, name: str, nice: int = 0) -> None:
        """Start no thread yet.

        Args:
            count: how many there will be.
            name: of each, with a number behind it.
            nice: how far they stand back behind whichever thread starts them where processors are short, as far as
                there is room behind it (man 7 sched); Linux knows that of threads.
        """
        self._nice = nice if sys.platform == "linux" else 0
        self.count = count
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}_{number}", daemon=True) for number in range(count)
        ]
        self._started = self._closed = False

    @property
    def waiting(self) -> int:
        """How many calls no thread has begun."""
        return self._calls.qsize()

    def call(self, function: Callable[[], Result], over: Callable[[], None] = lambda: None) -> asyncio.Future[Result]:
        """Call a function on one of the threads; cancelled before it has begun, it is not called.

        Args:
            function: what is called.
            over: is called on the loop when no thread is at the function any more, nor will be; a future that is
                cancelled says nothing of its thread, which goes on.

        Raises:
            RuntimeError: they are closed.
        """
        if self._closed:
            raise RuntimeError("the threads are closed")
        if not self._started:
            self._started = True
            for thread in self._threads:
                thread.start()
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._calls.put(_Call(function, future, over))
        return future

    def close(self) -> None:
        """Let running calls end, cancel those that wait, and take no more."""
        self._closed = True
        with suppress(Empty):
            while call := self._calls.get_nowait():
                call.future.cancel()
                call.over()
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads if self._started else ():
            thread.join()

    def _work(self) -> None:
        if self._nice:
            _stand_back(self._nice)
        while call := self._calls.get():
            _carry_out(*call)
            del call  # and with it the pixels that its function holds, while there is nothing to do


def _stand_back(steps: int) -> None:
    with suppress(OSError):  # a thread that may not works all the same
        os.nice(steps)  # of this thread alone (man 2 nice)


def _carry_out(function: Callable[[], Any], future: asyncio.Future[Any], over: Callable[[], None]) -> None:
    if future.cancelled():
        _leave(future, over, _nothing, None)
        return
    try:
        outcome = function()
    except BaseException as error:  # noqa: BLE001 (whoever waits for the outcome gets it)
        _leave(future, over, asyncio.Future.set_exception, _as_outcome(error))
    else:
        _leave(future, over, asyncio.Future.set_result, outcome)
    del function, future  # an error knows this frame: they would hold one another, and the pixels


def _as_outcome(error: BaseException) -> BaseException:
    """Give an error that a future takes: one that ends an iterator would end the coroutine that waits (PEP 479)."""
    if not isinstance(error, StopIteration):
        return error
    outcome = RuntimeError("a function on a thread raised StopIteration")
    outcome.__cause__ = error
    return outcome


def _leave(
    future: asyncio.Future[Any], over: Callable[[], None], tell: Callable[[asyncio.Future[Any], Any], None], what: Any
) -> None:
    """Leave the outcome to the loop."""
    with suppress(RuntimeError):  # the loop has been closed: nobody waits any more
        future.get_loop().call_soon_threadsafe(_end, future, over, tell, what)


def _end(
    future: asyncio.Future[Any], over: Callable[[], None], tell: Callable[[asyncio.Future[Any], Any], None], what: Any
) -> None:
    try:
        if not future.done():
            tell(future, what)
    finally:
        over()  # whatever becomes of the outcome: no thread is at it any more


def _nothing(_future: asyncio.Future[Any], _what: Any) -> None:
    """Tell nothing: it is cancelled."""
