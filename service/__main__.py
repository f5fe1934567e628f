"""Run the service: `python -m service`. The settings come from the environment, `GRIDWARP_PORT` and so on."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import math
import signal
import socket
import sys
from types import FrameType

import uvicorn
from pydantic import ValidationError
from pydantic_settings import SettingsError

from service.app import create_app
from service.engine import ChoiceStopped, Engine
from service.readiness import Readiness
from service.settings import Settings

ENV_PREFIX = "GRIDWARP_"
FAILED = 1
BAD_SETTINGS = 2


class Server(uvicorn.Server):
    """Uvicorn, saying where the service is once it is ready."""

    def __init__(self, config: uvicorn.Config, readiness: Readiness) -> None:
        super().__init__(config)
        self._readiness = readiness
        self._greeting: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, and print the addresses as soon as pictures can be warped."""
        await super().startup(sockets)
        if self.started and sockets:
            self._greeting = asyncio.create_task(self._greet(_base_url(sockets[0])))

    async def _greet(self, url: str) -> None:
        with contextlib.suppress(ChoiceStopped):
            engine = await self._readiness.until_ready()
            sys.stdout.write(_welcome(url, engine))
            sys.stdout.flush()  # at once, into a log file or a pipe too


def main() -> int:
    """Serve until SIGTERM or Ctrl-C and return the exit status."""
    # Without a handler of its own the first process of a container ignores SIGTERM while it is still starting.
    signal.signal(signal.SIGTERM, _stop)
    try:
        settings = Settings()
    except (ValidationError, SettingsError) as error:
        _complain(*_explain(error))
        return BAD_SETTINGS
    try:
        listener = _listen(settings.host, settings.port)
    except OSError as error:
        _complain(_why_not(error, settings.host, settings.port))
        return FAILED
    # One format for all; the application sets the level of its own messages.
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        lifespan="on",
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=math.ceil(settings.shutdown_grace),
    )
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C at a terminal; open requests are finished by then
        Server(config, app.state.house.readiness).run(sockets=[listener])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before the application is built: nobody else can have it between the check and the use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)


def _why_not(error: OSError, host: str, port: int) -> str:
    """Say why the address cannot be had, and what to do."""
    if error.errno == errno.EADDRINUSE:
        other = (port + 1) % 2**16 or 8000
        return f"Port {port} on {host} is in use; choose another: make serve PORT={other} (or {ENV_PREFIX}PORT={other})"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"Port {port} on {host} is not allowed for this user; choose one from 1024 up: {ENV_PREFIX}PORT=8000"
    reason = str(error.strerror or error).split(" (while")[0]  # the rest repeats the address
    return f"Cannot listen on {host}, port {port}: {reason}; see {ENV_PREFIX}HOST and {ENV_PREFIX}PORT"


def _explain(error: ValidationError | SettingsError) -> list[str]:
    """One line a bad setting. The value stays out: it may be a secret."""
    if isinstance(error, SettingsError):
        return [str(error)]
    lines = []
    for e in error.errors(include_input=False, include_url=False):
        name = ENV_PREFIX + "_".join(map(str, e["loc"])).upper()
        reason = e["msg"].removeprefix("Value error, ")
        lines.append(f"{name}: {reason}" if e["loc"] else reason)
    return lines


def _base_url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- everywhere: here, for a browser
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _welcome(url: str, engine: Engine) -> str:
    return (
        f"Gridwarp is ready: {engine.core} core{engine.target and f' for {engine.target}'}.\n"
        f"  In the browser  {url}/docs\n"
        f"  API             {url}/v1/warp\n"
        f"  Try             curl -F image=@photo.jpg '{url}/v1/warp?op=rotate:30&canvas=expand' -o warped.png\n"
        "Ctrl-C stops it.\n"
    )


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)  # being told to stop and stopping is no failure; uvicorn hands the signal on once it has drained


def _complain(*lines: str) -> None:
    sys.stderr.writelines(f"gridwarp: {line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
