"""The lines of arithmetic of docs/ops.md and docs/specs.md, done: `name = expression`, `f(r) = expression`."""

import math
import re
from collections.abc import Mapping
from typing import Any

NAMES = {
    "abs": abs,
    "atan2": math.atan2,
    "cos": math.cos,
    "exp": math.exp,
    "floor": math.floor,
    "hypot": math.hypot,
    "ln": math.log,
    "max": max,
    "min": min,
    "pi": math.pi,
    "radians": math.radians,
    "round": round,
    "sin": math.sin,
    "sum": sum,
    "zip": zip,
}


def done(program: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Do a program's lines one after the other, with these names beside the functions.

    Returns:
        Every name, those of the lines too.
    """
    names: dict[str, Any] = NAMES | dict(given)
    for line in program.splitlines():
        name, argument, expression = re.fullmatch(r"(\w+)(?:\((\w)\))? = (.+)", line).groups()
        text = f"lambda {argument}: {expression}" if argument else expression
        names[name] = eval(text, names)  # noqa: S307 (our own page)
    return names
