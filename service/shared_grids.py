"""One sampling grid for all pictures of a batch that have the same size and are warped by the same map."""

from collections import Counter
from collections.abc import Hashable, Iterable

from core import SamplingGrid, homography
from service.resolve import Plan

KEPT_BYTES = 32 << 20
"""What all remembered grids of a request may take: 1.4 megapixels of bilinear output; of larger ones it is a part."""


class SharedGrids:
    """The grids of one request, made when they are first asked for."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        # An exact copy reads no grid.
        counts = Counter(_geometry(plan) for plan in plans if not homography.is_copy(plan.source_from_canvas))
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
    return plan.source, plan.canvas, plan.source_from_canvas.tobytes(), plan.filter, plan.border


def make_grid(plan: Plan, kept_bytes: int = 0) -> SamplingGrid:
    """Make the grid of one plan; what it may remember is of use only to another one that is equal."""
    return SamplingGrid(
        plan.source_from_canvas,
        plan.canvas,
        plan.source,
        filter=plan.filter,
        border=plan.border,
        kept_bytes=kept_bytes,
    )
