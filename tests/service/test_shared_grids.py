"""Plans that are equal in all that a grid depends on have one grid; others have their own."""

from dataclasses import replace

import numpy as np
import pytest

from core import BLACK, Chain, Size, Swirl, Wave, homography
from service.resolve import Place, Plan
from service.shared_grids import KEPT_BYTES, SharedGrids
from service.spec.output import PngOutput

SHIFT = np.array([[1, 0, 0.5], [0, 1, 0.25], [0, 0, 1]])
PLAN = Plan(
    picture=Size(40, 30),
    place=Place(0, 0),
    source=Size(40, 30),
    canvas=Size(40, 30),
    chain=Chain.inverse(SHIFT),
    filter="bilinear",
    antialias=True,
    border="clip",
    fill=BLACK,
    light="srgb",
    output=PngOutput(format="png"),
    reduction=1,
    uncovered=True,
)
BENT = Chain().then(Swirl(1.0, 20, 20, 15))
ROWS = range(30)


def remembers(grid):
    return _is_kept(grid, ROWS)


def test_equal_geometry_is_one_grid_that_remembers():
    equal = [
        PLAN,
        replace(PLAN, chain=Chain.inverse(SHIFT.copy())),
        replace(PLAN, fill=(255, 0, 0, 255), light="linear", uncovered=False),
        replace(PLAN, picture=Size(90, 90), place=Place(7, 5)),
    ]
    grids = SharedGrids(equal)
    first, *others = [grids.grid_of(plan) for plan in equal]
    assert all(grid is first for grid in others)
    assert remembers(first)


@pytest.mark.parametrize(
    "other",
    [
        {"source": Size(41, 30)},
        {"canvas": Size(40, 31)},
        {"chain": Chain.inverse(SHIFT * [[1, 1, 1.5], [1, 1, 1], [1, 1, 1]])},
        {"filter": "nearest"},
        {"antialias": False},
        {"border": "edge"},
        {"reduction": 2},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_geometry_has_its_own(other):
    others = replace(PLAN, **other)
    grids = SharedGrids([PLAN, others, PLAN, others])
    assert grids.grid_of(PLAN) is not grids.grid_of(others)
    assert remembers(grids.grid_of(PLAN))
    assert remembers(grids.grid_of(others))


@pytest.mark.parametrize("antialias", [True, False])
def test_a_map_that_is_no_matrix_is_shared_by_the_pictures_of_one_plan_alone(antialias):
    """No other is known to be equal."""
    bent = replace(PLAN, chain=BENT, antialias=antialias)
    other = replace(bent, chain=Chain().then(Wave(3.0, 20.0, 0.0, "x")))
    grids = SharedGrids([bent, other, bent, other])
    assert grids.grid_of(bent) is grids.grid_of(bent)
    assert grids.grid_of(bent) is not grids.grid_of(other)
    assert remembers(grids.grid_of(bent))
    once = replace(bent, chain=Chain().then(Swirl(1.0, 20, 20, 15)))
    assert not remembers(SharedGrids([bent, once, bent]).grid_of(once))


@pytest.mark.parametrize(("reduction", "raster"), [(1, (41, 30)), (2, (21, 15)), (4, (11, 8)), (8, (6, 4))])
def test_a_picture_that_is_made_smaller_is_read_as_it_is_decoded(reduction, raster):
    """The last row and column may stand for a part of a square."""
    grid = replace(PLAN, source=Size(41, 30), reduction=reduction).grid
    assert grid.source == (41, 30)
    assert grid.raster.size == raster
    assert grid.raster.reduction == reduction


def test_what_is_used_once_remembers_nothing():
    once = replace(PLAN, border="wrap")
    grids = SharedGrids([PLAN, once, PLAN])
    assert not remembers(grids.grid_of(once))


TURNED, SEEN = (
    Chain.inverse(homography.rotate(0.1)),
    Chain.inverse(np.array([[1, 0.1, 0], [0, 1, 0], [1e-4, 0, 1.0]])),
)


@pytest.mark.parametrize(
    ("chain", "side", "bytes_a_pixel"),
    [(TURNED, Size(1600, 1000), 20), (SEEN, Size(600, 1000), 52)],
    ids=["turned", "seen in perspective"],
)
def test_all_grids_of_a_request_have_one_room(chain, side, bytes_a_pixel):
    """Two of as many megapixels as would fit alone: of each only a part is remembered."""
    borders = ("clip", "wrap")
    plans = [replace(PLAN, canvas=side, chain=chain, border=border) for border in borders]
    strips = [range(top, top + 50) for top in range(0, 1000, 50)]
    grids = SharedGrids(plans * 2)
    kept = 0
    for plan in plans:
        remembered = [rows for rows in strips if _is_kept(grids.grid_of(plan), rows)]
        assert 0 < len(remembered) < len(strips)
        kept += sum(len(rows) * side.width * bytes_a_pixel for rows in remembered)
    assert KEPT_BYTES / 2 < kept <= KEPT_BYTES
    alone = SharedGrids(plans[:1] * 2).grid_of(plans[0])
    assert all(_is_kept(alone, rows) for rows in strips)


def _is_kept(grid, rows):
    return grid.points(rows) is grid.points(rows)
