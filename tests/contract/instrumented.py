"""The service as it is, with an eye on its strips: `python -m tests.contract.instrumented`.

Before each strip the pipeline says "strip 3 of 16" to its logger. A handler there writes it to a file of events, and on
request waits before the last strip until the client says that it has seen pixels, or breaks the engine at some strip.
"""

import logging
import os
import sys
import time
from pathlib import Path

from service.__main__ import main

EVENTS, PIXELS_SEEN, BREAKS_AT = "GRIDWARP_TEST_EVENTS", "GRIDWARP_TEST_PIXELS_SEEN", "GRIDWARP_TEST_BREAKS_AT"
"""Environment variables: the file of events; the file whose existence is waited for; a strip's number, or last."""

PATIENCE = 30  # seconds


class BrokenEngineError(Exception):
    """A fault that no input should be able to cause."""


class StripWatcher(logging.Handler):
    """Writes down, waits and breaks."""

    def emit(self, record: logging.LogRecord) -> None:
        strip, strips = record.args
        if strip == strips and PIXELS_SEEN in os.environ:
            note("pixels seen" if self._wait(Path(os.environ[PIXELS_SEEN])) else "timeout")
        note(f"strip {strip} of {strips}")
        if os.environ.get(BREAKS_AT) in {str(strip), "last" if strip == strips else ""}:
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
    pipeline = logging.getLogger("gridwarp.pipeline")
    pipeline.setLevel(logging.DEBUG)
    pipeline.propagate = False
    pipeline.addHandler(StripWatcher())
    sys.exit(main())
