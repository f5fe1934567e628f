"""How a row of the output lies to the picture's edges."""

from core.compiling import part
from core.grid import HALF, SLACK

BLOCK = 128
"""Pixels of a row that are told together whether the picture covers them; rows of a block share what they read."""

INSIDE, ACROSS, OUTSIDE = range(3)
"""How a part of a row lies to the picture's edges."""


@part
def place_of(left, right, row, lines, is_smooth):
    """Tell how pixels of a row lie to the edges: certainly INSIDE or OUTSIDE, or ACROSS.

    Args:
        left, right: the first pixel, and the one behind the last.
        row: of the canvas.
        lines, is_smooth: see `arguments.Edges`.
    """
    if not is_smooth:
        return INSIDE
    place, first, last, y = INSIDE, left + HALF, right - HALF, row + HALF
    for edge in range(4):
        a, b, c, length = lines[4 * edge], lines[4 * edge + 1], lines[4 * edge + 2], lines[4 * edge + 3]
        at_first, at_last = (a * first + (b * y + c)) / length, (a * last + (b * y + c)) / length
        if at_first < -HALF - SLACK and at_last < -HALF - SLACK:
            return OUTSIDE
        if not (at_first > HALF + SLACK and at_last > HALF + SLACK):
            place = ACROSS
    return place
