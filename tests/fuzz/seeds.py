"""What the generated input is made of: small whole files of every format, and specs of every operation."""

import json
from urllib.parse import urlencode

from core import Size
from tests.contract.op_cases import BENT, CANVAS_CHOICES, HEIGHT, STRAIGHT, WIDTH
from tests.contract.sources import SOURCES
from tests.fuzz.shorthand import to_query
from tests.service.decodable import ALL, SMALL

PLAIN = [file for file, _ in SOURCES.values()]
"""Of 12 x 7 pixels each, in every mode; the first is a PNG."""

FILES = [*PLAIN, *SMALL.values(), *(file for file in ALL.values() if len(file) < 2000)]
"""In every format and mode, and with whatever stands beside the pixels."""

SIZE = Size(WIDTH, HEIGHT)
"""Of the picture that the specs are made for."""

_SPECS = [
    {"ops": ops, "canvas": canvas}
    for ops, canvas in zip(
        [*STRAIGHT.values(), *BENT.values()], [*CANVAS_CHOICES.values()] * len(STRAIGHT | BENT), strict=False
    )
] + [
    {"matrix": [[0.707, -0.707, 0], [0.707, 0.707, 0]], "filter": "lanczos3", "antialias": False, "border": "wrap"},
    {"ops": [{"op": "displacement", "map": 1, "x_scale": 4}], "fill": "#f008", "light": "linear"},
    {"ops": [], "region": {"x": 1, "y": 2, "width": 5, "height": 3}, "output": {"format": "webp", "quality": 80}},
]

JSON_SPECS = [json.dumps(spec) for spec in _SPECS]
QUERIES = [urlencode(to_query(spec)) for spec in _SPECS]
