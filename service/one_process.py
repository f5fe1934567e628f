"""The service in one process, as uvicorn serves it."""

import contextlib
import math
import socket

import uvicorn

from service.app import create_app
from service.engine import Engine
from service.greeting import greet
from service.heap import keep_freed_memory
from service.readiness import Readiness
from service.settings import Settings


def serve(settings: Settings, listener: socket.socket) -> int:
    """Serve until SIGTERM or Ctrl-C and return the exit status."""
    keep_freed_memory()

    async def announce(engine: Engine) -> None:
        greet(listener, engine.description)

    server = uvicorn.Server(make_config(settings, Readiness(settings.cache_dir, announce)))
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C at a terminal; open requests are finished by then
        server.run(sockets=[listener])
    return 0


def make_config(settings: Settings, readiness: Readiness) -> uvicorn.Config:
    """Set up the application in its server."""
    return uvicorn.Config(
        create_app(settings, readiness),
        lifespan="on",
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=math.ceil(settings.shutdown_grace),
    )
