"""What the OpenAPI document says of the query: the shorthand for people, and what goes beside it."""

from typing import Any

from service.decoding import ON_ERROR


def _parameter(name: str, description: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema, **more}


def _option(name: str, description: str, *examples: str) -> dict[str, Any]:
    """Describe what goes with `op`; the examples are the schema's, since the docs page fills in a parameter's own."""
    return _parameter(name, f"With `op`, not with a spec: {description}", {"type": "string", "examples": [*examples]})


OF_A_WARP = [
    _parameter(
        "op",
        "The shorthand: one operation, `name:values[,key=value]`; repeat it for more, applied in the order listed. "
        "Instead of a `spec`: empty the one in the form first.",
        {"type": "array", "items": {"type": "string"}},
        style="form",
        explode=True,
        examples={
            "none": {"summary": "no shorthand", "value": []},
            "rotate": {"summary": "turn by 30 degrees, clockwise", "value": ["rotate:30"]},
            "half": {"summary": "shrink and turn", "value": ["scale:0.5", "rotate:30"]},
            "resize": {"summary": "fit into a square", "value": ["resize:300,300,fit=contain"]},
            "perspective": {
                "summary": "straighten a page: its four corners become the picture's",
                "value": ["perspective_src:60,40,580,20,620,440,30,460"],
            },
            "swirl": {"summary": "turn the middle by 120 degrees, ever less outwards", "value": ["swirl:120"]},
            "matrix": {"summary": "a normalized 2x3 matrix", "value": ["matrix:0.707,-0.707,0,0.707,0.707,0"]},
        },
    ),
    _parameter(
        "spec",
        "The spec as JSON, for a raw body. Instead of a form part `spec`.",
        {"type": "string", "examples": ['{"ops": [{"op": "rotate", "angle": 30}], "canvas": "expand"}']},
    ),
    _option(
        "region",
        "the part of the source that is used, as x, y, width and height: `10,20,300,200`, or in parts of its sides: "
        "`0.1,0.1,0.5,0.5,fraction`.",
        "10,20,300,200",
        "0.1,0.1,0.5,0.5,fraction",
    ),
    _option("canvas", "`same`, `expand`, `inscribed` or a size such as `640x480`.", "expand", "640x480"),
    _parameter(
        "fit",
        "With `op` and a canvas size, not with a spec: `none`, `stretch`, `contain` or `cover`.",
        {"type": "string", "examples": ["contain"]},
    ),
    _option("filter", "`nearest`, `bilinear`, `bicubic` or `lanczos3`.", "lanczos3"),
    _option("antialias", "`true`, as without it, averages the pixels that fall together; `false` does not.", "false"),
    _option("border", "`clip`, `constant`, `edge`, `reflect`, `mirror` or `wrap`.", "mirror"),
    _option("fill", "a CSS colour such as `white` or `#ff8800`.", "white", "#ff8800"),
    _option("light", "what is mixed, colours as stored, `srgb`, or their light, `linear`.", "linear"),
    _option("format", "of the answer, `png`, `webp` or `jpeg`.", "webp"),
    _parameter(
        "quality",
        "With `op` and the format webp or jpeg, not with a spec: from `1` to `100`, the best.",
        {"type": "string", "examples": ["90"]},
    ),
    _parameter(
        "lossless",
        "With `op` and the format webp, not with a spec: `true` keeps every pixel, `false` does not.",
        {"type": "string", "examples": ["true"]},
    ),
    _parameter(
        "on_error",
        "Of several results: `report` the faults of some beside the others, as happens without this parameter, or "
        "`fail` with the first one, before any byte is sent.",
        {"type": "string", "enum": list(ON_ERROR), "examples": ["fail"]},
    ),
]
"""The query's parameters."""

OF_A_PLAN = [parameter for parameter in OF_A_WARP if parameter["name"] != "on_error"]
"""A plan reports every fault."""
