"""Maps one after the other: a list of operations as one map, so that the pixels are sampled once."""

from dataclasses import dataclass
from functools import reduce
from typing import Self

import numpy as np

from core import homography
from core.errors import InvalidMatrix
from core.grid import Coordinates
from core.homography import Matrix
from core.maps.map import Jacobian, Map, Point
from core.maps.projective import Projective


@dataclass(frozen=True, eq=False)
class Chain(Map):
    """A map made of several; projective neighbours are collapsed into one matrix.

    Attributes:
        links: from the source on; none of them is the identity.
    """

    links: tuple[Map, ...] = ()

    @classmethod
    def inverse(cls, src_from_dst: Matrix) -> Self:
        """Make the map of one matrix output -> source, be it singular.

        Raises:
            InvalidMatrix: not 3x3, or a number that is not finite.
        """
        if src_from_dst.shape != (3, 3) or not np.isfinite(src_from_dst).all():
            raise InvalidMatrix("src_from_dst must be a 3x3 matrix of finite numbers")
        kept = src_from_dst.copy()  # what is worked out from it must stay true
        kept.flags.writeable = False
        return cls((Projective(kept),))

    def then(self, link: Map) -> "Chain":
        """Put one more map behind those so far.

        Raises:
            SingularMap: two projective neighbours make a matrix without an inverse.
        """
        if not isinstance(link, Projective):
            return Chain((*self.links, link))
        before = self.links[:-1] if self.links and isinstance(self.links[-1], Projective) else self.links
        joined = homography.rescale(homography.compose(link.dst_from_src_matrix, self.last_matrix))
        is_identity = np.array_equal(joined, homography.identity())
        return Chain(before if is_identity else (*before, Projective.forward(joined)))

    @property
    def last_matrix(self) -> Matrix:
        """What the next projective map is multiplied onto: dst_from_src of the last link, or the identity."""
        last = self.links[-1] if self.links else None
        return last.dst_from_src_matrix if isinstance(last, Projective) else homography.identity()

    @property
    def projective(self) -> Projective | None:
        """The whole chain as one projective map, if it is one."""
        if not self.links:
            return Projective(homography.identity())
        (first, *others) = self.links
        return first if isinstance(first, Projective) and not others else None

    @property
    def is_total(self) -> bool:
        """Whether every point of dst has a source."""
        return all(link.is_total for link in self.links)

    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of dst come from: through the links from the last to the first. See `Map`."""
        return reduce(lambda point, link: link.src_from_dst(*point), reversed(self.links), (x, y))

    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative, by the chain rule. See `Map`."""
        if not self.links:
            return (x, y), Jacobian(*np.eye(2).reshape(4))
        point, total = self.links[-1].src_with_jacobian(x, y)
        for link in reversed(self.links[:-1]):
            point, slope = link.src_with_jacobian(*point)
            total = _product(slope, total)
        return point, total

    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of src go: through the links from the first to the last. See `Map`."""
        return reduce(lambda point, link: link.dst_from_src(*point), self.links, (x, y))


def _product(outer: Jacobian, inner: Jacobian) -> Jacobian:
    with np.errstate(all="ignore"):
        return Jacobian(
            outer.x_x * inner.x_x + outer.x_y * inner.y_x,
            outer.x_x * inner.x_y + outer.x_y * inner.y_y,
            outer.y_x * inner.x_x + outer.y_y * inner.y_x,
            outer.y_x * inner.x_y + outer.y_y * inner.y_y,
        )
