"""One spec in all its shapes, and its result worked out by hand: the order of the ops, canvas and fill all show."""

import io
import json

import numpy as np
from PIL import Image

SPEC = {
    "ops": [{"op": "rotate", "angle": 90}, {"op": "flip", "axis": "horizontal"}],
    "canvas": {"width": 20, "height": 30},
    "fill": "#ff8000",
}
JSON = json.dumps(SPEC)
SHORTHAND = {"op": ["rotate:90", "flip:horizontal"], "canvas": "20x30", "fill": "#ff8000"}
QUERY = "op=rotate:90&op=flip:horizontal&canvas=20x30&fill=%23ff8000"


def expected(picture):
    """Of an RGB picture of 13 x 17: turned about its centre it is 17 wide and reaches from -2 to 15, and from 2 to 15.

    The frame's left edge cuts two columns off; the canvas begins at the frame's top-left corner.
    """
    seen = np.fliplr(np.rot90(picture, -1))
    canvas = np.empty((30, 20, 3), np.uint8)
    canvas[:] = 255, 128, 0
    canvas[2:15, 0:15] = seen[:, 2:]
    return canvas


def pixels(png):
    """The samples that Pillow reads, (height, width) for gray, else (height, width, channels)."""
    with Image.open(io.BytesIO(png)) as image:
        assert image.format == "PNG"
        return np.asarray(image)
