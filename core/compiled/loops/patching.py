"""A window that reaches beyond the picture: its pixels are laid out as the borders have them."""

import numpy as np

from core.compiled.agreed import HALF_A_VECTOR, LANES, VECTOR
from core.compiled.loops.folding import fold
from core.compiling import part


@part
def list_indices(index, first, count, side, border):
    """List the indices of some rows or columns, folded into the picture.

    Args:
        index: gets them, with some more to make their number a multiple of LANES.
        first: of them.
        count: of them.
        side: of the picture, in pixels.
        border: the axis's code.
    """
    for number in range(count):
        index[number] = first + number
    for at in range(0, count, LANES):
        fold(index, np.int64(at), side, border)


@part
def lay_out(patch, patch_step, source, start, row_step, column_step, row_index, column_index, rows, columns,
            pixel_bytes, pixel_step):  # fmt: skip
    """Copy the pixels of a window.

    Args:
        patch: gets them, row by row, `patch_step` bytes each.
        patch_step: see above.
        source, start, row_step, column_step: see `arguments.Picture`.
        row_index, column_index: of the pixels in the picture.
        rows, columns: of the window.
        pixel_bytes: of a pixel.
        pixel_step: bytes from one to the next.
    """
    for row in range(rows):
        from_row = start + np.int64(row_index[row]) * row_step
        for column in range(columns):
            from_pixel = from_row + np.int64(column_index[column]) * column_step
            to_pixel = row * patch_step + column * pixel_step
            for byte in range(pixel_bytes):
                patch[to_pixel + byte] = source[from_pixel + byte]


@part
def miss(
    window, first_row, first_column, rows, columns, width, height, to_next_line, is_paired, chunk_columns
):  # fmt: skip
    """Take their weights from the pixels outside the picture, and give the sum of those.

    Args:
        window: weights, read and written.
        first_row, first_column, rows, columns: of the window.
        width, height: of the picture.
        to_next_line: numbers from one line of weights to the next.
        is_paired: whether a line is for two rows.
        chunk_columns: of a chunk.
    """
    missed = np.float32(0)
    for column in range(columns):
        place = column // chunk_columns * VECTOR + column % chunk_columns
        for row in range(rows):
            if not (0 <= first_row + row < height and 0 <= first_column + column < width):
                at = row * to_next_line + place
                if is_paired:
                    at = row // 2 * to_next_line + row % 2 * HALF_A_VECTOR + column
                missed += window[at]
                window[at] = 0
    return missed
