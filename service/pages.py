"""The pages for people: `/`, the playground, and `/docs`, Swagger UI; both from our own files.

They work with no internet and under a policy that lets the browser load nothing from elsewhere.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cached_property
from pathlib import Path
from typing import Final

from anyio import to_thread
from fastapi import APIRouter, Request, Response

FOLDER: Final = Path(__file__).with_name("pages")

_DEFLATED: Final = ("text/", "image/svg")  # other pictures are small already

# `blob:` shows the picture that came back; `data:` is for the icons in Swagger UI's style sheet.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Asset:
    """One file, held in memory: there are few, and a request never waits for the disk."""

    def __init__(self, name: str) -> None:
        """Read a file of the pages' folder."""
        path = FOLDER / name
        self.body = path.read_bytes()
        self.media_type = _MEDIA_TYPES[path.suffix]
        self.etag = f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @cached_property
    def deflated(self) -> bytes:
        """The file as gzip: made when it is first asked for, since a start has no time for it."""
        return gzip.compress(self.body, mtime=0)

    async def respond(self, request: Request) -> Response:
        """Answer with the file, deflated if the browser can read that, or with 304 when it has the file already."""
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


def _assets() -> dict[str, Asset]:
    playground = {
        f"/playground/{path.name}": Asset(f"playground/{path.name}")
        for path in sorted((FOLDER / "playground").iterdir())
        if path.name != "index.html"
    }
    return {
        "/": Asset("playground/index.html"),
        **playground,
        "/docs": Asset("docs.html"),
        "/docs/docs.css": Asset("docs.css"),
        "/docs/favicon.svg": Asset("favicon.svg"),
        "/docs/init.js": Asset("init.js"),
        "/docs/swagger-ui/swagger-ui-bundle.js": Asset("swagger-ui/swagger-ui-bundle.js"),
        "/docs/swagger-ui/swagger-ui.css": Asset("swagger-ui/swagger-ui.css"),
    }


ASSETS: Final = _assets()

router = APIRouter(include_in_schema=False)
for _path, _asset in ASSETS.items():
    router.add_api_route(_path, _asset.respond, methods=["GET", "HEAD"], response_model=None)
