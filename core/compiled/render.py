"""A strip by the compiled core: what the kernels are told of the grid and the picture."""

from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from core.antialias import already_averaged
from core.compiled import points
from core.compiled.folds import CODES
from core.compiled.kernels import FLOATS, average_kernels, finish_kernels, lattice_kernels, render_kernels, run_step
from core.compiled.lanes import LANES
from core.compiled.reading import Kind
from core.compiled.workspace import workspace
from core.coverage import edge_lines
from core.homography import Matrix
from core.image import Pixels, Premultiplied, premultiply
from core.light import LIGHTS, decoding_table, encoding_table
from core.pyramid import Pyramid, top_level
from core.sampling_grid import SamplingGrid
from core.strip_points import Points

_NO_DOUBLES = np.zeros(0)
_NO_FLOATS = np.zeros(0, np.float32)

_WORD = 4
"""Bytes that are read at once: the least that a picture must have in memory."""


def render(grid: SamplingGrid, pyramid: Pyramid, rows: range, *, fill: Pixels | None) -> Pixels:
    """Give some rows of the output, the very pixels of `reference.render`. See `reference.Render`."""
    has_whole_pixels = pyramid.pixels.strides[2] == pyramid.pixels.itemsize
    pixels = pyramid.pixels if has_whole_pixels else pyramid.gathered
    channels = pixels.shape[2]
    kind = Kind(pixels.dtype, pyramid.light is LIGHTS["linear"])
    out = np.empty((len(rows), grid.canvas.width, channels if fill is None else fill.size), pixels.dtype)
    behind = np.zeros(4, np.float32)
    if fill is not None:
        behind[: fill.size] = premultiply(fill, pyramid.light)
    encoding = encoding_table(pixels.dtype) if kind.is_linear else _NO_FLOATS
    decoding = decoding_table(pixels.dtype) if kind.is_linear else _NO_FLOATS
    target = (out.reshape(-1).view(np.uint8), out.shape[2], out.shape[2] * out.itemsize)
    borders = [CODES[border] for border in grid.borders]
    room = workspace()
    if not grid.reads_knots and not (grid.along_axes and grid.antialias):
        render_kernels[_with_runs(kind, pixels, grid.filter), channels, grid.filter](
            *_picture(pixels), *borders, *_points(grid, rows, _scale(grid)), *_edges(grid),
            decoding, encoding, behind, fill is not None, *target, rows.start, *out.shape[:2],
            *room[:4],
        )  # fmt: skip
        return out
    padded = -(-grid.canvas.width // LANES) * LANES
    planes, covered = np.zeros(channels * len(rows) * padded, np.float32), np.zeros(len(rows) * padded, np.float32)
    if grid.along_axes:
        _add_lattice(grid, rows, pixels, kind, decoding, planes, covered)
    base, top = grid.raster.reduction, top_level(grid.raster.size)
    for level in grid.levels(rows) if grid.reads_knots else ():
        read = pyramid.level(level) if level else pixels
        average_kernels[FLOATS if level else _with_runs(kind, pixels, grid.filter), channels, grid.filter](
            *_picture(read), *borders, *_points(grid, rows), *_slopes(grid, rows),
            _scale(grid) / (1 << level), *_edges(grid), 1 - grid.along_axes,
            decoding, base, already_averaged(base), 1 << level, already_averaged(base << level), 1 << top, *grid.raster.size,
            planes, covered, rows.start, *out.shape[:2], room.doubles, room.floats, room.integers, room.knots,
        )  # fmt: skip
    finish_kernels[kind, channels](
        planes, covered, behind, fill is not None, encoding, *target, *out.shape[:2], room.floats, room.last_group
    )
    return out


def _picture(pixels: Pixels | Premultiplied) -> tuple[Any, ...]:
    """Describe where pixels lie: all bytes, the first pixel's place, steps, the last place of a word, size."""
    height, width, channels = pixels.shape
    row_step, column_step, _ = pixels.strides
    ends = [step * (side - 1) for step, side in ((row_step, height), (column_step, width))]
    lowest, highest = sum(min(0, end) for end in ends), sum(max(0, end) for end in ends) + channels * pixels.itemsize
    first = pixels[:: -1 if row_step < 0 else 1, :: -1 if column_step < 0 else 1]
    source = as_strided(first.view(np.uint8), (highest - lowest,), (1,))
    if len(source) < _WORD:
        source = np.concatenate([source, np.zeros(_WORD, np.uint8)])
    return source, -lowest, row_step, column_step, max(highest, lowest + _WORD) - _WORD, width, height


def _points(grid: SamplingGrid, rows: range, scale: float = 1.0) -> tuple[Any, ...]:
    projective = grid.chain.projective
    if projective is None:
        x, y, share, _ = grid.points(rows)
        return points.GIVEN, _NO_DOUBLES, *(_with_room(listed) for listed in (x, y, share))
    points_by = points.AFFINE if projective.is_affine else points.PROJECTIVE
    return (
        points_by,
        (projective.src_from_dst_matrix * ((scale,), (scale,), (1.0,))).ravel(),
        _NO_DOUBLES,
        _NO_DOUBLES,
        _NO_FLOATS,
    )


def _slopes(grid: SamplingGrid, rows: range) -> tuple[Any, ...]:
    if grid.chain.projective is not None:
        return (_NO_DOUBLES,) * 4
    jacobian = grid.points(rows).jacobian
    return tuple(_with_room(np.broadcast_to(entry, jacobian[0].shape)) for entry in jacobian)


def _with_room(listed):
    return np.concatenate([listed, np.zeros(LANES - 1, listed.dtype)])


def _edges(grid: SamplingGrid) -> tuple[Any, ...]:
    projective = grid.chain.projective
    if projective is None:
        return _NO_DOUBLES, False
    with np.errstate(all="ignore"):
        return np.array(edge_lines(projective, grid.source)).ravel(), grid.has_smooth_edge


def _scale(grid: SamplingGrid) -> float:
    """Tell by what points have to be multiplied to be in pixels of the raster: listed ones are so already."""
    return 1.0 if grid.chain.projective is None else 1 / grid.raster.reduction


def _add_lattice(grid, rows, pixels, kind, decoding, planes, covered) -> None:
    read = grid.lattice(rows)
    down, across, within = read.neighbours
    if not down[0][0].shape[1] == across[0][0].shape[0] == 1:  # as in `sampling`
        down, across, pixels = across, down, pixels.transpose(1, 0, 2)
    width = -(-grid.canvas.width // LANES) * LANES
    first, last = (
        (choose(int(choose(index)) for index, _ in across) for choose in (np.min, np.max))
        if False
        else (min(int(i.min()) for i, _ in across), max(int(i.max()) for i, _ in across))
    )
    inside = np.ones((len(rows), width), np.float32)
    if within is not None:
        inside[:, : grid.canvas.width] = within
    row_index, row_weight = (np.concatenate([part[n].ravel() for part in down]) for n in (0, 1))
    column_index, column_weight = (
        np.stack([np.pad(part[n].ravel(), (0, width - grid.canvas.width)) for part in across]) for n in (0, 1)
    )
    column_index = np.maximum(column_index.astype(np.int32) - first, 0)
    span = -(-(last - first + 1) // LANES) * LANES
    room = workspace()
    lattice_kernels[kind, pixels.shape[2]](
        *_picture(pixels),
        *_points(grid, rows)[:2],
        *_edges(grid),
        grid.along_axes,
        decoding,
        row_index.astype(np.int32),
        row_weight,
        len(down),
        column_index.ravel(),
        column_weight.ravel(),
        len(across),
        inside.ravel(),
        first,
        last,
        planes,
        covered,
        rows.start,
        len(rows),
        grid.canvas.width,
        room.doubles,
        room.floats,
        np.empty(span * pixels.shape[2], np.float32),
    )


def _with_runs(kind: Kind, pixels: Pixels, filter: str) -> Kind:
    return kind._replace(run=run_step(kind, pixels.shape[2], filter, pixels.strides[1]))
