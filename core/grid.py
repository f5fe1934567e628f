"""Where the pixels are: the only place that knows that a pixel's centre is half a pixel from its corner.

Convention: points are continuous (x, y) in pixels, x right, y down, origin at the top-left corner of the picture.
"""

import numpy as np
from numpy.typing import NDArray

Coordinates = NDArray[np.float64]

HALF = 0.5
"""From a pixel's centre to its edge, in pixels."""

SLACK = 1e-6
"""Pixels: the one tolerance of every test of position (inside, covered, whole, equal)."""


def pixel_centres(rows: range, width: int) -> tuple[Coordinates, Coordinates]:
    """Give the centres of a strip's pixels.

    Args:
        rows: the strip's rows, consecutive.
        width: of the canvas, in pixels.

    Returns:
        x of shape (1, width) and y of shape (len(rows), 1), which broadcast to the strip.
    """
    x = np.arange(width, dtype=np.float64) + HALF
    y = np.arange(rows.start, rows.stop, dtype=np.float64) + HALF
    return x[np.newaxis, :], y[:, np.newaxis]


def lattice_position(x: Coordinates) -> Coordinates:
    """Measure a coordinate in pixel indices: whole exactly at the pixels' centres."""
    return x - HALF


def lattice_from_corner_origin() -> NDArray[np.float64]:
    """Move the origin from the picture's corner to the first pixel's centre: a 3x3 map of points."""
    return np.array([[1.0, 0.0, -HALF], [0.0, 1.0, -HALF], [0.0, 0.0, 1.0]])


def corner_origin_from_lattice() -> NDArray[np.float64]:
    """Move the origin from the first pixel's centre to the picture's corner: a 3x3 map of points."""
    return np.array([[1.0, 0.0, HALF], [0.0, 1.0, HALF], [0.0, 0.0, 1.0]])
