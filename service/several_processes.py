"""The service in several processes: this one accepts connections, and hands each to the child that is least busy.

Python runs one thread at a time, so more threads answer small pictures no faster, but more processes do. If they shared
a listening socket, each would accept as long as there is something to accept, and one could get most connections. So
they have no port, and whoever accepts has nothing else to do. A child that ends untold is replaced.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from contextlib import suppress

from service.channel import METRICS
from service.greeting import greet, url_of
from service.loads import Loads
from service.offspring import Offspring
from service.settings import Settings
from service.shared_table import SharedTable

FAILED = 1
GRACE_OF_THE_END = 5  # seconds beyond those of the requests, until a child that does not end is killed
A_MOMENT = 0.01  # seconds until a child that could not take a connection is asked again
A_WHILE = 1  # second until what the system had no room for is tried again

logger = logging.getLogger("gridwarp.processes")


def serve(settings: Settings, listener: socket.socket) -> int:
    """Serve until SIGTERM or Ctrl-C and return the exit status."""
    with asyncio.Runner() as runner:
        parent = Parent(settings, listener)
        parent.hear_signals(runner.get_loop())  # one that came behind the call of `run` would leave it unawaited
        return runner.run(parent.run())


class Parent:
    """Keeps as many children as there should be, and spreads connections over them."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._grace = settings.shutdown_notice + settings.shutdown_grace
        self._listener = listener
        self._url = url_of(listener)
        self._loads = Loads.make(settings.serving_processes)
        self._metrics = SharedTable.make(settings.serving_processes, METRICS, "d")
        self._children: dict[int, Offspring] = {}  # by their rows in the table of loads
        self._were_all_ready = False
        self._can_be_asked = asyncio.Event()
        self._stopping = asyncio.Event()
        self._status = 0

    def hear_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        """Be told to stop by SIGTERM and Ctrl-C, as soon as the loop runs."""
        loop.add_signal_handler(signal.SIGTERM, self._stopping.set)
        loop.add_signal_handler(signal.SIGINT, self._stop_or_hurry)

    async def run(self) -> int:
        """Serve until told to stop; return the exit status."""
        loop = asyncio.get_running_loop()
        keeping = [asyncio.create_task(self._keep(row)) for row in range(self._loads.rows)]
        spreading = asyncio.create_task(self._spread())
        await self._stopping.wait()
        end = loop.time() + self._grace + GRACE_OF_THE_END
        self._can_be_asked.set()
        await self._drain()
        spreading.cancel()
        await asyncio.wait([spreading])
        self._listener.close()
        for child in self._children.values():
            child.tell_to_stop()
        _, late = await asyncio.wait(keeping, timeout=max(A_MOMENT, end - loop.time()))
        if late:
            logger.error("%d processes did not end in time and are killed", len(late))
            self._kill()
            await asyncio.wait(late)
        return self._status

    async def _drain(self) -> None:
        """Have the children finish what they are at; whoever connects meanwhile is still handed to one, and told."""
        for child in self._children.values():
            child.tell_to_drain()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._grace):
                # They tell one after the other, and any of them may end instead.
                while not all(child.is_drained for child in self._children.values() if child.is_there):  # noqa: ASYNC110
                    await asyncio.sleep(A_MOMENT)

    def _stop_or_hurry(self) -> None:
        if self._stopping.is_set():  # a second Ctrl-C does not wait for requests
            self._kill()
        self._stopping.set()

    def _kill(self) -> None:
        for child in self._children.values():
            child.kill()

    async def _keep(self, row: int) -> None:
        """Have a child in this row, until the end."""
        while not self._stopping.is_set():
            try:
                child = self._children[row] = await Offspring.start(self._loads, self._metrics.file, row)
            except OSError as error:
                logger.error("a process cannot be started: %s", error.strerror)
                await asyncio.sleep(A_WHILE)
                continue
            if self._stopping.is_set():  # the others may all have been told by now, and it has nothing to finish
                child.tell_to_stop()
            while await child.hear():
                if not self._stopping.is_set():
                    await self._note(child)
            how = await child.end()
            del self._children[row]
            if not self._stopping.is_set():
                await self._get_over(child, how)

    async def _note(self, child: Offspring) -> None:
        """Let it warp, or all as soon as all are ready for the first time."""
        if child.compiles:
            self._can_be_asked.set()
        if self._were_all_ready:
            await child.tell_that_all_are_ready()
        elif sum(bool(each.cores) for each in self._children.values()) == self._loads.rows:
            self._were_all_ready = True
            for each in self._children.values():
                await each.tell_that_all_are_ready()
            self._can_be_asked.set()
            greet(self._url, " and ".join(sorted({each.cores for each in self._children.values()})))

    async def _get_over(self, child: Offspring, how: str) -> None:
        """Have a child that has ended untold replaced; if it was among the first, something is wrong with all."""
        if self._were_all_ready:
            logger.error("a process has ended (%s); another one takes its place", how)
            if not child.cores:
                await asyncio.sleep(A_WHILE)
        else:
            logger.error("a process has ended (%s) before it was ready; the service stops", how)
            self._status = FAILED
            self._stopping.set()

    async def _spread(self) -> None:
        """Accept connections and hand them over, as soon as all are ready or one says that it will take long."""
        await self._can_be_asked.wait()
        loop = asyncio.get_running_loop()
        self._listener.setblocking(False)
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listener)
            except OSError as error:
                logger.error("a connection cannot be accepted: %s", error.strerror)
                await asyncio.sleep(A_WHILE)
                continue
            with connection:
                # Nothing tells that there is room in a channel, or a child again.
                while not ((child := self._least_busy()) and child.take(connection)):  # noqa: ASYNC110
                    await asyncio.sleep(A_MOMENT)
            await asyncio.sleep(0)  # `sock_accept` lets nobody else run while there are more

    def _least_busy(self) -> Offspring | None:
        """Choose who gets the next connection: one that is ready, if any is, except at the start."""
        there = [row for row, child in self._children.items() if child.is_there]
        ready = [row for row in there if self._children[row].cores and self._were_all_ready]
        rows = sorted(ready or there, key=lambda row: self._children[row].busyness(self._loads[row]))
        return self._children[rows[0]] if rows else None
