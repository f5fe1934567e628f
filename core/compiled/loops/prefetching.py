"""What rows of the output will read, brought near before it is their turn.

A processor foresees reading along the rows of a picture. A row of the output that runs across them reads another row
of the picture at every pixel, and would wait for each of them where the picture does not lie close to the processor.
"""

import numpy as np

from core.compiled.agreed import GIVEN, LANES, PROJECTIVE
from core.compiled.steps.reading import prefetch
from core.compiling import part
from core.grid import HALF

_AHEAD = 8
"""Rows of the output from fetching to reading: with 4 half of the gain is lost, with 16 none is won."""

_BITS = 16
_ONE = float(1 << _BITS)
"""A pixel: the places that are fetched are told in fractions of it."""

_CACHE_LINE = 64  # bytes
_MOST_ROWS = 8
_OVERLAP = 1.5
"""Of what is fetched for a row and for the next one that is fetched for."""


@part
def course_of(
    left, right, top, rows, columns, points_by, matrix, given_x, given_y, width, height, row_step, column_step
):  # fmt: skip
    """Tell how rows of the output run through the picture: roughly, along straight lines, all as the middle one does.

    Args:
        left, right: their first pixel, and the one behind the last.
        top, rows, columns: see `arguments.Strip`.
        points_by, matrix, given_x, given_y: see `arguments.Points`.
        width, height, row_step, column_step: see `arguments.Picture`.

    Returns:
        How far it is from one place to fetch to the next, in x and in y, in 1/65536 pixels; how many places there are
        to a group; and of how many rows one is enough.
    """
    from_x, from_y = _read_at(left, rows // 2, top, columns, points_by, matrix, given_x, given_y, width, height)
    to_x, to_y = _read_at(right - 1, rows // 2, top, columns, points_by, matrix, given_x, given_y, width, height)
    across, down = (to_x - from_x) / (right - left), (to_y - from_y) / (right - left)
    along, beside = (across, down) if abs(column_step) <= abs(row_step) else (down, across)
    reach = max(1.0, _CACHE_LINE / max(1, min(abs(column_step), abs(row_step))))  # pixels
    places = min(LANES, 1 + int(LANES * (abs(along) / reach + abs(beside))))
    # What lies along a line of memory is met again by the next row, that many pixels further on.
    further = _OVERLAP * (along * along + beside * beside) / abs(beside)
    step = LANES / places * _ONE
    return int(across * step), int(down * step), places, max(1, int(min(reach / further, _MOST_ROWS)))


@part
def begin_prefetching(
    column, row, top, rows, columns, points_by, matrix, given_x, given_y, width, height, every, places
):  # fmt: skip
    """Begin to fetch what a row will read that is further on.

    Args:
        column: the first pixel of the row, from where on it is to be fetched.
        row: that is about to be rendered.
        top, rows, columns: see `arguments.Strip`.
        points_by, matrix, given_x, given_y: see `arguments.Points`.
        width, height: of the picture.
        every, places: see `course_of`.

    Returns:
        x and y of the first place, in 1/65536 pixels, and how many there are to a group: none if it need not be.
    """
    if row % every or (points_by == GIVEN and row + _AHEAD >= rows):
        return 0, 0, 0
    x, y = _read_at(column, row + _AHEAD, top, columns, points_by, matrix, given_x, given_y, width, height)
    return int(x * _ONE), int(y * _ONE), places


@part
def prefetch_group(picture, x, y, across, down, places, row_step, column_step):
    """Fetch what a group will read.

    Args:
        picture: its bytes.
        x, y: of the first place, in 1/65536 pixels.
        across, down, places: see `course_of`.
        row_step, column_step: see `arguments.Picture`.

    Returns:
        x and y of the next group's first place.
    """
    for _ in range(places):
        prefetch(picture, np.int64((y >> _BITS) * row_step + (x >> _BITS) * column_step))
        x += across
        y += down
    return x, y


@part
def _read_at(column, row, top, columns, points_by, matrix, given_x, given_y, width, height):
    """Tell where the picture is read by a pixel, in pixels; what lies outside is put on the edge."""
    if points_by == GIVEN:
        x, y = given_x[row * columns + column], given_y[row * columns + column]
    else:
        across, down = column + HALF, top + row + HALF
        x = matrix[0] * across + (matrix[1] * down + matrix[2])
        y = matrix[3] * across + (matrix[4] * down + matrix[5])
        if points_by == PROJECTIVE:
            denominator = matrix[6] * across + (matrix[7] * down + matrix[8])
            x, y = x / denominator, y / denominator
    return min(max(x, 0.0), width - 1.0), min(max(y, 0.0), height - 1.0)
