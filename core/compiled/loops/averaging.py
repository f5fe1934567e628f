"""The loop where each pixel is an average over knots, in a picture of one resolution: what it adds to the sums."""

from core.compiled.agreed import AFFINE, LANES
from core.compiled.llvm.step import unbound
from core.compiled.loops.edges import ACROSS, BLOCK, OUTSIDE, place_of
from core.compiled.loops.folding import fold_taps, go_on, lets_go_on
from core.compiled.steps.folds import count, weaken
from core.compiled.steps.knots import find_knots, take_knot
from core.compiled.steps.points import cover, locate

TAPS = 1
fetch = add_inside = list_taps = add = put_back = unbound


def average(  # noqa: C901 (one loop: a step that is bound to a kernel cannot be called from a part)
    source, start, row_step, column_step, end, width, height, across, down,
    points_by, matrix, given_x, given_y, given_share, x_x, x_y, y_x, y_y, lines, is_smooth, decoding,
    counts, scale, base, base_averaged, level, level_averaged, coarsest, full_width, full_height,
    planes, covered_plane, top, rows, columns,
    x, y, share, row_index, row_weight, row_missed, column_index, column_weight, column_missed, covered, sums,
    knots, halves, level_share, goes_on, knot_x, knot_y, knot_share,
):  # fmt: skip
    """Add to the sums of rows of the output what their pixels read of a picture of one resolution.

    Its arguments are a `Picture`, its `Borders`, `Points`, `Slopes`, `Edges`, the decoding table, how much of each
    pixel is averaged so, a `Resolution`, `Sums`, a `Strip`, and room for points, taps, sums and knots.
    """
    picture = source[start:]
    taps = TAPS * LANES
    padded = (columns + LANES - 1) // LANES * LANES
    folds_points = level > 1 and lets_go_on(down)
    are_known = False
    goes_on[0] = 0
    for left in range(0, columns, BLOCK):
        right = min(left + BLOCK, columns)
        for row in range(rows):
            place = place_of(left, right, top + row, lines, is_smooth)
            if place == OUTSIDE:
                continue
            for column in range(left, right, LANES):
                first = row * columns + column
                at = row * padded + column
                locate(x, y, share, points_by, matrix, given_x, given_y, given_share, first, column, top + row, scale)
                if place == ACROSS:
                    cover(share, lines, column, top + row)
                weaken(share, counts)
                if not are_known:
                    find_knots(
                        knots, level_share, halves, goes_on,
                        points_by, matrix, given_x, given_y, given_share, x_x, x_y, y_x, y_y, first, column, top + row,
                        base, base_averaged, level, level_averaged, coarsest,
                    )  # fmt: skip
                    are_known = points_by == AFFINE
                if halves[0] < 0:
                    continue
                fetch(sums, covered, planes, covered_plane, at, rows * padded)
                if folds_points or not add_inside(
                    sums, covered, x, y, share, level_share, knots, halves[0], halves[1], width, height,
                    picture, row_step, column_step, decoding,
                ):  # fmt: skip
                    for one in range(2 * halves[0] + 1):
                        for other in range(2 * halves[1] + 1):
                            take_knot(
                                knot_x, knot_y, knot_share, x, y, share, level_share,
                                knots, one * LANES, other * LANES,
                            )  # fmt: skip
                            if level > 1:
                                go_on(knot_x, level, full_width, across)
                                go_on(knot_y, level, full_height, down)
                            list_taps(row_index, row_weight, column_index, column_weight, knot_x, knot_y)
                            fold_taps(row_index, row_weight, row_missed, taps, height, down)
                            fold_taps(column_index, column_weight, column_missed, taps, width, across)
                            count(covered, knot_share, row_missed, column_missed)
                            add(
                                sums, knot_share, row_index, row_weight, column_index, column_weight,
                                picture, row_step, column_step, decoding, end,
                            )  # fmt: skip
                put_back(sums, covered, planes, covered_plane, at, rows * padded)
