"""What the compiled core has NumPy compute of the geometry: each point of a bent map once, of a matrix none."""

import numpy as np
import pytest

from core.compiled.render import render
from core.pyramid import Pyramid
from tests import pictures
from tests.core.compiled.same import whole
from tests.core.compiled.scenes import SCENES


@pytest.mark.parametrize("name", ["swirl", "swirl, by 2", "wave, by 40", "mesh, by 3"])
def test_the_points_of_a_bent_map_are_computed_once_for_all_resolutions(followed, name):
    grid = SCENES[name].grid("bilinear", "clip")
    picture = pictures.random(*grid.raster.size, 1, np.uint16)
    followed.clear()
    whole(grid, picture, strip_rows=3, render=render)
    assert followed == {"src_with_jacobian": grid.canvas.pixels}


@pytest.mark.parametrize("name", ["seen in perspective", "seen in perspective, smaller", "up to a horizon"])
def test_a_map_seen_in_perspective_is_followed_by_machine_code_alone(followed, name):
    grid = SCENES[name].grid("bilinear", "clip")
    picture = pictures.random(*grid.raster.size, 1, np.uint16)
    followed.clear()
    whole(grid, picture, strip_rows=3, render=render)
    assert not followed


@pytest.mark.parametrize(
    ("name", "coarser"),
    [("seen in perspective, smaller", False), ("swirl, by 2", False), ("wave, by 40", True), ("up to a horizon", True)],
)
def test_no_coarser_picture_is_made_than_the_reference_reads(monkeypatch, name, coarser):
    """A map that is not affine might read any of them; the kernels tell when none of a strip's pixels does."""
    made = []
    level = Pyramid.level
    monkeypatch.setattr(Pyramid, "level", lambda pyramid, number: made.append(number) or level(pyramid, number))
    grid = SCENES[name].grid("bilinear", "clip")
    picture = pictures.random(*grid.raster.size, 1, np.uint16)
    whole(grid, picture, strip_rows=3)
    of_the_reference = max(made, default=0)
    made.clear()
    whole(grid, picture, strip_rows=3, render=render)
    assert max(made, default=0) == of_the_reference
    assert (of_the_reference > 0) == coarser
