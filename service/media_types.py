"""The content types that come in and go out."""

from collections.abc import Iterable

from service.formats import MEDIA_TYPES

RAW_TYPES = ("application/octet-stream", "image/", "application/x-www-form-urlencoded")
"""Declared types whose body is read as one picture; the last one is what curl says of --data-binary."""

PNG = "image/png"
WEBP = "image/webp"
JPEG = "image/jpeg"
PROBLEM_TYPE = "application/problem+json"
ZIP = "application/zip"
MIXED = "multipart/mixed"


def accepted(formats: Iterable[str]) -> str:
    """List what a client is told to send, where these formats are read."""
    return ", ".join(("multipart/form-data", "application/octet-stream", *(MEDIA_TYPES[name] for name in formats)))
