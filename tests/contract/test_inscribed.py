"""`inscribed`: the picture covers every pixel of it, and not one more row or column."""

import numpy as np
import pytest

from tests import files
from tests.contract.op_cases import BENT, HEIGHT, STRAIGHT, WIDTH, warped
from tests.contract.plans import plan

CASES = STRAIGHT | BENT
BLACK = files.png(np.zeros((HEIGHT, WIDTH)), files.GRAY, 16)

ALL_SIDES = {"left", "right", "top", "bottom"}
GOES_ON = {"crop": ALL_SIDES, "polar": {"top", "bottom"}, "polar, log": {"top", "bottom", "left"}}
"""Where the picture goes on: around a crop, which is a view of it, and in a strip, with its turn before and after.
Left of what is inscribed in a logarithmic strip are the few columns of the middle: its outline is known only in points.
"""


def outside(server, spec):
    """Of each pixel the share that is not the picture, 0 to 65535."""
    return np.asarray(warped(server, BLACK, {**spec, "fill": "white"}))


def size_of(planned):
    return planned["output"]["width"], planned["output"]["height"]


@pytest.mark.parametrize("name", CASES)
def test_every_pixel_is_covered(server, name):
    spec = {"ops": CASES[name], "canvas": "inscribed"}
    planned = plan(server, spec, (WIDTH, HEIGHT))
    assert planned["uncovered"] == (name in BENT)  # that nothing else is seen is proved only where lines stay lines
    found = outside(server, spec)
    assert found.shape[::-1] == size_of(planned)
    assert not found.any()


@pytest.mark.parametrize("name", CASES)
def test_no_row_or_column_more_is_covered(server, name):
    """Seen on a canvas that is a pixel larger on every side, onto which the picture is moved by an operation more."""
    inscribed, same = (
        plan(server, {"ops": CASES[name], "canvas": canvas}, (WIDTH, HEIGHT), points=[[30, 20]])
        for canvas in ("inscribed", "same")
    )
    (x, y), (from_x, from_y) = inscribed["points"][0], same["points"][0]
    width, height = size_of(inscribed)
    moved = {"op": "translate", "x": x + 1 - from_x, "y": y + 1 - from_y}
    spec = {"ops": [*CASES[name], moved], "canvas": {"width": width + 2, "height": height + 2, "fit": "none"}}
    found = outside(server, spec)
    assert not found[1:-1, 1:-1].any()
    sides = {"left": found[1:-1, 0], "right": found[1:-1, -1], "top": found[0, 1:-1], "bottom": found[-1, 1:-1]}
    assert {side for side in ALL_SIDES if not sides[side].any()} <= GOES_ON.get(name, set())


def test_a_strip_is_not_longer_than_its_turn(server):
    """About the middle, where whole turns are covered; where they end is known only in points, a pixel apart."""
    strip, inscribed = (
        plan(server, {"ops": [{"op": "polar"}], "canvas": canvas}, (WIDTH, HEIGHT))["output"]
        for canvas in ("same", "inscribed")
    )
    assert strip["height"] - 2 <= inscribed["height"] <= strip["height"]
