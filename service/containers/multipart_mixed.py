"""multipart/mixed (RFC 2046, 5.1): every item is a part whose headers tell all about it."""

import secrets

from service.containers.container import Label
from service.filename import content_disposition
from service.media_types import MIXED


class MultipartMixed:
    """Pictures and problem documents as parts, bytes as they are.

    No part can hold the boundary except by a chance of 1 in 2**128: it is drawn anew for each body, so whoever makes
    the pictures does not know it.
    """

    file_name = "warped.multipart"

    def __init__(self) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"{MIXED}; boundary={boundary}"
        self._delimiter = b"--" + boundary.encode()
        self._in_part = False

    def begin(self, label: Label) -> bytes:
        """Write the part's delimiter and headers."""
        self._demand_no_part()
        headers = {
            "Content-Type": label.media_type,
            "Content-Disposition": content_disposition("attachment", label.filename),
            "Content-Transfer-Encoding": "binary",
            "Warp-Index": str(label.index),
            "Warp-Status": str(label.status),
            **label.headers,
        }
        lines = [self._delimiter, *(_header(name, value) for name, value in headers.items()), b"", b""]
        self._in_part = True
        return b"\r\n".join(lines)

    def write(self, chunk: bytes) -> bytes:
        """Hand the bytes on."""
        return chunk

    def end(self) -> bytes:
        """Write the line break that belongs to the next delimiter."""
        self._in_part = False
        return b"\r\n"

    def refuse(self, label: Label, problem: bytes) -> bytes:
        """Write the problem as a part of its own."""
        return self.begin(label) + self.write(problem) + self.end()

    def close(self, manifest: bytes) -> bytes:  # noqa: ARG002 (the parts tell all that is in it)
        """Write the closing delimiter."""
        self._demand_no_part()
        return self._delimiter + b"--\r\n"

    def _demand_no_part(self) -> None:
        if self._in_part:  # a delimiter here would make the part look whole
            raise ValueError("the part before has not ended")


def _header(name: str, value: str) -> bytes:
    """Write one header line.

    Raises:
        ValueError: it has a line break or anything else but visible ASCII and spaces.
    """
    line = f"{name}: {value}"
    if not (line.isascii() and line.isprintable()):
        raise ValueError(f"no header can be {line!a}")
    return line.encode()
