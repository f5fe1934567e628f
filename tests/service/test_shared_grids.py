"""Plans that are equal in all that a grid depends on have one grid; others have their own."""

from dataclasses import replace

import numpy as np
import pytest

from core import BLACK, Size
from service.resolve import Plan
from service.shared_grids import KEPT_BYTES, SharedGrids

SHIFT = np.array([[1, 0, 0.5], [0, 1, 0.25], [0, 0, 1]])
PLAN = Plan(
    source=Size(40, 30),
    canvas=Size(40, 30),
    source_from_canvas=SHIFT,
    filter="bilinear",
    border="clip",
    fill=BLACK,
    uncovered=True,
)
ROWS = range(30)


def remembers(grid):
    return grid.strip(ROWS) is grid.strip(ROWS)


def test_equal_geometry_is_one_grid_that_remembers():
    equal = [PLAN, replace(PLAN, source_from_canvas=SHIFT.copy()), replace(PLAN, fill=(255, 0, 0, 255))]
    grids = SharedGrids(equal)
    first, *others = [grids.grid_of(plan) for plan in equal]
    assert all(grid is first for grid in others)
    assert remembers(first)


@pytest.mark.parametrize(
    "other",
    [
        {"source": Size(41, 30)},
        {"canvas": Size(40, 31)},
        {"source_from_canvas": SHIFT * [[1, 1, 1.5], [1, 1, 1], [1, 1, 1]]},
        {"filter": "nearest"},
        {"border": "edge"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_geometry_has_its_own(other):
    others = replace(PLAN, **other)
    grids = SharedGrids([PLAN, others, PLAN, others])
    assert grids.grid_of(PLAN) is not grids.grid_of(others)
    assert remembers(grids.grid_of(PLAN))
    assert remembers(grids.grid_of(others))


def test_what_is_used_once_remembers_nothing():
    once = replace(PLAN, border="wrap")
    grids = SharedGrids([PLAN, once, PLAN])
    assert not remembers(grids.grid_of(once))


def test_all_grids_of_a_request_have_one_room():
    """Two of 1.2 megapixels, each of which would fit alone: of each only a part is remembered."""
    side = Size(1200, 1000)
    plans = [replace(PLAN, canvas=side, border=border) for border in ("clip", "wrap")]
    grids = SharedGrids(plans * 2)
    strips = [range(top, top + 50) for top in range(0, 1000, 50)]
    kept = 0
    for plan in plans:
        remembered = [rows for rows in strips if _strip_is_kept(grids.grid_of(plan), rows)]
        assert 0 < len(remembered) < len(strips)
        kept += sum(_bytes(grids.grid_of(plan).strip(rows)) for rows in remembered)
    assert KEPT_BYTES / 2 < kept <= KEPT_BYTES


def _strip_is_kept(grid, rows):
    return grid.strip(rows) is grid.strip(rows)


def _bytes(strip):
    return sum(array.nbytes for taps in strip for pair in taps for array in pair)
