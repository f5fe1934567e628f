"""Names for the pictures that go out, made from the names that came in, which nobody should trust."""

import re
import unicodedata
from urllib.parse import quote

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029"*/:;<>?\\|%]+')
_LONGEST = 100


def warped_name(uploaded: str | None, extension: str = "png") -> str:
    """Name the output after the upload: the last part of its path, without what a file system or header may misread."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", uploaded or "")[-1])
    stem = name.rpartition(".")[0] or name
    safe = _UNSAFE.sub("_", stem.encode("utf-8", "ignore").decode()).strip(" ._")[:_LONGEST]
    return f"{safe or 'image'}-warped.{extension}"


def content_disposition(kind: str, name: str) -> str:
    """Write the header of RFC 6266 with an ASCII fallback.

    Args:
        kind: inline or attachment.
        name: a name from `warped_name`.
    """
    # NFKD makes quotes and slashes of their full-width forms, so it is cleaned once more.
    ascii_name = _UNSAFE.sub("_", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()).lstrip(" ._")
    if ascii_name.startswith("-"):  # nothing was left before "-warped"
        ascii_name = f"image{ascii_name}"
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
