"""Operations that bend straight lines, worked by hand in a frame of 8 x 4 pixels, whose centre is (4, 2).

Each is an op as JSON writes it, and {point of the picture: where it goes}; of those that set a frame also its size.
Most formulas tell where a point of the output comes from, so they are read from right to left.
"""

import math

import numpy as np

HALF_ROOT, ROOT = math.sqrt(0.5), math.sqrt(2)
LN_2 = math.log(2)

RASTERS = [
    # Red and green everywhere 192 and 96: half of x_scale to the right, a quarter of y_scale up.
    np.full((3, 2, 3), (192, 96, 7), np.uint8),
    # Gray of 16 bits: minus half of the scales on the left, half of them on the right.
    np.array([[[16384], [49152]]], np.uint16),
    # Minus half of the scales; alpha says nothing.
    np.full((1, 1, 2), (64, 255), np.uint8),
]

RING = 16 / math.pi
"""The radius of an arc of 90 degrees over 8 pixels."""

QUARTER_TURN_2_PX_OUT = 10 / LN_2**2
"""The radius of a swirl of which a half is left at 2 pixels: exp(-5 * 2 / (radius ln 2)) = 1/2."""

HALF_LEFT = 2 * LN_2**2 / 5
"""Where a half of a swirl with a radius of 2 is left."""

CORNERS = [[0, 0], [8, 0], [0, 4], [8, 4]]

MOVES = [
    # k1 removes a distortion: what is 0.5 focal lengths from the centre was at 0.5 (1 + 0.25).
    ({"op": "lens", "k1": 1}, {(4, 2): (4, 2), (9, 2): (8, 2), (4, -3): (4, -2)}),
    ({"op": "lens", "k1": 1, "inverse": True}, {(8, 2): (9, 2)}),
    ({"op": "lens", "k2": 1}, {(8.25, 2): (8, 2)}),
    ({"op": "lens", "k3": 1}, {(8.0625, 2): (8, 2)}),
    # p1 r^2 = 0.01 down and p2 (r^2 + 2 x^2) = 0.015 to the right, in focal lengths.
    ({"op": "lens", "p1": 0.04, "p2": 0.02}, {(8.12, 2.08): (8, 2)}),
    ({"op": "lens", "k1": 1, "focal": 4}, {(6.5, 2): (6, 2)}),
    ({"op": "lens", "k1": 1, "center": [0, 0]}, {(5, 0): (4, 0), (0, 5): (0, 4)}),
    ({"op": "lens", "k1": 1, "center": [0.5, 1], "unit": "fraction"}, {(4, 4): (4, 4), (9, 4): (8, 4)}),
    # The unit of the radius is 2 pixels, half the shorter side; d makes up for a, b and c, so that 1 stays.
    ({"op": "barrel", "a": 0.1}, {(6, 2): (6, 2), (10.8, 2): (8, 2)}),
    ({"op": "barrel", "b": 0.1}, {(6, 2): (6, 2), (9.2, 2): (8, 2)}),
    ({"op": "barrel", "c": 0.1}, {(6, 2): (6, 2), (8.4, 2): (8, 2)}),
    ({"op": "barrel", "d": 2}, {(8, 2): (6, 2), (4, 6): (4, 4)}),
    ({"op": "barrel", "a": 0.1, "inverse": True}, {(8, 2): (10.8, 2)}),
    ({"op": "barrel", "a": 0.1, "center": [1, 0]}, {(7.8, 0): (5, 0)}),
    ({"op": "barrel", "a": 0.1, "center": [0.125, 0], "unit": "fraction"}, {(7.8, 0): (5, 0)}),
    # At 2 pixels from the centre a half of the 180 degrees is left: a quarter turn clockwise.
    (
        {"op": "swirl", "strength": 180, "radius": QUARTER_TURN_2_PX_OUT},
        {(4, 2): (4, 2), (6, 2): (4, 4), (4, 4): (2, 2)},
    ),
    ({"op": "swirl", "strength": 180, "radius": QUARTER_TURN_2_PX_OUT, "center": [1, 0]}, {(3, 0): (1, 2)}),
    ({"op": "swirl", "strength": -180}, {(4 + HALF_LEFT, 2): (4, 2 - HALF_LEFT)}),
    ({"op": "swirl", "strength": -180, "radius": 0.5, "unit": "fraction"}, {(4 + HALF_LEFT, 2): (4, 2 - HALF_LEFT)}),
    (
        {"op": "swirl", "strength": -180, "radius": 0.5, "center": [0.25, 1], "unit": "fraction"},
        {(2 + HALF_LEFT, 4): (2, 4 - HALF_LEFT)},
    ),
    # The ends of the middle line go 45 degrees along the ring, below its top for a rainbow, above for a smile.
    (
        {"op": "arc", "angle": 90},
        {
            (4, 2): (4, 2),
            (4, 0): (4, 0),
            (8, 2): (4 + RING * HALF_ROOT, 2 + RING - RING * HALF_ROOT),
            (0, 2): (4 - RING * HALF_ROOT, 2 + RING - RING * HALF_ROOT),
            (0, 1): (4 - (RING + 1) * HALF_ROOT, 2 + RING - (RING + 1) * HALF_ROOT),
        },
    ),
    ({"op": "arc", "angle": -90}, {(8, 2): (4 + RING * HALF_ROOT, 2 - RING + RING * HALF_ROOT)}),
    ({"op": "arc", "angle": 180}, {(8, 2): (4 + RING / 2, 2 + RING / 2)}),
    ({"op": "wave", "amplitude": 1, "wavelength": 8}, {(0, 1): (0, 1), (2, 1): (2, 2), (6, 1): (6, 0)}),
    ({"op": "wave", "amplitude": 1, "wavelength": 8, "axis": "y"}, {(2, 1): (2, 2)}),
    ({"op": "wave", "amplitude": 1, "wavelength": 8, "axis": "x"}, {(3, 2): (4, 2), (3, 0): (3, 0)}),
    ({"op": "wave", "amplitude": 1, "wavelength": 8, "phase": 90}, {(0, 1): (0, 2), (2, 1): (2, 1)}),
    # Along y a quarter of the height and half of the width; along x a quarter of the width and half of the height.
    ({"op": "wave", "amplitude": 0.25, "wavelength": 0.5, "unit": "fraction"}, {(1, 1): (1, 2)}),
    ({"op": "wave", "amplitude": 0.25, "wavelength": 0.5, "axis": "x", "unit": "fraction"}, {(3, 0.5): (5, 0.5)}),
    # Where r^2 = 1/2, r_src = r (1 - strength / 4); the radius is 2 pixels, half the shorter side.
    ({"op": "bulge", "strength": 0.5}, {(4, 2): (4, 2), (4 + 0.875 * ROOT, 2): (4 + ROOT, 2), (7, 2): (7, 2)}),
    ({"op": "bulge", "strength": -1}, {(4, 2 + 1.25 * ROOT): (4, 2 + ROOT), (4, 0): (4, 0)}),
    ({"op": "bulge", "strength": 0.5, "radius": 4}, {(4 + 1.75 * ROOT, 2): (4 + 2 * ROOT, 2)}),
    ({"op": "bulge", "strength": 0.5, "center": [1, 0]}, {(1 + 0.875 * ROOT, 0): (1 + ROOT, 0)}),
    (
        {"op": "bulge", "strength": 0.5, "radius": 1, "center": [0.25, 1], "unit": "fraction"},
        {(2 + 1.75 * ROOT, 4): (2 + 2 * ROOT, 4)},
    ),
    # Three points and their images are an affine map; more are met, and bend what lies between.
    (
        {"op": "thin_plate_spline", "src": CORNERS[:3], "dst": [[1, 2], [9, 6], [-1, 4]]},
        {(0, 0): (1, 2), (8, 4): (7, 8)},
    ),
    (
        {"op": "thin_plate_spline", "src": [*CORNERS, [4, 2]], "dst": [*CORNERS, [5, 2.5]]},
        {(0, 0): (0, 0), (8, 4): (8, 4), (4, 2): (5, 2.5)},
    ),
    (
        {
            "op": "thin_plate_spline",
            "src": [[0, 0], [1, 0], [0, 1], [0.5, 0.5]],
            "dst": [[0, 0], [1, 0], [0, 1], [0.625, 0.5]],
            "unit": "fraction",
        },
        {(8, 0): (8, 0), (4, 2): (5, 2)},
    ),
    # The affine map of least squares misses a square's corners by 1/2 up and down. That the spline makes up for by
    # 4 ln 2 / (4 ln 2 + smoothing), since U = 0 at a corner, 2 ln 2 at the next two and 8 ln 2 at the opposite one.
    (
        {
            "op": "thin_plate_spline",
            "src": [[0, 0], [2, 0], [2, 2], [0, 4]],
            "dst": [[0, 0], [2, 0], [2, 2], [0, 2]],
            "smoothing": 4 * LN_2,
        },
        {(0, 0.25): (0, 0), (2, -0.25): (2, 0), (2, 2.25): (2, 2), (0, 3.75): (0, 2)},
    ),
    # The middle nodes go to the right by 1: halfway along a cell it is a half.
    (
        {"op": "mesh", "columns": 2, "rows": 1, "points": [[0, 0], [5, 0], [8, 0], [0, 4], [5, 4], [8, 4]]},
        {(4, 0): (5, 0), (4, 3): (5, 3), (2, 2): (2.5, 2), (6, 2): (6.5, 2)},
    ),
    (
        {"op": "mesh", "columns": 1, "rows": 2, "points": [[0, 0], [8, 0], [0, 3], [8, 3], [0, 4], [8, 4]]},
        {(0, 2): (0, 3), (5, 1): (5, 1.5), (5, 3): (5, 3.5)},
    ),
    # The cut runs from the top-left to the bottom-right node, of which only the latter has moved: by (4, 2).
    (
        {
            "op": "mesh",
            "columns": 1,
            "rows": 1,
            "points": [[0, 0], [1, 0], [0, 1], [1.5, 1.5]],
            "unit": "fraction",
        },
        {(4, 2): (6, 3), (6, 1): (7, 1.5), (2, 3): (3, 3.5)},
    ),
    ({"op": "displacement", "x_scale": 4}, {(6, 1): (4, 2), (2, -1): (0, 0)}),
    ({"op": "displacement", "x_scale": 4, "y_scale": 8}, {(6, 0): (4, 2)}),
    # From x = 2 to 6, the centres of its two pixels, what is added grows from -1/2 to 1/2; beyond them it stays.
    (
        {"op": "displacement", "map": 2, "x_scale": 1, "y_scale": 0},
        {(1.5, 1): (2, 1), (2.75, 3): (3, 3), (4, 2): (4, 2), (6.5, 1): (6, 1), (-0.5, 1): (0, 1), (8.5, 1): (8, 1)},
    ),
    ({"op": "displacement", "map": 2, "x_scale": 1, "y_scale": 2}, {(1.5, 0): (2, 1), (6.5, 2): (6, 1)}),
    ({"op": "displacement", "map": 3, "x_scale": 2}, {(3, 1): (4, 2)}),
]

FRAMES = [
    # A radius of round(sqrt(20)) = 4, and round(4 pi) = 13 rows for the whole turn, clockwise from the right.
    (
        {"op": "polar"},
        {(6, 2): (2, 0), (4, 4): (2, 3.25), (3, 2): (1, 6.5), (4, 1): (1, 9.75)},
        (4, 13),
    ),
    ({"op": "polar", "center": [0, 0]}, {(0, 3): (3, 3.25)}, (4, 13)),
    ({"op": "polar", "center": [0.25, 0.5], "unit": "fraction"}, {(2, 4): (2, 3.25)}, (4, 13)),
    # x = 4 ln(1 + rho) / ln 5: both ends stay, and the middle of the strip is at sqrt(5) - 1.
    ({"op": "polar", "log": True}, {(8, 2): (4, 0), (4, 1 + math.sqrt(5)): (2, 3.25)}, (4, 13)),
    # The frame is the strip: a radius of 8, 4 rows for the whole turn; so a quarter is one row.
    ({"op": "depolar"}, {(3, 0): (11, 8), (3, 1): (8, 11), (5, 2): (3, 8), (2, 3): (8, 6)}, (16, 16)),
    ({"op": "depolar", "center": [1, 2]}, {(3, 1): (1, 5)}, (16, 16)),
    ({"op": "depolar", "center": [0.5, 0.25], "unit": "fraction"}, {(3, 1): (8, 7)}, (16, 16)),
    ({"op": "depolar", "log": True}, {(8, 1): (8, 16), (4, 0): (10, 8)}, (16, 16)),
]
