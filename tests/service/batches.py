"""Items for the containers, and the bodies that come of them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from service.containers import Container, Label

MANIFEST = b'{"items": [' + b", ".join([b'{"status": 200}'] * 50) + b"]}"

# What a reader of ZIP or of multipart may stumble over; the last two are a picture's usual bytes and many of one kind.
HOSTILE = [
    b"",
    b"\0",
    b"\r\n",
    b"\r",
    b"\n",
    b"ends with a line break\r\n",
    b"--\r\n",
    b"\r\n--gridwarp--\r\n",
    b"\r\n\r\n--\r\n\r\r\n\n\r",
    b"From me\r\nContent-Type: text/html\r\n\r\n",
    b"PK\x03\x04PK\x07\x08PK\x01\x02PK\x05\x06" + bytes(18),
    b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 300,
    bytes(200_000),
]


class Picture(NamedTuple):
    filename: str
    chunks: Sequence[bytes]

    @property
    def data(self) -> bytes:
        return b"".join(self.chunks)


def label(
    index: int, filename: str = "", status: int = 200, media_type: str = "image/png", largest: int = 1 << 20, **headers
) -> Label:
    return Label(index, status, filename or f"{index:04d}-image.png", media_type, headers, largest)


def problem_label(index: int) -> Label:
    return label(index, f"{index:04d}-image.json", 422, "application/problem+json")


def pieces(container: Container, pictures: Iterable[Picture], manifest: bytes = MANIFEST) -> Iterable[bytes]:
    """What the container hands out, call by call."""
    for index, picture in enumerate(pictures, start=1):
        yield container.begin(label(index, picture.filename))
        for chunk in picture.chunks:
            yield container.write(chunk)
        yield container.end()
    yield container.close(manifest)


def body(container: Container, pictures: Iterable[Picture], manifest: bytes = MANIFEST) -> bytes:
    return b"".join(pieces(container, pictures, manifest))
