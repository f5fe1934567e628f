"""Specs written as people write them in a query."""

from typing import Any


def to_query(spec: dict[str, Any]) -> list[tuple[str, str]]:
    """The spec's parameters; a raw matrix is written as the operation."""
    options = {name: value for name, value in spec.items() if name not in {"ops", "matrix", "convention"}}
    ops = spec["ops"] if "ops" in spec else [{"op": "matrix"} | {k: spec[k] for k in spec if k not in options}]
    query = [("op", _op(**op)) for op in ops]
    for name, value in options.items():
        match name:
            case "canvas" if isinstance(value, dict):
                query.append(("canvas", f"{value['width']}x{value['height']}"))
                query += [("fit", value["fit"])] if "fit" in value else []
            case "region":
                sides = [value.get("x", 0), value.get("y", 0), value["width"], value["height"]]
                query.append(("region", ",".join([*map(_text, sides), *([value["unit"]] if "unit" in value else [])])))
            case "output":
                query += [(field, _text(entry)) for field, entry in value.items()]
            case _:
                query.append((name, _text(value)))
    return query


def _op(op: str, **fields: Any) -> str:
    numbers = [_text(number) for row in fields.pop("matrix", []) for number in row]
    return f"{op}:{','.join([*numbers, *(f'{name}={_text(value)}' for name, value in fields.items())])}"


def _text(value: Any) -> str:
    """A point's numbers are separated by colons, points by semicolons."""
    if isinstance(value, list | tuple):
        return (";" if value and isinstance(value[0], list | tuple) else ":").join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
