"""What each operation of the spec means: how it moves the picture, in pixels of the current frame."""

from collections.abc import Sequence

from core import Pixels, State
from service import spec
from service.operations.curved import CURVED, displace
from service.operations.projective import PROJECTIVE, raw_matrix
from service.operations.units import rectangle_of

__all__ = ["apply", "raw_matrix", "rectangle_of"]

_STEPS = PROJECTIVE | CURVED


def apply(op: spec.Op, state: State, rasters: Sequence[Pixels | None] | None) -> State:
    """Apply an operation after those so far.

    Args:
        op: one operation of a spec.
        state: what they have made.
        rasters: the pictures that a `displacement` refers to, None in place of one that is not decoded; None instead of
            them all if it is not known how many there are.

    Raises:
        WarpError: it makes no usable map.
        MapMissing: there is no such displacement map.
    """
    if isinstance(op, spec.Displacement):
        return displace(op, state, rasters)
    return _STEPS[type(op)](op, state)
