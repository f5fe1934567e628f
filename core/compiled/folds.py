"""What becomes of taps outside the picture, sixteen at a time: one step a border."""

from typing import Any

from core.border import BORDERS
from core.compiled.memory import Memory, Number
from core.compiled.step import step
from core.sampling import is_within

EDGE, REFLECT, MIRROR, WRAP, CONSTANT = range(5)
"""How a kernel is told an axis's border."""

CODES = {"clip": EDGE, "edge": EDGE, "reflect": REFLECT, "mirror": MIRROR, "wrap": WRAP, "constant": CONSTANT}


def _folding(border: str) -> Any:
    fold = BORDERS[border]

    @step
    def fold_taps(index: Memory, at: Number, side: Number) -> None:
        """Fold indices into a picture's side."""
        index.store(at.value, fold(index.load(at.value), side.lanes))

    return fold_taps


fold_edge, fold_reflect, fold_mirror, fold_wrap = (_folding(border) for border in ("edge", "reflect", "mirror", "wrap"))


@step
def miss(index: Memory, weight: Memory, at: Number, missed: Memory, first: Number, side: Number) -> None:
    """Take their weight from taps outside the picture, and add it to what is missed."""
    here, weighs = is_within(index.load(at.value), side.lanes), weight.load(at.value)
    missed.store(first.value, missed.load(first.value) + weighs * ~here)
    weight.store(at.value, weighs * here)


@step
def count(covered: Memory, share: Memory, row_missed: Memory, column_missed: Memory, first: Number) -> None:
    """Note that points cover the part of their share that they did not miss."""
    within = (1.0 - row_missed.load(first.value)) * (1.0 - column_missed.load(first.value))
    covered.store(first.value, covered.load(first.value) + within * share.load(first.value))


@step
def weaken(share: Memory, counts: Number, first: Number) -> None:
    """Let pixels count less."""
    share.store(first.value, share.load(first.value) * counts.lanes)
