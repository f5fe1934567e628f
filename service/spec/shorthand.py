"""The query shorthand for people: `?op=scale:0.5&op=rotate:30,center=10:20&canvas=expand&filter=nearest`.

It is rewritten to the JSON that it stands for and then read like any other spec. Within an op, values are separated by
commas, the numbers of a point by colons; positional values fill the op's fields in a fixed order. The numbers of a
matrix go row by row, but six css numbers in the order of CSS matrix().
"""

import json
import math
import re
from typing import Any

from service.errors import InvalidSpec, Violation
from service.spec.models import OPS, Options
from service.spec.violations import choose_from

POSITIONAL = {
    "identity": (),
    "translate": ("x", "y"),
    "scale": ("x", "y"),
    "rotate": ("angle",),
    "shear": ("x", "y"),
    "skew": ("x", "y"),
    "flip": ("axis",),
}
"""The fields that an op's positional values fill; those of `matrix` are its numbers, row by row."""

OPTIONS = (*Options.model_fields, "fit")
"""The query parameters beside `op`."""

# As JSON has it, but also .5 and 5., and a blank for the + of an exponent, which is what a query makes of it.
_NUMBER = re.compile(r"-?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+ -]?\d+)?", re.ASCII)
_SIZE = re.compile(r"(\d{1,9})x(\d{1,9})", re.ASCII)


def to_json(ops: list[str], options: dict[str, str]) -> str:
    """Write the shorthand as the JSON spec that it stands for.

    Args:
        ops: the values of `op`, in order; empty ones count as absent.
        options: the other parameters, by name.

    Raises:
        InvalidSpec: an op's text cannot be taken apart.
    """
    spec: dict[str, Any] = {"ops": [_op(index, text) for index, text in enumerate(filter(None, ops))]}
    spec |= {name: _value(text) for name, text in options.items() if name not in {"canvas", "fit"}}
    if "canvas" in options:
        spec["canvas"] = _canvas(options["canvas"])
    if "fit" in options:
        if not isinstance(spec.get("canvas"), dict):
            raise _refusal("/canvas", "'fit' goes with a canvas of a given size, as canvas=640x480&fit=contain")
        spec["canvas"]["fit"] = options["fit"]
    return json.dumps(spec)


def _op(index: int, text: str) -> dict[str, Any]:
    name, _, rest = text.partition(":")
    pointer = f"/ops/{index}"
    if name not in OPS:
        raise _refusal(f"{pointer}/op", f"unknown operation; {choose_from(name, OPS)}")
    values = rest.split(",") if rest else []
    positional = [_value(value) for value in values if "=" not in value]
    named = [value.split("=", 1) for value in values if "=" in value]
    if any("=" in early for early in values[: len(positional)]):
        raise _refusal(
            pointer,
            "positional values come before named ones, and a point is written with a colon, as rotate:30,center=10:20",
        )
    in_css_order = ["convention", "css"] in named
    fields = _matrix(pointer, positional, in_css_order) if name == "matrix" else _fields(pointer, name, positional)
    fields = {"op": name} | fields
    for key, value in named:
        if key in fields:
            raise _refusal(
                f"{pointer}/{key}" if key in OPS[name].model_fields else pointer, "this value is given twice"
            )
        fields[key] = _point(value) if ":" in value else _value(value)
    return fields


def _fields(pointer: str, name: str, positional: list[Any]) -> dict[str, Any]:
    names = POSITIONAL[name]
    if len(positional) > len(names):
        takes = f"at most {', '.join(names)} without a name" if names else "no values"
        raise _refusal(pointer, f"{name} takes {takes}; it has {len(positional)}")
    return dict(zip(names, positional, strict=False))


def _matrix(pointer: str, numbers: list[Any], in_css_order: bool) -> dict[str, Any]:
    if len(numbers) not in {6, 9}:
        raise _refusal(
            pointer, f"matrix takes 6 numbers (2x3) or 9 (3x3), row by row, or css's own 6; it has {len(numbers)}"
        )
    if in_css_order and len(numbers) == 6:  # noqa: PLR2004 (a b c d e f)
        return {"matrix": numbers}
    return {"matrix": [numbers[start : start + 3] for start in range(0, len(numbers), 3)]}


def _canvas(text: str) -> Any:
    size = _SIZE.fullmatch(text)
    return {"width": int(size[1]), "height": int(size[2])} if size else text


def _point(text: str) -> list[Any]:
    return [_value(part) for part in text.split(":")]


def _value(text: str) -> Any:
    """Read a finite number or a truth value; everything else stays text, for the spec to judge."""
    text = text.strip(" ")
    if _NUMBER.fullmatch(text) and math.isfinite(number := float(text.replace(" ", "+"))):
        return number
    return {"true": True, "false": False}.get(text, text)


def _refusal(pointer: str, detail: str) -> InvalidSpec:
    return InvalidSpec(detail, (Violation(pointer, detail),))
