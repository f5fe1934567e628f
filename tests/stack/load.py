"""Clients that ask the stack without a pause, and note what came of each request. Nothing but Python is needed."""

import http.client
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

PATIENCE = 60  # seconds for one answer
TARGET = "/v1/warp?op=rotate:10&canvas=expand"
END = b"IEND\xaeB`\x82"


def photo(width: int, height: int) -> bytes:
    """A PNG in colours that packs about as well as a photograph."""
    rows = bytearray()
    state = 1
    for y in range(height):
        rows.append(0)
        for x in range(width):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            rows += bytes(((x + y + channel * 40 + (state >> 20) % 8) & 255) for channel in range(3))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(rows), 1)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


class Seen(NamedTuple):
    """What came of a request.

    Attributes:
        outcome: "200" of a whole picture, another status, or what else happened.
        seconds: how long it took.
    """

    outcome: str
    seconds: float


class Load:
    """Clients that have asked so far.

    Attributes:
        seen: what came of all requests, in no order.
    """

    def __init__(self, host: str, port: int, body: bytes, clients: int) -> None:
        self.seen: list[Seen] = []
        self._host, self._port, self._body = host, port, body
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask_on) for _ in range(clients)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def outcomes(self) -> Counter[str]:
        return Counter(each.outcome for each in self.seen)

    @property
    def lost(self) -> list[str]:
        return [each.outcome for each in self.seen if each.outcome != "200"]

    def _ask_on(self) -> None:
        while not self._over.is_set():
            began = time.monotonic()
            outcome = ask(self._host, self._port, self._body)
            self.seen.append(Seen(outcome, time.monotonic() - began))


def ask(host: str, port: int, body: bytes) -> str:
    """Send one picture on a connection of its own, and tell what came."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("POST", TARGET, body, {"Content-Type": "image/png"})
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    if answer.status == http.HTTPStatus.OK and not content.endswith(END):
        return "broken off"
    return str(answer.status)


@contextmanager
def asking(address: tuple[str, int], body: bytes, clients: int) -> Iterator[Load]:
    """Let clients ask while something is done; they finish what they are at."""
    with Load(*address, body, clients) as load:
        yield load
