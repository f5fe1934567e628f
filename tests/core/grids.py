"""Sampling grids of a small picture, for tests."""

import numpy as np

from core import Chain, SamplingGrid, Size, Swirl, warp_through
from tests.core.maps import turn

ALL = 1 << 30
SOURCE, CANVAS = Size(20, 16), Size(30, 24)
TURN = turn(17, 0.8, about=(10, 8))
HORIZON = np.array([[1, 0, 0], [0, 1, 0], [0.1, 0, -1]])
SEEN_IN_PERSPECTIVE = np.array([[1.6, 0.1, 0], [0.2, 1.3, 0], [1e-3, 2e-3, 1]])
BENT = Chain().then(Swirl(1.0, 8, 9, 7))


def grid_of(src_from_dst=TURN, canvas=CANVAS, source=SOURCE, filter="bilinear", border="clip", **options):
    """A grid that remembers all it can, of a matrix or a chain; TURN enlarges, so that it is not averaged."""
    chain = src_from_dst if isinstance(src_from_dst, Chain) else Chain.inverse(np.asarray(src_from_dst, float))
    return SamplingGrid(chain, canvas, source, **{"filter": filter, "border": border, "kept_bytes": ALL, **options})


def through(grid, picture, **options):
    return np.concatenate(list(warp_through(grid, picture, **options)))
