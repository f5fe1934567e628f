"""The pages for people: `/docs`, Swagger UI served from our own files, and `/`, which leads there.

The page works with no internet and under a policy that lets the browser load nothing from elsewhere.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

FOLDER: Final = Path(__file__).with_name("pages")

# `blob:` shows the picture that came back; `data:` is for the icons in Swagger UI's style sheet.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """One file, held in memory: there are few, and a request never waits for the disk."""

    body: bytes
    media_type: str
    etag: str

    @classmethod
    def read(cls, name: str) -> Asset:
        """Read a file of the pages' folder."""
        path = FOLDER / name
        body = path.read_bytes()
        return cls(body, _MEDIA_TYPES[path.suffix], etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"')

    async def respond(self, request: Request) -> Response:
        """Answer with the file, or with 304 when the browser has it already."""
        headers = {
            "Cache-Control": "no-cache",  # keep it, but ask: the addresses stay the same across versions
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "ETag": self.etag,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        known = request.headers.get("if-none-match", "")
        if self.etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
            return Response(status_code=304, headers=headers)
        return Response(self.body, media_type=self.media_type, headers=headers)


ASSETS: Final = {
    "/docs": Asset.read("docs.html"),
    "/docs/docs.css": Asset.read("docs.css"),
    "/docs/favicon.svg": Asset.read("favicon.svg"),
    "/docs/init.js": Asset.read("init.js"),
    "/docs/swagger-ui/swagger-ui-bundle.js": Asset.read("swagger-ui/swagger-ui-bundle.js"),
    "/docs/swagger-ui/swagger-ui.css": Asset.read("swagger-ui/swagger-ui.css"),
}

router = APIRouter(include_in_schema=False)
for _path, _asset in ASSETS.items():
    router.add_api_route(_path, _asset.respond, methods=["GET", "HEAD"], response_model=None)


@router.api_route("/", methods=["GET", "HEAD"])
async def home(request: Request) -> RedirectResponse:
    """Lead to the docs page, below the prefix of a proxy if there is one."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs", status_code=307)
