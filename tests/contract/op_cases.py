"""Every operation at work on a picture of 61 x 47 pixels, with numbers that leave no symmetry, and every canvas."""

import io
import json

from PIL import Image

from core import CANVASES, FITS

WIDTH, HEIGHT = 61, 47

TILTED = {"op": "matrix", "matrix": [[1.1, 0.1, -4], [-0.2, 0.9, 9], [6e-4, -9e-4, 1]], "convention": "css"}

STRAIGHT = {
    "identity": [{"op": "identity"}],
    "matrix": [TILTED],
    "translate": [{"op": "translate", "x": -7.3, "y": 4.6}, {"op": "translate", "x": -0.05, "unit": "fraction"}],
    "scale": [{"op": "scale", "x": 1.3, "y": -0.8, "center": [30, 22]}],
    "rotate": [{"op": "rotate", "angle": 33, "center": [0.5, 0.4], "unit": "fraction"}],
    "shear": [{"op": "shear", "x": 0.3, "y": -0.2}],
    "skew": [{"op": "skew", "x": -20, "y": 12}],
    "flip": [{"op": "flip", "axis": "horizontal"}, {"op": "translate", "x": 0.4, "y": 1.2}],
    "crop": [{"op": "rotate", "angle": -8}, {"op": "crop", "x": 9, "y": 4.5, "width": 48, "height": 33}],
    "resize": [{"op": "resize", "width": 80, "height": 47, "fit": "cover"}, {"op": "shear", "x": 0.1}],
    "affine_points": [
        {
            "op": "affine_points",
            "src": [[0, 0], [61, 0], [0, 47], [50, 40]],
            "dst": [[3, 2], [62, -4], [-2, 43], [48, 37]],
        }
    ],
    "perspective": [
        {"op": "perspective", "dst": [[0.05, 0.02], [0.9, 0.1], [1.02, 0.97], [-0.03, 0.9]], "unit": "fraction"}
    ],
}  # fmt: skip
"""By maps that keep lines straight."""

BENT = {
    "lens": [{"op": "lens", "k1": 0.1, "k2": -0.005, "p1": 0.01, "p2": -0.02, "focal": 40, "center": [20, 30]}],
    "lens, inverse": [{"op": "lens", "k1": 0.1, "focal": 40, "center": [20, 30], "inverse": True}],
    "barrel": [{"op": "barrel", "a": 0.02, "b": 0.05, "c": -0.04, "center": [22, 30]}],
    "barrel, inverse": [{"op": "barrel", "b": 0.05, "center": [22, 30], "inverse": True}],
    "polar": [{"op": "polar", "center": [55, 22]}],
    "polar, log": [{"op": "polar", "center": [55, 22], "log": True}],
    "depolar": [{"op": "depolar"}],
    "depolar, log": [{"op": "depolar", "log": True, "center": [60, 58]}],
    "swirl": [{"op": "swirl", "strength": 60, "radius": 50, "center": [25, 26]}],
    "arc": [{"op": "arc", "angle": 60}],
    "arc, a smile": [{"op": "arc", "angle": -70}],
    "wave": [{"op": "wave", "amplitude": 3, "wavelength": 40, "phase": 25, "axis": "x"}],
    "wave, fraction": [{"op": "wave", "amplitude": 0.06, "wavelength": 0.7, "unit": "fraction"}],
    "bulge": [{"op": "bulge", "strength": 0.4, "radius": 30, "center": [25, 28]}],
    "bulge, pinched": [{"op": "bulge", "strength": -0.5, "radius": 35, "center": [25, 28]}],
    "thin_plate_spline": [
        {
            "op": "thin_plate_spline",
            "src": [[0, 0], [61, 0], [0, 47], [61, 47], [30, 20]],
            "dst": [[-1, 2], [58, -2], [3, 48], [60, 43], [34, 23]],
        }
    ],
    "mesh": [
        {
            "op": "mesh",
            "columns": 2,
            "rows": 1,
            "points": [[0, 0], [0.45, 0.1], [0.95, 0.05], [0.05, 0.98], [0.55, 0.9], [1, 1.05]],
            "unit": "fraction",
        }
    ],
    "a chain": [
        {"op": "swirl", "strength": -40},
        {"op": "rotate", "angle": 20},
        {"op": "wave", "amplitude": 2, "wavelength": 50},
        TILTED,
    ],
}  # fmt: skip
"""By maps that bend them; where points go is a plan's to tell for all but a displacement, whose picture it has not."""

CANVAS_CHOICES = {
    **{name: name for name in CANVASES},
    **{fit: {"width": 150, "height": 130, "fit": fit} for fit in FITS},
    "size alone": {"width": 130, "height": 125},
}


def warped(server, picture, spec):
    """Warp a picture and open the answer."""
    answer = server.client.post("/v1/warp", params={"spec": json.dumps(spec)}, content=picture)
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content))
