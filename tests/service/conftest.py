import signal
import sys

import pytest


@pytest.fixture
def signals_end_the_process():
    """As SIGTERM does until the service hears it: instead of pytest's end, SystemExit."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    yield
    signal.signal(signal.SIGTERM, before)
