"""Run the service: `python -m service`. The settings come from the environment, `GRIDWARP_PORT` and so on."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
from types import FrameType

from pydantic import ValidationError
from pydantic_settings import SettingsError

from service import several_processes
from service.heap import keep_freed_memory
from service.log import set_up_log
from service.settings import Settings

ENV_PREFIX = "GRIDWARP_"
FAILED = 1
BAD_SETTINGS = 2


def main() -> int:
    """Serve until SIGTERM or Ctrl-C and return the exit status."""
    # Without a handler of its own the first process of a container ignores SIGTERM while it is still starting.
    signal.signal(signal.SIGTERM, _stop)
    keep_freed_memory()
    # The equations of a large spline are rounded otherwise by several threads, and these spin while the service starts.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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
    set_up_log(settings.log_level, settings.log_format)
    if settings.serving_processes > 1:
        return several_processes.serve(settings, listener)
    from service import one_process  # noqa: PLC0415 -- a second and 70 MB, which the parent of several does without

    return one_process.serve(settings, listener)


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


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)  # being told to stop and stopping is no failure; uvicorn hands the signal on once it has drained


def _complain(*lines: str) -> None:
    sys.stderr.writelines(f"gridwarp: {line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
