"""The memory of a service, looked at all the time: how much it was at most."""

import threading

from tests.contract.server import Server

EVERY = 0.02  # seconds


class peak_of:  # noqa: N801 -- reads as what it gives
    """All that was seen, within the block."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._over = threading.Event()
        self._seen = [0]
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            self._seen.append(self._server.memory("VmRSS"))

    def __enter__(self) -> list[int]:
        self._thread.start()
        return self._seen

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
