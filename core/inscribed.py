"""The largest upright rectangle of whole pixels that the picture covers whole, under any map.

Straight edges bound it exactly. Elsewhere it is looked for among pixels so large that a quarter of a million of them
hold all; what that leaves at its edges, less than one such pixel each, is taken back a pixel at a time.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core import homography
from core.coverage import coverage
from core.errors import InvalidSize, NothingInscribed
from core.grid import HALF, SLACK, Coordinates
from core.inscribed_mask import largest_in_mask
from core.inscribed_quad import Rectangle, largest_in_quad
from core.maps.projective import Projective
from core.size import Size
from core.state import State

MOST_LOOKED_AT = 1 << 18
"""Pixels, however large they have to be, that the whole picture is made of while the rectangle is looked for; each of
them counts for as many as the map has links. A single row or column has no more of them, either."""

COARSEST = 32
"""Pixels a side of those: with larger ones it would take many seconds to find where each side of the rectangle lies."""

Box = tuple[float, float, float, float]


def largest_inside(state: State) -> Rectangle:
    """Find the rectangle, in the operations' plane.

    Args:
        state: after all operations.

    Returns:
        Exact for affine and projective maps without a crop that leaves the picture; else at least 99 % of the largest
        area, for pictures of a thousand pixels and more, and exact for the pixels of smaller ones.

    Raises:
        HorizonInView, NoImage: the outline is not finite.
        NothingInscribed: no pixel is covered whole.
        InvalidSize: the picture is too large to be looked through, a map that bends lines having made it so.
    """
    x, y = state.outline_points()
    left, top = float(x.min()), float(y.min())
    box = left, top, float(x.max()) - left, float(y.max()) - top
    projective = state.map.projective
    if projective is not None and _is_inside(state, x, y):
        outline = state.outline_map.projective or projective
        return largest_in_quad(outline.src_from_dst_matrix, state.outline)
    return _largest_in_mask(state, box)


def _is_inside(state: State, x: Coordinates, y: Coordinates) -> bool:
    """Tell whether the outline, whose points are given, lies in the picture, as it does but for crops beyond it."""
    src_x, src_y = state.map.src_from_dst(x, y)
    width, height = state.source
    return bool(np.all((src_x >= -SLACK) & (src_x <= width + SLACK) & (src_y >= -SLACK) & (src_y <= height + SLACK)))


def _largest_in_mask(state: State, box: Box) -> Rectangle:
    left, top, width, height = box
    most = MOST_LOOKED_AT / max(1, len(state.map.links))
    step = max(1, math.ceil(math.sqrt(width * height / most)), math.ceil(max(width, height) / most))
    if step > COARSEST:
        raise InvalidSize(f"the warped picture is {width:.4g} x {height:.4g} pixels large; scale it less")
    coarse = largest_in_mask(_covered_whole(state, step), (left / step, top / step, width / step, height / step))
    lattice = Size(math.ceil(width - SLACK), math.ceil(height - SLACK))
    found = _Sides(
        max(0, round(coarse.left * step - left)),
        max(0, round(coarse.top * step - top)),
        min(lattice.width, round((coarse.left + coarse.size.width) * step - left)),
        min(lattice.height, round((coarse.top + coarse.size.height) * step - top)),
    )
    found = found.settled(_on_lattice(_covered_whole(state, 1), (left, top), lattice), step)
    return Rectangle(left + found.left, top + found.top, Size(found.right - found.left, found.bottom - found.top))


Test = Callable[[Coordinates, Coordinates], NDArray[np.bool_]]


def _covered_whole(state: State, step: int) -> Test:
    """Make the test of whether pixels of `step` times `step` are covered whole, by their centres in such pixels."""
    larger = Projective.forward(homography.scale(1 / step, 1 / step))
    pictures = [(state.map.then(larger), state.source), (state.outline_map.then(larger), state.outline)]

    def test(x: Coordinates, y: Coordinates) -> NDArray[np.bool_]:
        shares = [coverage(chain, (x, y), chain.src_from_dst(x, y), size) for chain, size in pictures]
        return np.asarray(np.minimum(*shares) >= 1 - SLACK)

    return test


def _on_lattice(test: Test, corner: tuple[float, float], lattice: Size) -> Callable[[range, range], bool]:
    """Make the test of whether all pixels of some columns and rows are covered, counted from a corner.

    Those beyond the lattice are not: there the strip of `polar` goes on with its next turn.
    """
    left, top = corner

    def all_covered(columns: range, rows: range) -> bool:
        if min(columns.start, rows.start) < 0 or columns.stop > lattice.width or rows.stop > lattice.height:
            return False
        x = left + np.arange(columns.start, columns.stop, dtype=np.float64)[np.newaxis, :] + HALF
        y = top + np.arange(rows.start, rows.stop, dtype=np.float64)[:, np.newaxis] + HALF
        return bool(test(x, y).all())

    return all_covered


class _Sides:
    """A rectangle on the lattice, by its sides."""

    def __init__(self, left: int, top: int, right: int, bottom: int) -> None:
        self.left, self.top, self.right, self.bottom = left, top, right, bottom

    def settled(self, all_covered: Callable[[range, range], bool], most: int) -> "_Sides":
        """Move each side in to where its pixels are covered, then out for as long as they are, by `most` at most.

        Raises:
            NothingInscribed: nothing is left.
        """
        for side, outwards in (("left", -1), ("top", -1), ("right", 1), ("bottom", 1)):
            while not all_covered(*self._line(side, inside=True)):
                setattr(self, side, getattr(self, side) - outwards)
                if self.left >= self.right or self.top >= self.bottom:
                    raise NothingInscribed
        for side, outwards in (("left", -1), ("top", -1), ("right", 1), ("bottom", 1)):
            for _ in range(most):
                if not all_covered(*self._line(side, inside=False)):
                    break
                setattr(self, side, getattr(self, side) + outwards)
        return self

    def _line(self, side: str, *, inside: bool) -> tuple[range, range]:
        """Give the columns and rows of the line of pixels just inside or outside a side."""
        columns, rows = range(self.left, self.right), range(self.top, self.bottom)
        first, last = {True: (0, -1), False: (-1, 0)}[inside]
        return {
            "left": (range(self.left + first, self.left + first + 1), rows),
            "right": (range(self.right + last, self.right + last + 1), rows),
            "top": (columns, range(self.top + first, self.top + first + 1)),
            "bottom": (columns, range(self.bottom + last, self.bottom + last + 1)),
        }[side]
