"""A relay in front of the service that remembers what the browser sent, byte by byte."""

import contextlib
import select
import socket
import socketserver
import threading
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class Relay(socketserver.ThreadingTCPServer):
    """Passes everything on between its own address and the service's; takes a prefix off, as a proxy may do."""

    def __init__(self, service: str, prefix: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Line)
        parts = urlsplit(service)
        self.service = (parts.hostname, parts.port)
        self.prefix = prefix.encode()
        self.address = f"http://127.0.0.1:{self.server_address[1]}{prefix}"
        self.lines: list[Line] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        for line in self.lines:
            line.hang_up()
        self.server_close()  # waits for the lines' threads

    def last_post(self) -> EmailMessage:
        """Parse the last POST: below its first line, a request has the form of a MIME message."""
        data = max((bytes(line.sent) for line in self.lines), key=lambda sent: b"POST /" in sent)
        message = data[data.rindex(b"POST /") :].split(b"\r\n", 1)[1]
        return BytesParser(policy=policy.HTTP).parsebytes(message)


class Line(socketserver.BaseRequestHandler):
    """One connection."""

    server: Relay

    def setup(self) -> None:
        self.sent = bytearray()
        self.server.lines.append(self)

    def handle(self) -> None:
        with socket.create_connection(self.server.service) as service, contextlib.suppress(OSError):
            other_end = {self.request: service, service: self.request}
            while True:
                for end in select.select(list(other_end), [], [])[0]:
                    data = end.recv(1 << 16)
                    if not data:
                        return
                    if end is self.request:
                        self.sent += data
                        data = self.without_prefix(data)
                    other_end[end].sendall(data)

    def without_prefix(self, data: bytes) -> bytes:
        """Take it off a request, of which a browser begins none before the one before is answered."""
        method, space, target = data.partition(b" ")
        return method + space + target.removeprefix(self.server.prefix)

    def hang_up(self) -> None:
        """Let the connection end, if it has not ended yet."""
        with contextlib.suppress(OSError):
            self.request.shutdown(socket.SHUT_RDWR)
