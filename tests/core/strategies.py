"""Any small picture and any map, for the tests with Hypothesis."""

import numpy as np
from hypothesis import strategies as st

from core import BORDERS, FILTERS, homography
from tests import pictures
from tests.core.maps import turn

sides = st.integers(1, 12)
any_channels = st.integers(1, 4)
borders = st.sampled_from(sorted(BORDERS))
filters = st.sampled_from(sorted(FILTERS))
coordinates = st.floats(-1e3, 1e3)
factors = st.floats(0.2, 5) | st.floats(-5, -0.2)


@st.composite
def any_picture(draw, channels=any_channels):
    """Noise of any small size, any number of channels and either depth."""
    depth = draw(st.sampled_from(pictures.DEPTHS))
    return pictures.random(draw(sides), draw(sides), draw(channels), depth, draw(st.integers(0, 1000)))


@st.composite
def affine_maps(draw):
    """A turn, a stretch and a shift: well away from singular."""
    stretch = homography.scale(draw(factors), draw(factors))
    return turn(draw(st.floats(-360, 360))) @ stretch @ turn(draw(st.floats(-90, 90))) @ translations(draw)


@st.composite
def projective_maps(draw):
    """An affine map seen in perspective; the horizon may be anywhere."""
    last_row = [draw(st.floats(-0.2, 0.2)), draw(st.floats(-0.2, 0.2)), 1]
    return np.array([[1, 0, 0], [0, 1, 0], last_row]) @ draw(affine_maps())


def translations(draw):
    return homography.translate(draw(st.floats(-20, 20)), draw(st.floats(-20, 20)))


any_map = affine_maps() | projective_maps()
