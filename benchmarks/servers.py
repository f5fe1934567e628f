"""Web servers as processes of their own: started on a free port, watched from outside, and ended whatever happens."""

import http.client
import math
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
STARTS_WITHIN = 60  # seconds; the compiled core may have to be made first
ENDS_WITHIN = 20  # seconds

_TICKS = os.sysconf("SC_CLK_TCK")  # a second
_LOOK_AGAIN = 0.3  # seconds
_IDLE = 0.1
"""The share of a processor up to which all servers together are idle: it is counted in hundredths of a second."""


class Service(NamedTuple):
    """What to start and what to ask of it.

    Attributes:
        name: for the tables.
        command: its program and arguments; {port} becomes the port.
        path: where the picture is posted, with the query.
        ready: what answers 200 to a GET once the server is ready; with none it is ready as soon as it listens.
        environment: variables beside those of this process; {port} likewise.
    """

    name: str
    command: tuple[str, ...]
    path: str = "/"
    ready: str | None = None
    environment: Mapping[str, str] = {}


class Server:
    """A running service.

    Attributes:
        name: of the service.
        address: host and port.
        url: where the picture is posted.
    """

    def __init__(self, service: Service, process: subprocess.Popen[bytes], port: int) -> None:
        self.name = service.name
        self.path = service.path
        self.address = ("127.0.0.1", port)
        self.url = f"http://127.0.0.1:{port}{service.path}"
        self._process = process

    @property
    def resident(self) -> int:
        """Bytes in memory now, of the process and its children; what they share counts more than once."""
        return self._memory("VmRSS")

    @property
    def peak(self) -> int:
        """The most bytes since `forget_peak`, likewise: the sum of each process's own peak."""
        return self._memory("VmHWM")

    @property
    def worked(self) -> float:
        """Seconds that processors have worked for it so far (man 5 proc, /proc/PID/stat: utime and stime)."""
        stats = [Path(f"/proc/{pid}/stat").read_text() for pid in _family(self._process.pid)]
        times = [stat.rpartition(")")[2].split()[11:13] for stat in stats]
        return sum(int(user) + int(system) for user, system in times) / _TICKS

    def forget_peak(self) -> None:
        """Let VmHWM start anew at VmRSS (man 5 proc, /proc/PID/clear_refs)."""
        for pid in _family(self._process.pid):
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def _memory(self, line: str) -> int:
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in _family(self._process.pid)]
        return sum(int(re.search(rf"{line}:\s+(\d+) kB", status)[1]) * 1024 for status in statuses)


def wait_until_idle(servers: Iterable[Server]) -> None:
    """Wait until none works any more: who has been asked in vain goes on with it, at the cost of who is asked next."""
    worked, before = sum(server.worked for server in servers), -math.inf
    while worked - before > _IDLE * _LOOK_AGAIN:
        time.sleep(_LOOK_AGAIN)
        worked, before = sum(server.worked for server in servers), worked


@contextmanager
def running(service: Service, log: Path) -> Iterator[Server]:
    """Run a service until the block ends.

    Args:
        service: what to start.
        log: file for what it says.
    """
    port = _free_port()
    command = [part.format(port=port) for part in service.command]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRIDWARP_")}
    environment |= {name: value.format(port=port) for name, value in service.environment.items()}
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        try:
            _wait_until_ready(service, process, port, log)
            yield Server(service, process, port)
        finally:
            process.terminate()
            try:
                process.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_until_ready(service: Service, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up = time.monotonic() + STARTS_WITHIN
    while not _is_ready(service, port):
        if time.monotonic() > give_up or process.poll() is not None:
            sys.exit(f"{service.name} did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)


def _is_ready(service: Service, port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.connect()
        if service.ready is None:
            return True
        connection.request("GET", service.ready)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _family(pid: int) -> list[int]:
    """List a process and all that come of it."""
    files = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for file in files for child in file.read_text().split()]
    return [pid, *(member for child in children for member in _family(child))]
