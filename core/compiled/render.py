"""A strip by the compiled core: what the kernel is told of the grid and the picture."""

from typing import Any

import numpy as np

from core.compiled import points
from core.compiled.folds import CODES
from core.compiled.kernels import kernel
from core.compiled.reading import Kind
from core.coverage import coverage, edge_lines, in_front
from core.grid import pixel_centres
from core.image import Pixels, premultiply
from core.light import LIGHTS, decoding_table, encoding_table
from core.pyramid import Pyramid
from core.sampling_grid import SamplingGrid

from core.compiled.workspace import workspace

_NONE = np.zeros(0)
_NO_TABLE = np.zeros(0, np.float32)


def render(grid: SamplingGrid, pyramid: Pyramid, rows: range, *, fill: Pixels | None) -> Pixels:
    pixels = pyramid.pixels
    height, width, channels = pixels.shape
    is_linear = pyramid.light is LIGHTS["linear"]
    kind = Kind(pixels.dtype, is_linear)
    out_channels = channels if fill is None else fill.size
    out = np.empty((len(rows), grid.canvas.width, out_channels), pixels.dtype)
    row_step, column_step, _ = pixels.strides
    lowest = min(0, row_step * (height - 1)) + min(0, column_step * (width - 1))
    highest = max(0, row_step * (height - 1)) + max(0, column_step * (width - 1)) + channels * pixels.itemsize
    corner = pixels[:: -1 if row_step < 0 else 1, :: -1 if column_step < 0 else 1]
    source = np.lib.stride_tricks.as_strided(corner.view(np.uint8), (highest - lowest,), (1,))
    projective = grid.chain.projective
    x = y = _NONE
    share = _NO_TABLE
    matrix, lines = np.zeros(9), np.zeros(16)
    if projective is None:
        points_by = points.GIVEN
        dst = pixel_centres(rows, grid.canvas.width)
        src = grid.chain.src_from_dst(*dst)
        has_source = in_front(src)
        pad = np.zeros(15)
        share = (
            coverage(grid.chain, dst, src, grid.source) if grid.has_smooth_edge else has_source.astype(np.float32)
        ).ravel()
        x, y = (np.concatenate([np.where(has_source, at, 0.0).ravel(), pad]) for at in src)
        share = np.concatenate([share, pad.astype(np.float32)])
    else:
        points_by = points.AFFINE if projective.is_affine else points.PROJECTIVE
        matrix = projective.src_from_dst_matrix.ravel()
        with np.errstate(all="ignore"):
            lines = np.array(edge_lines(projective, grid.source)).ravel()
    across, down = grid.borders
    behind = np.zeros(4, np.float32)
    if fill is not None:
        behind[: fill.size] = premultiply(fill, pyramid.light)
    decoding = decoding_table(pixels.dtype) if is_linear else _NO_TABLE
    encoding = encoding_table(pixels.dtype) if is_linear else _NO_TABLE
    kernel(kind, channels, grid.filter)(
        source,
        -lowest,
        row_step,
        column_step,
        highest - 4,
        width,
        height,
        CODES[across],
        CODES[down],
        points_by,
        matrix,
        x,
        y,
        share,
        1 / grid.raster.reduction,
        lines,
        grid.has_smooth_edge and projective is not None,
        decoding,
        encoding,
        behind,
        fill is not None,
        out.reshape(-1).view(np.uint8),
        out_channels,
        out_channels * pixels.itemsize,
        rows.start,
        len(rows),
        grid.canvas.width,
        *workspace(),
    )
    return out
