"""The largest upright rectangle of whole pixels in which every pixel is covered, for maps that bend lines.

Each row is taken as the bottom of rectangles. In each column the covered pixels upwards from it form a bar; the bar's
height, and how far to both sides the rows that it spans are covered throughout, follow from those of the row above and
from the runs of covered pixels in this row alone. The best rectangle is as wide as some bar of its height reaches.
Source: the dynamic programme for the largest rectangle of ones in a binary matrix, folklore; linear in its elements.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from core.errors import NothingInscribed
from core.grid import SLACK, Coordinates, pixel_centres
from core.inscribed_quad import Rectangle
from core.size import Size

Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]

STRIP_PIXELS = 1 << 14
"""Pixels tested at once: the memory needed is that of the test on so many points, or on one row of the box. Fewer are
not faster, and more take it out of the processor's caches."""


def largest_in_mask(
    is_covered: Callable[[Coordinates, Coordinates], Mask], box: tuple[float, float, float, float]
) -> Rectangle:
    """Find the upright rectangle with the most pixels, all of them covered.

    It is the best of all rectangles on the pixel lattice that starts at the box's corner; holes are respected. Every
    pixel of the box is tested once, and none is kept. Of equal areas the uppermost, then leftmost is taken.

    Args:
        is_covered: tells for pixel centres, x of shape (1, n) and y of shape (m, 1), which have coverage 1: (m, n).
        box: left, top, width and height, finite, in pixels of dst: where the picture can be. The time is proportional
            to its area, so the caller bounds that.

    Returns:
        A rectangle in pixels of dst, whose left and top differ from the box's by whole pixels.

    Raises:
        NothingInscribed: no pixel is covered.
    """
    left, top, width, height = box
    best_area, best = 0, (0, 0, 0, 0)
    for bottom, (bar, before, after) in enumerate(_bars(is_covered, left, top, _whole(width), _whole(height)), start=1):
        areas = bar * (bar.size - before - after)
        at = areas.argmax()
        if areas[at] > best_area:
            best_area, best = areas[at], (before[at], after[at], bar[at], bottom)
    if best_area == 0:
        raise NothingInscribed
    before_best, after_best, rows, bottom = map(int, best)
    size = Size(_whole(width) - before_best - after_best, rows)
    return Rectangle(left + before_best, top + (bottom - rows), size)


def _bars(
    is_covered: Callable[[Coordinates, Coordinates], Mask], left: float, top: float, columns: int, rows: int
) -> Iterator[tuple[Counts, Counts, Counts]]:
    """Give for each row, and in it for each column: the bar's height, and the columns out of its reach on each side.

    All three are 0 where the pixel is not covered.
    """
    bar, before, after = np.zeros((3, columns), np.int64)
    strip_rows = max(1, STRIP_PIXELS // max(1, columns))
    for first in range(0, rows if columns else 0, strip_rows):
        x, y = pixel_centres(range(first, min(first + strip_rows, rows)), columns)
        mask = is_covered(left + x, top + y)
        for covered, before_run, after_run in zip(mask, _before_run(mask), _before_run(mask[:, ::-1]), strict=True):
            bar = (bar + 1) * covered
            before = np.maximum(before, before_run) * covered
            after = np.maximum(after, after_run[::-1]) * covered
            yield bar, before, after


def _before_run(mask: Mask) -> Counts:
    """Count for each covered pixel of a row the columns before the run of covered pixels that it belongs to."""
    ends = np.where(mask, 0, np.arange(1, mask.shape[1] + 1))
    return np.asarray(np.maximum.accumulate(ends, axis=1))


def _whole(extent: float) -> int:
    """Count the pixels of a side of the box, one that it only touches within SLACK not among them."""
    return max(0, math.ceil(extent - SLACK))
