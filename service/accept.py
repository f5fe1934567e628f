"""Which form the results are sent in: what the client names in `Accept`, else what their number suggests.

A wildcard names nothing, so no client is refused for what a browser or a library sends by itself.
"""

from collections.abc import Iterable

from service.media_types import MIXED, PNG, ZIP

CONTAINERS = (ZIP, MIXED)


def choose_container(accept: Iterable[str], results: int) -> str | None:
    """Choose the media type of the answer.

    Args:
        accept: the values of the `Accept` headers.
        results: how many there are.

    Returns:
        ZIP or MIXED; None for one result that is sent as the picture itself.
    """
    qualities = _qualities(accept)
    wanted = max(CONTAINERS, key=lambda name: qualities.get(name, 0.0))
    quality = qualities.get(wanted, 0.0)
    if results == 1 and quality <= qualities.get(PNG, 0.0):
        return None
    return wanted if quality > 0 else ZIP


def _qualities(accept: Iterable[str]) -> dict[str, float]:
    """Read the media types and their weights (RFC 9110, section 12.5.1); a weight that makes no sense counts as 1."""
    ranges = (one.split(";") for header in accept for one in header.lower().split(","))
    return {media_type.strip(): _weight(parameters) for media_type, *parameters in ranges}


def _weight(parameters: list[str]) -> float:
    for name, _, value in (parameter.partition("=") for parameter in parameters):
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 1.0
    return 1.0
