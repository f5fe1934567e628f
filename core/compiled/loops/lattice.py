"""The loop of maps that keep to the axes: rows of the picture are summed, then columns of the sums."""

import numpy as np

from core.compiled.agreed import LANES
from core.compiled.llvm.step import unbound
from core.compiled.loops.edges import ACROSS, BLOCK, OUTSIDE, place_of
from core.compiled.steps.folds import weaken
from core.compiled.steps.lattice import count_lattice
from core.compiled.steps.points import cover, locate

fetch = add_row = add_columns = put_back = unbound


def sum_lattice(
    source, start, row_step, column_step, end, width, height,
    points_by, matrix, given_x, given_y, given_share, lines, is_smooth, decoding, counts,
    row_index, row_weight, row_taps, column_index, column_weight, column_taps, within, first_column, last_column,
    spread, planes, covered_plane, top, rows, columns, x, y, share, covered, sums,
):  # fmt: skip
    """Add to the sums of rows of the output what their pixels read.

    Its arguments are a `Picture`, exchanged with its transpose if the map exchanges rows and columns, `Points`,
    `Edges`, the decoding table, how much of each pixel is averaged so, a `Lattice`, `Sums`, a `Strip`, and room for
    points and sums.
    """
    picture = source[start:]
    padded = (columns + LANES - 1) // LANES * LANES
    plane = (last_column - first_column + LANES) // LANES * LANES
    for row in range(rows):
        spread[:] = 0
        for tap in range(row_taps):
            weight = row_weight[tap * rows + row]
            if weight == 0:
                continue
            row_place = row_index[tap * rows + row] * row_step
            for at in range(0, plane, LANES):
                add_row(
                    spread, plane, at, weight,
                    picture, row_place, column_step, np.int32(first_column + at), last_column, decoding, end,
                )  # fmt: skip
        for left in range(0, columns, BLOCK):
            right = min(left + BLOCK, columns)
            place = place_of(left, right, top + row, lines, is_smooth)
            if place == OUTSIDE:
                continue
            for column in range(left, right, LANES):
                at = row * padded + column
                locate(x, y, share, points_by, matrix, given_x, given_y, given_share, 0, column, top + row, 1.0)
                if place == ACROSS:
                    cover(share, lines, column, top + row)
                weaken(share, counts)
                fetch(sums, covered, planes, covered_plane, at, rows * padded)
                add_columns(
                    sums, share, spread, np.int32(plane), column_index, column_weight, column, column_taps, padded
                )
                count_lattice(covered, share, within, at)
                put_back(sums, covered, planes, covered_plane, at, rows * padded)
