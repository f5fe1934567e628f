"""The sampling grid: what each output pixel reads of the source, by geometry alone.

Pictures of equal size that are warped by an equal map read through one grid, however many they are.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import homography
from core.border import BORDERS
from core.coverage import coverage, in_front, is_antialiased
from core.errors import InvalidMatrix, UnknownName
from core.filters import FILTERS
from core.grid import pixel_centres
from core.homography import Matrix
from core.sampling import Neighbours, neighbours
from core.size import Size, check_size


class SamplingGrid:
    """A map laid over a canvas and a source: what to read for each output pixel, strip by strip.

    It may remember strips for the next picture: first come, first kept, while their arrays take no more than a given
    number of bytes. The others are computed each time they are asked for, so that no size of picture can exhaust the
    memory. For one thread at a time.

    Attributes:
        src_from_dst: 3x3, output -> source; read-only.
        canvas: the output's size.
        source: the size of the pictures.
        filter: a name in FILTERS.
        border: a name in BORDERS.
    """

    def __init__(
        self, src_from_dst: Matrix, canvas: Size, source: Size, *, filter: str, border: str, kept_bytes: int = 0
    ) -> None:
        """Check the geometry; nothing is computed yet.

        Args:
            src_from_dst: 3x3, output -> source.
            canvas: the output's size.
            source: the size of the pictures.
            filter: "nearest" or "bilinear".
            border: "clip", "constant", "edge", "reflect", "mirror" or "wrap".
            kept_bytes: what remembered strips may take; with 0 none is remembered. A pixel of the canvas takes up to
                12 bytes with nearest and 24 with bilinear; 16 and 32 if a side of the source exceeds 65536.

        Raises:
            InvalidMatrix, InvalidSize, UnknownName: see `warp`.
        """
        if src_from_dst.shape != (3, 3) or not np.isfinite(src_from_dst).all():
            raise InvalidMatrix("src_from_dst must be a 3x3 matrix of finite numbers")
        for kind, name, table in (("filter", filter, FILTERS), ("border", border, BORDERS)):
            if name not in table:
                raise UnknownName(kind, table)
        check_size("canvas", canvas)
        check_size("source", source)
        self.src_from_dst = src_from_dst.copy()  # what is remembered must stay true
        self.src_from_dst.flags.writeable = False
        self.canvas = canvas
        self.source = source
        self.filter = filter
        self.border = border
        self._free_bytes = kept_bytes
        self._kept: dict[range, Neighbours] = {}

    def strip(self, rows: range) -> Neighbours:
        """Give what the pixels of some rows read.

        Args:
            rows: of the canvas, consecutive.

        Returns:
            Neighbours of (len(rows), width) points. A pixel's weights sum to the share of it that the picture covers: 1
            inside, 0 where it has no source. The arrays are read-only if the strip is remembered.
        """
        if rows in self._kept:
            return self._kept[rows]
        strip = self._compute(rows)
        size = sum(array.nbytes for array in _arrays(strip))
        if size <= self._free_bytes:
            self._free_bytes -= size
            for array in _arrays(strip):
                array.flags.writeable = False
            self._kept[rows] = strip
        return strip

    def _compute(self, rows: range) -> Neighbours:
        """Follow the classic pipeline up to the pixels: grid of pixel centres -> inverse map -> neighbours."""
        points = homography.apply(self.src_from_dst, *pixel_centres(rows, self.canvas.width))
        has_source = in_front(points)
        x, y = np.where(has_source, points[0], 0.0), np.where(has_source, points[1], 0.0)
        antialiased = is_antialiased(self.filter, self.border)
        hard_edge = self.border == "clip" and not antialiased  # then clip and constant are one
        border = "constant" if hard_edge else self.border
        read = neighbours(x, y, self.source, filter=self.filter, border=border)
        share = coverage(self.src_from_dst, points, self.source) if antialiased else has_source
        return read._replace(rows=tuple((row, weight * share) for row, weight in read.rows))


def _arrays(strip: Neighbours) -> Iterator[NDArray[Any]]:
    return chain.from_iterable(strip.rows + strip.columns)
