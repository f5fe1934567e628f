"""The extent of a picture or canvas."""

from typing import NamedTuple

import numpy as np

from core.errors import InvalidSize
from core.grid import Coordinates


class Size(NamedTuple):
    """Width and height in pixels, in this order."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        """How many pixels there are."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """The point (x, y) in the middle."""
        return self.width / 2, self.height / 2

    @property
    def corners(self) -> tuple[Coordinates, Coordinates]:
        """Give x and y of the corners: top-left, top-right, bottom-right, bottom-left."""
        width, height = float(self.width), float(self.height)
        return np.array([0.0, width, width, 0.0]), np.array([0.0, 0.0, height, height])


def check_size(what: str, size: Size) -> None:
    """Refuse a size without pixels.

    Args:
        what: whose it is, for the message.
        size: in pixels.

    Raises:
        InvalidSize: a side is below 1.
    """
    if min(size) < 1:
        raise InvalidSize(f"each side of the {what} must be at least 1 pixel")
