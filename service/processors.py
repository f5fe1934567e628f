"""How many processors the process may use: those it may run on, or fewer if a control group has a quota."""

import math
import os
from collections.abc import Iterator
from pathlib import Path

from service.control_groups import read_limits


def usable_processors(root: Path = Path("/")) -> int:
    """Count the processors that this process may keep busy, at least 1.

    A container's limit of 1.5 processors is no set of processors but a share of the time: see cpu.max in the kernel's
    cgroup-v2 guide and cpu.cfs_quota_us in its page on CFS bandwidth control. A broken one counts as a whole: the time
    is used up, at the price of a short standstill in some periods.

    Args:
        root: the folder that holds proc and sys.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([allowed, *(math.ceil(quota) for quota in _quotas(root))]))


def _quotas(root: Path) -> Iterator[float]:
    """List the quotas that hold for this process, in processors: those of its group and of all groups around it."""
    for words in read_limits(root, "cpu", "cpu.max", "cpu.cfs_quota_us", "cpu.cfs_period_us"):
        match words:  # microseconds and a period; "max" and -1 mean that there is no quota
            case [quota, period] if quota.isdigit() and period.isdigit() and int(period):
                yield int(quota) / int(period)
