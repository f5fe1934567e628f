"""The picture formats that can be read, by the names that `GRIDWARP_FORMATS` has for them."""

from collections.abc import Iterable
from difflib import get_close_matches
from importlib.util import find_spec

MEDIA_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "tiff": "image/tiff",
    "avif": "image/avif",
}

USUAL = ("png", "jpeg", "webp", "bmp", "gif")
"""What is read if nobody says otherwise: a parser less is a way in less."""

_PARTS_OF_PILLOW = {"avif": "PIL._avif"}
"""What Pillow may have been built without."""


def read_names(listed: str) -> tuple[str, ...]:
    """Read a list with commas, each format once.

    Raises:
        ValueError: there is none, one is unknown, or this installation cannot read it; says how to mend it.
    """
    entries = (name.strip().lower() for name in listed.split(","))
    names = tuple(dict.fromkeys(name for name in entries if name))
    if not names:
        raise ValueError(f"name at least one format, with commas between: {', '.join(MEDIA_TYPES)}")
    for place, name in enumerate(names, start=1):
        if name not in MEDIA_TYPES:
            near = get_close_matches(name, MEDIA_TYPES, n=1)
            suggestion = f"did you mean '{near[0]}'? " if near else ""
            raise ValueError(f"format {place} is unknown; {suggestion}choose from {', '.join(MEDIA_TYPES)}")
        if name in _PARTS_OF_PILLOW and not find_spec(_PARTS_OF_PILLOW[name]):
            raise ValueError(f"this installation's Pillow is built without {name}; leave it out or install another one")
    return names


def spoken(names: Iterable[str]) -> str:
    """Write formats as messages do: PNG, JPEG."""
    return ", ".join(name.upper() for name in names)
