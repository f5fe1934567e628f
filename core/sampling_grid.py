"""The sampling grid: what each output pixel reads of the source, by geometry alone.

Pictures of equal size that are warped by an equal map read through one grid, however many they are.
"""

import math
import threading
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.antialias import Side, averaged, count_knots, knots, sides
from core.border import BORDERS, POINT_FOLDS
from core.coverage import coverage, fill_shows, in_front, is_smooth_edged
from core.errors import UnknownName
from core.filters import FILTERS, Taps, Weights
from core.grid import Coordinates, pixel_centres
from core.levels import levels_read, share_of_level, shares_of_levels
from core.maps.chain import Chain
from core.maps.map import Jacobian, Point
from core.pyramid import reduced_size, top_level
from core.sampling import Neighbours, Read, folded, within
from core.seam import wraps_down
from core.size import Size, check_size
from core.strip_points import Points, Raster, listed
from core.windows import Windows, has_window, windows, windows_at

LONGEST = 256.0
"""Pixels of a side that are averaged along an axis by itself; from half of that on a lower resolution takes over."""

ORIGIN = np.zeros((1, 1)), np.zeros((1, 1))
"""Of the output, for what an affine map has everywhere."""

POINTS = 1 << 16
"""Knots that are read at a time, where each pixel has its own."""


class SamplingGrid:
    """A map laid over a canvas and a source: what to read for each output pixel, strip by strip.

    It may remember the points of strips for the next picture: first come, first kept, while their arrays take no more
    than a given number of bytes. The others are computed each time they are asked for, so that no size of picture can
    exhaust the memory. Several threads may ask at once.

    Attributes:
        chain: the map.
        canvas: the output's size.
        source: the size of the pictures.
        raster: what is read of them.
        filter: a name in FILTERS.
        border: a name in BORDERS.
        antialias: whether the filter is averaged where the map shrinks.
        borders: by which taps are folded in x and in y; with a hard edge clip and constant are one.
        fill_shows: whether the fill takes part in any pixel.
        has_smooth_edge: whether the picture's edge is smoothed by coverage.
        along_axes: the share of pixels that is averaged by rows and columns, 0 to 1; the rest, in windows or by knots.
        reads_knots: whether there is such a rest.
    """

    def __init__(
        self,
        chain: Chain,
        canvas: Size,
        source: Size,
        *,
        filter: str,
        border: str,
        antialias: bool = True,
        raster: Raster | None = None,
        kept_bytes: int = 0,
    ) -> None:
        """Check the geometry; nothing is computed yet.

        Args:
            chain: the map source -> output, sampled backwards.
            canvas: the output's size.
            source: the size of the pictures.
            filter: "nearest", "bilinear", "bicubic" or "lanczos3".
            border: "clip", "constant", "edge", "reflect", "mirror" or "wrap".
            antialias: whether the filter is averaged where the map shrinks; "nearest" never is.
            raster: the pictures' own pixels, if they were decoded at reduced size.
            kept_bytes: what remembered points may take, 20 bytes a pixel of the canvas, or 52 where a map that is not
                affine may shrink; with 0 none are remembered.

        Raises:
            InvalidSize, UnknownName: see `warp`.
        """
        for kind, name, table in (("filter", filter, FILTERS), ("border", border, BORDERS)):
            if name not in table:
                raise UnknownName(kind, table)
        check_size("canvas", canvas)
        check_size("source", source)
        self.chain = chain
        self.canvas = canvas
        self.source = source
        self.raster = raster or Raster(source)
        self.filter = filter
        self.border = border
        self.antialias = antialias and filter != "nearest"
        tap_border = "constant" if border == "clip" and not is_smooth_edged(filter, border) else border
        self.borders = tap_border, "wrap" if wraps_down(chain, source) else tap_border
        # Where no fill can show, nothing may take its place: a coverage to first order may be less than 1 at a bend.
        self.fill_shows = fill_shows(chain, canvas, source, filter=filter, border=border, antialias=antialias)
        self.has_smooth_edge = is_smooth_edged(filter, border) and self.fill_shows
        longest = self._longest_side if self.antialias else 0.0
        keeps_to_axes = chain.projective is not None and chain.projective.keeps_to_axes
        self.along_axes = np.float32(np.clip(2 - 2 * longest / LONGEST, 0, 1) if keeps_to_axes else 0)
        self.reads_knots = bool(longest > 0 and self.along_axes < 1)
        self._free_bytes = kept_bytes
        self._kept: dict[range, Points] = {}
        self._keeping = threading.Lock()
        self._windows: dict[int, Windows | None] = {}

    def points(self, rows: range) -> Points:
        """Give where the pixels of some rows come from.

        Args:
            rows: of the canvas, consecutive.

        Returns:
            Arrays that are read-only if they are remembered.
        """
        if rows in self._kept:
            return self._kept[rows]
        points = self._compute(rows)
        arrays = [*points[:3], *(points.jacobian or ())]
        size = sum(array.nbytes for array in arrays)
        with self._keeping:
            if size <= self._free_bytes and rows not in self._kept:
                self._free_bytes -= size
                for array in arrays:
                    array.flags.writeable = False
                self._kept[rows] = points
        return points

    def strip(self, rows: range) -> Iterator[Read]:
        """Give what the pixels of some rows read.

        Args:
            rows: of the canvas, consecutive.

        Returns:
            Reads of (len(rows), width) pixels. A pixel's weights sum to the share of it that the picture covers: 1
            inside, 0 where it has no source.
        """
        x, y, share, jacobian = self.points(rows)
        if self.along_axes:
            lattice = self.lattice(rows)
            yield lattice._replace(share=share.reshape(len(rows), -1) * self.along_axes)
        if self.along_axes == 1:
            return
        if jacobian is None:
            yield Read(slice(None), 0, self._neighbours(x, y, 0), share)
            return
        yield from self._averaged(x, y, share * (1 - self.along_axes), jacobian)

    @property
    def _longest_side(self) -> float:
        """Of what each pixel is averaged over, in pixels of the raster; of a map that is not affine, infinite."""
        if not _is_affine(self.chain):
            return math.inf
        return max(side.length.item() for side in self._sides(self._jacobian(ORIGIN)))

    def _compute(self, rows: range) -> Points:
        """Follow the classic pipeline up to the pixels: grid of pixel centres -> inverse map."""
        dst = pixel_centres(rows, self.canvas.width)
        bends = self.chain.projective is None
        wants_jacobian = self.reads_knots or (self.has_smooth_edge and bends)
        src, jacobian = self.chain.src_with_jacobian(*dst) if wants_jacobian else (self.chain.src_from_dst(*dst), None)
        has_source = in_front(src)
        share = has_source.astype(np.float32)
        if self.has_smooth_edge:
            share = coverage(self.chain, dst, src, self.source, jacobian)
        x, y = self.raster.point(*(np.where(has_source, at, 0.0).ravel() for at in src))
        return Points(x, y, share.ravel(), listed(jacobian, dst) if jacobian and self.reads_knots else None)

    @property
    def levels(self) -> range:
        """The levels of the pyramid that averages may read: all but of an affine map, since each pixel has its own."""
        if not _is_affine(self.chain):
            return range(top_level(self.raster.size) + 1)
        return levels_read(self._sides(self._jacobian(ORIGIN)), self.raster.size)

    def lattice(self, rows: range) -> Read:
        """Give what some rows read through a map that keeps to the axes: by rows and columns, averaged each by itself.

        Args:
            rows: of the canvas, consecutive.

        Returns:
            A read whose every pixel counts once.
        """
        dst = x, y = pixel_centres(rows, self.canvas.width)
        across = self.chain.src_from_dst(x, y[:1])[0], self.chain.src_from_dst(x[:, :1], y)[1]
        down = self.chain.src_from_dst(x[:, :1], y)[0], self.chain.src_from_dst(x, y[:1])[1]
        jacobian = self._jacobian(dst)
        exchanges = bool(jacobian.x_y != 0 or jacobian.y_x != 0)
        first, second = self._sides(jacobian)
        lengths = [np.hypot(*along).item() for along in ((first.x, second.x), (first.y, second.y))]
        columns, down_taps = (
            averaged(FILTERS[self.filter], np.where(np.isfinite(at), at, 0.0), length if self.antialias else 0.0)
            for at, length in zip(self.raster.point(*(down if exchanges else across)), lengths, strict=True)
        )
        return Read(slice(None), 0, self._folded(columns, down_taps, self.raster.size), np.ones((1, 1), np.float32))

    def _averaged(self, x: Coordinates, y: Coordinates, share: Weights, jacobian: Jacobian) -> Iterator[Read]:
        """Read averages: in windows, or knot by knot, a pixel after another.

        Args:
            x: of the points in the raster, (n,).
            y: likewise.
            share: (n,).
            jacobian: entries (n,), or (1,) where they are the same for all.
        """
        for level, weight in shares_of_levels(self._sides(jacobian), self.raster.size):
            at_x, at_y = x / (1 << level), y / (1 << level)
            if window := self.windows(level):
                size, border = reduced_size(self.raster.size, level), self.borders[0]
                yield Read(slice(None), level, windows_at(window, at_x, at_y, size, border), share * window.share)
                continue
            weights = np.broadcast_to(weight, x.shape)
            first, second = (
                Side(*(np.broadcast_to(part, x.shape) for part in side)) for side in self._sides(jacobian, level)
            )
            for pixels in _portions(np.flatnonzero(weights), count_knots(first, second)):
                some = knots(*(Side(*(part[pixels] for part in side)) for side in (first, second)))
                owner = pixels[some.owner]
                near = self._neighbours(*self._goes_on(at_x[owner] + some.x, at_y[owner] + some.y, level), level)
                counted = (share[owner] * (some.weight * weights[owner])).astype(np.float32)
                starts = np.searchsorted(some.owner, np.arange(pixels.size))
                yield Read(pixels, level, near, counted, starts)

    def windows(self, level: int) -> Windows | None:
        """Give the windows that pixels read in a picture of the pyramid; None if they read knot by knot."""
        if level not in self._windows:
            self._windows[level] = self._made_windows(level)
        return self._windows[level]

    def _made_windows(self, level: int) -> Windows | None:
        if not _is_affine(self.chain) or (level and self.borders[0] in POINT_FOLDS):
            return None
        jacobian = self._jacobian(ORIGIN)
        averaged_over = self._sides(jacobian, level)
        if not has_window(*averaged_over):
            return None
        share = share_of_level(level, self._sides(jacobian), self.raster.size)
        return windows(FILTERS[self.filter], *averaged_over, np.float32(share.item()))

    def _goes_on(self, x: Coordinates, y: Coordinates, level: int) -> Point:
        """Fold points into a picture of the pyramid, if it goes on beyond its edges."""
        if not level:
            return x, y  # the border folds the taps themselves
        step, (across, down) = 1 << level, self.borders
        return (
            POINT_FOLDS[across](x * step, self.raster.size.width) / step if across in POINT_FOLDS else x,
            POINT_FOLDS[down](y * step, self.raster.size.height) / step if down in POINT_FOLDS else y,
        )

    def _neighbours(self, x: Coordinates, y: Coordinates, level: int) -> Neighbours:
        taps = FILTERS[self.filter]
        return self._folded(taps(x), taps(y), reduced_size(self.raster.size, level))

    def _folded(self, columns: Taps, rows: Taps, size: Size) -> Neighbours:
        across, down = self.borders
        misses = across == "constant"
        return Neighbours(
            folded(rows, size.height, down),
            folded(columns, size.width, across),
            (within(rows, size.height) if down == across else np.float32(1)) * within(columns, size.width)
            if misses
            else None,
        )

    def _sides(self, jacobian: Jacobian, level: int = 0) -> tuple[Side, Side]:
        """Give what each pixel is averaged over in a picture of the raster's pyramid: a reduced one is an average."""
        return sides(jacobian, self.raster.reduction << level)

    def _jacobian(self, dst: Point) -> Jacobian:
        return listed(self.chain.src_jacobian(*dst), dst)


def _is_affine(chain: Chain) -> bool:
    return chain.projective is not None and chain.projective.is_affine


def _portions(pixels: NDArray[np.intp], counts: NDArray[np.int32]) -> Iterator[NDArray[np.intp]]:
    """Cut a list of pixels where their knots, `counts` for each pixel of the strip, have become POINTS."""
    filled = np.cumsum(counts[pixels]) // POINTS
    yield from np.split(pixels, np.flatnonzero(np.diff(filled)) + 1)
