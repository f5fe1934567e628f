"""Kernels are made once, for the types that they say, and found again where they were kept."""

import json
import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numba import njit

from core import compiling
from core.compiling import KERNELS, kernel, prepare_kernels
from core.kernel_cache import BESIDE_SOURCES
from tests.core.sample_kernels import family, stepping

ROOT = Path(__file__).parents[2]
SAMPLES = ("tests.core.sample_kernels.stepping", "tests.core.sample_kernels.family")
NAMES = ["step", "divided", "doubled", "inverted"]

# What a process of its own does: load the samples, use them, and say what came of it.
SCRIPT = """
import json, sys
from pathlib import Path
import numpy as np
from core.compiling import KERNELS, prepare_kernels
told = []
modules, places = json.loads(sys.argv[1])
prepared = prepare_kernels(modules, [Path(place) for place in places], lambda *kernel: told.append(kernel))
assert [number for _, *number in told] == [[i + 1, len(told)] for i in range(len(told))]
assert tuple(made for made, *_ in told) == prepared.made
assert prepared.total == 4
from tests.core.sample_kernels import family, stepping
values = np.array([1, 2, 3])
stepping.step(values)
assert values.tolist() == [4, 5, 6]
assert stepping.divided(values, 2) == 2 + 2 + 3
halves = np.array([2.0, 4.0])
family.inverted(halves)
assert halves.tolist() == [0.5, 0.25]
made = {made.name.rpartition(".")[2]: [made.loaded, made.kept] for made in prepared.made}
print(json.dumps([prepared.target, made]))
"""


def load(*places, **environment):
    """Make the samples ready in a process of its own and use them: the target, what was made how, and the log."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, json.dumps([SAMPLES, [str(place) for place in places]])],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return *json.loads(done.stdout), done.stderr


LOADED, COMPILED, COMPILED_IN_VAIN = [True, True], [False, True], [False, False]


def test_kernels_are_found_again_and_made_anew_where_they_are_damaged_or_others_could_have_put_them(tmp_path):
    target, made, log = load(tmp_path / "kept")
    assert (made, log) == (dict.fromkeys(NAMES, COMPILED), "")
    files = [*(tmp_path / "kept").rglob("*.nbc")]
    assert len(files) == 5  # one kernel has two signatures
    assert files[0].parent.name == f"{sys.implementation.cache_tag}-{target}"
    assert load(tmp_path / "kept") == (target, {"step": LOADED}, "")  # the others at their first call
    assert sorted((tmp_path / "kept").rglob("*.nbc")) == sorted(files)

    for file in files:
        if file.name.startswith("stepping.step"):
            file.write_bytes(file.read_bytes()[:100])
    _, made, log = load(tmp_path / "kept")
    assert made == {"step": COMPILED_IN_VAIN}
    assert log.count("no use of the cache for tests.core.sample_kernels.stepping.step: ") == 1

    (tmp_path / "kept").chmod(0o777)
    assert load(tmp_path / "kept", tmp_path / "other")[1] == dict.fromkeys(NAMES, COMPILED)
    assert load(tmp_path / "kept", tmp_path / "other")[1] == {"step": LOADED}


def test_without_any_place_kernels_are_made_every_time(tmp_path):
    (tmp_path / "file").touch()
    for places in ([], [tmp_path / "file"]):
        _, made, log = load(*places)
        assert (made, log) == (dict.fromkeys(NAMES, COMPILED_IN_VAIN), "")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_kernels_can_be_made_for_another_processor(tmp_path):
    """Which must be one that this one can stand in for, as the script also uses them."""
    generic = "generic"
    assert load(tmp_path, NUMBA_CPU_NAME=generic)[0] == generic
    assert [path.name for path in tmp_path.iterdir()] == [f"{sys.implementation.cache_tag}-generic"]


def test_the_instructions_are_those_of_the_target_and_not_of_this_machine():
    script = """
from core.compiling import choose_target, compile_kernel
from tests.core.sample_kernels.stepping import step
choose_target()
[code] = compile_kernel(step, cache=False).inspect_asm().values()
print("%ymm" in code or "%zmm" in code, "%xmm" in code)
"""
    for target, is_wide in (("x86-64", False), ("x86-64-v3", True)):
        if platform.machine() == "x86_64":
            environment = os.environ | {"NUMBA_CPU_NAME": target}
            done = subprocess.run(
                [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
            )
            assert done.stdout == f"{is_wide} True\n"


def test_a_kernel_takes_the_types_that_it_names_and_no_others():
    values = np.array([1, 2])
    stepping.step(values)
    assert values.tolist() == [4, 5]
    for wrong in (np.array([1.0]), np.array([1], np.uint8), np.array([[1]]), np.arange(4)[::2]):
        with pytest.raises(TypeError):
            stepping.step(wrong)
    assert stepping.divided(np.array([7, 9]), 2) == stepping.divided(np.array([7, 9], np.uint8), 2) == 3 + 4


def test_division_by_nothing_is_numpys_in_kernels_and_in_their_parts():
    values = np.array([0.0, -0.0, 2.0])
    family.inverted(values)
    assert values.tolist() == [np.inf, -np.inf, 0.5]


def test_a_part_stays_an_ordinary_function():
    assert family.double(np.array([1.5, 2.0])).tolist() == [3.0, 4.0]
    values = np.array([1.5])
    family.doubled(values)
    assert values.tolist() == [3.0]


@pytest.mark.parametrize("inner", [stepping.divided, njit(lambda values, by: values[0] // by)])
def test_a_kernel_around_another_compiled_function_is_refused(inner):
    with pytest.raises(TypeError, match="a part"):

        @kernel("int64(int64[::1])")
        def outer(values):
            return inner(values, 2)


def test_many_threads_may_call_a_kernel_first_at_once_and_it_is_made_once(monkeypatch):
    made = []
    make = compiling.compile_kernel
    monkeypatch.setattr(
        compiling, "compile_kernel", lambda kernel, cache: made.append(kernel) or make(kernel, cache=cache)
    )

    def count(values):
        values[0] += 1

    counting = kernel("void(int64[::1])")(count)
    with ThreadPoolExecutor(8) as threads:
        arrays = [np.zeros(1, np.int64) for _ in range(8)]
        list(threads.map(counting, arrays))
    assert np.concatenate(arrays).tolist() == [1] * 8
    assert len(made) == 1


def test_other_threads_run_while_a_kernel_does():
    def keep_busy(turns):
        number = 1
        for _ in range(turns):
            number = (number * 75 + 74) % 65537  # ZX81's random numbers: each needs the one before
        return number

    busy = kernel("int64(int64)")(keep_busy)
    busy(1)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(busy, 10**8)  # some tenths of a second
        seen_running = 0
        while not running.done():
            seen_running += 1
            time.sleep(0.001)
    assert seen_running > 10  # under Python's lock: 1 or 2


def test_what_the_watcher_raises_ends_the_loading(tmp_path):
    script = f"""
from core.compiling import prepare_kernels
def stop(made, number, total):
    print(number, total)
    raise InterruptedError
try:
    prepare_kernels({SAMPLES!r}, [], stop)
except InterruptedError:
    print("stopped")
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "1 4\nstopped\n"


def test_without_compiling_kernels_are_the_functions_themselves():
    script = f"""
import numpy as np
from core.compiling import prepare_kernels
from tests.core.sample_kernels import family, stepping
values = np.array([1, 2])
stepping.step(values)
assert values.tolist() == [4, 5]
assert stepping.step.__code__
try:
    prepare_kernels({SAMPLES!r})
except RuntimeError as error:
    print(error)
"""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "NUMBA_DISABLE_JIT is set\n"


def test_the_core_is_imported_without_numba():
    code = "import sys, core; sys.exit(any(name in sys.modules for name in ('numba', 'llvmlite')))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_this_process_keeps_its_kernels_beside_the_sources():
    prepared = prepare_kernels(SAMPLES)
    assert set(KERNELS) >= {f"{module}.{name}" for module, name in zip(np.repeat(SAMPLES, 2), NAMES, strict=True)}
    assert prepared.total == len(KERNELS)
    assert any(BESIDE_SOURCES.glob(f"*-{prepared.target}/stepping.step-*.nbi"))


def test_processes_can_share_the_kernels_among_them(tmp_path):
    script = f"""
import sys
from pathlib import Path
from core.compiling import prepare_kernels
first = int(sys.argv[1])
prepared = prepare_kernels({SAMPLES!r}, [Path({str(tmp_path)!r})], share=slice(first, None, 3))
print(*(made.name.rpartition(".")[2] for made in prepared.made))
"""
    shares = [
        subprocess.run([sys.executable, "-c", script, str(first)], cwd=ROOT, capture_output=True, text=True, check=True)
        for first in range(3)
    ]
    assert [share.stdout.split() for share in shares] == [["step", "inverted"], ["divided"], ["doubled"]]
    assert load(tmp_path)[1] == {"step": LOADED}


def test_of_processes_that_start_together_one_compiles(tmp_path):
    script = f"""
import fcntl
from contextlib import contextmanager
from pathlib import Path
from core.compiling import prepare_kernels
@contextmanager
def alone():
    with Path({str(tmp_path / "lock")!r}).open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        yield
prepared = prepare_kernels({SAMPLES!r}, [Path({str(tmp_path / "kept")!r})], alone=alone)
print(*(made.name.rpartition(".")[2] for made in prepared.made if not made.loaded))
"""
    both = [subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in "12"]
    compiled = [process.communicate()[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(compiled) == [[], NAMES]
    (tmp_path / "lock").unlink()
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True).returncode == 0
    assert not (tmp_path / "lock").exists()  # where nothing is to be compiled, nobody waits


def test_two_kernels_of_one_name_are_refused():
    def twice(values):
        values[0] = 1

    kernel("void(int64[::1])")(twice)
    with pytest.raises(ValueError, match="two kernels"):
        kernel("void(uint8[::1])")(twice)
