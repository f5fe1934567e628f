"""The loop of the compiled core: a strip of the output, block by block, through the steps.

`render` is one function for all kinds of pictures and filters: `kernels` binds it to the steps of each. It is compiled
by Numba, so it is written without anything that Numba does not know.
"""

import numpy as np

from core.compiled import averaging, folds, lattice, points
from core.compiled.lanes import LANES
from core.compiling import part
from core.grid import HALF, SLACK

locate, cover = points.locate, points.cover
fold_edge, fold_reflect, fold_mirror, fold_wrap = (
    folds.fold_edge,
    folds.fold_reflect,
    folds.fold_mirror,
    folds.fold_wrap,
)
miss, count, weaken = folds.miss, folds.count, folds.weaken
count_lattice = lattice.count_lattice
find_knots, take_knot = averaging.find_knots, averaging.take_knot
go_on_reflect, go_on_mirror, go_on_wrap = averaging.go_on_reflect, averaging.go_on_mirror, averaging.go_on_wrap
REFLECT, MIRROR, WRAP, CONSTANT = folds.REFLECT, folds.MIRROR, folds.WRAP, folds.CONSTANT
AFFINE = points.AFFINE

BLOCK = 128
"""Pixels of a row that are told together whether the picture covers them; rows of a block share what they read."""

INSIDE, ACROSS, OUTSIDE = range(3)
"""How a part of a row lies to the picture's edges."""


@part
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


@part
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


@part
def go_on(points, level, side, border):
    """Fold sixteen points by an axis's border."""
    if border == REFLECT:
        go_on_reflect(points, level, side, 0)
    elif border == MIRROR:
        go_on_mirror(points, level, side, 0)
    elif border == WRAP:
        go_on_wrap(points, level, side, 0)


def render(
    source, start, row_step, column_step, end, width, height, across, down,
    points_by, matrix, given_x, given_y, given_share, lines, is_smooth,
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
        matrix: src_from_dst, 9 numbers; of a picture that was decoded at reduced size to pixels of that.
        given_x, given_y: of the strip's points if they are given, and 15 more numbers.
        given_share: what the picture covers of each of these, float32.
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
                    points_by, matrix, given_x, given_y, given_share, first, column, top + row, width, height,
                    picture, row_step, column_step, decoding, encoding, out, first * pixel_bytes, out_channels,
                ):  # fmt: skip
                    continue
                sums[:] = 0
                covered[:] = 0
                if place != OUTSIDE:
                    locate(x, y, share, points_by, matrix, given_x, given_y, given_share, first, column, top + row, 1.0)
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


def average(
    source, start, row_step, column_step, end, width, height, across, down,
    points_by, matrix, given_x, given_y, given_share, x_x, x_y, y_x, y_y, scale, lines, is_smooth, counts,
    decoding, base, base_averaged, level, level_averaged, coarsest, full_width, full_height,
    planes, covered_plane, top, rows, columns, doubles, floats, integers, knots,
):  # fmt: skip
    """Add to the sums of rows of the output what their pixels read of a picture of one resolution.

    Args:
        source, start, row_step, column_step, end, width, height, across, down: of the picture; see `render`.
        points_by, matrix, given_x, given_y, given_share: see `render`; the lists have 15 more numbers.
        x_x, x_y, y_x, y_y: lists of derivatives, if the points are given.
        scale: of the picture read to the source.
        lines, is_smooth: see `render`.
        counts: what of each pixel is averaged knot by knot, 0 to 1.
        decoding: see `render`.
        base, base_averaged, level, level_averaged, coarsest: see `averaging.find_knots`.
        full_width, full_height: of the finest picture.
        planes: sums of the channels, one after the other, of rows with a multiple of 16 pixels.
        covered_plane: how much of each pixel is covered.
        top, rows, columns: the strip's first row, and its size.
        doubles, floats, integers, knots: room to work in; see `workspace`.
    """
    picture = source[start:]
    taps = TAPS * LANES
    x, y, knot_x, knot_y = (
        doubles[:LANES],
        doubles[LANES : 2 * LANES],
        doubles[2 * LANES : 3 * LANES],
        doubles[3 * LANES : 4 * LANES],
    )
    level_share = doubles[4 * LANES : 5 * LANES]
    share, covered, sums = floats[:LANES], floats[LANES : 2 * LANES], floats[2 * LANES : 6 * LANES]
    row_missed, column_missed = floats[6 * LANES : 7 * LANES], floats[7 * LANES : 8 * LANES]
    row_weight, column_weight = floats[8 * LANES : 8 * LANES + taps], floats[8 * LANES + taps : 8 * LANES + 2 * taps]
    knot_share = floats[8 * LANES + 2 * taps :]
    row_index, column_index, halves = integers[:taps], integers[taps : 2 * taps], integers[2 * taps :]
    padded = (columns + LANES - 1) // LANES * LANES
    are_known = False
    for left in range(0, columns, BLOCK):
        right = min(left + BLOCK, columns)
        for row in range(rows):
            place = INSIDE
            if is_smooth:
                place = place_in_lines(lines, left + HALF, right - HALF, top + row + HALF)
            if place == OUTSIDE:
                continue
            for column in range(left, right, LANES):
                first = row * columns + column
                at = row * padded + column
                locate(x, y, share, points_by, matrix, given_x, given_y, given_share, first, column, top + row, scale)
                if place == ACROSS:
                    cover(share, lines, column, top + row)
                weaken(share, counts, 0)
                if not are_known:
                    find_knots(
                        knots, level_share, halves, points_by, matrix, given_x, given_y, given_share, x_x, x_y, y_x, y_y,
                        first, column, top + row, base, base_averaged, level, level_averaged, coarsest, 0,
                    )  # fmt: skip
                    are_known = points_by == AFFINE
                if halves[0] < 0:
                    continue
                fetch(sums, covered, planes, covered_plane, at, rows * padded, 0)
                goes_on = level > 1 and (down == REFLECT or down == MIRROR or down == WRAP)
                if goes_on or not add_inside(
                    sums, covered, x, y, share, level_share, knots, halves[0], halves[1], width, height,
                    picture, row_step, column_step, decoding, 0,
                ):  # fmt: skip
                    for one in range(2 * halves[0] + 1):
                        for other in range(2 * halves[1] + 1):
                            take_knot(
                                knot_x,
                                knot_y,
                                knot_share,
                                x,
                                y,
                                share,
                                level_share,
                                knots,
                                one * LANES,
                                other * LANES,
                                0,
                            )
                            if level > 1:
                                go_on(knot_x, level, full_width, across)
                                go_on(knot_y, level, full_height, down)
                            list_taps(row_index, row_weight, column_index, column_weight, knot_x, knot_y, 0)
                            row_missed[:] = 0
                            column_missed[:] = 0
                            for tap in range(0, taps, LANES):
                                if down == CONSTANT:
                                    miss(row_index, row_weight, tap, row_missed, 0, height)
                                if across == CONSTANT:
                                    miss(column_index, column_weight, tap, column_missed, 0, width)
                                fold(row_index, tap, height, down)
                                fold(column_index, tap, width, across)
                            count(covered, knot_share, row_missed, column_missed, 0)
                            add(
                                sums, knot_share, row_index, row_weight, column_index, column_weight,
                                picture, row_step, column_step, decoding, end, 0,
                            )  # fmt: skip
                put_back(sums, covered, planes, covered_plane, at, rows * padded, 0)


def sum_lattice(
    source, start, row_step, column_step, end, width, height,
    points_by, matrix, lines, is_smooth, counts, decoding,
    row_index, row_weight, row_taps, column_index, column_weight, column_taps, within, first_column, last_column,
    planes, covered_plane, top, rows, columns, doubles, floats, spread,
):  # fmt: skip
    """Add to the sums of rows of the output what their pixels read through a map that keeps to the axes.

    Args:
        source, start, row_step, column_step, end, width, height: see `render`; of a picture that is exchanged with its
            transpose if the map exchanges rows and columns.
        points_by, matrix, lines, is_smooth, counts, decoding: see `average`.
        row_index, row_weight: tap after tap, those of all rows of the strip.
        row_taps: how many.
        column_index, column_weight, column_taps: likewise of all columns, whose number is rounded up to sixteen.
        within: how much of the weight of each pixel lies in the picture, likewise.
        first_column, last_column: of the picture that are read.
        planes, covered_plane, top, rows, columns: see `average`.
        doubles, floats: room to work in; see `workspace`.
        spread: room for a row of the picture, in planes.
    """
    picture = source[start:]
    x, y = doubles[:LANES], doubles[LANES : 2 * LANES]
    share, covered, sums = floats[:LANES], floats[LANES : 2 * LANES], floats[2 * LANES : 6 * LANES]
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
            place = INSIDE
            if is_smooth:
                place = place_in_lines(lines, left + HALF, right - HALF, top + row + HALF)
            if place == OUTSIDE:
                continue
            for column in range(left, right, LANES):
                at = row * padded + column
                locate(x, y, share, points_by, matrix, doubles, doubles, floats, 0, column, top + row, 1.0)
                if place == ACROSS:
                    cover(share, lines, column, top + row)
                weaken(share, counts, 0)
                fetch(sums, covered, planes, covered_plane, at, rows * padded, 0)
                add_columns(sums, share, spread, plane, column_index, column_weight, column, column_taps, padded, 0)
                count_lattice(covered, share, within, at, 0)
                put_back(sums, covered, planes, covered_plane, at, rows * padded, 0)


def finish(
    planes, covered_plane, fill, has_fill, encoding, out, out_channels, pixel_bytes, rows, columns, floats, last_group
):
    """Turn the sums of rows of the output into samples.

    Args:
        planes, covered_plane: see `average`.
        fill, has_fill, encoding, out, out_channels, pixel_bytes, rows, columns: see `render`.
        floats, last_group: room to work in; see `workspace`.
    """
    covered, sums = floats[LANES : 2 * LANES], floats[2 * LANES : 6 * LANES]
    padded = (columns + LANES - 1) // LANES * LANES
    for row in range(rows):
        for column in range(0, columns, LANES):
            first = (row * columns + column) * pixel_bytes
            fetch(sums, covered, planes, covered_plane, row * padded + column, rows * padded, 0)
            if column + LANES <= columns:
                write(sums, covered, fill, has_fill, encoding, out, first, out_channels, 0)
            else:
                write(sums, covered, fill, has_fill, encoding, last_group, 0, out_channels, 0)
                for byte in range((columns - column) * pixel_bytes):
                    out[first + byte] = last_group[byte]
