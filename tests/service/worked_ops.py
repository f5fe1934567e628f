"""Operations that keep straight lines straight, worked by hand in a frame of 8 x 4 pixels.

Each is an op as JSON writes it, and {point of the picture: where it goes}; of those that set a frame also its size.
"""

import math

CORNER, CENTRE, RIGHT, BELOW = (0, 0), (4, 2), (5, 2), (4, 3)

HALF_ROOT = math.sqrt(0.5)
TAN_30 = 1 / math.sqrt(3)

# w = 1 + x/8, so that (x, y) goes to (x, y) / w: what lies farther to the right is smaller.
FRAME_CORNERS = [[0, 0], [8, 0], [8, 4], [0, 4]]
RECEDING = [[0, 0], [4, 0], [4, 2], [0, 4]]

MOVES = [
    ({"op": "identity"}, {CORNER: (0, 0), (3, 1): (3, 1)}),
    ({"op": "translate"}, {(3, 1): (3, 1)}),
    ({"op": "translate", "x": 3}, {CORNER: (3, 0), (2, 1): (5, 1)}),
    ({"op": "translate", "x": 3, "y": -2.5}, {CORNER: (3, -2.5)}),
    ({"op": "translate", "x": 0.5, "y": 0.5, "unit": "fraction"}, {CORNER: (4, 2), (1, 1): (5, 3)}),
    # Scales leave the centre (4, 2) in place; y is as x where it is not said.
    ({"op": "scale", "x": 2}, {CENTRE: (4, 2), CORNER: (-4, -2), RIGHT: (6, 2), BELOW: (4, 4)}),
    ({"op": "scale", "x": 2, "y": 3}, {CENTRE: (4, 2), RIGHT: (6, 2), BELOW: (4, 5)}),
    ({"op": "scale", "x": 0.5, "y": -1}, {CORNER: (2, 4), RIGHT: (4.5, 2), BELOW: (4, 1)}),
    ({"op": "scale", "x": -1, "y": 1}, {CORNER: (8, 0), RIGHT: (3, 2)}),
    ({"op": "scale", "x": 2, "center": [0, 0]}, {CORNER: (0, 0), RIGHT: (10, 4)}),
    ({"op": "scale", "x": 2, "center": [1, 3]}, {(1, 3): (1, 3), CORNER: (-1, -3)}),
    ({"op": "scale", "x": 2, "center": [0.25, 1], "unit": "fraction"}, {(2, 4): (2, 4), CORNER: (-2, -4)}),
    # Clockwise as seen, y down: what is right of the centre goes below it, what is below goes left.
    ({"op": "rotate", "angle": 90}, {CENTRE: (4, 2), RIGHT: (4, 3), BELOW: (3, 2), CORNER: (6, -2)}),
    ({"op": "rotate", "angle": -90}, {RIGHT: (4, 1), BELOW: (5, 2), CORNER: (2, 6)}),
    ({"op": "rotate", "angle": 180}, {RIGHT: (3, 2), CORNER: (8, 4)}),
    ({"op": "rotate", "angle": 45}, {RIGHT: (4 + HALF_ROOT, 2 + HALF_ROOT), BELOW: (4 - HALF_ROOT, 2 + HALF_ROOT)}),
    ({"op": "rotate", "angle": 30}, {(6, 2): (4 + math.sqrt(3), 3), (4, 4): (3, 2 + math.sqrt(3))}),
    ({"op": "rotate", "angle": 90, "center": [0, 0]}, {CORNER: (0, 0), (1, 0): (0, 1), (0, 1): (-1, 0)}),
    ({"op": "rotate", "angle": 90, "center": [0, 1], "unit": "fraction"}, {(0, 4): (0, 4), CORNER: (4, 4)}),
    ({"op": "rotate", "angle": 750}, {(6, 2): (4 + math.sqrt(3), 3)}),
    # [[1, x], [y, 1]] at once, not one after the other.
    ({"op": "shear", "x": 0.5}, {CENTRE: (4, 2), RIGHT: (5, 2), BELOW: (4.5, 3)}),
    ({"op": "shear", "y": 0.5}, {RIGHT: (5, 2.5), BELOW: (4, 3)}),
    ({"op": "shear", "x": 0.5, "y": 3}, {RIGHT: (5, 5), BELOW: (4.5, 3), (5, 3): (5.5, 6)}),
    ({"op": "shear", "x": 2, "center": [0, 0]}, {CORNER: (0, 0), (0, 1): (2, 1), (1, 0): (1, 0)}),
    ({"op": "shear", "x": 2, "center": [0.5, 0], "unit": "fraction"}, {(4, 0): (4, 0), CENTRE: (8, 2)}),
    ({"op": "skew", "x": 30}, {CENTRE: (4, 2), RIGHT: (5, 2), BELOW: (4 + TAN_30, 3)}),
    ({"op": "skew", "y": 30}, {RIGHT: (5, 2 + TAN_30), BELOW: (4, 3)}),
    ({"op": "skew", "x": -45, "center": [0, 0]}, {(0, 1): (-1, 1)}),
    ({"op": "skew", "x": 45, "center": [0.5, 0], "unit": "fraction"}, {(4, 0): (4, 0), CENTRE: (6, 2)}),
    ({"op": "flip", "axis": "horizontal"}, {CORNER: (8, 0), (1, 1): (7, 1)}),
    ({"op": "flip", "axis": "vertical"}, {CORNER: (0, 4), (1, 1): (1, 3)}),
    ({"op": "flip", "axis": "both"}, {CORNER: (8, 4), (1, 1): (7, 3)}),
    # The op matrix is a raw matrix: see below for each convention.
    ({"op": "matrix", "matrix": [[1, 0, 3], [0, 1, 1]], "convention": "css"}, {CORNER: (3, 1)}),
    # One pair shifts, two turn and scale evenly too, three are an affine map.
    ({"op": "affine_points", "src": [[1, 1]], "dst": [[4, 0]]}, {(1, 1): (4, 0), CORNER: (3, -1)}),
    ({"op": "affine_points", "src": [[0, 0]], "dst": [[0.5, 0.25]], "unit": "fraction"}, {(1, 1): (5, 2)}),
    # From (0, 0)-(1, 0) to (2, 1)-(2, 3): a quarter turn clockwise and twice as large.
    ({"op": "affine_points", "src": [[0, 0], [1, 0]], "dst": [[2, 1], [2, 3]]}, {(1, 0): (2, 3), (0, 1): (0, 1)}),
    (
        {"op": "affine_points", "src": [[0, 0], [8, 0], [0, 4]], "dst": [[1, 2], [9, 6], [-1, 4]]},
        {CORNER: (1, 2), (8, 4): (7, 8), CENTRE: (4, 5)},
    ),
    # Of a square's corners one goes 2 too far down: the least squares share it out, a half to each, up or down.
    (
        {"op": "affine_points", "src": [[0, 0], [2, 0], [2, 2], [0, 2]], "dst": [[0, 0], [2, 0], [2, 2], [0, 4]]},
        {CORNER: (0, 0.5), (2, 0): (2, -0.5), (2, 2): (2, 2.5), (0, 2): (0, 3.5)},
    ),
    # The corners are those of the picture, 0 to 8 and 0 to 4, not the centres of its last pixels.
    ({"op": "perspective", "dst": RECEDING}, {(8, 0): (4, 0), (8, 4): (4, 2), CENTRE: (8 / 3, 4 / 3)}),
    (
        {"op": "perspective", "dst": [[0, 0], [0.5, 0], [0.5, 0.5], [0, 1]], "unit": "fraction"},
        {(8, 4): (4, 2), CENTRE: (8 / 3, 4 / 3)},
    ),
    ({"op": "perspective", "src": RECEDING}, {(4, 0): (8, 0), (4, 2): (8, 4), (8 / 3, 4 / 3): (4, 2)}),
    (
        {"op": "perspective", "src": RECEDING, "dst": [[1, 1], [9, 1], [9, 5], [1, 5]]},
        {CORNER: (1, 1), (8 / 3, 4 / 3): (5, 3)},
    ),
    (
        {"op": "perspective", "src": [[1, 1], [3, 1], [3, 2], [1, 2]], "dst": FRAME_CORNERS},
        {(2, 1.5): (4, 2), CORNER: (-4, -4)},
    ),
    ({"op": "perspective", "dst": [[8, 0], [0, 0], [0, 4], [8, 4]]}, {(1, 1): (7, 1)}),
]

FRAMES = [
    ({"op": "crop", "x": 3, "y": 1, "width": 4, "height": 2}, {(3, 1): (0, 0), CORNER: (-3, -1)}, (4, 2)),
    ({"op": "crop", "width": 4, "height": 20}, {(3, 1): (3, 1)}, (4, 20)),
    ({"op": "crop", "x": -2.5, "y": 0.5, "width": 1, "height": 1}, {CORNER: (2.5, -0.5)}, (1, 1)),
    # Each edge to the nearest pixel, halves up: 2.4 -> 2 and 4.8 -> 5; 1.6 -> 2 and 2.6 -> 3.
    (
        {"op": "crop", "x": 0.3, "y": 0.4, "width": 0.3, "height": 0.25, "unit": "fraction"},
        {CORNER: (-2, -2)},
        (3, 1),
    ),
    # 2.5 -> 3 and 5.5 -> 6; 0.5 -> 1 and 2.5 -> 3.
    (
        {"op": "crop", "x": 0.3125, "y": 0.125, "width": 0.375, "height": 0.5, "unit": "fraction"},
        {CORNER: (-3, -1)},
        (3, 2),
    ),
    # -2.4 -> -2 and 0.4 -> 0; both 2.1 and 2.2 -> 2, so that it is the pixel that they lie in. So is it for 7.9 and 8.
    (
        {"op": "crop", "x": -0.3, "y": 0.525, "width": 0.35, "height": 0.025, "unit": "fraction"},
        {CORNER: (2, -2)},
        (2, 1),
    ),
    ({"op": "crop", "x": 0.9875, "width": 0.0125, "height": 1, "unit": "fraction"}, {CORNER: (-7, 0)}, (1, 4)),
    ({"op": "resize", "width": 16, "height": 2}, {(8, 4): (16, 2), CENTRE: (8, 1)}, (16, 2)),
    ({"op": "resize", "width": 16, "height": 2, "fit": "stretch"}, {(8, 4): (16, 2)}, (16, 2)),
    # Twice as large is 16 x 8, with 4 above and below; four times is 32 x 16, 8 too many on each side.
    ({"op": "resize", "width": 16, "height": 16, "fit": "contain"}, {CORNER: (0, 4), (8, 4): (16, 12)}, (16, 16)),
    ({"op": "resize", "width": 16, "height": 16, "fit": "cover"}, {CORNER: (-8, 0), (8, 4): (24, 16)}, (16, 16)),
    ({"op": "resize", "width": 12}, {(8, 4): (12, 6)}, (12, 6)),
    ({"op": "resize", "height": 3}, {(8, 4): (6, 3)}, (6, 3)),
    # 5 x 2.5 pixels: the side that is left out is rounded, halves up, and never below 1.
    ({"op": "resize", "width": 5}, {(8, 4): (5, 3)}, (5, 3)),
    ({"op": "resize", "width": 5, "fit": "contain"}, {CORNER: (0, 0.25), (8, 4): (5, 2.75)}, (5, 3)),
    ({"op": "resize", "height": 1}, {(8, 4): (2, 1)}, (2, 1)),
    ({"op": "resize", "width": 1}, {(8, 4): (1, 1)}, (1, 1)),
]

# convention, matrix: {point of the source: point of the output}, corner origin
MATRICES = [
    # output -> source, so the picture goes the other way; [-1, 1] is the frame: 0.5 is a quarter of each side.
    ("normalized", [[1, 0, 0.5], [0, 1, 0]], {CENTRE: (2, 2), CORNER: (-2, 0)}),
    ("normalized", [[1, 0, 0], [0, 1, 0.5]], {CENTRE: (4, 1)}),
    ("normalized", [[2, 0, 0], [0, 2, 0]], {CENTRE: (4, 2), CORNER: (2, 1)}),
    # x_src = -y_dst, y_src = x_dst in units of the half sides: a quarter turn and a stretch, counter-clockwise.
    ("normalized", [[0, -1, 0], [1, 0, 0]], {CENTRE: (4, 2), (8, 2): (4, 0), (4, 4): (8, 2)}),
    # w_src = 1 + x_dst / 2: the output's right edge (1, 0) shows source x = 1 / 1.5.
    ("normalized", [[1, 0, 0], [0, 1, 0], [0.5, 0, 1]], {CENTRE: (4, 2), (4 + 4 / 1.5, 2): (8, 2)}),
    ("pixel", [[1, 0, 3], [0, 1, -1]], {(3, -1): (0, 0), CENTRE: (1, 3)}),
    ("pixel", [[2, 0, 0], [0, 4, 0]], {CENTRE: (2, 0.5)}),
    ("pixel", [[0, -1, 4], [1, 0, 0]], {(4, 0): (0, 0), (4, 1): (1, 0), (3, 0): (0, 1)}),
    ("css", [[1, 0, 3], [0, 1, -1]], {CORNER: (3, -1)}),
    ("css", [[2, 0, 0], [0, 4, 0]], {(1, 1): (2, 4)}),
    ("css", [[1, 0, 0], [0, 1, 0], [1, 0, 1]], {(1, 1): (0.5, 0.5)}),
    # matrix(a, b, c, d, e, f): x' = a x + c y + e, y' = b x + d y + f.
    ("css", [1, 2, 3, 4, 5, 6], {CORNER: (5, 6), (1, 0): (6, 8), (0, 1): (8, 10)}),
    # Pixel centres are whole numbers: scaling by 2 leaves the centre (0.5, 0.5) of the first pixel in place.
    ("opencv", [[2, 0, 0], [0, 2, 0]], {(0.5, 0.5): (0.5, 0.5), (1.5, 1.5): (2.5, 2.5)}),
    ("opencv", [[1, 0, 3], [0, 1, -1]], {CORNER: (3, -1)}),
    ("opencv", [[0, -1, 3], [1, 0, 0]], {(0.5, 0.5): (3.5, 0.5), (0.5, 3.5): (0.5, 0.5)}),
    ("skimage", [[2, 0, 0], [0, 2, 0]], {(0.5, 0.5): (0.5, 0.5), (2.5, 2.5): (1.5, 1.5)}),
    ("skimage", [[1, 0, 3], [0, 1, -1]], {(3, -1): (0, 0)}),
    # The whole matrix by 5 is the same map.
    ("css", [[5, 0, 15], [0, 5, -5], [0, 0, 5]], {CORNER: (3, -1)}),
    ("css", [[-1, 0, -3], [0, -1, 1], [0, 0, -1]], {CORNER: (3, -1)}),
]
