"""The OpenAPI document of a service with default settings, docs/openapi.json. `python -m docs.make_openapi`."""

from __future__ import annotations

import json
from pathlib import Path

from service.app import create_app
from service.settings import Settings

FILE = Path(__file__).with_name("openapi.json")


def document() -> str:
    """Write the document; of all settings it is only the tokens that it tells of."""
    return json.dumps(create_app(Settings(tokens=())).openapi(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write it anew."""
    FILE.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
