"""Where a projective map has an image: before its horizon, the line whose points it sends to infinity."""

import numpy as np

from core import homography
from core.grid import SLACK, Coordinates
from core.homography import Matrix


def before_horizon(b_from_a: Matrix, x: Coordinates, y: Coordinates) -> Coordinates:
    """Measure how far points lie before the horizon.

    Args:
        b_from_a: 3x3, scaled so that its denominator is positive in front.
        x: of points of a.
        y: of the same points; broadcasts.

    Returns:
        Pixels of a: negative beyond the horizon, infinite if the map is affine, which has none.
    """
    h20, h21, h22 = b_from_a[2]
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray((h20 * x + (h21 * y + h22)) / np.hypot(h20, h21))


def image_of(b_from_a: Matrix, x: Coordinates, y: Coordinates) -> tuple[Coordinates, Coordinates]:
    """Map points; those that are not at least SLACK before the horizon have no image.

    Without the slack a point right on the horizon would, by the rounding of its denominator, be 1e17 pixels away
    instead of nowhere.

    Args:
        b_from_a: 3x3, scaled so that its denominator is positive in front.
        x: of points of a, in pixels.
        y: of the same points; broadcasts.

    Returns:
        x and y, both NaN where there is no image.
    """
    mapped_x, mapped_y, _ = homography.apply(b_from_a, x, y)
    has_image = (before_horizon(b_from_a, x, y) >= SLACK) & np.isfinite(mapped_x) & np.isfinite(mapped_y)
    return np.where(has_image, mapped_x, np.nan), np.where(has_image, mapped_y, np.nan)
