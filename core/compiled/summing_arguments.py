"""What the loops are given that sum before another one finishes: further groups, as in `arguments`."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.compiled.arguments import (
    DOUBLE,
    DOUBLES,
    FLAG,
    FLOAT,
    FLOATS,
    INT,
    INTEGERS,
    NEW_BYTES,
    NEW_FLOATS,
    NEW_INTEGERS,
    PLACE,
    Doubles,
    Floats,
)


class Slopes(NamedTuple):
    """Lists of the derivatives at a strip's points, where these are listed: see `Jacobian`."""

    x_x: Doubles
    x_y: Doubles
    y_x: Doubles
    y_y: Doubles


SLOPES = (DOUBLES,) * 4

SHARE = (FLOAT,)
"""How much of each pixel is averaged in one of the two ways, 0 to 1."""


class Resolution(NamedTuple):
    """Which picture of a pyramid is read.

    Attributes:
        scale: by which points are multiplied to be in its pixels, a power of two.
        base: reduction of the finest picture, in pixels of the source.
        base_averaged: see `antialias.already_averaged`.
        level: reduction of the picture that is read, in pixels of the finest.
        level_averaged: as `base_averaged`.
        coarsest: the greatest such reduction.
        full_width: of the finest picture.
        full_height: likewise.
    """

    scale: float
    base: float
    base_averaged: float
    level: float
    level_averaged: float
    coarsest: float
    full_width: int
    full_height: int


RESOLUTION = (DOUBLE,) * 6 + (INT,) * 2


class Lattice(NamedTuple):
    """What the rows and the columns of a strip read, through a map that keeps to the axes.

    Attributes:
        row_index: tap after tap, those of all rows.
        row_weight: likewise.
        row_taps: how many.
        column_index: tap after tap, those of all columns, their number rounded up to whole groups; from `first_column`.
        column_weight: likewise.
        column_taps: how many.
        within: a plane, how much of the weight of each pixel lies in the picture.
        first_column: of the picture that is read.
        last_column: likewise.
        spread: room for a row of the picture, a plane for each channel.
    """

    row_index: NDArray[np.int32]
    row_weight: Floats
    row_taps: int
    column_index: NDArray[np.int32]
    column_weight: Floats
    column_taps: int
    within: Floats
    first_column: int
    last_column: int
    spread: Floats


LATTICE = (INTEGERS, FLOATS, PLACE) * 2 + (FLOATS, INT, INT, NEW_FLOATS)


class Windows(NamedTuple):
    """The windows that pixels read in one picture of a pyramid: see `steps.windows` for chunks and vectors.

    Attributes:
        scale: by which points are multiplied to be in its pixels, a power of two.
        level_share: what the picture counts.
        weights: at place after place, row by row and chunk by chunk, VECTOR each.
        first_row: see `windows.Windows`.
        first_column: likewise.
        rows: of a window.
        columns: likewise.
        lines: of weights, each for a row or for two.
        is_paired: whether it is for two.
        chunks: of a row.
        last_vectors: of samples, of a row's last chunk.
        whole_vectors: of any other chunk.
        chunk_bytes: from a chunk to the next.
        read_rows: with one that fills up the last line.
        read_columns: with those that fill up the last vector.
        places: steps in which a point goes through a pixel.
        pixel_bytes: of a pixel.
        pixel_step: bytes from one to the next.
        row_index: room for the rows of a window.
        column_index: for its columns.
        patch: for its pixels.
        window: for its weights.
    """

    scale: float
    level_share: float
    weights: Floats
    first_row: int
    first_column: int
    rows: int
    columns: int
    lines: int
    is_paired: bool
    chunks: int
    last_vectors: int
    whole_vectors: int
    chunk_bytes: int
    read_rows: int
    read_columns: int
    places: float
    pixel_bytes: int
    pixel_step: int
    row_index: NDArray[np.int32]
    column_index: NDArray[np.int32]
    patch: NDArray[np.uint8]
    window: Floats


WINDOWS = (
    (DOUBLE, FLOAT, FLOATS, INT, INT, PLACE, PLACE, PLACE, FLAG)
    + (PLACE,) * 6
    + (DOUBLE, PLACE, PLACE)
    + (NEW_INTEGERS, NEW_INTEGERS, NEW_BYTES, NEW_FLOATS)
)


class Sums(NamedTuple):
    """What the pixels of a strip have read so far.

    Attributes:
        planes: one for each channel.
        covered_plane: how much of each pixel is covered.
    """

    planes: Floats
    covered_plane: Floats


SUMS = (NEW_FLOATS, NEW_FLOATS)
