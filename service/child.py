"""One of several processes that serve: it has no port of its own, the parent hands it one connection after the other.

It has no signals either. They are the parent's business, which a terminal or a service manager may send to all at once.
"""

from __future__ import annotations

import asyncio
import fcntl
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from service.channel import ALL_READY, COMPILES, CONNECTION, DRAIN, DRAINED, METRICS
from service.draining_server import DrainingServer
from service.engine import ChoiceStopped, Engine
from service.loads import Load, Loads
from service.log import set_up_log
from service.metrics import Metrics
from service.one_process import make_config
from service.readiness import Readiness
from service.settings import Settings
from service.shared_table import SharedTable


class Watched(set[Any]):
    """A set that tells when it changes."""

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__()
        self._tell = tell

    def add(self, element: Any) -> None:
        """Add what is new."""
        super().add(element)
        self._tell()

    def discard(self, element: Any) -> None:
        """Remove it."""
        super().discard(element)
        self._tell()


class Child(DrainingServer):
    """A server with a channel in the place of a port."""

    def __init__(self, settings: Settings, channel: socket.socket, loads: Loads, metrics: Metrics, index: int) -> None:
        readiness = Readiness(settings.cache_dir, self._announce, self._alone)
        config = make_config(settings, readiness, metrics)
        super().__init__(config, readiness, settings.shutdown_notice, settings.shutdown_grace)
        self._channel = channel
        self._something_said, self._all_ready = asyncio.Event(), asyncio.Event()
        self._loads = loads
        self._index = index
        self._taken = 0
        self._takings: set[asyncio.Task[None]] = set()  # asyncio itself does not hold on to them
        self._connections = self.server_state.connections = Watched(self._tell_load)
        self._requests = self.server_state.tasks = Watched(self._tell_load)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, and listen to the parent."""
        await super().startup(sockets or [])  # with none at all it would open a port of its own
        asyncio.get_running_loop().add_reader(self._channel, self._something_said.set)
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                word, files = await self._hear()
                if word == CONNECTION:
                    # Not one after the other: a crowd would hold up whoever asks behind it whether the service lives.
                    taking = asyncio.create_task(self._take(files))
                    self._takings.add(taking)
                    taking.add_done_callback(self._takings.discard)
                elif word == ALL_READY:
                    self._all_ready.set()
                elif word == DRAIN:
                    self._draining = asyncio.create_task(self._drain_and_tell())
                else:
                    break
        finally:
            loop.remove_reader(self._channel)
            self.should_exit = True
            self._all_ready.set()  # nobody waits for it in vain

    async def _drain_and_tell(self) -> None:
        await self.drain()
        with suppress(OSError):  # then the parent is gone
            self._channel.send(DRAINED)

    async def _take(self, files: list[int]) -> None:
        """Serve a connection, if it comes; it counts as taken in any case, since that is how it was handed over.

        There is no file if this process has too many open, and a client may have gone already.
        """
        for file in files:
            connection = socket.socket(fileno=file)
            try:
                await asyncio.get_running_loop().connect_accepted_socket(self._make_protocol, connection)
            except OSError:
                connection.close()
        self._taken += 1
        self._tell_load()

    async def _hear(self) -> tuple[bytes, list[int]]:
        while True:
            self._something_said.clear()
            with suppress(BlockingIOError):
                return socket.recv_fds(self._channel, 1, 1)[:2]
            await self._something_said.wait()

    def _make_protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]  # it is one of uvicorn's own protocols
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    def _tell_load(self) -> None:
        self._loads[self._index] = Load(self._taken, len(self._connections), len(self._requests))

    async def _announce(self, engine: Engine) -> None:
        with suppress(OSError):  # then the channel has ended
            self._channel.send(engine.description.encode())
        await self._all_ready.wait()
        if self.should_exit:
            raise ChoiceStopped

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with suppress(OSError):  # then the parent is gone
            self._channel.send(COMPILES)
        fcntl.lockf(self._loads.file, fcntl.LOCK_EX)  # which goes with the process, if it comes to that
        try:
            yield
        finally:
            fcntl.lockf(self._loads.file, fcntl.LOCK_UN)


def main() -> int:
    """Serve until the channel ends.

    Arguments are the numbers of its file, of the loads' and of the metrics', and which child this is.
    """
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    channel_file, loads_file, metrics_file, index = map(int, sys.argv[1:])
    settings = Settings()
    set_up_log(settings.log_level, settings.log_format)
    channel = socket.socket(fileno=channel_file)
    channel.setblocking(False)
    rows = settings.serving_processes
    metrics = Metrics(SharedTable(metrics_file, rows, METRICS, "d"), index)
    Child(settings.share(index), channel, Loads.open(loads_file, rows), metrics, index).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
