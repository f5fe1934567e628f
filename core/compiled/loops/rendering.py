"""The loop where each pixel reads at one point: from a strip's points to its samples in one go."""

from core.compiled.agreed import CONSTANT, LANES
from core.compiled.llvm.step import unbound
from core.compiled.loops.edges import ACROSS, BLOCK, INSIDE, OUTSIDE, misses, place_of
from core.compiled.loops.folding import fold_taps
from core.compiled.loops.prefetching import begin_prefetching, course_of, prefetch_group
from core.compiled.steps.folds import all_miss, count
from core.compiled.steps.points import cover, locate

TAPS = 1
render_inside = list_taps = add = write = unbound


def render(  # noqa: C901, PLR0912 (one loop: a step that is bound to a kernel cannot be called from a part)
    source, start, row_step, column_step, end, width, height, across, down,
    points_by, matrix, given_x, given_y, given_share, lines, is_smooth, decoding,
    fill, has_fill, encoding, out, out_channels, pixel_bytes, top, rows, columns,
    x, y, share, row_index, row_weight, row_missed, column_index, column_weight, column_missed, covered, sums, samples,
):  # fmt: skip
    """Render rows of the output.

    Its arguments are a `Picture`, its `Borders`, `Points`, `Edges`, the decoding table, an `Output`, a `Strip`, and
    room for points, taps, sums and samples.
    """
    picture = source[start:]
    taps = TAPS * LANES
    for left in range(0, columns, BLOCK):
        right = min(left + BLOCK, columns)
        # The last group of a row goes back over pixels that are done already.
        begins = max(0, min(left, columns - LANES))
        across_by, down_by, places, every = course_of(
            left, right, top, rows, columns, points_by, matrix, given_x, given_y, width, height, row_step, column_step
        )
        for row in range(rows):
            place = place_of(begins, right, top + row, lines, is_smooth)
            if columns >= LANES and (
                place == OUTSIDE or misses(begins, right, top + row, points_by, matrix, width, height, across, down)
            ):
                sums[:] = 0
                covered[:] = 0
                for start_column in range(left, right, LANES):
                    first = row * columns + min(start_column, columns - LANES)
                    write(sums, covered, fill, has_fill, encoding, out, first * pixel_bytes, out_channels)
                continue
            fetch_x, fetch_y, places_now = begin_prefetching(
                left, row, top, rows, columns, points_by, matrix, given_x, given_y, width, height, every, places
            )
            for start_column in range(left, right, LANES):
                column = max(0, min(start_column, columns - LANES))
                first = row * columns + column
                fetch_x, fetch_y = prefetch_group(
                    picture, fetch_x, fetch_y, across_by, down_by, places_now, row_step, column_step
                )
                is_whole = column + LANES <= columns
                here = place
                if place == ACROSS:
                    here = place_of(column, min(column + LANES, columns), top + row, lines, is_smooth)
                if here == INSIDE and is_whole and render_inside(
                    points_by, matrix, given_x, given_y, given_share, first, column, top + row, width, height,
                    picture, row_step, column_step, decoding, encoding, out, first * pixel_bytes, out_channels,
                ):  # fmt: skip
                    continue
                sums[:] = 0
                covered[:] = 0
                reads = here != OUTSIDE
                if reads:
                    locate(x, y, share, points_by, matrix, given_x, given_y, given_share, first, column, top + row, 1.0)
                    if here == ACROSS:
                        cover(share, lines, column, top + row)
                    list_taps(row_index, row_weight, column_index, column_weight, x, y)
                    reads = not (
                        (down == CONSTANT and all_miss(row_index, taps - LANES, height))
                        or (across == CONSTANT and all_miss(column_index, taps - LANES, width))
                    )
                if reads:
                    fold_taps(row_index, row_weight, row_missed, taps, height, down)
                    fold_taps(column_index, column_weight, column_missed, taps, width, across)
                    count(covered, share, row_missed, column_missed)
                    add(
                        sums, share, row_index, row_weight, column_index, column_weight,
                        picture, row_step, column_step, decoding, end,
                    )  # fmt: skip
                if is_whole:
                    write(sums, covered, fill, has_fill, encoding, out, first * pixel_bytes, out_channels)
                else:
                    write(sums, covered, fill, has_fill, encoding, samples, 0, out_channels)
                    for byte in range(columns * pixel_bytes):
                        out[first * pixel_bytes + byte] = samples[byte]
