"""Where pixels are worked on: a few threads for those that have a place, one for what is brief, and one for plans."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CancelScope

from service.admission import NOTHING, Admission, Bounds, Need, Place
from service.errors import Overloaded
from service.processors import usable_processors
from service.stopwatch import Stopwatch
from service.threads import Threads

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

NICE = 10
"""So that the event loop, which needs little, need not wait for a processor while pictures are worked on."""


class Desk:
    """Where one request is worked on, within an `async with`: as long as it has its place.

    Attributes:
        place: its right to be worked on.
        threads: how many there are for all requests. All of them may work on one picture.
        clock: the time that its stages take.
    """

    def __init__(self, place: Place, threads: Threads, clock: Stopwatch) -> None:
        self.place = place
        self.threads = threads.count
        self.clock = clock
        self._pool = threads
        self._unfinished = 0
        self._idle: asyncio.Future[None] | None = None

    async def __aenter__(self) -> Desk:
        """Wait for the place, if need be.

        Raises:
            Overloaded: it would have to wait, and there is no room to.
        """
        await self.place.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        """Give the place back when no thread is at the work any more."""
        try:
            await self.until_idle()
        finally:
            await self.place.__aexit__(*error)

    async def run(
        self, function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Call a function that works on pixels."""
        call = self._pool.call(partial(function, *args, **kwargs), self._one_is_over)
        self._unfinished += 1
        return await call

    async def until_idle(self) -> None:
        """Wait for the threads that are still at something, though its outcome is no longer wanted."""
        if not self._unfinished:
            return
        with CancelScope(shield=True):
            while self._unfinished:
                self._idle = asyncio.get_running_loop().create_future()
                await self._idle

    def _one_is_over(self) -> None:
        self._unfinished -= 1
        if self._idle and not (self._unfinished or self._idle.done()):
            self._idle.set_result(None)


class Workers:
    """Threads for pixels, for what is brief, and for plans: none of it is work for the event loop."""

    def __init__(self, bounds: Bounds, threads: int | None = None) -> None:
        """Start no thread yet.

        Args:
            bounds: how much there may be at once.
            threads: as many as processors, or as slots if that is more.
        """
        self.admission = Admission(bounds)
        self._threads = Threads(max(bounds.slots, threads or usable_processors()), "gridwarp", NICE)
        self._brief = Threads(1, "gridwarp-brief")
        self._planning = Threads(1, "gridwarp-plan", NICE)
        self._most_waiting = bounds.slots + bounds.queue

    def desk(
        self,
        need: Need = NOTHING,
        drop: Callable[[], None] = lambda: None,
        holds_upload: Callable[[], bool] = lambda: False,
        clock: Stopwatch | None = None,
    ) -> Desk:
        """Give a request its desk.

        Args:
            need: what the request takes.
            drop: is called if its client keeps it waiting while others need the memory.
            holds_upload: tells whether some of it is that of its upload.
            clock: takes the time that its stages take.
        """
        return Desk(self.admission.enter(need, drop, holds_upload), self._threads, clock or Stopwatch())

    def check_line(self) -> None:
        """Refuse who would have to wait until the headers and geometries of too many others are worked out.

        Raises:
            Overloaded: they are more than may be at work and in the queue.
        """
        self._check_line_of(self._brief)

    def check_planning_line(self) -> None:
        """Refuse who would have to wait until the plans of too many others are made, which no warp waits for.

        Raises:
            Overloaded: likewise.
        """
        self._check_line_of(self._planning)

    def _check_line_of(self, threads: Threads) -> None:
        if threads.waiting > self._most_waiting:
            raise Overloaded(
                f"{threads.waiting} requests wait to be planned; at most {self._most_waiting} may; try again"
            )

    async def run_briefly(
        self, function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Call a function that reads a header or works out a geometry: it needs no place and waits for no pixels."""
        return await self._brief.call(partial(function, *args, **kwargs))

    async def run_planning(
        self, function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        """Call a function for who asks for a plan alone: points take seconds, and no warp waits for them."""
        return await self._planning.call(partial(function, *args, **kwargs))

    def close(self) -> None:
        """Let running work end and take no more."""
        for threads in (self._threads, self._brief, self._planning):
            threads.close()
