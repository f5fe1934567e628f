"""A running service that must come unhurt out of every request."""

import contextlib
import http.client
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from tests.contract import wire
from tests.contract.server import Server, running
from tests.contract.wire import Answer
from tests.fuzz.demands import Demands

HANGS = 20  # seconds without a byte; a request here takes some milliseconds

LIMITS = {
    "processes": 2,
    "workers": 2,
    "max_body_bytes": 256 * 1024,
    "upload_budget": 512 * 1024,
    "max_source_pixels": 400_000,
    "max_output_pixels": 600_000,
    "max_map_pixels": 10_000,
    "max_batch_pixels": 1_500_000,
    "max_held_pixels": 1_000_000,
    "max_side": 1000,
    "max_items": 8,
}
"""Small, so that generated requests reach them, and so that none of them takes long."""


class Watched:
    """A server, and whether it is still the one that was started.

    Attributes:
        url: where it is.
        port: of that.
    """

    def __init__(self, server: Server) -> None:
        self.url, self.port = server.url, server.port
        self._server = server
        self._children = server.children
        self._said = len(server.log)
        self._demands = Demands(server.url)

    def verdict(self, request: bytes) -> str:
        """Send a request that is well-formed HTTP, check all that is demanded, and give the answer's status."""
        return str(self.answer(request).status)

    def answer(self, request: bytes) -> Answer:
        """Do the same, and give the answer."""
        method, target = request.split(b" ", 2)[:2]
        with wire.connected(self.port) as connection:
            connection.settimeout(HANGS)
            try:
                with contextlib.suppress(ConnectionError):  # it may answer before it has read all
                    connection.sendall(request)
                answer = wire.read_answer(connection, method.decode())
            except TimeoutError:
                raise AssertionError(f"no answer within {HANGS} seconds") from None
            except (OSError, http.client.HTTPException) as error:
                self.is_unhurt()
                raise AssertionError(f"the answer breaks off: {error!r}") from None
        if answer.status == 500:
            time.sleep(0.5)  # the server tells of it once more, behind the answer
        self.is_unhurt()
        self._demands.check(method.decode(), unquote(target.partition(b"?")[0].decode()), answer)
        return answer

    def is_unhurt(self) -> None:
        """Demand that since the last time no process was replaced and none has complained."""
        said, self._said = self._server.log[self._said :], len(self._server.log)
        known, self._children = self._children, self._server.children
        assert self._server.is_the_same_process(), f"the service died:\n{said}"
        assert self._children == known, f"a process was replaced:\n{said}"
        assert "Traceback" not in said, said
        assert "ERROR" not in said, said


@contextlib.contextmanager
def watching(log: Path) -> Iterator[Watched]:
    """Run the service with small limits."""
    with running(log, **LIMITS) as server:
        yield Watched(server)
