"""What becomes of taps outside the picture, and of points of a reduced one: a group at a time, a step a border."""

from core.compiled.llvm.lanes import Bit
from core.compiled.llvm.memory import Memory
from core.compiled.llvm.number import Number
from core.compiled.llvm.step import Step, step
from core.compiled.steps.formulas import BORDERS, POINT_FOLDS, is_within


def _folding(border: str) -> Step:
    fold = BORDERS[border]

    @step
    def fold_taps(index: Memory, at: Number, side: Number) -> None:
        """Fold a group of indices from place `at` on into a picture's side."""
        index.store(at, fold(index.load(at), side.lanes))

    return fold_taps


def _going_on(border: str) -> Step:
    fold = POINT_FOLDS[border]

    @step
    def go_on(x: Memory, level: Number, side: Number) -> None:
        """Fold a group of coordinates in a picture of 1/`level` of the resolution as the whole one's `side` demands."""
        points = x.group() * level.lanes
        x.put_group(fold(points, side.lanes) / level.lanes)

    return go_on


fold_edge, fold_reflect, fold_mirror, fold_wrap = (_folding(border) for border in ("edge", "reflect", "mirror", "wrap"))
go_on_reflect, go_on_mirror, go_on_wrap = (_going_on(border) for border in ("reflect", "mirror", "wrap"))


@step
def miss(index: Memory, weight: Memory, at: Number, missed: Memory, side: Number) -> None:
    """Take their weight from taps outside the picture, and add it to what is missed."""
    here, weighs = is_within(index.load(at), side.lanes), weight.load(at)
    missed.put_group(missed.group() + weighs * ~here)
    weight.store(at, weighs * here)


@step
def all_miss(index: Memory, last_at: Number, side: Number) -> Bit:
    """Tell whether all taps of a group of points lie outside the picture along an axis, so that nothing is read.

    Args:
        index: of the first tap, and from `last_at` on of the last one.
        last_at: see there.
        side: of the picture, in pixels.
    """
    outside: Bit = ((index.load(last_at) < 0) | (index.group() >= side.lanes)).all()
    return outside


@step
def count(covered: Memory, share: Memory, row_missed: Memory, column_missed: Memory) -> None:
    """Note that points cover the part of their share that they did not miss."""
    within = (1.0 - row_missed.group()) * (1.0 - column_missed.group())
    covered.put_group(covered.group() + within * share.group())


@step
def weaken(share: Memory, counts: Number) -> None:
    """Let pixels count less."""
    share.put_group(share.group() * counts.lanes)
