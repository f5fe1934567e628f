"""Requests and answers byte by byte: what a well-behaved client library would never send, or would hide."""

import contextlib
import http.client
import json
import re
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

BOUNDARY = "gridwarp-test-boundary"
FORM = f"multipart/form-data; boundary={BOUNDARY}"

PROBLEM_FIELDS = {"type", "title", "status", "detail", "instance", "code", "errors"}


@dataclass
class Answer:
    """What came back, whoever fetched it."""

    status: int
    headers: httpx.Headers
    body: bytes

    @classmethod
    def of(cls, response: httpx.Response) -> "Answer":
        return cls(response.status_code, response.headers, response.content)


def check_problem(answer: Answer | httpx.Response, status: int, code: str, *pointers: str, item: int = 0) -> dict:
    """Demand one of our problem documents (RFC 9457), whole and tidy.

    Args:
        answer: from any client.
        status, code: what it must say.
        pointers: the places in the spec that it must name, in this order.
        item: which of several results it must name.

    Returns:
        The document.
    """
    if isinstance(answer, httpx.Response):
        answer = Answer.of(answer)
    text = answer.body.decode("utf-8")
    assert answer.status == status, text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert int(answer.headers["content-length"]) == len(answer.body)
    problem = json.loads(text)
    assert set(problem) == PROBLEM_FIELDS | ({"item"} if item else set())
    assert problem.get("item", 0) == item
    assert problem["status"] == status
    assert problem["code"] == code, problem
    assert problem["type"] == f"/problems/{code}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == f"urn:gridwarp:request:{answer.headers['x-request-id']}"
    assert all(set(place) == {"pointer", "detail"} and place["detail"] for place in problem["errors"])
    assert [place["pointer"] for place in problem["errors"]] == list(pointers), problem["errors"]
    assert not re.search(r"Traceback|File \"|\.py\b|pydantic|starlette|PIL", text)
    assert (answer.headers.get("retry-after") is not None) == (status == 503)
    return problem


def form(*parts: tuple[str, bytes]) -> bytes:
    """A multipart body.

    Args:
        parts: the header lines of each part as they are to stand, and its content.
    """
    written = [f"--{BOUNDARY}\r\n{headers}\r\n\r\n".encode() + content + b"\r\n" for headers, content in parts]
    return b"".join([*written, f"--{BOUNDARY}--\r\n".encode()])


def file_part(name: str, content: bytes, filename: str = "photo.png", content_type: str = "") -> tuple[str, bytes]:
    headers = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
    return headers + (f"\r\nContent-Type: {content_type}" if content_type else ""), content


def text_part(name: str, content: str, content_type: str = "") -> tuple[str, bytes]:
    headers = f'Content-Disposition: form-data; name="{name}"'
    return headers + (f"\r\nContent-Type: {content_type}" if content_type else ""), content.encode()


def in_chunks(body: bytes, size: int) -> bytes:
    """A body in chunked transfer coding (RFC 9112, 7.1)."""
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def request(
    target: str, headers: Mapping[str, object], body: bytes = b"", *, method: str = "POST", version: str = "1.1"
) -> bytes:
    """A request as it goes over the wire; nothing is added but Host."""
    lines = [f"{method} {target} HTTP/{version}", "Host: gridwarp"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def free_port(*addresses: str) -> int:
    """A port that is free on all addresses."""
    while True:
        with contextlib.suppress(OSError), contextlib.ExitStack() as held:
            port = 0
            for address in addresses:
                listener = held.enter_context(socket.socket())
                listener.bind((address, port))
                port = listener.getsockname()[1]
            return port


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def connected(port: int, *, receive_buffer: int | None = None) -> Iterator[socket.socket]:
    """A connection; with a small receive buffer the client's slowness is soon felt by the server."""
    with socket.socket() as connection:
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(60)
        connection.connect(("127.0.0.1", port))
        yield connection


def read_answer(connection: socket.socket, method: str = "POST") -> Answer:
    """Read one answer to its end.

    Raises:
        http.client.IncompleteRead: it breaks off.
    """
    with http.client.HTTPResponse(connection, method=method) as response:
        response.begin()
        return Answer(response.status, httpx.Headers(response.getheaders()), response.read())


def exchange(port: int, sent: bytes) -> Answer:
    """Send bytes on a connection of their own and read the answer."""
    with connected(port) as connection:
        connection.sendall(sent)
        return read_answer(connection)


def run_curl(curl: str, folder: Path, url: str, *arguments: str, stdin: bytes = b"") -> Answer:
    """Call curl and take the last answer that it saw; one of status 100 may come before."""
    head, body = folder / "head", folder / "body"
    options = ["-sS", "--noproxy", "*", "--max-time", "60", "-D", str(head), "-o", str(body)]
    done = subprocess.run([curl, *options, *arguments, url], input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    status_line, *lines = head.read_bytes().decode("latin-1").strip().split("\r\n\r\n")[-1].split("\r\n")
    headers = httpx.Headers([tuple(line.split(": ", 1)) for line in lines])
    return Answer(int(status_line.split()[1]), headers, body.read_bytes())


def png_chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """Kind and content of every chunk; the file must be whole."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    position, chunks = 8, []
    while position < len(png):
        length = int.from_bytes(png[position : position + 4], "big")
        chunks.append((png[position + 4 : position + 8], png[position + 8 : position + 8 + length]))
        position += 12 + length
    assert position == len(png)
    assert chunks[-1] == (b"IEND", b"")
    return chunks


def kinds(chunks: Sequence[tuple[bytes, bytes]]) -> set[bytes]:
    return {kind for kind, _ in chunks}
