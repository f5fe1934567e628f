"""A spec's JSON text, read strictly: to a tree that keeps the client's own shape, and to validated specs."""

import json
from functools import lru_cache, partial
from typing import Any

from pydantic import ValidationError

from service.errors import InvalidSpec, MalformedRequest, UploadTooLarge, Violation
from service.spec.models import ONE_SPEC, SPEC_LIST, Spec
from service.spec.violations import MOST_VIOLATIONS, lone_surrogates, violations_of

MAX_SPEC_BYTES = 64 * 1024

SHORT = 1000
"""Characters of a text that is read once for all requests that have it."""

HINT_OF_JSON = """; write for example {"ops": []}, and with curl -F 'spec=<spec.json' for a file"""

HALF_A_CHARACTER = "half of a surrogate pair is no character; write both halves, or the character itself"


def read_specs(text: str) -> list[Spec]:
    """Read one spec or an array of specs.

    Raises:
        UploadTooLarge: the text is longer than MAX_SPEC_BYTES.
        MalformedRequest: it is not JSON (RFC 8259), or a key occurs twice in an object.
        InvalidSpec: it does not describe warps.
    """
    check_length(text)
    return list((_read_short if len(text) <= SHORT else _read)(text))


def _read(text: str) -> tuple[Spec, ...]:
    tree = parse_json(text)
    try:
        if isinstance(tree, list):
            return tuple(SPEC_LIST.validate_json(text))
        return (ONE_SPEC.validate_json(text),)
    except ValidationError as error:
        raise refusal(error, tree) from None


_read_short = lru_cache(64)(_read)
"""Specs never change, and many pictures are sent with the same one."""


def check_length(text: str) -> None:
    """Refuse a text that is too long to be worth parsing.

    Raises:
        UploadTooLarge: it has more than MAX_SPEC_BYTES.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_SPEC_BYTES:
        raise UploadTooLarge(f"a spec has at most {MAX_SPEC_BYTES} bytes; this one has {size}")


def parse_json(text: str, what: str = "the spec") -> Any:
    """Parse JSON; NaN and Infinity pass, as Python takes them, for the models to refuse at their place.

    Args:
        text: the JSON.
        what: how a refusal calls it.

    Raises:
        MalformedRequest: it is not JSON (RFC 8259), or a key occurs twice in an object.
    """
    try:
        return json.loads(text, object_pairs_hook=partial(_unique_keys, what))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        hint = "" if error.pos else HINT_OF_JSON
        raise MalformedRequest(f"{what} is not JSON: {error.msg} at {where}{hint}") from None
    except RecursionError:
        raise MalformedRequest(f"{what} is nested too deeply") from None
    except ValueError:
        raise MalformedRequest(f"{what} has a number with too many digits") from None


def refusal(error: ValidationError, tree: Any, what: str = "the spec") -> InvalidSpec | MalformedRequest:
    """Say what the models found wrong.

    Args:
        error: Pydantic's.
        tree: the JSON value that was validated.
        what: how the refusal calls it.
    """
    details = error.errors(include_url=False)
    if details[0]["type"] == "json_invalid":
        found = tuple(Violation(place, HALF_A_CHARACTER) for place in lone_surrogates(tree))[:MOST_VIOLATIONS]
        if not found:
            return MalformedRequest(f"{what} is nested too deeply")
    else:
        found = violations_of(details, tree)
    return gather(found, what)


def gather(found: tuple[Violation, ...], what: str = "the spec") -> InvalidSpec:
    """Make one error of what was found wrong; `what` is how it calls the text."""
    if len(found) == 1:
        return InvalidSpec(found[0].detail, found)
    if len(found) == MOST_VIOLATIONS:
        return InvalidSpec(f"{what} has {len(found)} faults or more", found)
    return InvalidSpec(f"{what} has {len(found)} faults", found)


def _unique_keys(what: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise MalformedRequest(f"{what} has a key twice in one object; keep one of them")
    return result
