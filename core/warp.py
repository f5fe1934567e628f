"""The classic pipeline, strip by strip: grid of pixel centres -> inverse map -> sample -> lay over the fill.

The first two steps know no picture: they are the sampling grid, which several pictures may share.
"""

from collections.abc import Callable, Iterator
from functools import partial

from core import homography, reference
from core.errors import InvalidPixels, InvalidSize, UnknownName
from core.exact_copy import copy_rows
from core.fill import TRANSPARENT, Colour, fill_samples, output_channels
from core.homography import Matrix
from core.image import Pixels, check_pixels, size_of
from core.light import LIGHTS
from core.maps.chain import Chain
from core.pyramid import Pyramid
from core.reference import Render
from core.sampling_grid import SamplingGrid
from core.size import Size

STRIP_PIXELS = 1 << 16
"""Pixels a strip by default: its float32 working arrays, a few megabytes, stay in a processor's cache."""


RowsOf = Callable[[range], Pixels]
"""From consecutive rows of an output to their pixels."""


def warp(
    pixels: Pixels,
    chain: Chain,
    canvas: Size,
    *,
    filter: str = "bilinear",
    border: str = "clip",
    fill: Colour = TRANSPARENT,
    antialias: bool = True,
    light: str = "srgb",
    strip_rows: int | None = None,
    render: Render = reference.render,
) -> Iterator[Pixels]:
    """Warp a picture: the output at (x, y) shows the source at the point that `chain.src_from_dst` tells.

    Convention: points are (x, y) in pixels, x right, y down, origin at the top-left corner of the picture.

    Args:
        pixels: (H, W, C) uint8 or uint16; 1 channel is gray, 2 gray+alpha, 3 RGB, 4 RGBA, alpha straight.
        chain: the map source -> output; of one matrix output -> source: `Chain.inverse`. A signed permutation plus
            whole shift is copied (see `homography.snap`).
        canvas: the output's size.
        filter: "nearest", "bilinear", "bicubic" or "lanczos3".
        border: "clip", "constant", "edge", "reflect", "mirror" or "wrap".
        fill: the colour of the outside under clip and constant, and where there is no source under all.
        antialias: whether the filter is averaged where the map shrinks the picture; "nearest" never is.
        light: "srgb" or "linear", what is summed.
        strip_rows: rows a strip, at least 1; no pixel depends on it.
        render: what computes a strip: `reference.render` or, many times faster, `compiled.render.render`; no pixel
            depends on it.

    Returns:
        An iterator over strips (rows, width, channels) of the source's dtype, from the top, which cannot fail. The
        number of channels follows from the arguments: see `output_channels`.

    Raises:
        InvalidPixels, InvalidSize, UnknownName: at once, before the first strip.
    """
    check_pixels(pixels)
    grid = SamplingGrid(chain, canvas, size_of(pixels), filter=filter, border=border, antialias=antialias)
    return warp_through(grid, pixels, fill=fill, light=light, strip_rows=strip_rows, render=render)


def warp_through(
    grid: SamplingGrid,
    pixels: Pixels,
    *,
    fill: Colour = TRANSPARENT,
    light: str = "srgb",
    strip_rows: int | None = None,
    render: Render = reference.render,
) -> Iterator[Pixels]:
    """Warp one of the pictures that share a grid; the pixels are the same as those of `warp`.

    A grid remembers whole strips, so its pictures gain from one another where they have the same `strip_rows`.

    Args:
        grid: of the map, the canvas, the filter and the border.
        pixels: as for `warp`, of the size of the grid's raster.
        fill: as for `warp`.
        light: as for `warp`.
        strip_rows: as for `warp`.
        render: as for `warp`.

    Returns:
        As for `warp`.

    Raises:
        InvalidPixels, InvalidSize, UnknownName: at once, before the first strip.
    """
    if strip_rows is not None and strip_rows < 1:
        raise InvalidSize("a strip must have at least 1 row")
    rows_of = warped_rows(grid, pixels, fill=fill, light=light, render=render)
    return _strips(rows_of, grid.canvas.height, strip_rows or max(1, STRIP_PIXELS // grid.canvas.width))


def warped_rows(
    grid: SamplingGrid,
    pixels: Pixels,
    *,
    fill: Colour = TRANSPARENT,
    light: str = "srgb",
    render: Render = reference.render,
) -> RowsOf:
    """Prepare to warp one of the pictures that share a grid, in any rows and by any threads.

    Args:
        grid: as for `warp_through`.
        pixels: likewise.
        fill: likewise.
        light: likewise.
        render: likewise.

    Returns:
        A function from consecutive rows of the output to their pixels, (rows, width, channels), which cannot fail. They
        may be a view of the source.

    Raises:
        InvalidPixels, UnknownName: at once.
    """
    check_pixels(pixels)
    raster = grid.raster.size
    if size_of(pixels) != raster:
        raise InvalidPixels(
            f"the grid is for pictures of {raster.width} x {raster.height} pixels; "
            f"this one has {pixels.shape[1]} x {pixels.shape[0]}"
        )
    if light not in LIGHTS:
        raise UnknownName("light", LIGHTS)
    channels = output_channels(pixels.shape[2], fill, fill_shows=grid.fill_shows)
    outside = fill_samples(fill, channels, pixels.dtype)
    projective = grid.chain.projective
    if projective is not None and homography.is_copy(projective.src_from_dst_matrix):
        return partial(_copy_rows, pixels, grid, projective.src_from_dst_matrix, fill=outside)
    return partial(render, grid, Pyramid(pixels, LIGHTS[light]), fill=outside if grid.fill_shows else None)


def _copy_rows(pixels: Pixels, grid: SamplingGrid, src_from_dst: Matrix, rows: range, *, fill: Pixels) -> Pixels:
    """Give a strip of the output of an exact-copy map, unchanged."""
    return copy_rows(pixels, src_from_dst, rows, width=grid.canvas.width, border=grid.border, fill=fill)


def _strips(rows_of: RowsOf, height: int, strip_rows: int) -> Iterator[Pixels]:
    for top in range(0, height, strip_rows):
        yield rows_of(range(top, min(top + strip_rows, height)))
