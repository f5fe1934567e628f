"""A service whose steps are noted, for one test after the other."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contract import instrumented
from tests.contract.server import Server, running, wait_for
from tests.reliability.numbers import number


class InstrumentedServer:
    """The service of `tests.contract.instrumented`.

    Attributes:
        server: it.
    """

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self._folder = folder

    def begin(self, wishes: dict[str, str]) -> None:
        """Begin a test: nothing is left of the one before, in its work, its events or its log."""
        # None but the one that asks: a slot may be free for a moment while a request waits for its client to read.
        wait_for(lambda: number(self.server, "requests_in_progress") == 1)
        (self._folder / "wishes").write_text(json.dumps(wishes))
        for said in ("events", "log"):
            os.truncate(self._folder / said, 0)

    def events(self) -> list[str]:
        """Give the events so far."""
        return (self._folder / "events").read_text().splitlines()


@contextmanager
def instrumented_server(folder: Path, **settings: object) -> Iterator[InstrumentedServer]:
    """Run the service with these settings, its files in a folder of its own."""
    environment = {}
    for variable, name, content in ((instrumented.EVENTS, "events", ""), (instrumented.WISHES, "wishes", "{}")):
        (folder / name).write_text(content)
        environment[variable] = str(folder / name)
    with running(folder / "log", "tests.contract.instrumented", environment, **settings) as server:
        yield InstrumentedServer(server, folder)
