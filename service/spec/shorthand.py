"""The query shorthand for people: `?op=scale:0.5&op=rotate:30,center=10:20&canvas=expand&filter=nearest`.

It is rewritten to the JSON that it stands for and then read like any other spec. Within an op, values are separated by
commas, the numbers of a point by colons, points by semicolons; positional values fill the op's fields in a fixed order.
The numbers of a matrix go row by row, but six css numbers in the order of CSS matrix(); those of a perspective are the
corners that it moves the picture's to, of `perspective_src` those that it moves to the picture's.
"""

import json
import math
import re
from typing import Any

from service.errors import InvalidSpec, Violation
from service.spec.models import Options
from service.spec.ops import OPS
from service.spec.output import FORMATS
from service.spec.violations import choose_from

POSITIONAL = {
    "identity": (),
    "translate": ("x", "y"),
    "scale": ("x", "y"),
    "rotate": ("angle",),
    "shear": ("x", "y"),
    "skew": ("x", "y"),
    "flip": ("axis",),
    "crop": ("x", "y", "width", "height"),
    "resize": ("width", "height"),
    "affine_points": (),
    "lens": ("k1", "k2", "p1", "p2", "k3"),  # OpenCV's order
    "barrel": ("a", "b", "c", "d"),
    "polar": (),
    "depolar": (),
    "swirl": ("strength", "radius"),
    "arc": ("angle",),
    "wave": ("amplitude", "wavelength"),
    "bulge": ("strength", "radius"),
    "thin_plate_spline": (),
    "mesh": ("columns", "rows"),
    "displacement": ("x_scale", "y_scale"),
}
"""The fields that an op's positional values fill; those of `matrix` and CORNERS are its numbers."""

CORNERS = {"perspective": "dst", "perspective_src": "src"}
"""The names of a perspective, and the field that its positional values are."""

NAMES = tuple(dict.fromkeys((*OPS, *CORNERS)))
"""The operations as the shorthand calls them."""

POINT_LISTS = {"src", "dst", "points"}

_REGION = ("x", "y", "width", "height", "unit")
_OUTPUT = tuple(dict.fromkeys(field for model in FORMATS.values() for field in model.model_fields))
_REWRITTEN = {"region", "canvas", "fit", *_OUTPUT}

OPTIONS = (*(name for name in Options.model_fields if name != "output"), "fit", *_OUTPUT)
"""The query parameters beside `op`."""

# As JSON has it, but also .5 and 5., and a blank for the + of an exponent, which is what a query makes of it.
_NUMBER = re.compile(r"-?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+ -]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_SIZE = re.compile(r"(\d{1,9})x(\d{1,9})", re.ASCII)


def to_json(ops: list[str], options: dict[str, str]) -> str:
    """Write the shorthand as the JSON spec that it stands for.

    Args:
        ops: the values of `op`, in order; empty ones count as absent.
        options: the other parameters, by name.

    Raises:
        InvalidSpec: an op's text or a region cannot be taken apart, or an option lacks the one that it goes with.
    """
    spec: dict[str, Any] = {"ops": [_op(index, text) for index, text in enumerate(filter(None, ops))]}
    spec |= {name: _value(text) for name, text in options.items() if name not in _REWRITTEN}
    if "region" in options:
        spec["region"] = _region(options["region"])
    if "canvas" in options:
        spec["canvas"] = _canvas(options["canvas"])
    if "fit" in options:
        if not isinstance(spec.get("canvas"), dict):
            raise _refusal("/canvas", "'fit' goes with a canvas of a given size, as canvas=640x480&fit=contain")
        spec["canvas"]["fit"] = options["fit"]
    if output := {name: _value(options[name]) for name in _OUTPUT if name in options}:
        if "format" not in output:
            raise _refusal("/output", f"'{next(iter(output))}' goes with a format, as format=webp&quality=80")
        spec["output"] = output
    return json.dumps(spec)


def _op(index: int, text: str) -> dict[str, Any]:
    name, _, rest = text.partition(":")
    pointer = f"/ops/{index}"
    if name not in NAMES:
        raise _refusal(f"{pointer}/op", f"unknown operation; {choose_from(name, NAMES)}")
    values = rest.split(",") if rest else []
    positional = [_value(value) for value in values if "=" not in value]
    named = [value.split("=", 1) for value in values if "=" in value]
    if any("=" in early for early in values[: len(positional)]):
        raise _refusal(
            pointer,
            "positional values come before named ones, and a point is written with a colon, as rotate:30,center=10:20",
        )
    op = "perspective" if name in CORNERS else name
    if name == "matrix":
        fields = _matrix(pointer, positional, in_css_order=["convention", "css"] in named)
    elif name in CORNERS:
        fields = _corners(pointer, name, positional)
    else:
        fields = _fields(pointer, name, positional)
    fields = {"op": op} | fields
    for key, value in named:
        if key in fields:
            raise _refusal(f"{pointer}/{key}" if key in OPS[op].model_fields else pointer, "this value is given twice")
        fields[key] = _points(value) if key in POINT_LISTS else _point_or_value(value)
    return fields


def _fields(pointer: str, name: str, positional: list[Any]) -> dict[str, Any]:
    names = POSITIONAL[name]
    if len(positional) > len(names):
        raise _refusal(pointer, f"{name} takes {_what_is_taken(name)}; it has {len(positional)}")
    return dict(zip(names, positional, strict=False))


def _what_is_taken(name: str) -> str:
    if POSITIONAL[name]:
        return f"at most {', '.join(POSITIONAL[name])} without a name"
    named = [field for field in OPS[name].model_fields if field != "op"]
    return f"no values without a name, only {', '.join(named)}" if named else "no values"


def _corners(pointer: str, name: str, numbers: list[Any]) -> dict[str, Any]:
    """Read eight numbers as four points; `perspective` may name its points instead."""
    if not numbers and name in OPS:
        return {}
    if len(numbers) != 8:  # noqa: PLR2004 (four corners)
        raise _refusal(
            pointer,
            f"{name} takes 8 numbers, x and y of the top-left, top-right, bottom-right and bottom-left corner; it has "
            f"{len(numbers)}",
        )
    return {CORNERS[name]: [numbers[start : start + 2] for start in range(0, 8, 2)]}


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


def _region(text: str) -> dict[str, Any]:
    values = text.split(",")
    if len(values) not in {4, 5}:
        raise _refusal(
            "/region",
            "a region is x, y, width and height, as region=10,20,300,200, or with its unit, as "
            f"region=0.1,0.1,0.5,0.5,fraction; it has {len(values)}",
        )
    return dict(zip(_REGION, map(_value, values), strict=False))


def _points(text: str) -> list[Any]:
    return [_point_or_value(part) for part in text.split(";")]


def _point_or_value(text: str) -> Any:
    return [_value(part) for part in text.split(":")] if ":" in text else _value(text)


def _value(text: str) -> Any:
    """Read a finite number or a truth value; everything else stays text, for the spec to judge."""
    text = text.strip(" ")
    if _NUMBER.fullmatch(text) and math.isfinite(number := float(text.replace(" ", "+"))):
        return int(text) if _WHOLE.fullmatch(text) else number
    return {"true": True, "false": False}.get(text, text)


def _refusal(pointer: str, detail: str) -> InvalidSpec:
    return InvalidSpec(detail, (Violation(pointer, detail),))
