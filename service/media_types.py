"""The content types that come in and go out."""

RAW_TYPES = ("application/octet-stream", "image/", "application/x-www-form-urlencoded")
"""Declared types whose body is read as one picture; the last one is what curl says of --data-binary."""

PICTURE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/bmp", "image/gif")

ACCEPTED = ", ".join(("multipart/form-data", "application/octet-stream", *PICTURE_TYPES))
"""What a client is told to send."""

PNG = "image/png"
WEBP = "image/webp"
JPEG = "image/jpeg"
PROBLEM_TYPE = "application/problem+json"
ZIP = "application/zip"
MIXED = "multipart/mixed"
