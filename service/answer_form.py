"""How a client wants its results: in which form they are sent, and what the fault of one means for the others.

The form is what `Accept` names, else what the number of results suggests. A wildcard names nothing, so no client is
refused for what a browser or a library sends by itself.
"""

import re
from collections.abc import Iterable

from starlette.datastructures import QueryParams

from service.containers import CONTAINERS
from service.decoding import ON_ERROR
from service.errors import InvalidSpec, Violation
from service.media_types import PNG, ZIP
from service.spec.violations import choose_from

_LONGEST_ACCEPT = 4096
"""Characters that are read of an `Accept` header; browsers send about 150."""

_WEIGHT = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.ASCII)


def choose_container(accept: Iterable[str], results: int, picture_type: str = PNG) -> str | None:
    """Choose the media type of the answer.

    Args:
        accept: the values of the `Accept` headers.
        results: how many there are.
        picture_type: the media type of the picture, if there is one.

    Returns:
        A name in CONTAINERS; None for one result that is sent as the picture itself.
    """
    qualities = _qualities(accept)
    wanted = max(CONTAINERS, key=lambda name: qualities.get(name, 0.0))
    quality = qualities.get(wanted, 0.0)
    if results == 1 and quality <= qualities.get(picture_type, 0.0):
        return None
    return wanted if quality > 0 else ZIP


def choose_on_error(query: QueryParams) -> str:
    """Read the query's `on_error`, a name in ON_ERROR, by default `report`.

    Raises:
        InvalidSpec: there is no such choice.
    """
    chosen = query.get("on_error") or "report"
    if chosen not in ON_ERROR:
        detail = f"unknown value of the query parameter 'on_error'; {choose_from(chosen, ON_ERROR)}"
        raise InvalidSpec(detail, (Violation("", detail),))
    return chosen


def _qualities(accept: Iterable[str]) -> dict[str, float]:
    """Read the media types and their weights (RFC 9110, section 12.5.1); a weight that makes no sense counts as 1."""
    ranges = (one.split(";") for one in ",".join(accept)[:_LONGEST_ACCEPT].lower().split(","))
    return {media_type.strip(): _weight(parameters) for media_type, *parameters in ranges}


def _weight(parameters: list[str]) -> float:
    return next((float(found[1]) for found in map(_WEIGHT.fullmatch, parameters) if found), 1.0)
