"""Somebody who looks whether the service lives, in a process of his own: no other client may keep him waiting."""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

EVERY = 0.05  # seconds


class Watch:
    """What was seen; there once the watch is over."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.seconds: list[float] = []


@contextmanager
def watching(port: int, path: str = "/livez") -> Iterator[Watch]:
    """Ask all the time, and note it in a watch."""
    watch = Watch()
    with subprocess.Popen(
        [sys.executable, "-m", __name__, str(port), path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        process.stdout.readline()  # it has begun
        yield watch
        found, _ = process.communicate()
        for status, seconds in json.loads(found):
            watch.statuses.append(status)
            watch.seconds.append(seconds)


def main(port: int, path: str) -> None:
    """Ask until there is nobody who wants to know."""
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    print("watching", flush=True)  # noqa: T201
    found = []
    while not over.wait(EVERY):
        began = time.perf_counter()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path)
            status = connection.getresponse().status
            connection.close()
        except OSError:
            status = 0
        found.append((status, time.perf_counter() - began))
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
