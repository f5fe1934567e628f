"""How much memory the service may use: the machine's, or less if a control group has a limit."""

import os
from pathlib import Path

from service.control_groups import read_limits


def usable_memory(root: Path = Path("/")) -> int:
    """Count the bytes that this process and its children may use together.

    See memory.max in the kernel's cgroup-v2 guide and memory.limit_in_bytes in its page on the memory controller.

    Args:
        root: the folder that holds proc and sys.
    """
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limits = read_limits(root, "memory", "memory.max", "memory.limit_in_bytes")
    return min([machine, *(int(words[0]) for words in limits if words and words[0].isdigit())])
