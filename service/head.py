"""What a request's head says, found among the bytes as they came."""

from starlette.types import Scope


def header_of(scope: Scope, name: bytes) -> str | None:
    """Give a header, the first one if there are several.

    Args:
        scope: the request's.
        name: in lower case, as ASGI servers give all names.
    """
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return None
