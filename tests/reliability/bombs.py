"""Small files that ask for a lot, in all formats: refused by their headers, or served without what is large in them."""

from itertools import groupby
from pathlib import Path

from service.formats import MEDIA_TYPES
from tests.bombs import BOMBS, SERVED
from tests.contract.bomb_costs import Cost, warm_up
from tests.contract.bomb_costs import measure as cost_of
from tests.contract.server import running
from tests.reliability.findings import Finding, at_most, none_of

MEBI = 1 << 20
MOST_MILLISECONDS, MOST_GROWTH = 100, 20 * MEBI


def measure(folder: Path, every: int) -> list[Finding]:
    """Send one of so many, or all."""
    chosen = list(BOMBS)[::every]
    with running(folder / "log", formats=",".join(MEDIA_TYPES)) as server:
        warm_up(server)
        costs = {name: cost_of(server, BOMBS[name].make()) for name in chosen}
    odd = [f"{name}: {cost.code or 'served'}" for name, cost in costs.items() if cost.code != BOMBS[name].code]
    served = [name for name in chosen if BOMBS[name].code == SERVED]
    findings = [
        none_of(f"of {len(chosen)} files, not answered as they should be", odd),
        Finding(
            "served, what is large in them left out", f"{len(served)}: {'; '.join(served)}", "told only", holds=True
        ),
    ]
    for name, group in groupby(chosen, key=lambda name: name.split(",")[0].split()[0]):
        findings += _of_a_format(name.upper(), [costs[each] for each in group])
    return findings


def _of_a_format(name: str, costs: list[Cost]) -> list[Finding]:
    slowest, largest = max(cost.milliseconds for cost in costs), max(cost.growth for cost in costs)
    return [
        at_most(f"{name}, the slowest of {len(costs)}", slowest, MOST_MILLISECONDS, "ms", ".1f", is_time=True),
        at_most(f"{name}, the largest growth of the memory", largest / MEBI, MOST_GROWTH / MEBI, "MiB", ".1f"),
    ]
