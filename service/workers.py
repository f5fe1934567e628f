"""Where pixels are worked on: a few threads, a slot a request, and a short queue in front of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

from service.errors import Overloaded
from service.processors import usable_processors
from service.threads import Threads

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Workers:
    """A bounded pool for pixels, and a thread for what is brief: neither is work for the event loop.

    Attributes:
        threads: how many work on pixels. All of them may work on one picture.
    """

    def __init__(self, slots: int, queue: int, threads: int | None = None) -> None:
        """Start no thread yet.

        Args:
            slots: requests that are worked on at once.
            queue: requests that may wait.
            threads: as many as processors, or as slots if that is more.
        """
        self.threads = max(slots, threads or usable_processors())
        self._slots = asyncio.Semaphore(slots)
        self._room = slots + queue
        self._admitted = 0
        self._threads = Threads(self.threads, "gridwarp")
        self._brief = Threads(1, "gridwarp-brief")

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one of the slots, after waiting for it if need be.

        Raises:
            Overloaded: all slots are taken and the queue is full.
        """
        if self._admitted >= self._room:
            raise Overloaded("all workers are busy and the queue is full; try again")
        self._admitted += 1
        try:
            async with self._slots:
                yield
        finally:
            self._admitted -= 1

    async def run(
        self, function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Call a function that works on pixels, while a slot is held."""
        return await self._threads.call(lambda: function(*args, **kwargs))

    async def run_briefly(
        self, function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Call a function that reads a header or works out a geometry: it needs no slot and waits for no pixels."""
        return await self._brief.call(lambda: function(*args, **kwargs))

    def close(self) -> None:
        """Let running work end and take no more."""
        for threads in (self._threads, self._brief):
            threads.close()
