"""The service as it is, in one process, with an eye on its steps: `python -m tests.contract.instrumented`.

Before each strip the encoder says "strip 3 of 16" to its logger, and before each picture the decoder of a batch says
"decode for item 2". A handler there writes it to a file of events, and on request waits before the last strip, or
before the decoding for an item, until the client says that it has seen enough, or breaks the engine at some strip.
"""

import logging
import os
import sys
import time
from pathlib import Path

from service.__main__ import main

EVENTS, PIXELS_SEEN, BREAKS_AT = "GRIDWARP_TEST_EVENTS", "GRIDWARP_TEST_PIXELS_SEEN", "GRIDWARP_TEST_BREAKS_AT"
"""Environment variables: the file of events; the file whose existence is waited for; a strip's number, or last."""

WAITS_AT = "GRIDWARP_TEST_WAITS_AT"
"""Environment variable: the event that waits; by default that of a picture's last strip."""

PATIENCE = 30  # seconds


class BrokenEngineError(Exception):
    """A fault that no input should be able to cause."""


class Watcher(logging.Handler):
    """Writes down, waits and breaks."""

    def emit(self, record: logging.LogRecord) -> None:
        event = record.getMessage()
        number = record.args[0]
        is_last_strip = record.name == "gridwarp.encode" and number == record.args[1]
        waits = event == os.environ[WAITS_AT] if WAITS_AT in os.environ else is_last_strip
        if waits and PIXELS_SEEN in os.environ:
            if WAITS_AT in os.environ:
                note("waits")
            note("pixels seen" if self._wait(Path(os.environ[PIXELS_SEEN])) else "timeout")
        note(event)
        if os.environ.get(BREAKS_AT) in {str(number), "last" if is_last_strip else "", event}:
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
