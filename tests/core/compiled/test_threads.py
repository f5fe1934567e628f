"""Many threads that render at once give the bytes of one: what they work in belongs to each alone."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.compiled.render import render
from tests import pictures
from tests.core.compiled.same import whole
from tests.core.compiled.scenes import SCENES

pytestmark = pytest.mark.exhaustive

THREADS = 8
NAMES = ("wider than two blocks", "turned, by 4", "by 1.5", "by 150", "swirl, by 2", "seen in perspective", "mesh")
ROUNDS = 5
JOBS = [
    (name, border, channels, rows)
    for name in NAMES
    for border, channels in (("clip", 4), ("constant", 1))
    for rows in (3, None)  # many short kernels, and some long ones
]


@pytest.fixture
def switching_often():
    """Let Python's own code be interrupted anywhere; kernels run at the same time anyway."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def rendered(job):
    name, border, channels, rows = job
    grid = SCENES[name].grid("bilinear", border)
    return whole(grid, pictures.random(*grid.raster.size, channels), strip_rows=rows, render=render)


def test_threads_render_what_one_does(switching_often):
    expected = [rendered(job) for job in JOBS]
    together = threading.Barrier(THREADS)
    orders = [np.random.default_rng(seed).permutation(len(JOBS)) for seed in range(THREADS)]

    def work(order):
        together.wait()
        return [(number, rendered(JOBS[number])) for number in [*order] * ROUNDS]

    with ThreadPoolExecutor(THREADS) as pool:
        for outputs in pool.map(work, orders):
            for number, output in outputs:
                np.testing.assert_array_equal(output, expected[number])
