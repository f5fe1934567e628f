"""Uvicorn, which first finishes what it has begun when it is told to stop, and goes on listening meanwhile.

So that whoever spreads requests sees that it is no longer ready, and a request that still comes is told to go elsewhere
instead of finding nobody.
"""

import asyncio
import math

import uvicorn

from service.readiness import Readiness

A_MOMENT = 0.02  # seconds until it is looked again whether there are requests


class DrainingServer(uvicorn.Server):
    """A server that can be told to drain."""

    def __init__(self, config: uvicorn.Config, readiness: Readiness, notice: float, grace: float) -> None:
        """Drain nothing yet.

        Args:
            config: of the server.
            readiness: is told what is taken.
            notice: seconds in which all is taken, so that whoever spreads requests has time to see that this stops.
            grace: seconds that what was begun has to finish.
        """
        super().__init__(config)
        self._readiness = readiness
        self._notice = notice
        self._grace = grace

    async def drain(self) -> None:
        """Say so, then refuse what comes, and return when all that was begun is finished, or the grace is over.

        Newcomers are not waited for: while some come all the time, there is no moment without any.
        """
        loop = asyncio.get_running_loop()
        self._readiness.leave()
        begins = loop.time() + self._notice
        while loop.time() < begins and not self.force_exit:  # noqa: ASYNC110 (likewise)
            await asyncio.sleep(min(A_MOMENT, self._notice))
        self._readiness.drain()
        begun = set(self.server_state.tasks)
        end = loop.time() + self._grace
        while begun & self.server_state.tasks and loop.time() < end and not self.force_exit:  # noqa: ASYNC110 (uvicorn tells nobody)
            await asyncio.sleep(A_MOMENT)
        self.config.timeout_graceful_shutdown = math.ceil(max(0, end - loop.time()))
