"""Which of many triangles hold a point, without trying them all: a grid of buckets laid over them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.grid import Coordinates

Indices = NDArray[np.intp]

BUCKETS_A_TRIANGLE = 4
"""So that most buckets meet one triangle or two. More would only take longer to fill."""

MARGIN = 1e-6
"""Of a bucket: by so much it reaches beyond its sides, so that no rounding lets a point fall between two."""

NOWHERE = -1


@dataclass(frozen=True, eq=False)
class Buckets:
    """A square table of buckets over the box of some triangles, with those that each bucket meets.

    A bucket's list is exact but for MARGIN: a sliver that crosses the box is in the buckets on its way, not in all. So
    the lists of n triangles that do not overlap have less than about 8 n^1.5 entries in all, whatever their shapes: the
    outline of each crosses each line of the table at most twice.

    Attributes:
        corner: (2,), the box's top-left one, in pixels.
        pitch: (2,), width and height of a bucket, in pixels.
        side: buckets a row, and rows.
        first: (side^2 + 1,), where each bucket's list begins in `members`, and the end of the last.
        members: triangles by index, rising within each list.
    """

    corner: NDArray[np.float64]
    pitch: NDArray[np.float64]
    side: int
    first: Indices
    members: Indices

    @classmethod
    def over(cls, triangles: NDArray[np.float64]) -> Self:
        """Sort triangles into buckets.

        Args:
            triangles: (n, 3, 2), corners in pixels, finite, not all on one upright or level line.
        """
        side = int(np.ceil(np.sqrt(BUCKETS_A_TRIANGLE * len(triangles))))
        corner = triangles.min(axis=(0, 1))
        pitch = (triangles.max(axis=(0, 1)) - corner) / side
        x, y = np.moveaxis((triangles - corner) / pitch, -1, 0)
        band_owner, band = _whole_numbers_between(y.min(axis=1), y.max(axis=1), side)
        left, right = _extent_in_band(x[band_owner], y[band_owner], band[:, np.newaxis])
        owner, column = _whole_numbers_between(left, right, side)
        bucket = band[owner] * side + column
        first = np.concatenate([[0], np.cumsum(np.bincount(bucket, minlength=side * side))])
        members = band_owner[owner[np.argsort(bucket, kind="stable")]]
        return cls(corner, pitch, side, first, members)

    def find(self, x: Coordinates, y: Coordinates, holds: Callable[[Indices, Indices], NDArray[np.bool_]]) -> Indices:
        """Find the first triangle, by index, that holds each point.

        Args:
            x: (n,), pixels; may be NaN.
            y: likewise.
            holds: tells of points and triangles, both by index and one to one, whether the one lies in the other.

        Returns:
            (n,), indices of triangles; NOWHERE for points in none.
        """
        column, row = (x - self.corner[0]) / self.pitch[0], (y - self.corner[1]) / self.pitch[1]
        found = np.full(len(x), NOWHERE)
        in_box = (np.minimum(column, row) >= -MARGIN) & (np.maximum(column, row) <= self.side + MARGIN)
        pending = np.flatnonzero(in_box)
        column, row = (np.clip(number[pending].astype(np.intp), 0, self.side - 1) for number in (column, row))
        bucket = row * self.side + column
        entry, end = self.first[bucket], self.first[bucket + 1]
        while True:
            left = entry < end
            pending, entry, end = pending[left], entry[left], end[left]
            if not len(pending):
                return found
            triangle = self.members[entry]
            held = holds(pending, triangle)
            found[pending[held]] = triangle[held]
            pending, entry, end = pending[~held], entry[~held] + 1, end[~held]


def _whole_numbers_between(low: Coordinates, high: Coordinates, end: int) -> tuple[Indices, Indices]:
    """List the unit intervals 0 to end - 1 that each of some intervals meets, within MARGIN.

    Returns:
        Whose interval it is, by index and rising, and the number.
    """
    start = np.clip(np.floor(low - MARGIN), 0, end - 1).astype(np.intp)
    count = np.clip(np.floor(high + MARGIN), 0, end - 1).astype(np.intp) - start + 1
    owner = np.repeat(np.arange(len(count)), count)
    return owner, np.arange(len(owner)) + (start - np.cumsum(count) + count)[owner]


def _extent_in_band(x: Coordinates, y: Coordinates, band: Indices) -> tuple[Coordinates, Coordinates]:
    """Give the least and the greatest x of the part of each triangle (n, 3) with y from its band (n, 1) to the next.

    Those lie on edges: at their ends, or where they enter or leave the band.
    """
    next_x, next_y = np.roll(x, -1, axis=1), np.roll(y, -1, axis=1)
    low, high = band - MARGIN, band + 1 + MARGIN
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        at_low, at_high = (low - y) / (next_y - y), (high - y) / (next_y - y)  # as shares of the edge
    level = next_y == y
    enters = np.where(level, 0, np.clip(np.minimum(at_low, at_high), 0, 1))
    leaves = np.where(level, 1, np.clip(np.maximum(at_low, at_high), 0, 1))
    meets = (np.maximum(y, next_y) >= low) & (np.minimum(y, next_y) <= high)
    ends = np.stack([x + enters * (next_x - x), x + leaves * (next_x - x)])
    return np.where(meets, ends, np.inf).min(axis=(0, 2)), np.where(meets, ends, -np.inf).max(axis=(0, 2))
