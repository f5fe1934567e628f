"""Edges of the picture that are none where it is rolled up: the first and last row of a strip of angles are neighbours.

Its side at the radius 0 is a point inside the disc, with picture all around.
"""

import numpy as np

from core.grid import SLACK
from core.homography import Matrix, identity
from core.maps.chain import Chain
from core.maps.polar import Depolar
from core.maps.projective import Projective
from core.size import Size


def wraps_down(chain: Chain, source: Size) -> bool:
    """Tell whether the picture's height is a full turn of a `Depolar`, so that its rows wrap under any border.

    Before the depolar the picture may have been stretched or mirrored, but not cut, turned or sheared.

    Args:
        chain: the map.
        source: the picture's size, in pixels.
    """
    return "top" in closed_edges(chain, source)


def closed_edges(chain: Chain, source: Size) -> frozenset[str]:
    """Name the edges of the picture, among left, right, top and bottom, along which it does not end.

    Args:
        chain: the map.
        source: the picture's size.
    """
    first, second, *_ = (*chain.links, None, None)
    before, link = (first, second) if isinstance(first, Projective) else (None, first)
    if not isinstance(link, Depolar):
        return frozenset()
    strip_from_src = identity() if before is None else before.dst_from_src_matrix
    if not _keeps_axes(strip_from_src):
        return frozenset()
    left, right = _ends(strip_from_src[0, 0], strip_from_src[0, 2], source.width)
    top, bottom = _ends(strip_from_src[1, 1], strip_from_src[1, 2], source.height)
    if not (_is_near(min(top, bottom), 0) and _is_near(max(top, bottom), link.angles)):
        return frozenset()
    at_pole = {name for name, end in (("left", left), ("right", right)) if _is_near(end, 0)}
    return frozenset({"top", "bottom", *at_pole})


def _keeps_axes(matrix: Matrix) -> bool:
    return matrix[0, 1] == 0 and matrix[1, 0] == 0 and bool(np.array_equal(matrix[2], [0, 0, 1]))


def _ends(factor: float, shift: float, side: int) -> tuple[float, float]:
    return shift, factor * side + shift


def _is_near(coordinate: float, place: float) -> bool:
    return abs(coordinate - place) < SLACK
