"""One sampling grid for all pictures of a batch that have the same size and are warped by the same map."""

from collections import Counter
from collections.abc import Hashable, Iterable

from core import SamplingGrid
from service.resolve import Plan

KEPT_BYTES = 32 << 20
"""What all remembered grids of a request may take: 1.6 megapixels of output at 20 bytes each, or 0.6 at 52 where a map
bends or is seen in perspective; of larger ones it is a part."""


class SharedGrids:
    """The grids of one request, made when they are first asked for."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        # An exact copy reads no grid.
        counts = Counter(_geometry(plan) for plan in plans if not plan.is_copy)
        self._shared = {geometry for geometry, count in counts.items() if count > 1}
        self._grids: dict[Hashable, SamplingGrid] = {}

    def grid_of(self, plan: Plan) -> SamplingGrid:
        """Give the grid of a plan; only one that has another use remembers anything."""
        geometry = _geometry(plan)
        if geometry not in self._shared:
            return plan.grid
        if geometry not in self._grids:
            self._grids[geometry] = plan.make_grid(KEPT_BYTES // len(self._shared))
        return self._grids[geometry]


def _geometry(plan: Plan) -> Hashable:
    """Tell what the grids of equal plans have in common; a map that is no matrix is equal to itself alone."""
    projective = plan.chain.projective
    chain = id(plan.chain) if projective is None else projective.src_from_dst_matrix.tobytes()
    return plan.source, plan.canvas, chain, plan.filter, plan.antialias, plan.border, plan.reduction
