"""Finds the spec in exactly one of its three places: the form, the query's JSON, the query's shorthand."""

import re
from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

from starlette.datastructures import QueryParams

from service.errors import InvalidSpec, SpecGivenTwice, SpecMissing, Violation
from service.spec import shorthand
from service.spec.models import Spec
from service.spec.text import check_length, parse_json, read_specs
from service.spec.violations import choose_from

PARAMETERS = ("spec", "op", *shorthand.OPTIONS, "on_error")

_ELSEWHERE = {"output": "write format=webp, and quality= and lossless= beside it"} | {
    name: f"write op={name}:..." for name in shorthand.NAMES
}
"""What is no parameter, but a name of something that can be written otherwise."""

ARRAY = re.compile(r"[ \t\r\n]*\[")  # RFC 8259, section 2


class PlacedSpec(NamedTuple):
    """A spec and its JSON pointer in what the client sent: the whole, or an entry of an array."""

    spec: Spec
    pointer: str


def find_specs(in_body: Sequence[str], query: QueryParams, body: str = "the form") -> list[PlacedSpec]:
    """Read the request's specs, from wherever they are.

    Args:
        in_body: the texts of the `spec` parts of a form, or of the like; several are one array.
        query: the query's parameters.
        body: how a refusal calls what the body is.

    Raises:
        SpecMissing, SpecGivenTwice: none, or more than one, of the places has one.
        MalformedRequest, UploadTooLarge, InvalidSpec: as for `read_specs`.
    """
    check_parameters(query)
    ops = query.getlist("op")
    options = {name: query[name] for name in shorthand.OPTIONS if query.get(name)}
    json_texts = [text for text in query.getlist("spec") if text]
    places = [bool(in_body), bool(json_texts), any(ops) or bool(options)]
    if sum(places) > 1:
        found = compress((f"'spec' in {body}", "'spec' in the query", f"{_named(ops, options)} in the query"), places)
        raise SpecGivenTwice(
            f"the spec is given in more than one place: {', '.join(found)}; keep one and empty the others"
        )
    if not any(places):
        raise SpecMissing(
            f"no spec was sent; add 'spec' to {body} or to the query, with JSON such as "
            '{"ops": [{"op": "rotate", "angle": 30}]}, or the shorthand ?op=rotate:30'
        )
    if any(places[:2]):
        return _placed(_as_one_text([*in_body, *json_texts]))
    return _placed(shorthand.to_json(ops, options))


def _named(ops: list[str], options: dict[str, str]) -> str:
    """List the parameters of the shorthand that are there."""
    return ", ".join(f"'{name}'" for name in (*(["op"] if any(ops) else []), *options))


def _placed(text: str) -> list[PlacedSpec]:
    in_array = ARRAY.match(text)
    return [PlacedSpec(spec, f"/{index}" if in_array else "") for index, spec in enumerate(read_specs(text))]


def _as_one_text(texts: list[str]) -> str:
    """Join repeated parts to the array that they stand for; each is checked alone, so that joining hides no fault."""
    if len(texts) == 1:
        return texts[0]
    joined = f"[{','.join(texts)}]"
    check_length(joined)
    for number, text in enumerate(texts, start=1):
        parse_json(text, f"spec {number}")
    return joined


def check_parameters(query: QueryParams) -> None:
    """Refuse unknown parameters, and options that occur twice.

    Raises:
        InvalidSpec: it points into the query.
    """
    for position, name in enumerate(query, start=1):
        if name not in PARAMETERS:
            hint = _ELSEWHERE.get(name) or choose_from(name, PARAMETERS)
            detail = f"parameter {position} of the query is unknown; {hint}"
            raise InvalidSpec(detail, (Violation("", detail),))
        if name not in {"op", "spec"} and len(query.getlist(name)) > 1:
            detail = f"the query parameter '{name}' is given twice; keep one"
            raise InvalidSpec(detail, (Violation(f"/{name}", detail),))
