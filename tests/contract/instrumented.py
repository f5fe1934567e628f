"""The service as it is, in one process, with an eye on its steps: `python -m tests.contract.instrumented`.

Before each strip the encoder says "strip 3 of 16" to its logger, and before each picture the decoder of a batch says
"decode for item 2". A handler there writes it to a file of events, and on request waits at one of them until the client
says that it has seen enough, or breaks the engine at one. What it is to do stands in a file, so that one service does
for many tests.
"""

import json
import logging
import os
import sys
import time
from pathlib import Path

from service.__main__ import main

EVENTS, WISHES = "GRIDWARP_TEST_EVENTS", "GRIDWARP_TEST_WISHES"
"""Environment variables: the file of events, and that of what is to be done at some, as a JSON object.

    breaks_at    an event
    waits_at     an event
    until        the file whose existence is waited for

An event is what is said, the number in it, or "last strip".
"""

PATIENCE = 30  # seconds


class BrokenEngineError(Exception):
    """A fault that no input should be able to cause."""


class Watcher(logging.Handler):
    """Writes down, waits and breaks."""

    def emit(self, record: logging.LogRecord) -> None:
        event = record.getMessage()
        number = record.args[0]
        is_last_strip = record.name == "gridwarp.encode" and number == record.args[1]
        names = {event, str(number), "last strip" if is_last_strip else event}
        wishes = json.loads(Path(os.environ[WISHES]).read_text())
        if wishes.get("waits_at") in names:
            note("waits")
            note("goes on" if self._wait(Path(wishes["until"])) else "timeout")
        note(event)
        if wishes.get("breaks_at") in names:
            raise BrokenEngineError

    def _wait(self, file: Path) -> bool:
        give_up = time.monotonic() + PATIENCE
        while not file.exists():
            if time.monotonic() > give_up:
                return False
            time.sleep(0.01)
        return True


def note(event: str) -> None:
    with Path(os.environ[EVENTS]).open("a") as events:
        events.write(f"{event}\n")


if __name__ == "__main__":
    for name in ("gridwarp.encode", "gridwarp.decoding"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logger.addHandler(Watcher())  # one each: who waits must not hold the other's lock
    os.environ["GRIDWARP_PROCESSES"] = "1"
    sys.exit(main())
