"""The processor that kernels are compiled for: not this very one but the portable level that it belongs to.

So compiled code can be shipped, and every machine of a level runs the same instructions. Measured on one with AVX-512:
code for x86-64-v4 is as fast as code for that machine itself; x86-64-v3 is too, except in loops over bytes that select
(the Paeth filter: 1.5 x the time); below v3 such loops take 2 to 4 x.
"""

import platform
from collections.abc import Mapping

LEVELS: dict[str, frozenset[str]] = {
    "x86-64-v4": frozenset({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}),
    "x86-64-v3": frozenset({"avx", "avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe", "xsave"}),
    "x86-64-v2": frozenset({"cx16", "popcnt", "sahf", "sse3", "sse4.1", "sse4.2", "ssse3"}),
}
"""The levels of the x86-64 psABI, section 3.1.1, highest first, with what each adds to the next, in LLVM's names."""

SHIPPED = {"x86_64": ("x86-64-v4", "x86-64-v3", "x86-64-v2")}
"""By the machine's name: the targets that libraries are made for, best first; any other machine has one. NumPy itself
needs v2."""


def cpu_target(machine: str, features: Mapping[str, bool]) -> str:
    """Choose what to compile for; never more than the processor has: a missing instruction kills the process.

    Args:
        machine: as `platform.machine` names it.
        features: what the processor has, by LLVM's names.

    Returns:
        A processor's name as LLVM knows it: the highest level on x86-64, elsewhere "generic", which is ARMv8.0 with
        its vectors on 64-bit ARM.
    """
    return runnable_targets(machine, features)[0]


def runnable_targets(machine: str, features: Mapping[str, bool]) -> tuple[str, ...]:
    """List what code a processor can run, the best first: see `cpu_target`."""
    if normal(machine) != "x86_64":
        return ("generic",)
    found = ["x86-64"]
    for level, added in reversed(LEVELS.items()):
        if not all(features.get(name, False) for name in added):
            break
        found.insert(0, level)
    return tuple(found)


def known_targets(machine: str | None = None) -> tuple[str, ...]:
    """List all targets whose code is looked for on machines of that name, or of this one's."""
    return runnable_targets(machine or platform.machine(), dict.fromkeys(frozenset().union(*LEVELS.values()), True))


def shipped_targets(machine: str | None = None) -> tuple[str, ...]:
    """Give the targets that code is compiled for ahead of time, on a machine of that name or on this one."""
    return SHIPPED.get(normal(machine or platform.machine()), ("generic",))


def normal(machine: str) -> str:
    """Give one name to each kind of machine: Windows says AMD64."""
    return {"amd64": "x86_64"}.get(machine.lower(), machine.lower())
