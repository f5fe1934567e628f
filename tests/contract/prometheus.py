"""Prometheus as a process of its own: it reads a service as deploy/prometheus says, but every second."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.contract.server import ROOT, wait_for

FOLDER = ROOT / "deploy/prometheus"
CHANGES = {
    "15s": "1s",
    "    # authorization:": "    authorization:",
    "    #   credentials_file:": "      credentials_file:",
}


class Prometheus:
    """A running Prometheus."""

    def __init__(self, port: int) -> None:
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=10, trust_env=False)

    def get(self, path: str, **parameters: object) -> dict:
        """Ask the HTTP API; any fault of an expression is told here."""
        answer = self._client.get(path, params=parameters).json()
        assert answer["status"] == "success", answer
        assert not answer.get("warnings"), answer
        return answer["data"]

    def values(self, expression: str) -> list[float]:
        """Give the expression's value for each series, as it is now."""
        return [float(series["value"][1]) for series in self.get("/query", query=expression)["result"]]

    def history(self, expression: str) -> list[list[float]]:
        """Give the values of the last seconds for each series, as a graph asks for them."""
        now = time.time()
        found = self.get("/query_range", query=expression, start=now - 5, end=now, step=1)["result"]
        return [[float(value) for _, value in series["values"]] for series in found]

    def close(self) -> None:
        self._client.close()


@contextmanager
def scraping(service_port: int, token: str, folder: Path) -> Iterator[Prometheus]:
    """Run Prometheus until it has read the service once, and see it off.

    Args:
        service_port: of a service on this machine.
        token: that the service asks for.
        folder: an empty one, for the configuration and the data.
    """
    text = (FOLDER / "prometheus.yml").read_text()
    for old, new in (CHANGES | {"127.0.0.1:8000": f"127.0.0.1:{service_port}"}).items():
        assert old in text
        text = text.replace(old, new)
    (folder / "prometheus.yml").write_text(text)
    (folder / "alerts.yml").write_text((FOLDER / "alerts.yml").read_text())
    (folder / "gridwarp.token").write_text(token)
    log = folder / "log"
    options = ["--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:0"]
    with (
        log.open("w") as errors,
        subprocess.Popen(["prometheus", *options], cwd=folder, stdout=errors, stderr=errors) as process,
    ):
        try:
            wait_for(lambda: _port(log) or process.poll() is not None)
            assert process.poll() is None, log.read_text()
            prometheus = Prometheus(_port(log))
            try:
                wait_for(lambda: prometheus.values("up") == [1])
                yield prometheus
            finally:
                prometheus.close()
        finally:
            process.terminate()


def _port(log: Path) -> int:
    """Give where it listens, or 0 as long as it does not."""
    found = re.search(r'"Listening on".* address=127\.0\.0\.1:(\d+)', log.read_text())
    return int(found[1]) if found else 0
