"""A strip by the compiled core: which loops run, one after the other."""

import numpy as np

from core.compiled import arguments as given
from core.compiled import described
from core.compiled.agreed import LANES
from core.compiled.kernels import average_kernels, finish_kernels, lattice_kernels, render_kernels, window_kernels
from core.compiled.kind import Kind, has_rows, reduced, with_padding, with_runs
from core.compiled.lattices import lattice, padded
from core.compiled.summing_arguments import Slopes, Sums
from core.compiled.windows import windows
from core.compiled.workspace import workspace
from core.image import Pixels, Premultiplied
from core.light import LIGHTS
from core.pyramid import Pyramid
from core.sampling_grid import SamplingGrid
from core.windows import Windows


def render(grid: SamplingGrid, pyramid: Pyramid, rows: range, *, fill: Pixels | None) -> Pixels:
    """Give some rows of the output, the very pixels of `reference.render`. See `reference.Render`."""
    has_whole_pixels = pyramid.pixels.strides[2] == pyramid.pixels.itemsize
    pixels = pyramid.pixels if has_whole_pixels else pyramid.gathered
    kind = Kind(pixels.shape[2], pixels.dtype, is_linear=pyramid.light is LIGHTS["linear"])
    out = np.empty((len(rows), grid.canvas.width, kind.channels if fill is None else fill.size), pixels.dtype)
    output = described.output(out, fill, kind, pyramid.light)
    strip = given.Strip(rows.start, *out.shape[:2])
    if not grid.reads_knots and not (grid.along_axes and grid.antialias):
        _render_points(grid, rows, pixels, kind, output, strip)
        return out
    sums = _no_sums(kind, strip)
    if grid.along_axes:
        _add_lattice(grid, rows, pixels, kind, sums, strip)
    if grid.reads_knots:
        _add_averages(grid, pyramid, rows, pixels, kind, sums, strip)
    _finish(kind, sums, output, strip)
    return out


def _render_points(
    grid: SamplingGrid, rows: range, pixels: Pixels, kind: Kind, output: given.Output, strip: given.Strip
) -> None:
    """Render pixels that read at one point each."""
    render_points = render_kernels[with_runs(kind, grid.filter, pixels.strides[1]), grid.filter]
    room = workspace()
    render_points(
        *described.picture(pixels), *described.borders(grid),
        *described.points(grid, rows, described.raster_scale(grid), room=max(0, LANES - strip.columns)),
        *described.edges(grid), described.decoding(kind),
        *output, *strip, *room.points, *room.taps, *room.sums, room.samples,
    )  # fmt: skip


def _no_sums(kind: Kind, strip: given.Strip) -> Sums:
    pixels = strip.rows * padded(strip.columns)
    return Sums(np.zeros(kind.channels * pixels, np.float32), np.zeros(pixels, np.float32))


def _add_lattice(grid: SamplingGrid, rows: range, pixels: Pixels, kind: Kind, sums: Sums, strip: given.Strip) -> None:
    """Add what pixels read by rows and columns."""
    seen, read = lattice(grid, rows, pixels)
    room = workspace()
    lattice_kernels[kind](
        *described.picture(seen), *described.points(grid, rows), *described.edges(grid), described.decoding(kind),
        grid.along_axes, *read, *sums, *strip, *room.points, *room.sums,
    )  # fmt: skip


def _add_averages(
    grid: SamplingGrid, pyramid: Pyramid, rows: range, pixels: Pixels, kind: Kind, sums: Sums, strip: given.Strip
) -> None:
    """Add what pixels read in the pictures of all resolutions, until none reads a coarser one."""
    points = described.points_and_slopes(grid, rows)
    for level in grid.levels:
        seen = pyramid.level(level) if level else pixels
        if read := grid.windows(level):
            in_rows = seen if level or has_rows(kind, pixels.strides[1]) else pyramid.in_rows
            _add_windows(grid, rows, in_rows, level, read, kind, sums, strip)
        elif not _add_average(grid, points, seen, level, kind, sums, strip):
            break


def _add_average(
    grid: SamplingGrid,
    points: tuple[given.Points, Slopes],
    pixels: Pixels | Premultiplied,
    level: int,
    kind: Kind,
    sums: Sums,
    strip: given.Strip,
) -> bool:
    """Add what pixels read knot by knot in the picture of one resolution; tell whether some read a coarser one, too."""
    read = reduced(kind.channels) if level else with_runs(kind, grid.filter, pixels.strides[1])
    room = workspace()
    average_kernels[read, grid.filter](
        *described.picture(pixels), *described.borders(grid), *points[0], *points[1],
        *described.edges(grid), described.decoding(kind),
        1 - grid.along_axes, *described.resolution(grid, level), *sums, *strip,
        *room.points, *room.taps, *room.sums, *room.knots,
    )  # fmt: skip
    return bool(room.knots.goes_on[0])


def _add_windows(
    grid: SamplingGrid,
    rows: range,
    pixels: Pixels | Premultiplied,
    level: int,
    read: Windows,
    kind: Kind,
    sums: Sums,
    strip: given.Strip,
) -> None:
    """Add what pixels of an affine map read in windows of the picture of one resolution."""
    of_pixels = reduced(kind.channels) if level else with_padding(kind, pixels.strides[1])
    scale, room = described.raster_scale(grid) / (1 << level), workspace()
    window_kernels[of_pixels](
        *described.picture(pixels), *described.borders(grid), *described.points(grid, rows), *described.edges(grid),
        described.decoding(kind), 1 - grid.along_axes, *windows(read, scale, of_pixels), *sums, *strip,
        *room.points, *room.sums, *room.windows,
    )  # fmt: skip


def _finish(kind: Kind, sums: Sums, output: given.Output, strip: given.Strip) -> None:
    """Turn sums into samples."""
    room = workspace()
    finish_kernels[kind](*sums, *output, *strip, *room.sums, room.samples)
