"""A bound on where the points of a canvas come from: what proves, before any pixel, that no fill will show."""

import math
from typing import NamedTuple

import numpy as np

from core import homography
from core.grid import SLACK
from core.maps.bulge import Bulge
from core.maps.chain import Chain
from core.maps.map import Map
from core.maps.polar import Polar
from core.maps.projective import Projective
from core.size import Size


class Box(NamedTuple):
    """An upright rectangle, in pixels; a side may be infinite."""

    left: float
    top: float
    right: float
    bottom: float

    def is_inside(self, size: Size) -> bool:
        """Tell whether all of it lies in a picture of this size, to SLACK."""
        return (
            self.left >= -SLACK
            and self.top >= -SLACK
            and self.right <= size.width + SLACK
            and self.bottom <= size.height + SLACK
        )


EVERYWHERE = Box(-math.inf, -math.inf, math.inf, math.inf)


def source_box(chain: Chain, canvas: Size) -> Box | None:
    """Bound the sources of a canvas.

    Args:
        chain: the map.
        canvas: the output's size, in pixels.

    Returns:
        A box that holds them all; None if some point of the canvas may have no source.
    """
    box: Box | None = Box(0.0, 0.0, float(canvas.width), float(canvas.height))
    for link in reversed(chain.links):
        if box is None:
            return None
        box = _through(link, box)
    return box


def _through(link: Map, box: Box) -> Box | None:
    if isinstance(link, Projective):
        return _through_projective(link, box)
    if isinstance(link, Bulge):
        return _through_bulge(link, box)
    if isinstance(link, Polar):
        return EVERYWHERE if box.left >= 0 else None
    return EVERYWHERE if link.is_total else None


def _through_projective(link: Projective, box: Box) -> Box | None:
    """Bound by the corners, between which a projective map keeps what lies between them."""
    if not np.isfinite(box).all():
        return EVERYWHERE if link.is_total else None
    x = np.array([box.left, box.right, box.right, box.left])
    y = np.array([box.top, box.top, box.bottom, box.bottom])
    x, y, denominator = homography.apply(link.src_from_dst_matrix, x, y)
    if not (np.all(np.asarray(denominator) > 0) and np.isfinite([x, y]).all()):
        return None
    return Box(float(x.min()), float(y.min()), float(x.max()), float(y.max()))


def _through_bulge(link: Bulge, box: Box) -> Box:
    """Join the disc, whose points stay in it, to the box, outside of which nothing moves."""
    return Box(
        min(box.left, link.centre_x - link.radius),
        min(box.top, link.centre_y - link.radius),
        max(box.right, link.centre_x + link.radius),
        max(box.bottom, link.centre_y + link.radius),
    )
