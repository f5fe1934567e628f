"""The output's rectangle: its size, and where it lies over the mapped picture."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core import homography
from core.errors import InvalidSize
from core.grid import SLACK, Coordinates
from core.homography import Matrix
from core.inscribed import largest_inside
from core.maps.chain import Chain
from core.maps.projective import Projective
from core.size import Size
from core.state import State


@dataclass(frozen=True)
class Canvas:
    """A size, and the map from the operations' plane onto the canvas."""

    size: Size
    canvas_from_dst: Matrix

    def map_of(self, state: State) -> Chain:
        """Compose: the map source -> canvas that the pixels are sampled through, snapped to a copy if it is one.

        Raises:
            InvalidMatrix, SingularMap: the map that comes of it cannot be inverted.
        """
        joined = homography.rescale(homography.compose(self.canvas_from_dst, state.map.last_matrix))
        homography.check_invertible(joined, state.source)
        moved = state.map.then(Projective.forward(self.canvas_from_dst))
        projective = moved.projective
        if projective is None:
            return moved
        snapped = homography.snap(projective.src_from_dst_matrix, self.size)
        return moved if snapped is projective.src_from_dst_matrix else Chain.inverse(snapped)


def same(state: State) -> Canvas:
    """Keep the frame."""
    return Canvas(state.frame, homography.identity())


def expand(state: State) -> Canvas:
    """Take the box of the mapped outline, so that nothing of the picture is lost; the origin is the box's.

    An upright outline rounds each side to the nearest whole and is stretched to fill it, as a resize; the box of any
    other is centred in the next whole size.

    Raises:
        HorizonInView, NoImage: the outline is not finite.
        InvalidSize: it has collapsed to less than SLACK.
    """
    outline = state.outline_points()
    left, top, width, height = _box(*outline)
    if state.outline_map.projective is not None and _is_upright(*outline):
        size = Size(_nearest_whole(width), _nearest_whole(height))
        return Canvas(size, _fill_box(left, top, size.width / width, size.height / height))
    size = Size(_next_whole(width), _next_whole(height))
    return Canvas(size, homography.translate((size.width - width) / 2 - left, (size.height - height) / 2 - top))


def none(state: State, size: Size) -> Canvas:  # noqa: ARG001 (one signature a table)
    """Lay a canvas of the given size at the frame's top-left corner."""
    return Canvas(size, homography.identity())


def stretch(state: State, size: Size) -> Canvas:
    """Stretch the frame to the given size."""
    return Canvas(size, homography.scale(size.width / state.frame.width, size.height / state.frame.height))


def contain(state: State, size: Size) -> Canvas:
    """Scale the outline's box evenly so that it just fits inside the given size, centred.

    Raises:
        HorizonInView, NoImage: the outline is not finite.
        InvalidSize: it has collapsed to less than SLACK.
    """
    return _fit_box(state, size, min)


def cover(state: State, size: Size) -> Canvas:
    """Scale the outline's box evenly so that it just covers the given size, centred.

    Raises:
        HorizonInView, NoImage: the outline is not finite.
        InvalidSize: it has collapsed to less than SLACK.
    """
    return _fit_box(state, size, max)


def inscribed(state: State) -> Canvas:
    """Take the largest upright rectangle of whole pixels that the picture covers whole, so that no outside is seen.

    Raises:
        HorizonInView, NoImage: the outline is not finite.
        NothingInscribed: no pixel is covered whole.
        InvalidSize: the picture is too large to be looked through.
    """
    found = largest_inside(state)
    return Canvas(found.size, homography.translate(-found.left, -found.top))


CANVASES: dict[str, Callable[[State], Canvas]] = {"same": same, "expand": expand, "inscribed": inscribed}

FITS: dict[str, Callable[[State, Size], Canvas]] = {
    "none": none,
    "stretch": stretch,
    "contain": contain,
    "cover": cover,
}


def _fit_box(state: State, size: Size, choose: Callable[[float, float], float]) -> Canvas:
    left, top, width, height = _box(*state.outline_points())
    factor = choose(size.width / width, size.height / height)
    margin_x, margin_y = (size.width - width * factor) / 2, (size.height - height * factor) / 2
    return Canvas(
        size,
        homography.compose(homography.translate(margin_x, margin_y), _fill_box(left, top, factor, factor)),
    )


def _fill_box(left: float, top: float, scale_x: float, scale_y: float) -> Matrix:
    return homography.compose(homography.scale(scale_x, scale_y), homography.translate(-left, -top))


def _box(x: Coordinates, y: Coordinates) -> tuple[float, float, float, float]:
    """Bound an outline: left, top, width, height.

    Raises:
        InvalidSize: it has collapsed to less than SLACK.
    """
    left, top = float(x.min()), float(y.min())
    width, height = float(x.max()) - left, float(y.max()) - top
    if min(width, height) < SLACK:
        raise InvalidSize(f"the warped picture is only {width:.3g} x {height:.3g} pixels large; scale it less")
    return left, top, width, height


def _is_upright(x: Coordinates, y: Coordinates) -> bool:
    """Tell whether every edge of an outline, given by its corners, runs along an axis, to SLACK."""
    edge_x, edge_y = np.abs(x - np.roll(x, 1)), np.abs(y - np.roll(y, 1))
    return bool(np.all(np.minimum(edge_x, edge_y) < SLACK))


def _nearest_whole(extent: float) -> int:
    return max(1, math.floor(extent + 1 / 2 + SLACK))


def _next_whole(extent: float) -> int:
    return max(1, math.ceil(extent - SLACK))
