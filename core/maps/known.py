"""How a map says that a point has no source, or no image: everything about it is NaN."""

import numpy as np
from numpy.typing import NDArray

from core.grid import HALF, Coordinates
from core.maps.map import Jacobian, Point


def finite_points(x: Coordinates, y: Coordinates) -> Point:
    """Keep the points that are finite; the others are NaN in x and y, as what is infinitely far is nowhere."""
    return points_where(np.True_, x, y)


def points_where(known: NDArray[np.bool_] | np.bool_, x: Coordinates, y: Coordinates) -> Point:
    """Keep the points that are known and finite; the others are NaN in x and y. All broadcast."""
    kept = known & np.isfinite(x) & np.isfinite(y)
    return np.where(kept, x, np.nan), np.where(kept, y, np.nan)


def off_pole(rho: Coordinates) -> Coordinates:
    """Give the distance from a pole where the derivative is taken: at the pole, where it has none, half a pixel."""
    return np.where(rho > 0, rho, HALF)


def jacobian_where(known: NDArray[np.bool_], jacobian: Jacobian) -> Jacobian:
    """Keep the derivatives at points that are known; the others are NaN in every entry. All broadcast."""
    return Jacobian(*(np.where(known, entry, np.nan) for entry in jacobian))
