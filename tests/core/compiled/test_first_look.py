"""The compiled core against the reference within seconds: one kind of picture, of few kernels, every way and border."""

import numpy as np
import pytest

from core import BORDERS
from tests import pictures
from tests.core.compiled.same import FILLS, assert_same
from tests.core.compiled.scenes import SCENES


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("name", SCENES)
def test_gray_of_16_bits_by_the_bilinear_filter(name, border):
    """Bits enough to tell in which order sums are taken."""
    grid = SCENES[name].grid("bilinear", border)
    assert_same(grid, pictures.random(*grid.raster.size, 1, np.uint16), fill=FILLS["half transparent"])
