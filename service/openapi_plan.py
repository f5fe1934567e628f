"""What the OpenAPI document says of plans: the schemas of the answers, which no model makes, and an example of each."""

from typing import Any


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(title: str, description: str, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "title": title,
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def _whole(description: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "description": description}


def _numbers(count: int) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "number"}, "minItems": count, "maxItems": count}


def _mapped(count: int, description: str) -> dict[str, Any]:
    return {"type": "array", "items": {"oneOf": [_numbers(count), {"type": "null"}]}, "description": description}


def _matrix(description: str) -> dict[str, Any]:
    described = f"{description}; null if the map bends lines"
    return {"type": ["array", "null"], "items": _numbers(3), "minItems": 3, "maxItems": 3, "description": described}


_SIDES = {"width": _whole("pixels"), "height": _whole("pixels")}
_EXTREME = {"type": ["number", "null"], "exclusiveMinimum": 0}
_PARTS = {
    "PlannedSource": _object("PlannedSource", "The picture's size, upright.", _SIDES, list(_SIDES)),
    "PlannedOutput": _object("PlannedOutput", "The output's size.", _SIDES, list(_SIDES)),
    "LocalScale": _object(
        "LocalScale",
        "Output pixels for each source pixel, at the place and in the direction where they are fewest and most. Of a "
        "map that bends lines they are looked for among many places of the output that show the picture.",
        {
            "smallest": _EXTREME
            | {"description": "before the horizon; null if the whole picture lies beyond it, or if it is not known"},
            "largest": _EXTREME
            | {"description": "null if it has no bound, as where the horizon meets the picture, or if it is not known"},
        },
        ["smallest", "largest"],
    ),
    "Cost": _object(
        "Cost",
        "What is read: each source pixel once, and the taps of each output pixel.",
        {
            "source_pixels": _whole("of the source"),
            "output_pixels": _whole("of the output"),
            "taps": _whole("source pixels read for each output pixel, for the one that reads most"),
            "total": _whole("source_pixels + output_pixels * taps"),
        },
        ["source_pixels", "output_pixels", "taps", "total"],
    ),
}

_PROPERTIES = {
    "source": _ref("PlannedSource"),
    "output": _ref("PlannedOutput"),
    "output_from_source": _matrix("source -> output in pixels, corner origin: rows of a 3x3 matrix"),
    "source_from_output": _matrix("output -> source, its inverse: what the pixels are sampled through"),
    "scale": _ref("LocalScale"),
    "uncovered": {
        "type": "boolean",
        "description": "whether the fill takes part in any pixel of the output; of a map that bends lines true unless "
        "the map itself proves that it cannot",
    },
    "exact_copy": {"type": "boolean", "description": "whether the map takes pixels to pixels one to one"},
    "points": _mapped(
        2, "where each point goes, [x, y]; null where it has no image, as beyond the horizon, or if that is not known"
    ),
    "boxes": _mapped(4, "the box [x0, y0, x1, y1] around each mapped box; null if a part of it has no image"),
    "cost": _ref("Cost"),
}

_PLAN = _object(
    "Plan",
    "The resolved geometry of a warp.",
    _PROPERTIES,
    [name for name in _PROPERTIES if name not in {"points", "boxes"}],
)

_ENTRIES = {
    entry: _object(
        entry,
        description,
        {
            "index": _whole("its place in the answer"),
            "picture": _whole("which picture it is of; 1 if a size was sent"),
            "spec": _whole("which spec it is of"),
            "status": {"type": "integer", "description": "what the warp by itself would answer"},
            member: _ref(member.title()),
        },
        ["index", "picture", "spec", "status", member],
    )
    for entry, member, description in (
        ("PlannedEntry", "plan", "What the warp does."),
        ("ProblemEntry", "problem", "Why there is no such warp."),
    )
}

_ENTRY = {
    "title": "PlanEntry",
    "description": "One of several results: its plan or its problem.",
    "oneOf": [_ref(name) for name in _ENTRIES],
}

SCHEMAS = {"Plan": _PLAN, **_PARTS, "PlanEntry": _ENTRY, **_ENTRIES}

ANSWER = {"oneOf": [_ref("Plan"), {"type": "array", "items": _ref("PlanEntry"), "minItems": 1}]}

QUESTIONS = {
    "rotate": {
        "summary": "turn by 30 degrees; where do a point and a box go?",
        "value": {
            "spec": {"ops": [{"op": "rotate", "angle": 30}], "canvas": "expand"},
            "source": {"width": 640, "height": 480},
            "points": [[320, 240]],
            "boxes": [[0, 0, 100, 50]],
        },
    },
    "sizes": {
        "summary": "two specs for one picture",
        "value": {
            "spec": [
                {"ops": [{"op": "scale", "x": 0.5}], "canvas": "expand"},
                {"ops": [{"op": "skew", "x": 20}], "canvas": "expand"},
            ],
            "source": {"width": 640, "height": 480},
        },
    },
    "perspective": {
        "summary": "a matrix whose horizon cuts the picture; one of the points lies beyond it",
        "value": {
            "spec": {"matrix": [[1, 0, 0], [0, 1, 0], [-0.002, 0, 1]], "convention": "css"},
            "source": {"width": 640, "height": 480},
            "points": [[100, 100], [600, 100]],
        },
    },
    "inscribed": {
        "summary": "a swirl, and the largest part without outside; there is no matrix, but points are mapped",
        "value": {
            "spec": {"ops": [{"op": "swirl", "strength": 90}], "canvas": "inscribed"},
            "source": {"width": 640, "height": 480},
            "points": [[320, 240], [100, 100]],
        },
    },
    "displacement": {
        "summary": "by the second of two displacement maps; what it does is known only with its pixels",
        "value": {
            "spec": {"ops": [{"op": "displacement", "map": 2, "x_scale": 20}]},
            "source": {"width": 640, "height": 480},
            "map_sizes": [{"width": 64, "height": 64}, {"width": 640, "height": 480}],
            "points": [[320, 240]],
        },
    },
}
"""Bodies to try."""

ANSWERS = {
    "rotate": {
        "summary": "where a point and a box go, turned by 30 degrees",
        "value": {
            "source": {"width": 640, "height": 480},
            "output": {"width": 795, "height": 736},
            "output_from_source": [[0.866025, -0.5, 240.371871], [0.5, 0.866025, 0.153903], [0.0, 0.0, 1.0]],
            "source_from_output": [[0.866025, 0.5, -208.245098], [-0.5, 0.866025, 120.052651], [0.0, 0.0, 1.0]],
            "scale": {"smallest": 1.0, "largest": 1.0},
            "uncovered": True,
            "exact_copy": False,
            "points": [[397.5, 368.0]],
            "boxes": [[215.371871, 0.153903, 326.974411, 93.455173]],
            "cost": {"source_pixels": 307200, "output_pixels": 585120, "taps": 4, "total": 2647680},
        },
    },
    "sizes": {
        "summary": "an entry for each of two specs",
        "value": [
            {
                "index": 1,
                "picture": 1,
                "spec": 1,
                "status": 200,
                "plan": {
                    "source": {"width": 640, "height": 480},
                    "output": {"width": 320, "height": 240},
                    "output_from_source": [[0.5, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 1.0]],
                    "source_from_output": [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 1.0]],
                    "scale": {"smallest": 0.5, "largest": 0.5},
                    "uncovered": False,
                    "exact_copy": False,
                    "cost": {"source_pixels": 307200, "output_pixels": 76800, "taps": 16, "total": 1536000},
                },
            },
            {
                "index": 2,
                "picture": 1,
                "spec": 2,
                "status": 200,
                "plan": {
                    "source": {"width": 640, "height": 480},
                    "output": {"width": 815, "height": 480},
                    "output_from_source": [[1.0, 0.36397, 0.147144], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
                    "source_from_output": [[1.0, -0.36397, -0.147144], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
                    "scale": {"smallest": 0.834439, "largest": 1.19841},
                    "uncovered": True,
                    "exact_copy": False,
                    "cost": {"source_pixels": 307200, "output_pixels": 391200, "taps": 24, "total": 9696000},
                },
            },
        ],
    },
}
"""What the questions of the same names get, to the digits that are written."""
