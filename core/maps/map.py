"""What every map of the plane offers, whatever its formula.

A map joins two planes: src, where the picture lies before it, and dst, where it lies after it. Pixels are only ever
sampled through src_from_dst; the other direction tells where points, outlines and boxes go.
"""

from typing import NamedTuple, Protocol

from core.grid import Coordinates

Point = tuple[Coordinates, Coordinates]
"""x and y, of one shape."""


class Jacobian(NamedTuple):
    """The derivative of src_from_dst: how the point in src moves when the one in dst does, in pixels a pixel.

    Attributes:
        x_x: of x in src by x in dst.
        x_y: of x in src by y in dst.
        y_x: of y in src by x in dst.
        y_y: of y in src by y in dst.
    """

    x_x: Coordinates
    x_y: Coordinates
    y_x: Coordinates
    y_y: Coordinates


class Map(Protocol):
    """A map of the plane; all its points are in pixels, x right, y down."""

    @property
    def is_total(self) -> bool:
        """Whether every point of dst has a source, be it far outside the picture."""
        ...

    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of dst come from.

        Args:
            x: of points of dst, any shape.
            y: likewise; both broadcast.

        Returns:
            x and y in src, both NaN where there is no source.
        """
        ...

    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell where points of dst come from, as `src_from_dst` does, with its derivative; NaN where there is none.

        Of each pixel that is averaged both are wanted, and they share what takes long: logarithms, sines, a search.
        """
        ...

    def src_jacobian(self, x: Coordinates, y: Coordinates) -> Jacobian:
        """Give the derivative of `src_from_dst` alone."""
        return self.src_with_jacobian(x, y)[1]

    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of src go.

        Returns:
            x and y in dst, both NaN where there is no image, or where more than one could be meant.
        """
        ...
