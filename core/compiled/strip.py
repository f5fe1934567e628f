"""The loop of the compiled core: a strip of the output, block by block, through the steps.

`render` is one function for all kinds of pictures and filters: `kernels` binds it to the steps of each. It is compiled
by Numba, so it is written without anything that Numba does not know.
"""

from numba import njit

from core.compiled import folds, points
from core.compiled.lanes import LANES
from core.grid import HALF, SLACK

locate, cover = points.locate, points.cover
fold_edge, fold_reflect, fold_mirror, fold_wrap = (
    folds.fold_edge,
    folds.fold_reflect,
    folds.fold_mirror,
    folds.fold_wrap,
)
miss, count = folds.miss, folds.count
REFLECT, MIRROR, WRAP, CONSTANT = folds.REFLECT, folds.MIRROR, folds.WRAP, folds.CONSTANT
GIVEN = points.GIVEN

BLOCK = 128
"""Pixels of a row that are told together whether the picture covers them; rows of a block share what they read."""

INSIDE, ACROSS, OUTSIDE = range(3)
"""How a part of a row lies to the picture's edges."""


@njit(nogil=True, error_model="numpy")
def place_in_lines(lines, first, last, row):
    """Tell how the pixels of a row from x = first to last lie to the edges: certainly INSIDE or OUTSIDE, or ACROSS."""
    place = INSIDE
    for edge in range(4):
        a, b, c, length = lines[4 * edge], lines[4 * edge + 1], lines[4 * edge + 2], lines[4 * edge + 3]
        at_first, at_last = (a * first + (b * row + c)) / length, (a * last + (b * row + c)) / length
        if at_first < -HALF - SLACK and at_last < -HALF - SLACK:
            return OUTSIDE
        if not (at_first > HALF + SLACK and at_last > HALF + SLACK):
            place = ACROSS
    return place


@njit(nogil=True, error_model="numpy")
def fold(index, at, side, border):
    """Fold sixteen taps by an axis's border."""
    if border == REFLECT:
        fold_reflect(index, at, side)
    elif border == MIRROR:
        fold_mirror(index, at, side)
    elif border == WRAP:
        fold_wrap(index, at, side)
    else:
        fold_edge(index, at, side)


def render(
    source, start, row_step, column_step, end, width, height, across, down,
    points_by, matrix, given_x, given_y, given_share, scale, lines, is_smooth,
    decoding, encoding, fill, has_fill, out, out_channels, pixel_bytes, top, rows, columns,
    doubles, floats, integers, last_group,
):  # fmt: skip
    """Render rows of the output.

    Args:
        source: uint8, the picture's bytes from the lowest on.
        start: of the top-left pixel among them.
        row_step, column_step: bytes from a row or column to the next.
        end: the last place, from the top-left pixel, from which 4 bytes can be read.
        width, height: of the picture.
        across, down: codes of the borders.
        points_by: AFFINE, PROJECTIVE or GIVEN.
        matrix: src_from_dst, 9 numbers.
        given_x, given_y: of the strip's points if they are given, and 15 more numbers.
        given_share: what the picture covers of each of these, float32.
        scale: of the picture read to the source: 1, or less if it was decoded at reduced size.
        lines: of the picture's edges, 16 numbers.
        is_smooth: whether the edges are smoothed by coverage, if points are not given.
        decoding, encoding: tables of a linear kind.
        fill: premultiplied, 4 numbers.
        has_fill: whether it can show.
        out: uint8, the strip's bytes.
        out_channels: of the output.
        pixel_bytes: of the output.
        top, rows, columns: the strip's first row, and its size.
        doubles, floats, integers, last_group: room to work in; see `workspace`.
    """
    picture = source[start:]
    taps = TAPS * LANES
    x, y = doubles[:LANES], doubles[LANES : 2 * LANES]
    share, covered, sums = floats[:LANES], floats[LANES : 2 * LANES], floats[2 * LANES : 6 * LANES]
    row_missed, column_missed = floats[6 * LANES : 7 * LANES], floats[7 * LANES : 8 * LANES]
    row_weight, column_weight = floats[8 * LANES : 8 * LANES + taps], floats[8 * LANES + taps :]
    row_index, column_index = integers[:taps], integers[taps:]
    for left in range(0, columns, BLOCK):
        right = min(left + BLOCK, columns)
        for row in range(rows):
            place = INSIDE
            if is_smooth:
                place = place_in_lines(lines, left + HALF, right - HALF, top + row + HALF)
            for start_column in range(left, right, LANES):
                # The last group of a row goes back over pixels that are done already.
                column = max(0, min(start_column, columns - LANES))
                first = row * columns + column
                is_whole = column + LANES <= columns
                if place == INSIDE and is_whole and render_inside(
                    points_by, matrix, given_x, given_y, given_share, first, column, top + row, scale, width, height,
                    picture, row_step, column_step, decoding, encoding, out, first * pixel_bytes, out_channels,
                ):  # fmt: skip
                    continue
                sums[:] = 0
                covered[:] = 0
                if place != OUTSIDE:
                    locate(
                        x, y, share, points_by, matrix, given_x, given_y, given_share, first, column, top + row, scale
                    )
                    if place == ACROSS:
                        cover(share, lines, column, top + row)
                    list_taps(row_index, row_weight, column_index, column_weight, x, y, 0)
                    row_missed[:] = 0
                    column_missed[:] = 0
                    for tap in range(0, taps, LANES):
                        if down == CONSTANT:
                            miss(row_index, row_weight, tap, row_missed, 0, height)
                        if across == CONSTANT:
                            miss(column_index, column_weight, tap, column_missed, 0, width)
                        fold(row_index, tap, height, down)
                        fold(column_index, tap, width, across)
                    count(covered, share, row_missed, column_missed, 0)
                    add(
                        sums, share, row_index, row_weight, column_index, column_weight,
                        picture, row_step, column_step, decoding, end, 0,
                    )  # fmt: skip
                if is_whole:
                    write(sums, covered, fill, has_fill, encoding, out, first * pixel_bytes, out_channels, 0)
                else:
                    write(sums, covered, fill, has_fill, encoding, last_group, 0, out_channels, 0)
                    for byte in range(columns * pixel_bytes):
                        out[first * pixel_bytes + byte] = last_group[byte]
