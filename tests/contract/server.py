"""The service as a process of its own, and what can be seen of it from outside: answers, exit status, log, memory."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
TICKS = os.sysconf("SC_CLK_TCK")  # a second
ENDS_WITHIN = 60  # seconds; a process that is told to stop finishes its requests first


PATIENCE = 30  # seconds


def wait_for(condition: Callable[[], object]) -> None:
    """Ask again and again until it is so."""
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.02)


class Server:
    """A running service.

    Attributes:
        port: where it listens, on 127.0.0.1.
        pid: of the process that was started; if there are others, they are its children.
        client: keeps connections open between requests, as a back end would.
    """

    def __init__(self, process: subprocess.Popen[str], port: int, log: Path) -> None:
        self._process = process
        self._log = log
        self._told_to_stop = False
        self.port = port
        self.pid = process.pid
        self.client = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._log.read_text()

    def warp(self, picture: bytes, query: str, **more) -> httpx.Response:
        """Send the picture as the body and the spec in the query."""
        return self.client.post(f"/v1/warp?{query}", content=picture, **more)

    def is_the_same_process(self) -> bool:
        return self._process.poll() is None

    def tell_to_stop(self) -> None:
        """SIGTERM."""
        self._told_to_stop = True
        self._process.send_signal(signal.SIGTERM)

    def stop(self, *, told: bool = False) -> int:
        """Have it stop, if it is not told to already, and give the exit status."""
        self.client.close()
        self._told_to_stop = self._told_to_stop or told
        if not self._told_to_stop:
            assert self.is_the_same_process(), f"the service died:\n{self.log}"
            self.tell_to_stop()
        return self._process.wait(ENDS_WITHIN)

    @property
    def children(self) -> list[int]:
        """The processes that serve, if there are several; none if there is one."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def memory(self, line: str) -> int:
        """Bytes of all processes, by a line of /proc/PID/status: VmRSS for now, VmHWM for the peak."""
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in (self.pid, *self.children)]
        return sum(int(re.search(rf"{line}:\s+(\d+) kB", status)[1]) for status in statuses) * 1024

    @property
    def worked(self) -> float:
        """Seconds that processors have worked for all processes so far."""
        return sum(_worked(f"/proc/{pid}/stat") for pid in (self.pid, *self.children))

    @property
    def worked_on_the_loop(self) -> float:
        """Seconds that processors have worked for the first thread, where the event loop of a single process runs."""
        return _worked(f"/proc/{self.pid}/task/{self.pid}/stat")

    def forget_peak(self) -> None:
        """Let VmHWM start anew at VmRSS (man 5 proc, /proc/PID/clear_refs)."""
        for pid in (self.pid, *self.children):
            Path(f"/proc/{pid}/clear_refs").write_text("5")


@contextmanager
def running(
    log: Path,
    module: str = "service",
    extra_environment: dict[str, str] | None = None,
    launcher: Sequence[str] = (),
    **settings: object,
) -> Iterator[Server]:
    """Run the service on a free port and see it off: it must live to the end and stop with status 0.

    Args:
        log: file for what it says on stderr.
        module: what to run, as `python -m`.
        extra_environment: further variables.
        launcher: a command that starts the one behind it in its own place.
        settings: those of the service, which logs warnings as text if they do not say otherwise; every other
            GRIDWARP_ variable is left out.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRIDWARP_")}
    environment |= {f"GRIDWARP_{name.upper()}": str(value) for name, value in settings.items()}
    environment = {"GRIDWARP_PORT": "0", "GRIDWARP_LOG_LEVEL": "warning", "GRIDWARP_LOG_FORMAT": "text"} | environment
    environment |= extra_environment or {}
    with (
        log.open("a") as errors,
        subprocess.Popen(
            [*launcher, sys.executable, "-m", module],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            server = Server(process, _port(process, log), log)
            try:
                yield server
                assert server.stop() == 0, server.log
            finally:
                server.client.close()
        finally:
            process.kill()


def _worked(stat: str) -> float:
    """See man 5 proc, /proc/PID/stat: utime and stime."""
    return sum(map(int, Path(stat).read_text().rpartition(")")[2].split()[11:13])) / TICKS


def _port(process: subprocess.Popen[str], log: Path) -> int:
    """Wait until the service has said where it is; it says so once it answers."""
    for line in process.stdout:
        if address := re.search(r"http://127\.0\.0\.1:(\d+)/v1/warp", line):
            return int(address[1])
    raise AssertionError(f"the service did not start:\n{log.read_text()}")
