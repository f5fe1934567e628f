"""The compiled core gives the very bits of the reference: for every kind of picture, map, filter, border and fill."""

from itertools import cycle, islice, product

import numpy as np
import pytest

from core import BORDERS, FILTERS, Swirl, warp
from core.compiled.render import render
from tests import pictures
from tests.core.compiled import scenes
from tests.core.compiled.same import FILLS, LIGHTS, LOOKS, Look, assert_same, whole
from tests.core.compiled.scenes import HALF_STRAIGHT, SCENES, SHRINKING, STRAIGHT
from tests.core.rendering import render_chain

pytestmark = pytest.mark.exhaustive

STRIPS = (1, 7, None)
"""Rows; None: the whole canvas, which all of these have in one strip."""

OF_EVERY_WAY = [
    "turned",
    "within the picture",
    "seen in perspective",
    "turned, by 4",
    "turned, by 30",
    "seen in perspective, smaller",
    "by 1.5",
    "by 150",
    "swirl",
    "swirl, by 2",
    "small depolar",
]
"""Scenes that do together all that a kernel can do: small ones, for every kind of picture."""


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("name", SCENES)
def test_every_scene_under_every_border(name, filter):
    number = [*product(SCENES, FILTERS)].index((name, filter))
    for offset, border in enumerate(BORDERS):
        # Both steps have no factor in common with the numbers of looks and strips: all pairs come up in time.
        look = LOOKS[(number * len(BORDERS) + offset) * 7 % len(LOOKS)]
        strip_rows = STRIPS[(number + offset) % len(STRIPS)]
        grid = SCENES[name].grid(filter, border)
        assert_same(
            grid, look.picture(grid.raster.size, number), strip_rows=strip_rows, fill=look.fill, light=look.light
        )


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("depth", pictures.DEPTHS)
@pytest.mark.parametrize("channels", pictures.CHANNELS)
def test_every_kind_of_picture(channels, depth, light, filter):
    """And, over all of them together, every scene of these under every border and on every fill."""
    kinds = [*product(pictures.CHANNELS, pictures.DEPTHS, LIGHTS)]
    start = kinds.index((channels, depth, light))
    borders, fills = (islice(cycle(choices), start % len(choices), None) for choices in (BORDERS, FILLS.values()))
    for name in OF_EVERY_WAY:
        grid, fill = SCENES[name].grid(filter, next(borders)), next(fills)
        assert_same(grid, Look(channels, depth, light, fill).picture(grid.raster.size), fill=fill, light=light)


@pytest.mark.parametrize("fill", FILLS.values(), ids=FILLS)
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("filter", FILTERS)
def test_every_fill_under_every_border(filter, border, fill):
    """For a fill that is seen, through edges that are smooth, hard and sampled, before a horizon and beyond it."""
    looks = [look for look in LOOKS if look.fill == fill]
    for number, name in enumerate(
        ["turned", "wider than two blocks", "a horizon", "up to a horizon", "mesh", "by 1.5"]
    ):
        look = looks[(number * 5 + [*BORDERS].index(border)) % len(looks)]
        grid = SCENES[name].grid(filter, border)
        assert_same(grid, look.picture(grid.raster.size), fill=fill, light=look.light)


@pytest.mark.parametrize("strip_rows", [1, 2, 5, 12, 100])
@pytest.mark.parametrize("name", ["turned", "turned, by 30", "by 1.5", "by 250 down", "swirl", "swirl, by 2"])
def test_no_pixel_depends_on_the_strips(name, strip_rows):
    grid = SCENES[name].grid("bicubic", "constant")
    picture = pictures.random(*grid.raster.size, 4)
    in_strips = whole(grid, picture, strip_rows=strip_rows, render=render)
    np.testing.assert_array_equal(in_strips, whole(grid, picture, render=render))


@pytest.mark.parametrize("name", ["turned", "swirl", "swirl, by 2", "mesh, by 3"])
def test_points_may_be_remembered(name):
    grid = SCENES[name].grid("bilinear", "clip", kept_bytes=1 << 30)
    for seed in range(3):
        assert_same(grid, pictures.random(*grid.raster.size, 3, seed=seed), strip_rows=7)


def test_a_warp_is_told_what_renders_it():
    picture, chain = pictures.random(40, 30, 3), SCENES["turned"].chain
    compiled = np.concatenate(list(warp(picture, chain, scenes.SOURCE, render=render)))
    np.testing.assert_array_equal(compiled, render_chain(picture, chain), strict=True)


def test_the_scenes_go_every_way():
    """What they are for: averages at several resolutions, by rows and columns, both at once, and points in lists."""
    assert max(len(levels_of(name)) for name in SHRINKING) > 4
    assert {SCENES[name].grid("bilinear", "edge").along_axes for name in STRAIGHT} == {1}
    shares = [SCENES[name].grid("bilinear", "edge").along_axes for name in HALF_STRAIGHT]
    assert min(shares) == 0
    assert sum(0 < share < 1 for share in shares) == 3
    assert any(isinstance(link, Swirl) for link in SCENES["swirl"].chain.links)
    assert SCENES["depolar"].grid("bilinear", "clip").borders == ("clip", "wrap")
    assert {*SCENES["up to a horizon"].grid("bilinear", "edge").points(range(30)).share} == {0, 1}


def levels_of(name):
    grid = SCENES[name].grid("bilinear", "edge")
    return grid.levels if grid.reads_knots else range(0)
