"""Not ready, ready, and not ready again: while code is compiled the service lives and answers, but warps nothing.

If there is nothing to compile it is ready in a moment, and answers nobody before that: whoever is early waits, and is
refused nothing. So a replica loses no request that comes while it starts, be it too large to be sent to another one.

It could warp by the reference while it compiles, with the same pixels, but many times slower, and slower still beside
the compiler, which holds Python's lock half of the time. Whoever spreads requests over several services would send it
its full share; so it says when it is ready, and until then when to ask again.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext, suppress

from service.engine import ChoiceStopped, Engine, choose_engine
from service.errors import Draining, Overloaded
from service.garbage import keep_what_is_there
from service.greeting import say

STOPPING = "the service is stopping; another one, or the next, takes its place: try again"

Announce = Callable[[Engine], Awaitable[None]]


async def in_silence(_: Engine) -> None:
    """Tell nobody."""


class Readiness:
    """The choice of the engine, made in a thread beside the event loop; and the end, when nothing is begun any more.

    Attributes:
        is_leaving: whether the service stops, so that nobody should send it anything more.
        is_draining: whether it takes nothing more.
    """

    def __init__(
        self,
        cache_folder: str,
        announce: Announce = in_silence,
        alone: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """Choose nothing yet.

        Args:
            cache_folder: where compiled code may be kept; see `choose_engine`.
            announce: is told the engine, and returns when the service as a whole is ready. It may raise ChoiceStopped.
            alone: holds up whoever enters until no other process is within.
        """
        self._cache_folder = cache_folder
        self._announce = announce
        self._alone = alone
        self._choice: asyncio.Task[Engine] | None = None
        self._can_be_asked = asyncio.Event()
        self._stopped = threading.Event()
        self.is_leaving = False
        self.is_draining = False

    @asynccontextmanager
    async def choosing(self) -> AsyncIterator[None]:
        """Begin to choose, and wait for it unless it takes long.

        At the end see that the thread has come to its end too, after the kernel it is at.
        """
        self._loop = asyncio.get_running_loop()
        self._choice = asyncio.create_task(self._choose())
        await self._can_be_asked.wait()
        yield
        self._stopped.set()
        with suppress(ChoiceStopped):
            await self._choice

    async def _choose(self) -> Engine:
        try:
            choice = self._loop.run_in_executor(None, choose_engine, self._cache_folder, self._tell, self._compiling)
            engine = await choice
        finally:
            self._can_be_asked.set()
        if self._stopped.is_set():
            raise ChoiceStopped
        keep_what_is_there()
        if not self.is_leaving:
            await self._announce(engine)
        return engine

    @contextmanager
    def _compiling(self) -> Iterator[None]:
        self._loop.call_soon_threadsafe(self._can_be_asked.set)
        with self._alone():
            if self._stopped.is_set():
                raise ChoiceStopped
            yield

    def leave(self) -> None:
        """Say that nothing more should be sent here; what comes is taken all the same."""
        self.is_leaving = True

    def drain(self) -> None:
        """Say that nothing is to be begun any more."""
        self.is_leaving = self.is_draining = True

    def check_for_newcomers(self) -> Engine:
        """Give the engine to whoever asks whether to send requests here.

        Raises:
            Overloaded: it is not chosen yet.
            Draining: the service stops.
        """
        if self.is_leaving:
            raise Draining(STOPPING)
        return self.check()

    def check(self) -> Engine:
        """Give the engine to a request that needs it.

        Raises:
            Overloaded: it is not chosen yet.
            Draining: nothing is begun any more.
        """
        if self.is_draining:
            raise Draining(STOPPING)
        if not (self._choice and self._choice.done()):
            raise Overloaded("the service is starting; /readyz tells when it is ready; try again")
        return self._choice.result()

    def _tell(self, line: str) -> None:
        if self._stopped.is_set():
            raise ChoiceStopped
        say(f"{line}\n")
