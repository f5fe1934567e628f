"""What a list of operations carries: the map so far, the frame it refers to, and the picture's outline.

Nothing is cut and nothing is resampled between operations; the pixels are read once, through the composed map.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from core import homography
from core.errors import HorizonInView
from core.grid import Coordinates
from core.homography import Matrix
from core.size import Size


@dataclass(frozen=True)
class State:
    """A composed map with its bearings.

    Attributes:
        dst_from_src: 3x3, source -> where the operations so far have moved it.
        source: the picture's size.
        frame: the rectangle that centres, fractions and normalized matrices refer to.
    """

    dst_from_src: Matrix
    source: Size
    frame: Size

    @classmethod
    def start(cls, source: Size) -> Self:
        """Begin with the upright picture, unmoved."""
        return cls(homography.identity(), source, source)

    def then(self, dst_from_src: Matrix) -> Self:
        """Apply one more map, after those so far.

        Raises:
            InvalidMatrix: composing overflowed.
            SingularMap: the map, or the composition, flattens the picture.
            HorizonAtCentre: the map has no front.
        """
        homography.check_invertible(dst_from_src, self.frame)
        composed = homography.compose(homography.facing(dst_from_src, self.frame), self.dst_from_src)
        composed = homography.rescale(composed)
        homography.check_invertible(composed, self.source)
        return replace(self, dst_from_src=composed)

    def outline(self) -> tuple[Coordinates, Coordinates]:
        """Map the source's corners: x and y, clockwise from the top-left one.

        Raises:
            HorizonInView: a corner lies on or beyond the horizon, so the outline is not finite.
        """
        x, y, denominator = homography.apply(self.dst_from_src, *self.source.corners)
        if not np.all(np.asarray(denominator) > 0) or not np.all(np.isfinite([x, y])):
            raise HorizonInView
        return x, y
