"""The loop where each pixel of an affine map is the sum of a window of a picture: what it adds to the sums."""

import numpy as np

from core.compiled.agreed import CONSTANT, LANES, VECTOR
from core.compiled.llvm.step import unbound
from core.compiled.loops.edges import ACROSS, BLOCK, OUTSIDE, place_of
from core.compiled.loops.patching import lay_out, list_indices, miss
from core.compiled.steps.folds import weaken
from core.compiled.steps.points import cover, locate
from core.compiled.steps.windows import place_windows, prefetch_window, write_window
from core.compiling import part

fetch = sum_window = add_windows = put_back = unbound


def average_windows(  # noqa: C901 (one loop: a step that is bound to a kernel cannot be called from a part)
    source, start, row_step, column_step, end, width, height, across, down,
    points_by, matrix, given_x, given_y, given_share, lines, is_smooth, decoding, counts, scale, level_share,
    weights, window_row, window_column, window_rows, window_columns, weight_lines, is_paired, chunks, last_vectors,
    whole_vectors, chunk_bytes, read_rows, read_columns, places, pixel_bytes, pixel_step,
    row_index, column_index, patch, window, planes, covered_plane, top, rows, columns,
    x, y, share, covered, sums,
    first_row, first_column, corner, shares, totals, missed,
):  # fmt: skip
    """Add to the sums of rows of the output what their pixels read of a picture of one resolution.

    Its arguments are a `Picture`, its `Borders`, `Points`, `Edges`, the decoding table, how much of each pixel is
    averaged so, `Windows`, `Sums`, a `Strip`, and room for points, sums and windows. Neighbours in a row of the picture
    are neighbours in memory.
    """
    picture = source[start:]
    padded = (columns + LANES - 1) // LANES * LANES
    to_next_line = np.int64(chunks * VECTOR)
    to_beside = np.int64(weight_lines * to_next_line)
    to_below = np.int64((np.int64(places) + 1) * to_beside)
    patch_step = np.int64(read_columns * pixel_step)
    for left in range(0, columns, BLOCK):
        right = min(left + BLOCK, columns)
        for row in range(rows):
            place = place_of(left, right, top + row, lines, is_smooth)
            if place == OUTSIDE:
                continue
            for column in range(left, right, LANES):
                at = row * padded + column
                locate(x, y, share, points_by, matrix, given_x, given_y, given_share, 0, column, top + row, scale)
                if place == ACROSS:
                    cover(share, lines, column, top + row)
                weaken(share, counts)
                weaken(share, level_share)
                place_windows(
                    first_row, first_column, corner, shares, x, y, window_row, window_column, places,
                    np.int32(to_below), np.int32(to_beside),
                )  # fmt: skip
                for lane in range(min(LANES, right - column)):
                    pixel = np.int64(first_row[lane]) * row_step + np.int64(first_column[lane]) * column_step
                    prefetch_window(picture, pixel, np.int64(row_step), window_rows, window_columns * column_step)
                totals[:] = 0
                missed[:] = 0
                for lane in range(min(LANES, right - column)):
                    if share[lane] == 0:
                        continue
                    window_top, window_left = np.int64(first_row[lane]), np.int64(first_column[lane])
                    weights_at = np.int64(corner[lane])
                    upper_left, upper_right = shares[lane], shares[LANES + lane]
                    lower_left, lower_right = shares[2 * LANES + lane], shares[3 * LANES + lane]
                    if lies_inside(window_top, window_left, read_rows, read_columns, width, height):
                        pixel = window_top * row_step + window_left * column_step
                        for chunk in range(chunks):
                            sum_window(
                                totals, lane * VECTOR, weights, weights_at + chunk * VECTOR, to_below, to_beside,
                                upper_left, upper_right, lower_left, lower_right, weight_lines, to_next_line,
                                picture, pixel + chunk * chunk_bytes, np.int64(row_step), decoding,
                                last_vectors if chunk == chunks - 1 else whole_vectors, is_paired,
                            )  # fmt: skip
                        continue
                    write_window(
                        window, weights, weights_at, to_below, to_beside,
                        upper_left, upper_right, lower_left, lower_right, weight_lines * chunks,
                    )  # fmt: skip
                    list_indices(row_index, window_top, window_rows, height, down)
                    list_indices(column_index, window_left, window_columns, width, across)
                    lay_out(
                        patch, patch_step, source, start, row_step, column_step,
                        row_index, column_index, window_rows, window_columns, pixel_bytes, pixel_step,
                    )  # fmt: skip
                    if across == CONSTANT:
                        missed[lane] = miss(
                            window, window_top, window_left, window_rows, window_columns, width, height,
                            to_next_line, is_paired, chunk_bytes // pixel_step,
                        )  # fmt: skip
                    for chunk in range(chunks):
                        sum_window(
                            totals, lane * VECTOR, window, np.int64(chunk * VECTOR), np.int64(0), np.int64(0),
                            np.float32(1), np.float32(0), np.float32(0), np.float32(0), weight_lines, to_next_line,
                            patch, np.int64(chunk * chunk_bytes), patch_step, decoding,
                            last_vectors if chunk == chunks - 1 else whole_vectors, is_paired,
                        )  # fmt: skip
                fetch(sums, covered, planes, covered_plane, at, rows * padded)
                add_windows(sums, covered, share, totals, missed)
                put_back(sums, covered, planes, covered_plane, at, rows * padded)


@part
def lies_inside(row, column, rows, columns, width, height):
    """Tell whether a window lies in the picture, off its last column: no vector there reaches beyond it."""
    return row >= 0 and column >= 0 and row + rows <= height and column + columns < width
