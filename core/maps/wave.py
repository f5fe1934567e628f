"""Waves: rows or columns shifted by a sine."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.grid import Coordinates
from core.maps.known import finite_points
from core.maps.map import Jacobian, Map, Point


@dataclass(frozen=True)
class Wave(Map):
    """Displaces along one axis by a sine of the other: x_src = x - amplitude sin(2 pi y / wavelength + phase).

    That is for the axis x; for y exchange x and y. The other coordinate is kept, so both directions are closed forms.

    Attributes:
        amplitude: of the displacement, in pixels.
        wavelength: in pixels, not 0.
        phase: in radians.
        axis: the direction of the displacement.
    """

    amplitude: float
    wavelength: float
    phase: float
    axis: Literal["x", "y"]

    @property
    def is_total(self) -> bool:
        """Every point of dst has a source."""
        return True

    @np.errstate(all="ignore")
    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of dst come from, in pixels. See `Map`."""
        return self._moved((x, y), self._argument(x, y), -self.amplitude)

    @np.errstate(all="ignore")
    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative. See `Map`."""
        argument = self._argument(x, y)
        slope = -self.amplitude * math.tau / self.wavelength * np.cos(argument)
        one, zero = np.ones_like(slope), np.zeros_like(slope)
        jacobian = Jacobian(one, slope, zero, one) if self.axis == "x" else Jacobian(one, zero, slope, one)
        return self._moved((x, y), argument, -self.amplitude), jacobian

    @np.errstate(all="ignore")
    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of src go, in pixels; all have an image. See `Map`."""
        return self._moved((x, y), self._argument(x, y), self.amplitude)

    def _moved(self, point: Point, argument: Coordinates, amplitude: float) -> Point:
        (x, y), by = point, amplitude * np.sin(argument)
        return finite_points(*((x + by, y) if self.axis == "x" else (x, y + by)))

    def _argument(self, x: Coordinates, y: Coordinates) -> Coordinates:
        """Give the sine's argument, of the shape of x and y together."""
        along, other = (y, x) if self.axis == "x" else (x, y)
        return along * (math.tau / self.wavelength) + self.phase + 0 * other
