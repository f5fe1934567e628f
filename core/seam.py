"""Whether the picture is a strip of angles, whose first and last row are neighbours whatever lies outside."""

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
    """
    first, *others = (*chain.links, None)
    matrix, link = (first.dst_from_src_matrix, others[0]) if isinstance(first, Projective) else (identity(), first)
    return isinstance(link, Depolar) and _is_full_turn(matrix, source, link.angles)


def _is_full_turn(dst_from_src: Matrix, source: Size, turn: int) -> bool:
    """Tell whether a matrix takes the source's rows 0 to height to rows 0 to turn, forwards or backwards."""
    row = dst_from_src[1]
    ends = np.sort([row[2], row[1] * source.height + row[2]])
    is_upright = bool(np.array_equal(dst_from_src[2], [0, 0, 1])) and abs(row[0]) * source.width < SLACK
    return is_upright and bool(np.all(np.abs(ends - [0, turn]) < SLACK)) and dst_from_src[0, 1] == 0
