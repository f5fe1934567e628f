"""ZIP, written to a stream: pictures as they come, `manifest.json` last.

Source: PKWARE's APPNOTE.TXT 6.3.10, called "APPNOTE" below. The standard library's `zipfile` writes; where it cannot
seek, checksum and sizes follow each entry in a data descriptor (APPNOTE 4.3.9).
"""

from io import RawIOBase
from stat import S_IFREG
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from service.containers.container import Label
from service.media_types import ZIP

# PNGs do not shrink. They, and the manifest, are deflated all the same, at the level that only copies: the end of a
# deflated entry shows in its bytes, whereas a reader that cannot seek never finds the end of a stored one, and one that
# reads nothing but copies needs no inflater.
_COPY = 0

# Without ZIP64 zipfile breaks off an entry of more than 2**31 - 1 bytes as deflated; copying adds less than 0.1 %.
# With ZIP64 some old programs cannot read the entry, so it is kept for those that may need it.
_LARGEST_PLAIN = 2_000_000_000

_READABLE_FILE = (S_IFREG | 0o644) << 16  # the upper half of an entry's external attributes is Unix's st_mode


class ZipArchive:
    """Pictures as entries; a refused item has none, only the manifest tells of it.

    The same pictures give the same bytes: every entry is of 1980-01-01, where ZIP's calendar begins.
    """

    content_type = ZIP
    file_name = "warped.zip"

    def __init__(self) -> None:
        self._outbox = _Outbox()
        self._archive = _Archive(self._outbox, "w", ZIP_DEFLATED, compresslevel=_COPY)
        self._entry: IO[bytes]

    def begin(self, label: Label) -> bytes:
        """Begin an entry; zipfile raises the ValueError if another is open."""
        self._entry = self._archive.open(label.filename, "w", force_zip64=label.largest > _LARGEST_PLAIN)
        return self._outbox.take()

    def write(self, chunk: bytes) -> bytes:
        """Go on with the entry; the deflater holds up to 64 KiB back."""
        self._entry.write(chunk)
        return self._outbox.take()

    def end(self) -> bytes:
        """End the entry with its data descriptor."""
        self._entry.close()
        return self._outbox.take()

    def refuse(self, label: Label, problem: bytes) -> bytes:  # noqa: ARG002 (the manifest has it)
        """Leave the item out."""
        return b""

    def close(self, manifest: bytes) -> bytes:
        """Add the manifest and the central directory; zipfile raises the ValueError if an entry is open."""
        self._archive.writestr(ZipInfo("manifest.json"), manifest, ZIP_DEFLATED, compresslevel=_COPY)
        for entry in self._archive.infolist():
            entry.external_attr = _READABLE_FILE
        self._archive.close()
        return self._outbox.take()


class _Outbox(RawIOBase):
    """What was written since it was last emptied. It cannot seek, so zipfile never goes back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:  # type: ignore[override]  # zipfile writes nothing but bytes
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


class _Archive(ZipFile):
    """An archive that stays cut when it is dropped, and says nothing: zipfile's own would try to end it."""

    def __del__(self) -> None:
        """Do nothing."""
