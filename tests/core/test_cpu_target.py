"""The target is the highest level that the processor has whole; the C library's own loader is the oracle here."""

import platform
import re
import subprocess
from pathlib import Path

import pytest
from llvmlite.binding import Target, get_host_cpu_features, initialize_native_target

from core.cpu_target import LEVELS, SHIPPED, cpu_target, normal, shipped_targets

V4, V3, V2 = LEVELS.values()


@pytest.mark.parametrize(
    ("features", "target"),
    [
        (V4 | V3 | V2, "x86-64-v4"),
        (V3 | V2, "x86-64-v3"),
        (V2, "x86-64-v2"),
        (frozenset(), "x86-64"),
        (V4 | V2, "x86-64-v2"),  # a hypervisor that hides AVX2 alone
        (V3, "x86-64"),
    ],
)
@pytest.mark.parametrize("machine", ["x86_64", "AMD64"])
def test_the_highest_level_that_is_there_whole(machine, features, target):
    assert cpu_target(machine, dict.fromkeys(features, True) | {"sse2": True}) == target


ONE_OF_A_LEVEL = [(name, level) for level, names in LEVELS.items() for name in sorted(names)]


@pytest.mark.parametrize(("name", "below"), ONE_OF_A_LEVEL)
def test_one_missing_instruction_set_costs_the_level(name, below):
    everything = dict.fromkeys(V4 | V3 | V2, True)
    levels = [*LEVELS, "x86-64"]
    for missing in ({name: False}, {}):
        features = {key: value for key, value in everything.items() if key != name} | missing
        assert cpu_target("x86_64", features) == levels[levels.index(below) + 1]


@pytest.mark.parametrize("machine", ["aarch64", "arm64", "ppc64le", "riscv64"])
def test_other_machines_have_one_target(machine):
    assert cpu_target(machine, dict.fromkeys(V4 | V3 | V2, True)) == "generic"
    assert shipped_targets(machine) == ("generic",)


def test_what_is_shipped_are_levels():
    assert shipped_targets("AMD64") == shipped_targets("x86_64") == SHIPPED["x86_64"]
    assert SHIPPED["x86_64"] == tuple(LEVELS)
    assert shipped_targets() == shipped_targets(platform.machine())


@pytest.mark.parametrize("target", [*LEVELS, "x86-64"])
def test_llvm_knows_every_level(target):
    initialize_native_target()
    if normal(platform.machine()) == "x86_64":
        assert Target.from_default_triple().create_target_machine(cpu=target)


def test_this_machine_as_the_loader_of_the_c_library_sees_it():
    loader = Path("/lib64/ld-linux-x86-64.so.2")  # glibc 2.33 and later tell their levels
    said = (
        subprocess.run([loader, "--help"], capture_output=True, text=True, check=False).stdout
        if loader.exists()
        else ""
    )
    supported = [*re.findall(r"^  (x86-64-v\d) \(supported", said, re.MULTILINE), "x86-64"]
    if "x86-64-v" in said:
        assert cpu_target(platform.machine(), get_host_cpu_features()) == supported[0]
