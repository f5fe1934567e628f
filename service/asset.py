"""What pages are made of, as browsers get it: from memory, deflated, and not once more if they have it already."""

import gzip
import hashlib
from functools import cached_property
from typing import Final

from anyio import to_thread
from fastapi import Request, Response

_DEFLATED: Final = ("text/", "image/svg", "application/json")  # other pictures are small already

# `blob:` shows the picture that came back; `data:` is for the icons in Swagger UI's style sheet.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class Asset:
    """One document, held in memory: there are few, and a request never waits for the disk."""

    def __init__(self, body: bytes, media_type: str) -> None:
        """Keep it."""
        self.body = body
        self.media_type = media_type
        self.etag = f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @cached_property
    def deflated(self) -> bytes:
        """It as gzip: made when it is first asked for, since a start has no time for it."""
        return gzip.compress(self.body, mtime=0)

    async def respond(self, request: Request) -> Response:
        """Answer with it, deflated if the browser can read that, or with 304 when the browser has it already."""
        headers = {
            "Cache-Control": "no-cache",  # keep it, but ask: the addresses stay the same across versions
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "ETag": f"W/{self.etag}",  # weak: of both forms
            "Referrer-Policy": "no-referrer",
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        known = request.headers.get("if-none-match", "")
        if self.etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
            return Response(status_code=304, headers=headers)
        if not self.media_type.startswith(_DEFLATED) or not _reads_gzip(request.headers.get("accept-encoding", "")):
            return Response(self.body, media_type=self.media_type, headers=headers)
        body = await to_thread.run_sync(lambda: self.deflated)
        return Response(body, media_type=self.media_type, headers=headers | {"Content-Encoding": "gzip"})


def _reads_gzip(accepted: str) -> bool:
    """Tell whether gzip is among the codings that are accepted, and not with a weight of 0 (RFC 9110, 12.5.3)."""
    for coding in accepted.split(","):
        name, _, weight = coding.replace(" ", "").partition(";q=")
        if name.lower() == "gzip":
            return weight.strip("0.") != "" or not weight
    return False
