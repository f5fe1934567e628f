"""Projective maps, affine ones among them, as links between planes: a matrix for each direction."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from core import homography
from core.grid import Coordinates
from core.homography import Matrix
from core.horizon import image_of
from core.maps.known import jacobian_where, points_where
from core.maps.map import Jacobian, Map, Point


@dataclass(frozen=True, eq=False)
class Projective(Map):
    """A projective map.

    Attributes:
        src_from_dst_matrix: 3x3, its denominator positive where there is a source. It may be singular: pixels can be
            sampled through it all the same.
    """

    src_from_dst_matrix: Matrix
    _dst_from_src: Matrix | None = None

    @classmethod
    def forward(cls, dst_from_src: Matrix) -> Self:
        """Make the map of a matrix source -> output, its denominator positive where there is an image.

        Raises:
            SingularMap: it has no inverse.
        """
        return cls(homography.invert(dst_from_src), dst_from_src)

    @property
    def dst_from_src_matrix(self) -> Matrix:
        """The matrix source -> output.

        Raises:
            SingularMap: there is none.
        """
        return homography.invert(self.src_from_dst_matrix) if self._dst_from_src is None else self._dst_from_src

    @property
    def is_affine(self) -> bool:
        """Whether parallels stay parallel, so that there is no horizon."""
        return homography.is_affine(self.src_from_dst_matrix)

    @property
    def keeps_to_axes(self) -> bool:
        """Whether rows stay rows, or become columns, evenly spaced: a resize, perhaps turned by quarters."""
        off_axes = self.src_from_dst_matrix[:2, :2] == 0
        return self.is_affine and bool((off_axes[0, 1] and off_axes[1, 0]) or (off_axes[0, 0] and off_axes[1, 1]))

    @property
    def is_total(self) -> bool:
        """Whether every point of dst has a source: there is no horizon."""
        return self.is_affine

    @np.errstate(all="ignore")
    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of dst come from, in pixels; NaN on and beyond the horizon. See `Map`."""
        src_x, src_y, denominator = homography.apply(self.src_from_dst_matrix, x, y)
        return points_where(np.asarray(denominator) > 0, src_x, src_y)

    @np.errstate(all="ignore")
    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative, by the quotient rule; of an affine map as single numbers. See `Map`."""
        if self.is_affine:
            (h00, h01, _), (h10, h11, _), _ = self.src_from_dst_matrix
            return self.src_from_dst(x, y), Jacobian(*(np.array(entry) for entry in (h00, h01, h10, h11)))
        src_x, src_y, denominator = homography.apply_projective(self.src_from_dst_matrix, x, y)
        in_front = np.asarray(denominator) > 0
        slopes = projective_jacobian(self.src_from_dst_matrix, src_x, src_y, denominator)
        return points_where(in_front, src_x, src_y), jacobian_where(in_front, slopes)

    @np.errstate(all="ignore")
    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of src go, in pixels; NaN on and beyond the horizon. See `Map`."""
        return image_of(self.dst_from_src_matrix, x, y)


def projective_jacobian(
    src_from_dst: Matrix, src_x: Coordinates, src_y: Coordinates, denominator: Coordinates | float
) -> Jacobian:
    """Give the derivative at points by the quotient rule.

    Args:
        src_from_dst: 3x3.
        src_x: of the points in src, pixels.
        src_y: likewise.
        denominator: of each.
    """
    (h00, h01, _), (h10, h11, _), (h20, h21, _) = src_from_dst
    scale = 1.0 / denominator
    return Jacobian(
        (h00 - src_x * h20) * scale,
        (h01 - src_x * h21) * scale,
        (h10 - src_y * h20) * scale,
        (h11 - src_y * h21) * scale,
    )
