"""The classic pipeline, strip by strip: grid of pixel centres -> inverse map -> sample -> lay over the fill."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from core import homography
from core.border import BORDERS
from core.coverage import coverage, fill_shows, in_front, is_antialiased
from core.errors import InvalidMatrix, InvalidSize, UnknownName
from core.exact_copy import copy_rows
from core.fill import TRANSPARENT, Colour, fill_samples, output_channels, over_fill
from core.filters import FILTERS
from core.grid import pixel_centres
from core.homography import Matrix
from core.image import Pixels, check_pixels, size_of, to_samples
from core.sampling import sample
from core.size import Size

STRIP_PIXELS = 1 << 16
"""Pixels a strip by default: its float32 working arrays, a few megabytes, stay in a processor's cache."""


def warp(
    pixels: Pixels,
    src_from_dst: Matrix,
    canvas: Size,
    *,
    filter: str = "bilinear",
    border: str = "clip",
    fill: Colour = TRANSPARENT,
    strip_rows: int | None = None,
) -> Iterator[Pixels]:
    """Warp a picture: the output at (x, y) shows the source at src_from_dst (x, y).

    Convention: points are (x, y) in pixels, x right, y down, origin at the top-left corner of the picture.

    Args:
        pixels: (H, W, C) uint8 or uint16; 1 channel is gray, 2 gray+alpha, 3 RGB, 4 RGBA, alpha straight.
        src_from_dst: 3x3, output -> source. A signed permutation plus whole shift is copied (see `homography.snap`).
        canvas: the output's size.
        filter: "nearest" or "bilinear".
        border: "clip", "constant", "edge", "reflect", "mirror" or "wrap".
        fill: the colour of the outside under clip and constant, and beyond a horizon under all.
        strip_rows: rows a strip, at least 1; no pixel depends on it.

    Returns:
        An iterator over strips (rows, width, channels) of the source's dtype, from the top, which cannot fail. The
        number of channels follows from the arguments: see `channels_of_warp`.

    Raises:
        InvalidPixels, InvalidMatrix, InvalidSize, UnknownName: at once, before the first strip.
    """
    check_pixels(pixels)
    _check_arguments(src_from_dst, filter, border)
    check_canvas(canvas)
    if strip_rows is not None and strip_rows < 1:
        raise InvalidSize("a strip must have at least 1 row")
    source = size_of(pixels)
    channels = channels_of_warp(pixels.shape[2], src_from_dst, canvas, source, filter=filter, border=border, fill=fill)
    render = copy_rows if homography.is_copy(src_from_dst) else partial(_sample_rows, filter=filter)
    outside = fill_samples(fill, channels, pixels.dtype)
    render_rows = partial(render, pixels, src_from_dst, width=canvas.width, border=border, fill=outside)
    return _strips(render_rows, canvas.height, strip_rows or max(1, STRIP_PIXELS // canvas.width))


def channels_of_warp(
    source_channels: int,
    src_from_dst: Matrix,
    canvas: Size,
    source: Size,
    *,
    filter: str,
    border: str,
    fill: Colour,
) -> int:
    """Give the number of channels of a warp's strips, 1 to 4, from the geometry alone.

    Alpha is added if and only if the fill is not opaque and can show; gray becomes RGB if a coloured fill can show.
    """
    shows = fill_shows(src_from_dst, canvas, source, filter=filter, border=border)
    return output_channels(source_channels, fill, fill_shows=shows)


def check_canvas(canvas: Size) -> None:
    """Refuse an output without pixels.

    Raises:
        InvalidSize: a side is below 1.
    """
    if min(canvas) < 1:
        raise InvalidSize("each side of the canvas must be at least 1 pixel")


def _sample_rows(
    pixels: Pixels, src_from_dst: Matrix, rows: range, *, width: int, filter: str, border: str, fill: Pixels
) -> Pixels:
    """Give a strip of the output by interpolation.

    Args and the result are as for `copy_rows`, but the samples are computed, and rounded half up.
    """
    points = homography.apply(src_from_dst, *pixel_centres(rows, width))
    has_source = in_front(points)
    x, y = np.where(has_source, points[0], 0.0), np.where(has_source, points[1], 0.0)
    antialiased = is_antialiased(filter, border)
    if border == "clip" and not antialiased:
        border = "constant"  # the two are one where no edge is smoothed
    values, inside = sample(pixels, x, y, filter=filter, border=border)
    share = has_source * (coverage(src_from_dst, points, size_of(pixels)) if antialiased else np.float32(1))
    values *= share[..., np.newaxis]
    return to_samples(over_fill(values, share * inside, fill), pixels.dtype)


def _strips(render_rows: Callable[[range], Pixels], height: int, strip_rows: int) -> Iterator[Pixels]:
    for top in range(0, height, strip_rows):
        yield render_rows(range(top, min(top + strip_rows, height)))


def _check_arguments(src_from_dst: Matrix, filter: str, border: str) -> None:
    if src_from_dst.shape != (3, 3) or not np.isfinite(src_from_dst).all():
        raise InvalidMatrix("src_from_dst must be a 3x3 matrix of finite numbers")
    for kind, name, table in (("filter", filter, FILTERS), ("border", border, BORDERS)):
        if name not in table:
            raise UnknownName(kind, table)
