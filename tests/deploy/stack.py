"""The Compose file's stack without containers: HAProxy by its own configuration, in front of services on this machine.

Each replica has an address of its own and all have one port, as containers have, and the balancer finds them by a name.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from tests.contract.server import ENDS_WITHIN, ROOT, wait_for
from tests.contract.wire import free_port
from tests.deploy.compose import SERVICES
from tests.deploy.names import Names, naming

CONFIGURATION = ROOT / "deploy/haproxy/haproxy.cfg"
PROGRAM = shutil.which("haproxy", path=os.environ["PATH"] + ":/usr/sbin")  # which not everybody's PATH has
HAPROXY = (PROGRAM or "haproxy", "-W", "-db", "-f", str(CONFIGURATION))  # as the image's entry point starts it

SETTINGS = {name.removeprefix("GRIDWARP_").lower(): value
            for name, value in SERVICES["api"]["environment"].items() if value is not None}  # fmt: skip
"""Of the replicas, as the Compose file has them."""

VARIABLES = {name.removeprefix("GRIDWARP_").lower(): value
             for name, value in SERVICES["balancer"]["environment"].items()}  # fmt: skip
"""Of the balancer, likewise."""


class Replica:
    """One service, on an address of its own, which can end and be there again.

    Attributes:
        address: where it listens.
        log: what it says on stderr.
    """

    def __init__(self, address: str, port: int, settings: dict[str, object], log: Path) -> None:
        self.address = address
        self.port = port
        self.log = log
        self._settings = settings
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = plain_environment() | {
            "GRIDWARP_HOST": self.address,
            "GRIDWARP_PORT": str(self.port),
            "GRIDWARP_LOG_FORMAT": "text",
            **{f"GRIDWARP_{name.upper()}": str(value) for name, value in self._settings.items()},
        }
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "service"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=log
            )

    def wait_until_ready(self) -> None:
        wait_for(lambda: status_of(f"http://{self.address}:{self.port}/readyz") == 200)

    def number(self, beginning: str) -> float:
        """Add up those of the service's own numbers whose lines begin so."""
        lines = httpx.get(f"http://{self.address}:{self.port}/metrics", trust_env=False).text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(beginning))

    def end(self, how: signal.Signals) -> int:
        """Send a signal and give the exit status."""
        self.process.send_signal(how)
        return self.process.wait(ENDS_WITHIN)


class Stack:
    """A balancer and its replicas.

    Attributes:
        port: where clients ask, on 127.0.0.1.
        metrics: the address of the balancer's own numbers.
        names: says which replicas are there.
        balancer: the process.
    """

    def __init__(self, port: int, metrics_port: int, replicas: Sequence[Replica], names: Names, log: Path) -> None:
        self.port = port
        self.metrics = f"http://127.0.0.1:{metrics_port}"
        self.replicas = replicas
        self.names = names
        self._log = log
        self.balancer: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What the balancer has said."""
        return self._log.read_text()

    def start_balancer(self, configuration: Sequence[str], settings: dict[str, object]) -> None:
        environment = plain_environment() | {
            "GRIDWARP_BALANCER": f"127.0.0.1:{self.port}",
            "GRIDWARP_BALANCER_METRICS": self.metrics.removeprefix("http://"),
            "GRIDWARP_REPLICAS_AT": f"api:{self.replicas[0].port}",
            "GRIDWARP_DNS": f"127.0.0.1:{self.names.port}",
            **{f"GRIDWARP_{name.upper()}": str(value) for name, value in settings.items()},
        }
        with self._log.open("a") as log:
            self.balancer = subprocess.Popen(configuration, cwd=ROOT, env=environment, stdout=log, stderr=log)

    def servers_up(self, backend: str = "warps") -> int:
        """How many replicas the balancer has in use, by its own numbers."""
        with contextlib.suppress(httpx.HTTPError):
            text = httpx.get(f"{self.metrics}/metrics", trust_env=False).text
            wanted = f'haproxy_backend_active_servers{{proxy="{backend}"}}'
            return sum(int(float(line.split()[-1])) for line in text.splitlines() if line.startswith(wanted))
        return -1


def plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GRIDWARP_")}


def status_of(url: str) -> int:
    """The status of a GET, or 0 if nobody answers."""
    try:
        return httpx.get(url, trust_env=False).status_code
    except httpx.HTTPError:
        return 0


@contextlib.contextmanager
def stack(
    folder: Path,
    *,
    replicas: int,
    service: dict[str, object],
    balancer: dict[str, object],
    configuration: Sequence[str] = HAPROXY,
) -> Iterator[Stack]:
    """Run it, wait until it is ready, and see it off.

    Args:
        folder: for the logs.
        replicas: how many services.
        service: their settings.
        balancer: the variables of its configuration.
        configuration: how HAProxy is started.
    """
    addresses = [f"127.0.0.{2 + number}" for number in range(replicas)]
    port = free_port("127.0.0.1", *addresses)
    with naming() as names, contextlib.ExitStack() as ends:
        all_replicas = []
        for address in addresses:
            replica = Replica(address, port, service, folder / f"{address}.log")
            replica.start()
            ends.callback(_see_off, replica)
            all_replicas.append(replica)
            names.addresses.append(address)
        found = Stack(free_port("127.0.0.1"), free_port("127.0.0.1"), all_replicas, names, folder / "balancer.log")
        for replica in all_replicas:
            replica.wait_until_ready()
        found.start_balancer(configuration, balancer)
        ends.callback(_see_off, found)
        wait_for(lambda: found.servers_up() == replicas == found.servers_up("others") or found.balancer.poll())
        assert found.balancer.poll() is None, found.log
        yield found


def _see_off(one: Replica | Stack) -> None:
    process = one.process if isinstance(one, Replica) else one.balancer
    process.terminate()
    process.wait(ENDS_WITHIN)
