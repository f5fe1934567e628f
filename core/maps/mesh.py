"""Meshes: a grid over the picture of which every node may be moved."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.errors import DegeneratePoints, FoldedMesh
from core.grid import SLACK, Coordinates
from core.maps.buckets import NOWHERE, Buckets, Indices
from core.maps.known import jacobian_where, points_where
from core.maps.map import Jacobian, Map, Point
from core.size import Size

EDGE_SLACK = 1e-9
"""Of a cell: a point so near to an edge lies in both triangles, so that there is no gap; the first of them takes it."""


@dataclass(frozen=True, eq=False)
class Mesh(Map):
    """Moves the nodes of a regular grid over the frame; in between each half of a cell is mapped affinely.

    Cells are cut from their top-left to their bottom-right node. In its cell a point has the position (u, v), from 0 to
    1, to the right and down; with p for the places of the nodes it goes to

        u >= v: p_top_left + u (p_top_right - p_top_left) + v (p_bottom_right - p_top_right)
        u <= v: p_top_left + v (p_bottom_left - p_top_left) + u (p_bottom_right - p_bottom_left)

    Points of dst outside all triangles have no source. A mesh may overlap itself although no triangle is flipped, as a
    spiral does; then a point comes from the first triangle that holds it: by row, then column, and of a cell from the
    upper right half. That half also owns the cut.

    Attributes:
        nodes: (rows + 1, columns + 1, 2), where each node goes, in pixels of dst.
        frame: the rectangle over which the regular grid lies, in src.
    """

    nodes: NDArray[np.float64]
    frame: Size

    def __post_init__(self) -> None:
        """Check the nodes.

        Raises:
            DegeneratePoints: there are not two rows and two columns of points.
            FoldedMesh: a triangle is flipped against most others or not thicker than SLACK, or a node is not finite.
        """
        if self.nodes.ndim != 3 or min(self.nodes.shape) < 2 or self.nodes.shape[2] != 2:  # noqa: PLR2004 (axes; ends; x, y)
            raise DegeneratePoints("a mesh needs at least two rows and two columns of nodes (x, y)")
        with np.errstate(invalid="ignore", over="ignore"):
            to_right, down = self._sides[:, 0], self._sides[:, 1]
            doubled_areas = _cross(to_right, down)
            longest = np.sqrt(np.max([np.sum(side**2, axis=1) for side in (to_right, down, to_right + down)], axis=0))
            is_mirrored = np.count_nonzero(doubled_areas < 0) > len(doubled_areas) / 2
            upright = (-doubled_areas if is_mirrored else doubled_areas) > SLACK * longest
        if not upright.all():
            row, column = divmod(int(np.argmin(upright)) // 2, self.columns)
            raise FoldedMesh(column, row)

    @property
    def columns(self) -> int:
        """How many cells there are in a row."""
        return len(self.nodes[0]) - 1

    @property
    def rows(self) -> int:
        """How many rows of cells there are."""
        return len(self.nodes) - 1

    @property
    def is_total(self) -> bool:
        """Points of dst outside the mesh have no source."""
        return False

    def src_from_dst(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of dst come from, in pixels. See `Map`."""
        x, y = np.broadcast_arrays(x, y)
        return self._src(self._triangle_of(x, y), x, y)

    def src_with_jacobian(self, x: Coordinates, y: Coordinates) -> tuple[Point, Jacobian]:
        """Tell it with the derivative, which is constant in each triangle. See `Map`."""
        x, y = np.broadcast_arrays(x, y)
        triangle = self._triangle_of(x, y)
        (u_x, u_y), (v_x, v_y) = np.moveaxis(self._slopes[triangle], (-2, -1), (0, 1))
        width, height = self.frame.width / self.columns, self.frame.height / self.rows
        jacobian = Jacobian(u_x * width, u_y * width, v_x * height, v_y * height)
        return self._src(triangle, x, y), jacobian_where(triangle != NOWHERE, jacobian)

    def dst_from_src(self, x: Coordinates, y: Coordinates) -> Point:
        """Tell where points of src go, in pixels; those outside the frame have no image. See `Map`."""
        x, y = np.broadcast_arrays(x, y)
        inside = (np.minimum(x, y) >= -SLACK) & (x <= self.frame.width + SLACK) & (y <= self.frame.height + SLACK)
        across = np.where(inside, x, 0) * (self.columns / self.frame.width)
        down = np.where(inside, y, 0) * (self.rows / self.frame.height)
        column = np.clip(np.floor(across), 0, self.columns - 1).astype(np.intp)
        row = np.clip(np.floor(down), 0, self.rows - 1).astype(np.intp)
        u, v = (across - column)[..., np.newaxis], (down - row)[..., np.newaxis]
        is_lower = u[..., 0] < v[..., 0]
        to_right, to_bottom = np.moveaxis(self._sides[2 * (row * self.columns + column) + is_lower], -2, 0)
        moved = self.nodes[row, column] + u * to_right + v * to_bottom
        return points_where(inside, moved[..., 0], moved[..., 1])

    @cached_property
    def _sides(self) -> NDArray[np.float64]:
        """(triangles, 2, 2): the sides of each triangle along which u and v grow, as steps (x, y).

        Row by row; of each cell the upper right half, then the lower left one.
        """
        to_right, down = np.diff(self.nodes, axis=1), np.diff(self.nodes, axis=0)
        upper = np.stack([to_right[:-1], down[:, 1:]], axis=2)
        lower = np.stack([to_right[1:], down[:, :-1]], axis=2)
        return np.stack([upper, lower], axis=2).reshape(-1, 2, 2)

    @cached_property
    def _slopes(self) -> NDArray[np.float64]:
        """(triangles, 2, 2): the derivatives of u, and of v, by x and y of dst."""
        (right_x, right_y), (down_x, down_y) = np.moveaxis(self._sides, 0, -1)
        slopes = np.array([[down_y, -down_x], [-right_y, right_x]]) / (right_x * down_y - right_y * down_x)
        return np.ascontiguousarray(np.moveaxis(slopes, -1, 0))

    @cached_property
    def _origins(self) -> NDArray[np.float64]:
        """(triangles, 2): the top-left node of each triangle's cell."""
        return np.repeat(self.nodes[:-1, :-1].reshape(-1, 2), 2, axis=0)

    @cached_property
    def _buckets(self) -> Buckets:
        far = self._origins + self._sides.sum(axis=1)
        is_lower = (np.arange(len(far)) % 2 == 1)[:, np.newaxis]
        middle = self._origins + np.where(is_lower, self._sides[:, 1], self._sides[:, 0])
        return Buckets.over(np.stack([self._origins, middle, far], axis=1))

    def _src(self, triangle: Indices, x: Coordinates, y: Coordinates) -> Point:
        u, v = self._position(triangle, x, y)
        cell = triangle // 2
        src_x = (cell % self.columns + u) * (self.frame.width / self.columns)
        src_y = (cell // self.columns + v) * (self.frame.height / self.rows)
        return points_where(triangle != NOWHERE, src_x, src_y)

    def _triangle_of(self, x: Coordinates, y: Coordinates) -> Indices:
        shape, x, y = x.shape, x.ravel(), y.ravel()

        def holds(points: Indices, triangles: Indices) -> NDArray[np.bool_]:
            u, v = self._position(triangles, x[points], y[points])
            is_lower = triangles % 2 == 1
            larger, smaller = np.where(is_lower, v, u), np.where(is_lower, u, v)
            return (smaller >= -EDGE_SLACK) & (larger <= 1 + EDGE_SLACK) & (larger - smaller >= -EDGE_SLACK)

        return self._buckets.find(x, y, holds).reshape(shape)

    def _position(self, triangle: Indices, x: Coordinates, y: Coordinates) -> Point:
        """Give u and v of points as their triangles have them, also beyond these."""
        from_x, from_y = np.moveaxis(self._origins[triangle], -1, 0)
        (u_x, u_y), (v_x, v_y) = np.moveaxis(self._slopes[triangle], (-2, -1), (0, 1))
        dx, dy = x - from_x, y - from_y
        return u_x * dx + u_y * dy, v_x * dx + v_y * dy


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
