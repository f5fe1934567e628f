"""What every container offers, and what it is told of each item."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Label:
    """What a container says of one item.

    index: place in the request, from 1.
    status: what the item's HTTP status would be if it were alone.
    filename: safe, unique in its container, and not `manifest.json`; `entry_name` makes such names.
    media_type: content type.
    headers: further headers of the item, in ASCII.
    largest: no more bytes than this will be written; it may be far too high.
    """

    index: int
    status: int
    filename: str
    media_type: str
    headers: dict[str, str]
    largest: int


class Container(Protocol):
    """Joins items, in order, into one body; each call returns the bytes that can be sent by now, maybe none.

    `begin`, `write` for each chunk and `end` for a picture, or `refuse`, for one item after the other; then `close`.
    The bytes, joined, are the body. A container that is dropped before `close` never looks whole.
    """

    @property
    def content_type(self) -> str:
        """The content type of the whole body."""
        ...

    @property
    def file_name(self) -> str:
        """What a client may call the whole body as a file."""
        ...

    def begin(self, label: Label) -> bytes:
        """Begin a picture.

        Raises:
            ValueError: the one before has not ended, or the label cannot be written.
        """
        ...

    def write(self, chunk: bytes) -> bytes:
        """Go on with the picture that has begun."""
        ...

    def end(self) -> bytes:
        """End the picture: it is whole."""
        ...

    def refuse(self, label: Label, problem: bytes) -> bytes:
        """Tell why an item has no picture.

        Args:
            label: that of the problem document, with its filename and media type.
            problem: the document (RFC 9457), JSON.
        """
        ...

    def close(self, manifest: bytes) -> bytes:
        """End the body.

        Args:
            manifest: JSON that lists the items, for a container that cannot say it beside each.

        Raises:
            ValueError: a picture has not ended.
        """
        ...
