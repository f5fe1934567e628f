"""What an experiment has found: figures, each beside what is demanded of it."""

from collections.abc import Sequence
from typing import NamedTuple


class Finding(NamedTuple):
    """One figure.

    Attributes:
        what: in words.
        figure: as it is written on the page.
        demanded: likewise.
        holds: whether it is so.
        is_time: whether it depends on what else the machine has to do, so that no test may demand it.
    """

    what: str
    figure: str
    demanded: str
    holds: bool
    is_time: bool = False

    def __str__(self) -> str:
        return f"{'  ' if self.holds else '! '}{self.what}: {self.figure} (demanded: {self.demanded})"


def at_most(
    what: str, value: float, bound: float, unit: str = "", form: str = ".0f", *, is_time: bool = False
) -> Finding:
    """Demand that a value is not above a bound."""
    figure, demanded = (f"{number:{form}} {unit}".strip() for number in (value, bound))
    return Finding(what, figure, f"at most {demanded}", bool(value <= bound), is_time)


def none_of(what: str, values: Sequence[object]) -> Finding:
    """Demand that nothing was found."""
    return Finding(what, f"{len(values)}{f': {values[0]}' if values else ''}", "0", not values)
