"""Names for the pictures that go out, made from the names that came in, which nobody should trust."""

import re
import unicodedata
from itertools import dropwhile
from urllib.parse import quote

# What a header, a file system or a shell gives a meaning to. The second line looks like a slash or a backslash, or had
# the backslash's place in East Asian code pages: Windows turns it into one for programs that do not know Unicode.
_UNSAFE = re.compile(
    r'[\x00-\x1f\x7f-\x9f\u2028\u2029"*/:;<>?\\|%'
    "\u2044\u2215\u2216\u29f5\u29f8\u29f9\u00a5\u20a9]+"
)

_INVISIBLE_CATEGORIES = {"Cf", "Cs", "Co", "Cn"}  # formats such as right-to-left, half surrogates, private, unassigned
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and marks that draw nothing

_NOT_AT_THE_EDGE = " ._-"  # hidden files, what Windows drops from the end, what looks like an option

# A file system takes 255 bytes, an encrypted home folder on Linux 143. Around the stem come image- and -warped.png.
_LONGEST_STEM_BYTES = 100

# Far more than a stem's worth: the time that Python takes to normalise combining marks grows with their square.
_LONGEST_READ = 1000

# For Windows a file whose name begins so is a device, whatever follows the dot.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9]) *\.", re.IGNORECASE)

# Where a name in another script was, between the index and the "-warped" or the dot.
_NOTHING_LEFT = re.compile(r"^(\d{4,}-)?[ ._]*(?=[-.])")


def warped_name(uploaded: str | None, extension: str = "png") -> str:
    """Name the output after the upload: the last part of its path, without what a file system or header may misread."""
    return _no_device(f"{safe_stem(uploaded)}-warped.{extension}")


def entry_name(index: int, uploaded: str | None, extension: str = "png") -> str:
    """Name one of several outputs after its upload. Names of different indices differ."""
    return f"{index:04d}-{safe_stem(uploaded)}.{extension}"


def content_disposition(kind: str, name: str) -> str:
    """Write the header of RFC 6266 with an ASCII fallback, which is all that some readers see, Python's among them.

    Args:
        kind: inline or attachment.
        name: a name from `warped_name` or `entry_name`.
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lstrip(" ._")
    ascii_name = _NOTHING_LEFT.sub(r"\1image", ascii_name)
    return f"{kind}; filename=\"{_no_device(ascii_name)}\"; filename*=UTF-8''{quote(name, safe='')}"


def safe_stem(uploaded: str | None) -> str:
    """Make of an upload's name a harmless name without an extension, NFC, at most 100 bytes of UTF-8."""
    name = re.split(r"[/\\]", uploaded or "")[-1]
    name = (name.rpartition(".")[0] or name)[:_LONGEST_READ]
    visible = "".join(character for character in name if not _is_invisible(character))
    safe = _UNSAFE.sub("_", "".join(map(_unfold, unicodedata.normalize("NFC", visible))))
    begun = "".join(dropwhile(_cannot_begin, " ".join(safe.split())))
    return _cut(begun).rstrip(_NOT_AT_THE_EDGE) or "image"


def _is_invisible(character: str) -> bool:
    return character in _BLANK or unicodedata.category(character) in _INVISIBLE_CATEGORIES


def _unfold(character: str) -> str:
    """Show what is unsafe in a character: some programs take the full-width slash for a slash, or ℀ for a/c."""
    unfolded = unicodedata.normalize("NFKD", character)
    return unfolded if _UNSAFE.search(unfolded) else character


def _cannot_begin(character: str) -> bool:
    return character in _NOT_AT_THE_EDGE or _is_mark(character)


def _is_mark(character: str) -> bool:
    """Whether it is drawn onto the character before it."""
    return unicodedata.category(character).startswith("M")


def _cut(name: str) -> str:
    """Keep as many whole characters, with all of their marks, as there is room for."""
    end = len(name.encode()[:_LONGEST_STEM_BYTES].decode(errors="ignore"))
    while 0 < end < len(name) and _is_mark(name[end]):
        end -= 1
    return name[:end]


def _no_device(name: str) -> str:
    return f"image-{name}" if _DEVICE.match(unicodedata.normalize("NFKC", name)) else name
