"""What a list of operations carries: the map so far, the frame it refers to, and the picture's outline.

Nothing is cut and nothing is resampled between operations; the pixels are read once, through the composed map.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from core import homography
from core.errors import HorizonInView, NoImage
from core.grid import Coordinates
from core.homography import Matrix
from core.maps.chain import Chain
from core.maps.map import Map, Point
from core.maps.polar import Polar
from core.maps.projective import Projective
from core.size import Size

MOST_EDGE_POINTS = 4096
"""Along each side of an outline that may be bent, where else there is one a pixel."""

INNER_POINTS = 65
"""Along each side of a lattice inside an outline, whose image may reach farther than that of its edges."""


@dataclass(frozen=True)
class State:
    """A composed map with its bearings.

    Attributes:
        source: the picture's size.
        frame: the rectangle that centres, fractions and normalized matrices refer to.
        map: source -> where the operations so far have moved it.
        outline: the rectangle that `expand`, `inscribed` and the fits go by: the picture's own, or the last crop's.
        outline_map: from the outline's rectangle to where the operations so far have moved it.
    """

    source: Size
    frame: Size
    map: Chain
    outline: Size
    outline_map: Chain

    @classmethod
    def start(cls, source: Size) -> Self:
        """Begin with the upright picture, unmoved."""
        unmoved = Chain()
        return cls(source, source, unmoved, source, unmoved)

    def then(self, dst_from_src: Matrix) -> Self:
        """Apply one more projective map, after those so far.

        Args:
            dst_from_src: 3x3, in pixels of the frame; its sign does not matter, see `homography.facing`.

        Raises:
            InvalidMatrix: composing overflowed.
            SingularMap: the map, or the composition, flattens the picture.
            HorizonAtCentre: the map has no front.
        """
        homography.check_invertible(dst_from_src, self.frame)
        faced = homography.facing(dst_from_src, self.frame)
        composed = homography.rescale(homography.compose(faced, self.map.last_matrix))
        homography.check_invertible(composed, self.source)
        return self.through(Projective.forward(faced))

    def through(self, link: Map, frame: Size | None = None) -> Self:
        """Apply one more map of any kind, after those so far.

        Args:
            link: the map.
            frame: the new frame, if the map brings one.

        Raises:
            SingularMap: two projective maps make one without an inverse; `then` refuses such before.
        """
        moved = self.map.then(link)
        outline_moved = moved if self.outline_map is self.map else self.outline_map.then(link)
        return replace(self, map=moved, outline_map=outline_moved, frame=frame or self.frame)

    def crop(self, x: float, y: float, size: Size) -> Self:
        """Take a rectangle for the new frame and outline: a view through which the picture goes on outside.

        Args:
            x: of its left side, in pixels of the frame.
            y: of its top.
            size: its own.

        Raises:
            InvalidMatrix, SingularMap: as for `then`.
        """
        moved = self.then(homography.translate(-x, -y))
        return replace(moved, frame=size, outline=size, outline_map=Chain())

    def resize(self, size: Size, fit: str) -> Self:
        """Scale the frame, and all with it, to a new frame.

        Args:
            size: of the new frame.
            fit: a name in RESIZES.

        Raises:
            InvalidMatrix, SingularMap: as for `then`.
        """
        return replace(self.then(RESIZES[fit](self.frame, size)), frame=size)

    def outline_points(self) -> tuple[Coordinates, Coordinates]:
        """Map points of the outline that tell how far its image reaches.

        Returns:
            x and y. Of a projective map they are the corners, clockwise from the top-left one, and tell it exactly; of
            any other they are points along the sides and inside.

        Raises:
            HorizonInView: a corner lies on or beyond the horizon, so the outline is not finite.
            NoImage: the map folds somewhere, or sends a point nowhere.
        """
        projective = self.outline_map.projective
        if projective is None:
            points = self.outline_map.dst_from_src(*_points_of(self.outline))
            x, y = np.concatenate([points, *_points_of_strips(self.outline, self.outline_map)], axis=1)
            if not np.isfinite([x, y]).all():
                raise NoImage
            return x, y
        x, y, denominator = homography.apply(projective.dst_from_src_matrix, *self.outline.corners)
        if not np.all(np.asarray(denominator) > 0) or not np.all(np.isfinite([x, y])):
            raise HorizonInView
        return x, y


def _points_of(outline: Size) -> tuple[Coordinates, Coordinates]:
    """List points along the sides of an outline, corners among them, and of a lattice inside."""
    width, height = outline
    along_x, along_y = (np.linspace(0.0, side, min(side, MOST_EDGE_POINTS) + 1) for side in outline)
    inner_x, inner_y = np.meshgrid(*(np.linspace(0.0, side, INNER_POINTS) for side in outline))
    x = [along_x, np.full_like(along_y, width), along_x, np.zeros_like(along_y), inner_x.ravel()]
    y = [np.zeros_like(along_x), along_y, np.full_like(along_x, height), along_y, inner_y.ravel()]
    return np.concatenate(x), np.concatenate(y)


def _points_of_strips(outline: Size, chain: Chain) -> Iterator[Point]:
    """Give the images of the centre of each `Polar` and of the ray where its turn begins and ends, as far as inside.

    One point of the picture goes to a whole side of the strip, and each point of the ray to two of its points.
    """
    for number, link in enumerate(chain.links, start=1):
        if isinstance(link, Polar):
            along, around = np.arange(link.radius + 1.0), np.arange(link.angles + 1.0)
            x = np.concatenate([along, along, np.zeros_like(around)])
            y = np.concatenate([np.zeros_like(along), np.full_like(along, link.angles), around])
            src_x, src_y = Chain(chain.links[:number]).src_from_dst(x, y)
            inside = (src_x >= 0) & (src_x <= outline.width) & (src_y >= 0) & (src_y <= outline.height)
            yield Chain(chain.links[number:]).dst_from_src(x[inside], y[inside])


def _stretch(frame: Size, size: Size) -> Matrix:
    return homography.scale(size.width / frame.width, size.height / frame.height)


def _contain(frame: Size, size: Size) -> Matrix:
    return _scale_evenly(frame, size, min)


def _cover(frame: Size, size: Size) -> Matrix:
    return _scale_evenly(frame, size, max)


def _scale_evenly(frame: Size, size: Size, choose: Callable[[float, float], float]) -> Matrix:
    factor = choose(size.width / frame.width, size.height / frame.height)
    margin_x, margin_y = (size.width - frame.width * factor) / 2, (size.height - frame.height * factor) / 2
    return homography.compose(homography.translate(margin_x, margin_y), homography.scale(factor, factor))


RESIZES: dict[str, Callable[[Size, Size], Matrix]] = {"stretch": _stretch, "contain": _contain, "cover": _cover}
