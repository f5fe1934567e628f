"""Displacement maps: a second picture says by how much each point is moved."""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from core.grid import Coordinates, lattice_position
from core.image import Pixels, colours_in, full
from core.maps.map import Jacobian, Map, Point
from core.maps.newton import dst_by_newton
from core.size import Size

Offsets = NDArray[np.float32] | NDArray[np.float64]
"""(height, width), pixels."""

FIXED_POINT_STEPS = 8
"""Where offsets change by half a pixel a pixel at most, eight come within 1/256 of the way; Newton's method goes on."""


class _Along(NamedTuple):
    """Where points lie along one axis of the raster: between two lines of it, at some share of the way."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    share: Coordinates
    slope: Coordinates  # of the share by the coordinate: 0 beyond the outermost centres


@dataclass(frozen=True, eq=False)
class Displacement(Map):
    """Reads each point at an offset: src = dst + (shift_x, shift_y)(dst).

    The rasters are stretched over the frame, corner to corner, and interpolated bilinearly between the centres of their
    pixels; beyond the outermost centres, and so outside the frame, the edge value holds.

    Attributes:
        shift_x: (height, width), how far to the right of a point it is read, in pixels of the frame.
        shift_y: likewise, how far below; of the same shape.
        frame: the rectangle that the rasters cover.
    """

    shift_x: Offsets
    shift_y: Offsets
    frame: Size

    @classmethod
    def from_samples(cls, pixels: Pixels, x_scale: float, y_scale: float, frame: Size) -> Self:
        """Read offsets from a picture: scale (v - 128) / 128, for 16 bits scale (v - 32768) / 32768.

        Args:
            pixels: (height, width, channels): red tells of x and green of y, or gray of both; alpha says nothing.
            x_scale: pixels of the frame; above 0 the bright samples read on the right of their point.
            y_scale: likewise below it.
            frame: see the class.

        Returns:
            The map, with rasters of float32: an offset is off by its 10^-7 part at most.
        """
        middle = np.float32((full(pixels.dtype) + 1) / 2)
        red, green = (
            (pixels[..., channel].astype(np.float32) - middle) / middle
            for channel in (0, min(1, colours_in(pixels.shape[2]) - 1))
        )
        return cls(red * np.float32(x_scale), green * np.float32(y_scale), frame)

    @property
    def is_total(self) -> bool:
        """Every point of dst has a source."""
        return True

    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of dst come from, in pixels. See `Map`."""
        across, down = self._across(x), self._down(y)
        return self._src(x, y, across, down)

    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative; on the lines between raster centres, that to the right and below. See `Map`."""
        across, down = self._across(x), self._down(y)
        x_x, x_y = _slopes(self.shift_x, across, down)
        y_x, y_y = _slopes(self.shift_y, across, down)
        return self._src(x, y, across, down), Jacobian(1 + x_x, x_y, y_x, 1 + y_y)

    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of src go, in pixels: by dst = src - shift (dst), over and over, then by Newton's method.

        NaN where the methods find nothing, or only a point at which the map is folded. See `Map`.
        """
        x, y = np.broadcast_arrays(x, y)
        dst_x, dst_y = x, y
        across, down = self._across(x), self._down(y)
        for _ in range(FIXED_POINT_STEPS):
            dst_x, dst_y = x - _blend(self.shift_x, across, down), y - _blend(self.shift_y, across, down)
            across, down = self._across(dst_x), self._down(dst_y)
        return dst_by_newton(self, (x, y), (dst_x, dst_y), orientation=1)

    def _src(self, x: Coordinates, y: Coordinates, across: _Along, down: _Along) -> Point:
        return x + _blend(self.shift_x, across, down), y + _blend(self.shift_y, across, down)

    def _across(self, x: Coordinates) -> _Along:
        return _along(x, self.frame.width, self.shift_x.shape[1])

    def _down(self, y: Coordinates) -> _Along:
        return _along(y, self.frame.height, self.shift_x.shape[0])


def _along(coordinate: Coordinates, length: int, count: int) -> _Along:
    """Find the lines of a raster, `count` stretched over `length` pixels, on both sides of points."""
    position = lattice_position(coordinate * (count / length))
    held = np.clip(position, 0, count - 1)
    first = np.minimum(np.nan_to_num(held).astype(np.intp), max(count - 2, 0))
    is_between = (position >= 0) & (position < count - 1)
    slope = np.where(is_between, count / length, np.where(np.isnan(position), np.nan, 0.0))
    return _Along(first, np.minimum(first + 1, count - 1), held - first, slope)


def _blend(raster: Offsets, across: _Along, down: _Along) -> Coordinates:
    upper, lower = (_lerp(*_ends(raster, across, row), across.share) for row in (down.first, down.second))
    return _lerp(upper, lower, down.share)


def _slopes(raster: Offsets, across: _Along, down: _Along) -> tuple[Coordinates, Coordinates]:
    """Give the derivatives of `_blend` by x and by y."""
    (top_left, top_right), (bottom_left, bottom_right) = (
        _ends(raster, across, row) for row in (down.first, down.second)
    )
    by_x = _lerp(top_right - top_left, bottom_right - bottom_left, down.share) * across.slope
    by_y = _lerp(bottom_left - top_left, bottom_right - top_right, across.share) * down.slope
    return by_x, by_y


def _ends(raster: Offsets, across: _Along, row: NDArray[np.intp]) -> tuple[Coordinates, Coordinates]:
    """Read a row on both sides of points."""
    return raster[row, across.first].astype(np.float64), raster[row, across.second].astype(np.float64)


def _lerp(start: Coordinates, end: Coordinates, share: Coordinates) -> Coordinates:
    """Go a share of the way; exactly at the start if the ends are equal."""
    return start + (end - start) * share
