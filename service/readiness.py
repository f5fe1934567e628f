"""Not ready, ready: while the engine is chosen the service lives and answers, but warps nothing.

It could warp by the reference meanwhile, with the same pixels, but many times slower, and slower still beside the
compiler, which holds Python's lock half of the time. Whoever spreads requests over several services would send it its
full share; so it says when it is ready, and until then when to ask again.
"""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from service.engine import ChoiceStopped, Engine, choose_engine
from service.errors import Overloaded


class Readiness:
    """The choice of the engine, made in a thread beside the event loop."""

    def __init__(self, cache_folder: str) -> None:
        self._cache_folder = cache_folder
        self._choice: asyncio.Future[Engine] | None = None
        self._stopped = threading.Event()

    @asynccontextmanager
    async def choosing(self) -> AsyncIterator[None]:
        """Begin to choose; at the end see that the thread has come to its end too, after the kernel it is at."""
        loop = asyncio.get_running_loop()
        self._choice = loop.run_in_executor(None, choose_engine, self._cache_folder, self._tell)
        yield
        self._stopped.set()
        with suppress(ChoiceStopped):
            await self._choice

    async def until_ready(self) -> Engine:
        """Wait for the engine.

        Raises:
            ChoiceStopped: the service stops before it is ready.
        """
        assert self._choice  # noqa: S101 -- the application has started
        return await asyncio.shield(self._choice)

    def check(self) -> Engine:
        """Give the engine to a request that needs it.

        Raises:
            Overloaded: it is not chosen yet.
        """
        if not (self._choice and self._choice.done()):
            raise Overloaded("the service is starting; /readyz tells when it is ready; try again")
        return self._choice.result()

    def _tell(self, line: str) -> None:
        if self._stopped.is_set():
            raise ChoiceStopped
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
