"""What an experiment has found: figures, each beside what is demanded of it."""

from typing import NamedTuple


class Finding(NamedTuple):
    """One figure.

    Attributes:
        what: in words.
        figure: as it is written on the page.
        demanded: likewise.
        holds: whether it is so.
    """

    what: str
    figure: str
    demanded: str
    holds: bool


def demand(findings: list[Finding]) -> None:
    """Fail if anything does not hold; say all figures."""
    lines = [
        f"{'  ' if each.holds else '! '}{each.what}: {each.figure} (demanded: {each.demanded})" for each in findings
    ]
    print("", *lines, sep="\n")  # noqa: T201 -- with -s
    assert all(each.holds for each in findings), "\n".join(lines)


def at_most(what: str, value: float, bound: float, unit: str, form: str = ".0f") -> Finding:
    """Demand that a value is not above a bound."""
    return Finding(what, f"{value:{form}} {unit}".strip(), f"at most {bound:{form}} {unit}".strip(), value <= bound)


def none_of(what: str, values: list[object]) -> Finding:
    """Demand that nothing was found."""
    return Finding(what, str(len(values)) if len(values) != 1 else f"1: {values[0]}", "none", not values)
