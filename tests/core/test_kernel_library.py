"""Kernels run from a library without Numba, in a process of its own, and take nothing that they are not for."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from llvmlite.binding import get_host_cpu_features

from core import kernel_library
from core.compiling import KERNELS, choose_target
from core.cpu_target import LEVELS, cpu_target, known_targets, runnable_targets, shipped_targets
from core.kernel_library import features_of, library_file, symbol_of
from core.object_code import object_code
from service.precompile import link
from tests.core.sample_kernels import shipped, stepping

ROOT = Path(__file__).parents[2]
MODULES = [shipped.__name__]

WITHOUT_NUMBA = """
import json, logging, sys
from pathlib import Path
sys.modules["numba"] = sys.modules["llvmlite"] = None
import numpy as np
from core import kernel_library
from core.compiling import KERNELS
logging.basicConfig(format="%(message)s", stream=sys.stdout)
kernel_library.FOLDER, modules = Path(sys.argv[1]), json.loads(sys.argv[2])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a library of the sample kernels, for this processor."""
    folder = tmp_path_factory.mktemp("kernels") / "libraries"
    folder.mkdir()
    objects = tmp_path_factory.mktemp("objects")
    for kernel in (shipped.list_numbers, shipped.sum_up, shipped.keep_busy):
        (objects / f"{symbol_of(kernel.name)}.o").write_bytes(object_code(kernel))
    link(objects, folder / library_file(choose_target(), MODULES).name)
    return folder


def run(folder, script, **environment):
    """What a process prints that has no Numba and this folder of libraries."""
    command = [sys.executable, "-c", WITHOUT_NUMBA + script, str(folder), json.dumps(MODULES)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_type_of_argument_arrives_and_every_result_comes_back(folder):
    script = """
assert kernel_library.run_library(modules)
from tests.core.sample_kernels.shipped import list_numbers, sum_up
out = np.zeros(5)
assert list_numbers(-7, 2**40, True, 0.1, 0.1, out) is None
assert out.tolist() == [-7, 2**40, 1, np.float32(0.1), 0.1]
list_numbers(np.int64(3), np.int32(-1), np.bool_(False), np.float64(2), 3, out)
assert out.tolist() == [3, -1, 0, 2, 3]

table, floats = np.array([[1, 2, 3], [10, 20, 30]], np.uint8), np.ones((2, 3), np.float32)
table.flags.writeable = False
others = [np.array([100], np.uint16), np.array([-1000], np.int32), np.array([10**6], np.uint64)]
assert sum_up(table, *others, floats) == 6 + 120 + 100 - 1000 + 10**6
assert floats.tolist() == [[1, 1, 1], [1, 1, 2]]
print("fine")
"""
    assert run(folder, script) == "fine\n"


def test_what_a_kernel_is_not_for_is_refused_and_let_go(folder):
    script = """
kernel_library.run_library(modules)
from tests.core.sample_kernels.shipped import list_numbers, sum_up
right = [np.zeros((2, 3), np.uint8), np.zeros(1, np.uint16), np.zeros(1, np.int32), np.zeros(1, np.uint64),
         np.zeros((2, 3), np.float32)]
held = [sys.getrefcount(array) for array in right]
frozen = np.zeros((2, 3), np.float32)
frozen.flags.writeable = False
wrong = {
    "another dtype": (1, np.zeros(1, np.int16)),
    "one as wide": (2, np.zeros(1, np.float32)),
    "another dimension": (0, np.zeros(6, np.uint8)),
    "steps": (1, np.zeros(4, np.uint16)[::2]),
    "turned": (4, np.zeros((3, 2), np.float32).T),
    "read-only": (4, frozen),
    "no array": (3, 5),
    "None": (0, None),
}
for name, (place, argument) in wrong.items():
    arguments = right[:place] + [argument] + right[place + 1:]
    try:
        sum_up(*arguments)
    except (TypeError, ValueError, BufferError) as error:
        print(f"{name}: {error}")
del arguments
for arguments in ([], right[:4], [*right, 1]):
    try:
        sum_up(*arguments)
    except TypeError as error:
        print(error)
del arguments
out = np.full(5, 9.0)
for number in ("x", None, 1.5):
    try:
        list_numbers(number, 1, True, 1.0, 1.0, out)
    except TypeError as error:
        print(error)
assert out.tolist() == [9] * 5
assert [sys.getrefcount(array) for array in right] == held
"""
    lines = run(folder, script).splitlines()
    assert [line.partition(":")[0] for line in lines[:8]] == [
        "another dtype", "one as wide", "another dimension", "steps", "turned", "read-only", "no array", "None",
    ]  # fmt: skip
    assert lines[0].endswith("sum_up takes 1-dimensional uint16 as argument 2")
    assert lines[8:11] == ["sum_up takes 5 arguments"] * 3
    assert len(lines) == 8 + 3 + 3


def test_other_threads_run_while_a_kernel_does(folder):
    script = """
import time
from concurrent.futures import ThreadPoolExecutor
kernel_library.run_library(modules)
from tests.core.sample_kernels.shipped import keep_busy
with ThreadPoolExecutor(1) as threads:
    running = threads.submit(keep_busy, 10**8)  # some tenths of a second
    seen_running = 0
    while not running.done():
        seen_running += 1
        time.sleep(0.001)
print(seen_running)
"""
    assert int(run(folder, script)) > 10  # under Python's lock: 1 or 2


def test_a_library_that_is_damaged_or_lacks_a_kernel_is_told_and_not_used(folder, tmp_path):
    whole = library_file(choose_target(), MODULES).name
    (tmp_path / "libraries").mkdir()
    damaged = tmp_path / "libraries" / whole
    damaged.write_bytes(b"\x7fELF" + bytes(1000))
    script = "print(kernel_library.run_library(modules), [kernel._code for kernel in KERNELS.values()])"
    told, result = run(damaged.parent, script).splitlines()
    assert f"no use of {damaged}" in told
    assert result == "None [None, None, None]"

    lacking = (
        """
from core.compiling import kernel
kernel("int64(int64)")(lambda number: number)
"""
        + script
    )
    told, result = run(folder, lacking).splitlines()
    assert "lambda" in told
    assert result == "None [None, None, None, None]"


def test_what_others_could_have_put_there_is_not_loaded(folder, tmp_path):
    script = "print(kernel_library.run_library(modules))"
    assert run(folder, script) == f"{choose_target()}\n"
    (tmp_path / "libraries").mkdir()
    theirs = tmp_path / "libraries" / library_file(choose_target(), MODULES).name
    theirs.write_bytes((folder / theirs.name).read_bytes())
    theirs.chmod(0o666)
    theirs.parent.chmod(0o755)
    theirs.parent.parent.chmod(0o755)
    assert run(theirs.parent, script) == "None\n"
    assert run(tmp_path / "nowhere", script) == "None\n"


V2 = "cx16 popcnt lahf_lm pni sse4_1 sse4_2 ssse3"
V3 = f"{V2} avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"


@pytest.mark.parametrize(
    ("machine", "flags", "taken"),
    [("x86_64", V2, "x86-64-v2"), ("x86_64", V3, "x86-64-v3"), ("x86_64", "cx16", "None"), ("aarch64", "", "generic")],
)
def test_the_best_that_the_processor_can_run_is_taken(folder, tmp_path, machine, flags, taken):
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for target in ("x86-64-v3", "x86-64-v2", "generic"):
        code = (folder / library_file(choose_target(), MODULES).name).read_bytes()
        (libraries / library_file(target, MODULES).name).write_bytes(code)
    (tmp_path / "cpuinfo").write_text(f"processor\t: 0\nflags\t\t: {flags}\nbugs\t\t: \n")
    script = f"""
kernel_library.platform.machine = lambda: {machine!r}
kernel_library.CPU_INFO = Path({str(tmp_path / "cpuinfo")!r})
print(kernel_library.run_library(modules))
"""
    assert run(libraries, script) == f"{taken}\n"


def test_linux_and_llvm_tell_the_same_of_this_processor():
    features, machine = features_of(kernel_library.CPU_INFO.read_text()), platform.machine()
    assert cpu_target(machine, features) == cpu_target(machine, get_host_cpu_features())
    if machine == "x86_64":
        for names in LEVELS.values():
            assert {name for name in names if features.get(name)} == {
                name for name in names if get_host_cpu_features()[name]
            }


def test_targets_come_best_first():
    everything = dict.fromkeys(frozenset().union(*LEVELS.values()), True)
    assert runnable_targets("AMD64", everything) == ("x86-64-v4", "x86-64-v3", "x86-64-v2", "x86-64")
    assert runnable_targets("x86_64", everything | {"avx512f": False})[0] == "x86-64-v3"
    assert runnable_targets("x86_64", {}) == ("x86-64",)
    assert runnable_targets("aarch64", everything) == ("generic",)


def test_targets_that_are_known_are_those_that_some_processor_looks_for():
    assert known_targets("x86_64") == ("x86-64-v4", "x86-64-v3", "x86-64-v2", "x86-64")
    assert known_targets("aarch64") == ("generic",)
    for machine in ("x86_64", "aarch64"):
        assert set(shipped_targets(machine)) <= set(known_targets(machine))
    assert choose_target() in known_targets()


def test_a_library_belongs_to_its_sources():
    of_other_modules = library_file("x", [*MODULES, stepping.__name__])
    assert of_other_modules != library_file("x", MODULES) == library_file("x", MODULES)
    assert library_file("x", MODULES).name.startswith("x-")


@pytest.mark.parametrize("module", [*MODULES, "core.object_code"])
def test_a_source_that_has_changed_makes_another_library(monkeypatch, module):
    before = library_file("x", MODULES)
    stamp = kernel_library.source_stamp
    monkeypatch.setattr(kernel_library, "source_stamp", lambda name, *more: stamp(name, *more) + "!" * (name == module))
    assert library_file("x", MODULES) != before


def test_a_kernel_of_several_types_is_refused():
    with pytest.raises(ValueError, match="2 signatures"):
        object_code(stepping.divided)


def test_every_kernel_of_the_service_has_one_combination_of_types():
    ours = [kernel for name, kernel in KERNELS.items() if name.startswith(("core.", "service."))]
    assert len(ours) > 200
    assert {len(kernel.signatures) for kernel in ours} == {1}
    assert len({symbol_of(kernel.name) for kernel in ours}) == len(ours)
