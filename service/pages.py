"""The pages for people: `/`, the playground, and `/docs`, Swagger UI; both from our own files.

They work with no internet and under a policy that lets the browser load nothing from elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter

from service.asset import Asset

FOLDER: Final = Path(__file__).with_name("pages")

_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def _read(name: str) -> Asset:
    path = FOLDER / name
    return Asset(path.read_bytes(), _MEDIA_TYPES[path.suffix])


def _assets() -> dict[str, Asset]:
    playground = {
        f"/playground/{path.name}": _read(f"playground/{path.name}")
        for path in sorted((FOLDER / "playground").iterdir())
        if path.name != "index.html"
    }
    return {
        "/": _read("playground/index.html"),
        **playground,
        "/docs": _read("docs.html"),
        "/docs/docs.css": _read("docs.css"),
        "/docs/favicon.svg": _read("favicon.svg"),
        "/docs/init.js": _read("init.js"),
        "/docs/swagger-ui/swagger-ui-bundle.js": _read("swagger-ui/swagger-ui-bundle.js"),
        "/docs/swagger-ui/swagger-ui.css": _read("swagger-ui/swagger-ui.css"),
    }


ASSETS: Final = _assets()

router = APIRouter(include_in_schema=False)
for _path, _asset in ASSETS.items():
    router.add_api_route(_path, _asset.respond, methods=["GET", "HEAD"], response_model=None)
