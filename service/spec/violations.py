"""Pydantic's errors as places in the client's own JSON, with a sentence each and a suggestion where one is near."""

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from itertools import islice
from typing import Any

from pydantic_core import ErrorDetails

from service.errors import Violation
from service.spec.models import CanvasSize, MatrixSpec, OpsSpec
from service.spec.ops import OPS
from service.spec.output import FORMATS
from service.spec.rectangle import Region

_MODELS = {model.__name__: model for model in (OpsSpec, MatrixSpec, CanvasSize)} | OPS | FORMATS | {"region": Region}

FIELDS = {name: list(model.model_fields) for name, model in _MODELS.items()}
"""The fields that each object knows, by its step in an error's location: the arm of its union, else its own field."""

HINTS = {
    ("OpsSpec", "missing", "ops"): "a spec needs either 'ops', a list of operations, or 'matrix'",
    ("MatrixSpec", "extra_forbidden", "ops"): "a spec has either 'ops' or 'matrix', not both",
    **{
        (arm, "extra_forbidden", "fit"): "'fit' belongs into the canvas: "
        '{"canvas": {"width": 640, "height": 480, "fit": "cover"}}'
        for arm in ("OpsSpec", "MatrixSpec")
    },
    **{
        (arm, "extra_forbidden", field): f"'{field}' belongs into the output: "
        '{"output": {"format": "webp", "quality": 80, "lossless": false}}'
        for arm in ("OpsSpec", "MatrixSpec")
        for field in ("format", "quality", "lossless")
    },
    ("png", "extra_forbidden", "quality"): "a png has no quality, since it keeps every pixel; leave it out, or choose "
    "webp or jpeg",
    ("png", "extra_forbidden", "lossless"): "a png is always lossless; leave it out",
    ("jpeg", "extra_forbidden", "lossless"): "a jpeg is never lossless; choose png, or webp",
    ("OpsSpec", "extra_forbidden", "convention"): "'convention' says what the numbers of 'matrix' mean; give both",
}

MOST_VIOLATIONS = 100
"""More are not listed: a short spec can have so many that the answer would be long and slow to write."""

_ECHOES = {"default_factory_not_called"}
"""Errors that only follow from another one."""

_CHOICES: dict[str, tuple[str, str, Iterable[str]]] = {
    "op": ("operation", "an operation needs its name", OPS),
    "format": ("format", "an output needs its format", FORMATS),
}
"""The fields that choose among models: what they name, what is to be said where they are missing, and their values."""

_UNCHOSEN = {"union_tag_invalid", "union_tag_not_found"}


def violations_of(details: list[ErrorDetails], tree: Any) -> tuple[Violation, ...]:
    """List what is wrong, each with its place.

    Args:
        details: what Pydantic found, with inputs and contexts.
        tree: the JSON value that was validated, along which the pointers are walked.
    """
    told = (detail for detail in details if detail["type"] not in _ECHOES)
    return tuple(Violation(_place(tree, detail), _sentence(detail)) for detail in islice(told, MOST_VIOLATIONS))


def pointer_to(tree: Any, location: Iterable[int | str]) -> str:
    """Walk a location of Pydantic's along the input and give its JSON pointer (RFC 6901), without the unions' arms."""
    pointer, current, tag, after_arm = "", tree, None, False
    for step in location:
        # An arm never follows an arm: what does is a key of the client's own, whatever it looks like.
        after_arm = not after_arm and (_is_arm(step) or step == tag)
        if after_arm:
            continue
        pointer += _step(step)
        current = _child(current, step)
        tag = _tag(current, step)
    return pointer


def lone_surrogates(tree: Any, pointer: str = "") -> Iterator[str]:
    """Find the strings with half a character, which Python's JSON reader lets pass and Pydantic's refuses unplaced.

    Yields:
        JSON pointers; for a key, that of its object, since the key itself cannot be written.
    """
    if isinstance(tree, str) and _is_broken(tree):
        yield pointer
    elif isinstance(tree, list):
        for index, item in enumerate(tree):
            yield from lone_surrogates(item, f"{pointer}/{index}")
    elif isinstance(tree, dict):
        if any(map(_is_broken, tree)):
            yield pointer
        for key in filter(lambda key: not _is_broken(key), tree):
            yield from lone_surrogates(tree[key], pointer + _step(key))


def unknown_fields(value: dict[str, Any], known: Iterable[str], pointer: str) -> tuple[Violation, ...]:
    """List the fields of an object that are none of those it may have; half a character is for others to find.

    Args:
        value: the object.
        known: the fields that it may have.
        pointer: its place.
    """
    names = list(known)
    unknown = (name for name in value if name not in names and not _is_broken(name))
    return tuple(
        Violation(pointer + _step(name), f"unknown field; {choose_from(name, names)}")
        for name in islice(unknown, MOST_VIOLATIONS)
    )


def _is_broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def choose_from(name: object, known: Iterable[str]) -> str:
    """Write what may be said instead of an unknown name, the nearest first; the name itself is not repeated."""
    names = list(known)
    near = get_close_matches(name, names, n=1) if isinstance(name, str) else []
    suggestion = f"did you mean '{near[0]}'? " if near else ""
    return f"{suggestion}choose one of {', '.join(names)}"


def _step(step: int | str) -> str:
    """Write one step of a JSON pointer (RFC 6901, section 3)."""
    return "/" + str(step).replace("~", "~0").replace("/", "~1")


def _place(tree: Any, detail: ErrorDetails) -> str:
    """Give the fault's pointer; an operation whose name is unknown or missing is at fault in its `op`."""
    pointer = pointer_to(tree, detail["loc"])
    return pointer + _step(_chooser(detail)) if detail["type"] in _UNCHOSEN else pointer


def _chooser(detail: ErrorDetails) -> str:
    """Give the field whose value was to choose among models: Pydantic writes it in quotes."""
    return str(detail["ctx"]["discriminator"]).strip("'")


def _tag(current: Any, step: int | str) -> Any:
    """Give what names the arm of the value at a step, where a field of its own chooses it."""
    chooser = "op" if isinstance(step, int) else "format" if step == "output" else None
    return current.get(chooser) if isinstance(current, dict) else None


def _is_arm(step: int | str) -> bool:
    return isinstance(step, str) and step[:1].isupper()


def _child(current: Any, step: int | str) -> Any:
    try:
        return current[step]
    except (KeyError, IndexError, TypeError):
        return None


def _sentence(detail: ErrorDetails) -> str:
    kind, location = detail["type"], detail["loc"]
    last = location[-1] if location else ""
    arm = str(next((step for step in reversed(location[:-1]) if step in FIELDS), ""))
    hint = HINTS.get((arm, kind, str(last)))
    return hint or _SENTENCES.get(kind, _as_pydantic_says)(detail, last, arm)


def _missing(_detail: ErrorDetails, last: int | str, _arm: str) -> str:
    return "too few values" if isinstance(last, int) else "this field is required"


def _unknown_field(_detail: ErrorDetails, last: int | str, arm: str) -> str:
    return f"unknown field; {choose_from(last, FIELDS[arm])}"


def _unknown_choice(detail: ErrorDetails, _last: int | str, _arm: str) -> str:
    field = _chooser(detail)
    what, _, names = _CHOICES[field]
    return f"unknown {what}; {choose_from(detail['input'].get(field), names)}"


def _no_choice(detail: ErrorDetails, _last: int | str, _arm: str) -> str:
    field = _chooser(detail)
    _, needs, names = _CHOICES[field]
    return f"{needs} in '{field}'; choose one of {', '.join(names)}"


def _unknown_value(detail: ErrorDetails, _last: int | str, _arm: str) -> str:
    expected = detail["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
    size = ', or a size: in JSON {"width": 640, "height": 480}, in the query 640x480' if _is_canvas(detail) else ""
    return f"unknown value; {choose_from(detail['input'], expected)}{size}"


def _is_canvas(detail: ErrorDetails) -> bool:
    return detail["loc"][-1] == "CanvasName"


def _wrong_count(detail: ErrorDetails, _last: int | str, _arm: str) -> str:
    context = detail["ctx"]
    if "SixNumbers" in detail["loc"]:
        return "a matrix is two or three rows of three numbers each; only css takes six numbers in one row"
    bound = f"at most {context['max_length']}" if "max_length" in context else f"at least {context['min_length']}"
    return f"must have {bound} entries; it has {context['actual_length']}"


def _wrong_type(detail: ErrorDetails, _last: int | str, _arm: str) -> str:
    return f"must be {_TYPES[detail['type']]}"


def _out_of_bounds(detail: ErrorDetails, _last: int | str, _arm: str) -> str:
    words, key = _BOUNDS[detail["type"]]
    return f"must be {words} {detail['ctx'][key]:.12g}"


_BOUNDS = {
    "greater_than": ("greater than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}

_TYPES = {
    "float_type": "a number, without quotes or unit",
    "int_type": "a whole number, without quotes or unit",
    "bool_type": "true or false",
    "finite_number": "a finite number",
    "list_type": "an array",
    "tuple_type": "an array",
    "dict_type": "an object",
    "model_type": "an object",
}


def _as_pydantic_says(detail: ErrorDetails, _last: int | str, _arm: str) -> str:
    sentence = detail["msg"].removeprefix("Value error, ")
    return sentence[:1].lower() + sentence[1:]


_SENTENCES: dict[str, Callable[[ErrorDetails, int | str, str], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_field,
    "union_tag_invalid": _unknown_choice,
    "union_tag_not_found": _no_choice,
    "literal_error": _unknown_value,
    "too_long": _wrong_count,
    "too_short": _wrong_count,
    **dict.fromkeys(_BOUNDS, _out_of_bounds),
    **dict.fromkeys(_TYPES, _wrong_type),
}
