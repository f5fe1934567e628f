"""What the loops are given, in groups of arguments, and the types by which Numba knows them, in its own notation.

An array is of one dimension. Lists of a strip's points go on with LANES - 1 more numbers, so that a group can be read
from any of them on; so do planes, whose rows have a multiple of LANES numbers.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

BYTES, INTEGERS, FLOATS, DOUBLES = (
    f"Array({number}, 1, 'C', readonly=True)" for number in ("uint8", "int32", "float32", "float64")
)
NEW_BYTES, NEW_INTEGERS, NEW_FLOATS, NEW_DOUBLES = (
    f"{number}[::1]" for number in ("uint8", "int32", "float32", "float64")
)
INT, PLACE, FLAG, FLOAT, DOUBLE = "int32", "int64", "boolean", "float32", "float64"


class Picture(NamedTuple):
    """Where a picture lies in memory.

    Attributes:
        source: uint8, its bytes from the lowest on, at least 4.
        start: of the top-left pixel among them.
        row_step: bytes from a row to the next, perhaps negative.
        column_step: bytes from a column to the next, likewise.
        end: the last place, from the top-left pixel, from which 4 bytes can be read.
        width: in pixels.
        height: in pixels.
    """

    source: NDArray[np.uint8]
    start: int
    row_step: int
    column_step: int
    end: int
    width: int
    height: int


PICTURE = (BYTES, PLACE, INT, INT, INT, INT, INT)


class Borders(NamedTuple):
    """Codes of the axes' borders: see `folds`.

    Attributes:
        across: in x.
        down: in y.
    """

    across: int
    down: int


BORDERS = (INT, INT)


class Points(NamedTuple):
    """Where the pixels of a strip come from: by a matrix, or by lists.

    Attributes:
        points_by: AFFINE, PROJECTIVE or GIVEN: see `points`.
        matrix: src_from_dst, 9 numbers.
        given_x: of the strip's points, in pixels of the picture, row by row.
        given_y: likewise.
        given_share: what the picture covers of each pixel.
    """

    points_by: int
    matrix: Doubles
    given_x: Doubles
    given_y: Doubles
    given_share: Floats


POINTS = (INT, DOUBLES, DOUBLES, DOUBLES, FLOATS)


class Edges(NamedTuple):
    """The picture's edges in the output, where points are not listed.

    Attributes:
        lines: 4 numbers each: see `coverage.edge_lines`.
        is_smooth: whether they are smoothed by coverage; else the lines do not matter.
    """

    lines: Doubles
    is_smooth: bool


EDGES = (DOUBLES, FLAG)

TABLE = (FLOATS,)
"""What decodes samples of a linear kind."""


class Output(NamedTuple):
    """What is written.

    Attributes:
        fill: premultiplied, 4 numbers.
        has_fill: whether it can show.
        encoding: the table of a linear kind.
        out: uint8, the strip's bytes.
        out_channels: of a pixel.
        pixel_bytes: of a pixel.
    """

    fill: Floats
    has_fill: bool
    encoding: Floats
    out: NDArray[np.uint8]
    out_channels: int
    pixel_bytes: int


OUTPUT = (FLOATS, FLAG, FLOATS, NEW_BYTES, INT, PLACE)


class Strip(NamedTuple):
    """Rows of the canvas.

    Attributes:
        top: the first one.
        rows: how many.
        columns: of the canvas.
    """

    top: int
    rows: int
    columns: int


STRIP = (PLACE, PLACE, PLACE)
