"""The border of each axis, applied to a group of points and to their taps."""

from core.compiled.agreed import CONSTANT, LANES, MIRROR, REFLECT, WRAP
from core.compiled.steps.folds import (
    fold_edge,
    fold_mirror,
    fold_reflect,
    fold_wrap,
    go_on_mirror,
    go_on_reflect,
    go_on_wrap,
    miss,
)
from core.compiling import part


@part
def fold_taps(index, weight, missed, taps, side, border):
    """Fold the taps of a group of points along one axis into the picture.

    Args:
        index, weight: tap after tap.
        missed: gets the weight of those that lie outside, if the border leaves them to the fill.
        taps: LANES times their number.
        side: of the picture, in pixels.
        border: the axis's code.
    """
    missed[:] = 0
    for tap in range(0, taps, LANES):
        if border == CONSTANT:
            miss(index, weight, tap, missed, side)
        fold(index, tap, side, border)


@part
def fold(index, at, side, border):
    """Fold a group of indices, from place `at` on, into the picture."""
    if border == REFLECT:
        fold_reflect(index, at, side)
    elif border == MIRROR:
        fold_mirror(index, at, side)
    elif border == WRAP:
        fold_wrap(index, at, side)
    else:
        fold_edge(index, at, side)


@part
def go_on(points, level, side, border):
    """Fold a group of points along one axis into a reduced picture, if the border lets it go on beyond its edges.

    Args:
        points: coordinates, in pixels of that picture.
        level: its reduction.
        side: of the finest picture.
        border: the axis's code.
    """
    if border == REFLECT:
        go_on_reflect(points, level, side)
    elif border == MIRROR:
        go_on_mirror(points, level, side)
    elif border == WRAP:
        go_on_wrap(points, level, side)


@part
def lets_go_on(border):
    """Tell whether a border lets the picture go on beyond its edges."""
    return border in (REFLECT, MIRROR, WRAP)
