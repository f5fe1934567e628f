"""Kernels check no bounds. So nothing may ever be read or written beside the arrays that they are given."""

import ctypes
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle, product

import numpy as np
import pytest

from core import BORDERS, FILTERS, Chain, Size, Swirl
from core.compiled.agreed import LANES
from core.compiled.render import render
from tests import pictures
from tests.core.compiled.guarded import GUARDS, GuardedNumpy, exit_code_of, padded
from tests.core.compiled.same import whole
from tests.core.compiled.scenes import Scene, exchanged, scene, straight
from tests.core.maps import turn

pytestmark = pytest.mark.exhaustive

WIDTHS = range(1, 10)


def scenes_of(size):
    """Every way to see a picture, on canvases of less than a group of pixels and of more."""
    about = size.centre
    # A group that lies inside, to the rim.
    yield scene(np.diag([size.width / (2 * LANES), 1 / 2, 1]), (2 * LANES, 2 * size.height), size)
    yield scene(turn(17, 0.23, about), (19, 4), size)
    yield scene(turn(-17, 0.4, about), size, size)
    yield scene([[0.3, 0, 0], [0, 0.3, 0], [0.01, 0.02, 1]], (17, 3), size)
    yield scene(turn(30, 2.2, about), (18, 3), size)
    yield scene(turn(30, 50, about), (3, 2), size)
    yield scene([[1, 0, 0.3], [0, 1, -0.2], [0, 0, 1]], (size.width + 1, 3), size)
    yield straight(1.4, 1.7, (7, 2), size)
    yield exchanged(1.4, 1.7, (2, 7), size)
    yield Scene(Chain((Swirl(2, 4, *about),)), Size(size.width + 8, 3), size)


def as_they_are(channels, depth, guarded, size):
    yield guarded(pictures.random(*size, channels, depth))


def views(channels, depth, guarded, size):
    """Pictures that lie in memory in other ways."""
    pixels = guarded(pictures.random(*size, channels, depth))
    yield pixels[::-1, ::-1]
    yield guarded(pictures.random(*size[::-1], channels, depth)).transpose(1, 0, 2)
    yield padded(guarded, pixels, (channels + 1) * pixels.itemsize)


def render_all(pictures_of, filter, heights):
    """Render many small pictures, with guards at one end and then at the other.

    All that the compiled core makes on the way is guarded too, and what it keeps for a thread: this is a new one.
    """
    for guarded in GUARDS.values():
        guard_what_is_made(guarded)
        borders = cycle(BORDERS)
        with ThreadPoolExecutor(1) as pool:
            for size in (Size(width, height) for height in heights for width in WIDTHS):
                for pixels, seen in product(pictures_of(guarded, size), scenes_of(size)):
                    pool.submit(whole, seen.grid(filter, next(borders)), pixels, render=render).result()


def guard_what_is_made(guarded):
    """Guard all arrays but those of loops, which make none, and are compiled now if they have not been before."""
    for name, module in [*sys.modules.items()]:
        if name.startswith("core.compiled") and "loops" not in name and hasattr(module, "np"):
            module.np = GuardedNumpy(guarded)


@pytest.mark.parametrize(("pictures_of", "heights"), [(as_they_are, (1, 4)), (views, (3,))])
@pytest.mark.parametrize("depth", pictures.DEPTHS)
@pytest.mark.parametrize("channels", pictures.CHANNELS)
def test_nothing_is_touched_beside_pictures_and_outputs(channels, depth, pictures_of, heights):
    assert exit_code_of(partial(render_all, partial(pictures_of, channels, depth), "bilinear", heights)) == 0


@pytest.mark.parametrize("filter", [name for name in FILTERS if name != "bilinear"])
@pytest.mark.parametrize("channels", pictures.CHANNELS)
def test_no_filter_touches_anything_else(channels, filter):
    """Bytes, which are read four at a time, and a picture so high that six taps find room between its rims."""
    assert exit_code_of(partial(render_all, partial(as_they_are, channels, np.uint8), filter, (1, 9))) == 0


@pytest.mark.parametrize(("guard", "beside"), [("before a guard", 4), ("behind a guard", -1)])
def test_a_guard_ends_a_process_that_touches_it(guard, beside):
    def touch():
        guarded = GUARDS[guard](np.arange(4, dtype=np.uint8))
        ctypes.string_at(guarded.ctypes.data + beside, 1)

    assert exit_code_of(touch) < 0
