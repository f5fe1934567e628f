"""Many clients of one service at once, as cheap as can be: they share the processors with it."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

import uvloop

from tests.contract import wire


class Seen(NamedTuple):
    """What came of a request.

    Attributes:
        status: 0 if there was no answer.
        headers: names in small letters.
        body: as far as it came.
        whole: whether it came to its end.
        seconds: until then.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool
    seconds: float


def run(main: Callable[[], Awaitable[object]]) -> object:
    """Run clients to their end."""
    return uvloop.run(main())


def warp(picture: bytes, query: str = "op=rotate:10&canvas=expand", **headers: str) -> bytes:
    """The bytes of a request."""
    return wire.request(f"/v1/warp?{query}", {"Content-Length": len(picture), **headers}, picture)


def get(path: str) -> bytes:
    return wire.request(path, {"Connection": "close"}, method="GET")


async def ask(port: int, request: bytes) -> Seen:
    """Send a request on a connection of its own, and read the answer."""
    began = time.perf_counter()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return Seen(0, {}, b"", whole=False, seconds=time.perf_counter() - began)
    try:
        sending = asyncio.create_task(_send(writer, request))
        status, headers, body, whole = await _read(reader)
        sending.cancel()
        return Seen(status, headers, body, whole, time.perf_counter() - began)
    finally:
        writer.transport.abort()


async def ask_all(port: int, requests: Iterable[bytes], *, clients: int) -> list[Seen]:
    """Send all requests, so many at once, and give the answers in their order."""
    left, seen = enumerate(requests), {}

    async def client() -> None:
        for number, request in left:
            seen[number] = await ask(port, request)

    await asyncio.gather(*(client() for _ in range(clients)))
    return [seen[number] for number in sorted(seen)]


async def _send(writer: asyncio.StreamWriter, request: bytes) -> None:
    try:
        writer.write(request)
        await writer.drain()
    except OSError:  # the answer has come before, and says why
        pass


async def _read(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes, bool]:
    status, headers, body = 0, {}, b""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").rstrip().split("\r\n")
        status = int(first.split()[1])
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        if "content-length" in headers:
            body = await reader.readexactly(int(headers["content-length"]))
        else:
            body = bytearray()
            while size := int(await reader.readline(), 16):
                body += await reader.readexactly(size)
                await reader.readexactly(2)
        return status, headers, bytes(body), True
    except (OSError, asyncio.IncompleteReadError, ValueError):
        return status, headers, bytes(body), False


def statuses(seen: list[Seen]) -> Counter[int]:
    """Count the answers by their status; those that broke off count as 0."""
    return Counter(each.status if each.whole else 0 for each in seen)


def percentile(seconds: list[float], share: float) -> float:
    """Give what so large a share of times does not exceed."""
    return sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))]
