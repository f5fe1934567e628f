"""Who is how fast: contenders run in turn, round by round, so that a busy moment of the machine meets all of them.

A ratio is the median over the rounds of what two of them took right after each other, never the ratio of two medians.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

Seconds = dict[str, list[float]]
"""What each contender took, round by round."""


class Effort(NamedTuple):
    """How long to go on.

    Attributes:
        budget: seconds after which no round is begun; a round that alone takes longer is not repeated.
        least: rounds to have, if one fits into the budget.
        most: rounds that are enough.
    """

    budget: float
    least: int = 3
    most: int = 15


QUICK = Effort(budget=0.5, most=5)
FULL = Effort(budget=3)


def in_turn(contenders: Mapping[str, Callable[[], object]], effort: Effort) -> Seconds:
    """Time each contender once a round. They should have run before: what only the first call does is no speed."""
    taken: Seconds = {name: [] for name in contenders}
    start = time.perf_counter()
    for number in range(1, effort.most + 1):
        for name, run in contenders.items():
            taken[name].append(seconds(run))
        spent = time.perf_counter() - start
        if spent > effort.budget and (number >= effort.least or spent > effort.budget * number):
            break
    return taken


def seconds(run: Callable[[], object]) -> float:
    """Time one call; what it returns is let go after the clock has stopped."""
    start = time.perf_counter()
    result = run()
    taken = time.perf_counter() - start
    del result
    return taken


def times_as_fast(ours: list[float], theirs: list[float]) -> float:
    """Tell how many times as fast we are, from what both took in the same rounds."""
    return statistics.median(their / our for our, their in zip(ours, theirs, strict=True))
