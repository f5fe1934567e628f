"""What the loops are told of the grid and the picture."""

from functools import lru_cache
from typing import TypeVar, cast

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from core.antialias import already_averaged
from core.compiled import arguments as given
from core.compiled.agreed import AFFINE, CODES, GIVEN, LANES, PROJECTIVE
from core.compiled.arguments import Doubles, Floats
from core.compiled.kind import Kind
from core.compiled.summing_arguments import Resolution, Slopes
from core.coverage import edge_lines
from core.image import Pixels, Premultiplied, premultiply
from core.light import Depth, Light, decoding_table, encoding_table
from core.maps.map import Jacobian
from core.maps.projective import Projective
from core.pyramid import top_level
from core.sampling_grid import SamplingGrid
from core.size import Size
from core.strip_points import Points

Number = TypeVar("Number", bound=np.generic)

_MOST_CHANNELS = 4

_NO_FLOATS = np.zeros(0, np.float32)
_NO_DOUBLES = np.zeros(0)
_NO_FILL = np.zeros(_MOST_CHANNELS, np.float32)

_WORD = 4
"""Bytes that are read at once: the least that a picture must have in memory."""

_KEPT = 64
"""Maps and fills whose numbers are kept from strip to strip: more than pictures are warped at the same time."""


def picture(pixels: Pixels | Premultiplied) -> given.Picture:
    """Tell where pixels lie, be they flipped, turned or padded."""
    height, width, channels = pixels.shape
    row_step, column_step, _ = pixels.strides
    ends = [step * (side - 1) for step, side in ((row_step, height), (column_step, width))]
    lowest, highest = sum(min(0, end) for end in ends), sum(max(0, end) for end in ends) + channels * pixels.itemsize
    first = pixels[:: -1 if row_step < 0 else 1, :: -1 if column_step < 0 else 1]
    source = as_strided(first.view(np.uint8), (highest - lowest,), (1,))
    if len(source) < _WORD:
        source = np.concatenate([source, np.zeros(_WORD, np.uint8)])
    end = max(highest, lowest + _WORD) - _WORD
    return given.Picture(source, -lowest, row_step, column_step, end, width, height)


def points(grid: SamplingGrid, rows: range, scale: float = 1.0, *, room: int = LANES - 1) -> given.Points:
    """Tell where the pixels of some rows come from.

    Args:
        grid: of the map.
        rows: of the canvas.
        scale: by which the points of a matrix are multiplied.
        room: numbers that may be read behind the last of a list.
    """
    if grid.chain.projective is not None:
        return _by_matrix(grid.chain.projective, scale)
    return _listed(grid.points(rows), room)


def points_and_slopes(grid: SamplingGrid, rows: range) -> tuple[given.Points, Slopes]:
    """Tell where the pixels of some rows come from, and list the derivatives there if the points are listed."""
    if grid.chain.projective is not None:
        return points(grid, rows), Slopes(*(_NO_DOUBLES,) * 4)
    found = grid.points(rows)
    jacobian = cast("Jacobian", found.jacobian)
    return _listed(found, LANES - 1), Slopes(*(_with_room(entry, LANES - 1) for entry in jacobian))


def edges(grid: SamplingGrid) -> given.Edges:
    """Tell where the picture's edges lie, if pixels are not listed with what it covers of them."""
    projective = grid.chain.projective
    if projective is None or not grid.has_smooth_edge:
        return given.Edges(_NO_DOUBLES, False)
    return given.Edges(_lines(projective, grid.source), True)


def borders(grid: SamplingGrid) -> given.Borders:
    """Tell the axes' borders."""
    across, down = grid.borders
    return given.Borders(CODES[across], CODES[down])


def raster_scale(grid: SamplingGrid) -> float:
    """Tell by what points are multiplied to be in pixels of the raster: listed ones are so already."""
    return 1.0 if grid.chain.projective is None else 1 / grid.raster.reduction


def resolution(grid: SamplingGrid, level: int) -> Resolution:
    """Tell which picture of the pyramid is read."""
    base, step, coarsest = grid.raster.reduction, 1 << level, 1 << top_level(grid.raster.size)
    return Resolution(
        scale=raster_scale(grid) / step,
        base=base,
        base_averaged=already_averaged(base),
        level=step,
        level_averaged=already_averaged(base << level),
        coarsest=coarsest,
        full_width=grid.raster.size.width,
        full_height=grid.raster.size.height,
    )


def output(out: Pixels, fill: Pixels | None, kind: Kind, light: Light) -> given.Output:
    """Tell where samples go, and what they are laid over.

    Args:
        out: (rows, columns, channels), to be written.
        fill: see `reference.Render`.
        kind: of the picture's pixels.
        light: what is summed.
    """
    behind = _NO_FILL if fill is None else _premultiplied(tuple(fill.tolist()), kind.dtype, light)
    encoding = encoding_table(kind.dtype) if kind.is_linear else _NO_FLOATS
    channels = out.shape[2]
    return given.Output(
        behind, fill is not None, encoding, out.reshape(-1).view(np.uint8), channels, channels * out.itemsize
    )


def decoding(kind: Kind) -> Floats:
    """Give the table that decodes the samples of a linear kind."""
    return decoding_table(kind.dtype) if kind.is_linear else _NO_FLOATS


@lru_cache(_KEPT)
def _premultiplied(fill: tuple[int, ...], depth: Depth, light: Light) -> Floats:
    premultiplied = np.zeros(_MOST_CHANNELS, np.float32)
    premultiplied[: len(fill)] = premultiply(cast("Pixels", np.array(fill, depth)), light)
    return premultiplied


def _listed(points: Points, room: int) -> given.Points:
    x, y, share, _ = points
    return given.Points(GIVEN, _NO_DOUBLES, _with_room(x, room), _with_room(y, room), _with_room(share, room))


def _with_room(listed: NDArray[Number], room: int) -> NDArray[Number]:
    """Let more numbers be read than there are in a list."""
    return np.concatenate([listed, np.zeros(room, listed.dtype)]) if room else listed


@lru_cache(_KEPT)
def _by_matrix(projective: Projective, scale: float) -> given.Points:
    matrix = projective.src_from_dst_matrix * ((scale,), (scale,), (1.0,))
    points_by = AFFINE if projective.is_affine else PROJECTIVE
    return given.Points(points_by, matrix.ravel(), _NO_DOUBLES, _NO_DOUBLES, _NO_FLOATS)


@lru_cache(_KEPT)
def _lines(projective: Projective, source: Size) -> Doubles:
    with np.errstate(all="ignore"):
        return np.array(edge_lines(projective, source)).ravel()
