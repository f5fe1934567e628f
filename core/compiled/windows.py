"""What the loop is told that sums windows."""

import numpy as np

from core import windows as windows_of_grid
from core.compiled.agreed import HALF_A_VECTOR, VECTOR
from core.compiled.arguments import Floats
from core.compiled.kind import Kind, pixels_at_once, samples_of, vectors_at_once
from core.compiled.lattices import padded
from core.compiled.summing_arguments import Windows
from core.compiled.workspace import aligned
from core.filters import Weights


def windows(read: windows_of_grid.Windows, scale: float, kind: Kind) -> Windows:
    """Tell what the pixels of an affine map read in a picture of the pyramid.

    Args:
        read: their windows.
        scale: by which points are multiplied to be in pixels of that picture.
        kind: of its pixels.
    """
    _, _, rows, columns = read.weights.shape
    pixels, vectors, pixel_step = pixels_at_once(kind), vectors_at_once(kind), samples_of(kind) * kind.dtype.itemsize
    is_paired = columns <= HALF_A_VECTOR
    chunk = HALF_A_VECTOR if is_paired else pixels * vectors
    lines, chunks = -(-rows // 2) if is_paired else rows, -(-columns // chunk)
    before = (chunks - 1) * chunk
    last_vectors = -(-(columns - before) // pixels)
    read_rows, read_columns = 2 * lines if is_paired else rows, before + last_vectors * pixels
    return Windows(
        scale=scale,
        level_share=float(read.share),
        weights=_in_lines(read.weights, lines, chunk),
        first_row=read.first_row,
        first_column=read.first_column,
        rows=rows,
        columns=columns,
        lines=lines,
        is_paired=is_paired,
        chunks=chunks,
        last_vectors=last_vectors,
        whole_vectors=vectors,
        chunk_bytes=chunk * pixel_step,
        read_rows=read_rows,
        read_columns=read_columns,
        places=float(read.places),
        pixel_bytes=kind.channels * kind.dtype.itemsize,
        pixel_step=pixel_step,
        row_index=np.zeros(padded(rows), np.int32),
        column_index=np.zeros(padded(columns), np.int32),
        patch=np.zeros(read_rows * read_columns * pixel_step + VECTOR * kind.dtype.itemsize, np.uint8),
        window=aligned(lines * chunks * VECTOR, np.dtype(np.float32)),
    )


def _in_lines(weights: Weights, lines: int, chunk: int) -> Floats:
    """List weights (down, across, rows, columns) in lines, by chunks that are filled up with zeros.

    Args:
        weights: at each place.
        lines: of a window, each for a row, or for two of half the length.
        chunk: columns of a chunk.
    """
    down, across, rows, columns = weights.shape
    chunks, of_chunk = -(-columns // chunk), HALF_A_VECTOR if chunk == HALF_A_VECTOR else VECTOR
    count = lines * VECTOR // of_chunk
    listed = aligned(down * across * lines * chunks * VECTOR, np.dtype(np.float32))
    by_chunk = listed.reshape(down, across, count, chunks, of_chunk)
    for number in range(chunks):
        some = weights[..., number * chunk : (number + 1) * chunk]
        by_chunk[:, :, :rows, number, : some.shape[-1]] = some
    return listed
