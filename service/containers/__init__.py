"""Several pictures in one streamed body. The writers know nothing of HTTP servers or of how pictures are made."""

from collections.abc import Callable

from service.containers.container import Container, Label
from service.containers.multipart_mixed import MultipartMixed
from service.containers.zip_archive import ZipArchive
from service.media_types import MIXED, ZIP

CONTAINERS: dict[str, Callable[[], Container]] = {ZIP: ZipArchive, MIXED: MultipartMixed}
"""A fresh container for each media type that a client can ask for."""

__all__ = ["CONTAINERS", "Container", "Label"]
