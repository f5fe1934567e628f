"""Plans that were worked out not long ago: pictures of one size are sent through one spec all day long.

A plan knows nothing of pixels, and takes a tenth as long as the whole warp of half a megapixel.
"""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from core import Size
from service.resolve import Plan
from service.spec import MatrixSpec, Spec

MOST = 16
MOST_OPS = 16
"""Of a spec whose plan is kept; a long one is slow to compare."""


class _Known(NamedTuple):
    """A plan, and what it was made for."""

    size: Size
    reductions: tuple[int, ...]
    spec: Spec
    plan: Plan


class KnownPlans:
    """The last plans. They are found and kept by one thread."""

    def __init__(self) -> None:
        self._last: deque[_Known] = deque(maxlen=MOST)

    def find(self, spec: Spec, size: Size, reductions: Sequence[int]) -> Plan | None:
        """Give the plan of an equal spec for an upright size, if it is known. See `resolve`."""
        asked = tuple(reductions)
        for known in self._last:
            if known.size == size and known.reductions == asked and (known.spec is spec or known.spec == spec):
                return known.plan
        return None

    def keep(self, spec: Spec, size: Size, reductions: Sequence[int], plan: Plan) -> None:
        """Keep a plan that holds no displacement map, in the place of the oldest."""
        if isinstance(spec, MatrixSpec) or len(spec.ops) <= MOST_OPS:
            self._last.append(_Known(size, tuple(reductions), spec, plan))
