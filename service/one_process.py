"""The service in one process, as uvicorn serves it."""

import asyncio
import contextlib
import math
import signal
import socket
from collections.abc import Iterator
from functools import partial
from types import FrameType

import uvicorn

from service.app import create_app
from service.connection import Connection
from service.draining_server import DrainingServer
from service.engine import Engine
from service.greeting import greet, url_of
from service.metrics import Metrics
from service.readiness import Readiness
from service.settings import Settings


def serve(settings: Settings, listener: socket.socket) -> int:
    """Serve until SIGTERM or Ctrl-C and return the exit status."""
    url = url_of(listener)

    async def announce(engine: Engine) -> None:
        greet(url, engine.description)

    readiness = Readiness(settings.cache_dir, announce)
    config = make_config(settings, readiness, Metrics.alone())
    server = OnlyServer(config, readiness, settings.shutdown_notice, settings.shutdown_grace)
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C at a terminal; open requests are finished by then
        server.run(sockets=[listener])
    return 0


class OnlyServer(DrainingServer):
    """The server of a service of one process, which hears signals itself."""

    _draining: asyncio.Task[None] | None = None

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop; signals are heard before there is a coroutine that they would leave unawaited."""
        with super().capture_signals():
            super().run(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them to `run`."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, and listen; if it is told to end meanwhile, to those who have waited for it."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self._captured_signals:
            self._begin_to_drain()

    def handle_exit(self, sig: int, _frame: FrameType | None) -> None:
        """Drain, and then end; a second Ctrl-C does not wait for requests."""
        self._captured_signals.append(sig)
        if self._captured_signals.count(signal.SIGINT) > 1:
            self.force_exit = True
        self._readiness.leave()
        if self.started:
            self._loop.call_soon_threadsafe(self._begin_to_drain)

    def _begin_to_drain(self) -> None:
        self._draining = self._draining or asyncio.create_task(self._drain_and_end())

    async def _drain_and_end(self) -> None:
        await self.drain()
        self.should_exit = True


def make_config(settings: Settings, readiness: Readiness, metrics: Metrics) -> uvicorn.Config:
    """Set up the application in its server."""
    return uvicorn.Config(
        create_app(settings, readiness, metrics),
        http=partial(Connection, send_timeout=settings.send_timeout),  # type: ignore[arg-type]  # called, only
        lifespan="on",
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=math.ceil(settings.shutdown_grace),  # until it drains: see DrainingServer
    )
