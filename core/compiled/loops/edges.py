"""How a row of the output lies to the picture's edges."""

from core.compiled.agreed import CONSTANT, GIVEN
from core.compiling import part
from core.grid import HALF, SLACK

BLOCK = 128
"""Pixels of a row that are told together whether the picture covers them; rows of a block share what they read."""

INSIDE, ACROSS, OUTSIDE = range(3)
"""How a part of a row lies to the picture's edges."""

_FAR = 4.0
"""Pixels beyond the picture from where no tap of any filter reaches it, whatever is rounded."""


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


@part
def misses(left, right, row, points_by, matrix, width, height, across, down):
    """Tell whether certainly no pixel of a part of a row reads the picture: both of its ends lie far beyond one side.

    What lies between them does too. Along a row each coordinate only rises or only falls, as long as there is a source.

    Args:
        left, right, row: see `place_of`.
        points_by, matrix: see `arguments.Points`.
        width, height: of the picture.
        across, down: codes of the borders; under any but one a picture has no outside.
    """
    if points_by == GIVEN:
        return False
    first, last, y = left + HALF, right - HALF, row + HALF
    at_first = matrix[6] * first + (matrix[7] * y + matrix[8])
    at_last = matrix[6] * last + (matrix[7] * y + matrix[8])
    if not (at_first > 0 and at_last > 0):
        return False
    for axis, side, border in ((0, width, across), (3, height, down)):
        rest = matrix[axis + 1] * y + matrix[axis + 2]
        one, other = (matrix[axis] * first + rest) / at_first, (matrix[axis] * last + rest) / at_last
        if border == CONSTANT and (max(one, other) < -_FAR or min(one, other) > side + _FAR):
            return True
    return False
