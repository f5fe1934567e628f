"""One sampling grid for all pictures of a batch that have the same size and are warped by the same map."""

from collections import Counter
from collections.abc import Hashable, Iterable
from math import ceil

from core import Raster, SamplingGrid, Size
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
            return make_grid(plan)
        if geometry not in self._grids:
            self._grids[geometry] = make_grid(plan, KEPT_BYTES // len(self._shared))
        return self._grids[geometry]


def _geometry(plan: Plan) -> Hashable:
    """Tell what the grids of equal plans have in common; a map that is no matrix is equal to itself alone."""
    projective = plan.chain.projective
    chain = id(plan.chain) if projective is None else projective.src_from_dst_matrix.tobytes()
    return plan.source, plan.canvas, chain, plan.filter, plan.antialias, plan.border, plan.reduction


def make_grid(plan: Plan, kept_bytes: int = 0) -> SamplingGrid:
    """Make the grid of one plan; what it may remember is of use only to another one that is equal."""
    reduction = plan.reduction
    raster = Size(ceil(plan.source.width / reduction), ceil(plan.source.height / reduction))
    return SamplingGrid(
        plan.chain,
        plan.canvas,
        plan.source,
        filter=plan.filter,
        border=plan.border,
        antialias=plan.antialias,
        raster=Raster(raster, reduction),
        kept_bytes=kept_bytes,
    )
